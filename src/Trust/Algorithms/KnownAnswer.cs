namespace Sandbox.Trust;

/// <summary>Published answers of one suite.</summary>
internal sealed record KnownAnswer
{
    public required string HashOfAbc { get; init; }
    public required string HmacOfJefe { get; init; }
    public required string BlockKey { get; init; }
    public required string BlockPlain { get; init; }
    public required string BlockCipher { get; init; }
    public required string AeadKey { get; init; }
    public required string AeadNonce { get; init; }
    public required string AeadAssociated { get; init; }
    public required string AeadPlain { get; init; }
    public required string AeadCipherAndTag { get; init; }
    public required string Scalar { get; init; }
    public required string Point { get; init; }
    public required string Message { get; init; }
    public required string Signature { get; init; }

    /// <summary>GB/T 32905 example 1, GmSSL's HMAC, GB/T 32907 example 1, RFC 8998 A.1, GB/T 32918.5 annex A.</summary>
    public static KnownAnswer Sm { get; } = new()
    {
        HashOfAbc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
        HmacOfJefe = "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882",
        BlockKey = "0123456789abcdeffedcba9876543210",
        BlockPlain = "0123456789abcdeffedcba9876543210",
        BlockCipher = "681edf34d206965e86b3e94f536e4246",
        AeadKey = "0123456789abcdeffedcba9876543210",
        AeadNonce = "00001234567800000000abcd",
        AeadAssociated = "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        AeadPlain = "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
        AeadCipherAndTag = "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec",
        Scalar = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8",
        Point = "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13",
        Message = "message digest",
        Signature = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
    };

    /// <summary>FIPS 180-4 example, RFC 4231 case 2, FIPS 197 C.3, the GCM specification's case 16, RFC 6979 A.2.5 ("test").</summary>
    public static KnownAnswer Nist { get; } = new()
    {
        HashOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        HmacOfJefe = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        BlockKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        BlockPlain = "00112233445566778899aabbccddeeff",
        BlockCipher = "8ea2b7ca516745bfeafc49904b496089",
        AeadKey = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        AeadNonce = "cafebabefacedbaddecaf888",
        AeadAssociated = "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        AeadPlain = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        AeadCipherAndTag = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
        Scalar = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
        Point = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
        Message = "test",
        Signature = "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
    };
}
