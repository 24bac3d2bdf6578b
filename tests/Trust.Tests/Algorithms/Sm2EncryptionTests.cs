using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using LibraryInteger = Org.BouncyCastle.Math.BigInteger;

namespace Sandbox.Trust.Tests;

public sealed class Sm2EncryptionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("trust").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private static LibraryInteger Number(string hex) => new(hex, 16);

    /// <summary>GB/T 32918.5-2017, annex C.</summary>
    [Fact]
    public void The_standards_example_comes_out()
    {
        var d = Number("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8");
        var k = Number("59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21");
        var point = Sm2.Recommended.Curve.G.Multiply(d).Normalize();
        var cipher = Sm2Encryption.TryEncrypt(point, "encryption standard"u8, k)!;
        Assert.Equal("0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0"
            + "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766" + "21886ca989ca9c7d58087307ca93092d651efa", Convert.ToHexStringLower(cipher));
        using var opened = Sm2Encryption.Decrypt(d, cipher)!;
        Assert.Equal("encryption standard", Encoding.ASCII.GetString(opened.Bytes));
    }

    [Fact]
    public void Every_changed_byte_and_every_cut_is_refused()
    {
        using var key = Sm2WrappingKey.Generate();
        var wrapped = Sm2WrappingKey.Wrap(key.PublicPoint, "test/v1", RandomNumberGenerator.GetBytes(16));
        for (var at = 0; at < wrapped.Length; at++)
        {
            wrapped[at] ^= 0x10;
            Assert.Null(key.Unwrap("test/v1", wrapped));
            wrapped[at] ^= 0x10;
            Assert.Null(key.Unwrap("test/v1", wrapped.AsSpan(0, at)));
        }

        Assert.Null(key.Unwrap("test/v1", [.. wrapped, 0]));
        Assert.Null(key.Unwrap("test/v2", wrapped));
        using var other = Sm2WrappingKey.Generate();
        Assert.Null(other.Unwrap("test/v1", wrapped));
        using var right = key.Unwrap("test/v1", wrapped);
        Assert.NotNull(right);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(512)]
    public void A_key_of_any_allowed_length_comes_back(int length)
    {
        using var key = Sm2WrappingKey.Generate();
        var secret = RandomNumberGenerator.GetBytes(length);
        using var opened = key.Unwrap("test/v1", Sm2WrappingKey.Wrap(key.PublicPoint, "test/v1", secret))!;
        Assert.Equal(secret, opened.Bytes.ToArray());
    }

    [Fact]
    public void Nothing_and_too_much_are_not_wrapped()
    {
        using var key = Sm2WrappingKey.Generate();
        var point = key.PublicPoint.ToArray();
        Assert.Throws<ArgumentOutOfRangeException>(() => Sm2WrappingKey.Wrap(point, "test/v1", []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sm2WrappingKey.Wrap(point, "test/v1", new byte[513]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sm2Encryption.Encrypt(Sm2.Recommended.Curve.G, []));
    }

    /// <summary>Off the curve, at infinity, coordinates not below p, compressed and hybrid forms: neither a public key nor a C1.</summary>
    [Theory]
    [InlineData("00")]
    [InlineData("zero")]
    [InlineData("off")]
    [InlineData("above-p")]
    [InlineData("compressed")]
    [InlineData("hybrid")]
    public void Points_that_are_none_are_refused(string kind)
    {
        using var key = Sm2WrappingKey.Generate();
        var wrapped = Sm2WrappingKey.Wrap(key.PublicPoint, "test/v1", new byte[16]);
        var c1 = wrapped[..65];
        switch (kind)
        {
            case "00": c1[0] = 0; break;
            case "zero": c1.AsSpan(1).Clear(); break;
            case "off": c1[64] ^= 1; break;
            case "above-p": c1.AsSpan(1, 32).Fill(0xff); break;
            case "compressed": c1[0] = (byte)(2 + (c1[64] & 1)); break;
            default: c1[0] = (byte)(6 + (c1[64] & 1)); break;
        }

        c1.CopyTo(wrapped, 0);
        Assert.Null(key.Unwrap("test/v1", wrapped));
        if (kind is "zero" or "off" or "above-p")
        {
            Assert.Equal("TRUST-SIGN-1", Assert.Throws<TrustException>(() => Sm2WrappingKey.Wrap(c1.AsSpan(1), "test/v1", new byte[16])).Refusal.Rule);
        }
    }

    /// <summary>With one-byte messages one key stream in 256 is all zero: none of them is given out, and none is accepted.</summary>
    [Fact]
    public void An_all_zero_key_stream_is_refused_both_ways()
    {
        using var scalar = Suite.Sm.GenerateScalar();
        var d = new LibraryInteger(1, scalar.Bytes.ToArray());
        var point = Sm2.Recommended.Curve.G.Multiply(d).Normalize();
        for (var k = 1; ; k++)
        {
            Assert.True(k < 20_000, "no such number was found");
            if (Sm2Encryption.TryEncrypt(point, "x"u8, LibraryInteger.ValueOf(k)) is not null)
            {
                continue;
            }

            // A ciphertext that would be right but for the zero stream: C2 = M.
            var c1 = Sm2.Coordinates(Sm2.Recommended.Curve.G.Multiply(LibraryInteger.ValueOf(k)));
            var shared = Sm2.Coordinates(point.Multiply(LibraryInteger.ValueOf(k)));
            byte[] c3 = Suite.Sm.Hash([.. shared[..32], (byte)'x', .. shared[32..]]);
            Assert.Null(Sm2Encryption.Decrypt(d, [4, .. c1, .. c3, (byte)'x']));
            return;
        }
    }

    [Fact]
    public void Openssl_opens_what_is_wrapped_here()
    {
        var (d, point) = OpenSslKey();
        Assert.Equal(point, Sm2.Coordinates(Sm2.Recommended.Curve.G.Multiply(d)));
        var cipher = Sm2Encryption.Encrypt(Sm2Encryption.Point([4, .. point])!, "0123456789abcdef-key"u8);
        File.WriteAllBytes(Path.Combine(_folder, "cipher"), ToDer(cipher));
        var (code, output) = OpenSsl.Run(_folder, "pkeyutl", "-decrypt", "-inkey", "key.pem", "-in", "cipher", "-out", "plain");
        Assert.True(code == 0, output);
        Assert.Equal("0123456789abcdef-key", File.ReadAllText(Path.Combine(_folder, "plain")));
    }

    [Fact]
    public void What_openssl_wraps_opens_here()
    {
        var (d, _) = OpenSslKey();
        for (var length = 1; length < 70; length += 17)
        {
            var message = RandomNumberGenerator.GetBytes(length);
            File.WriteAllBytes(Path.Combine(_folder, "plain"), message);
            var (code, output) = OpenSsl.Run(_folder, "pkeyutl", "-encrypt", "-inkey", "key.pem", "-in", "plain", "-out", "cipher");
            Assert.True(code == 0, output);
            using var opened = Sm2Encryption.Decrypt(d, FromDer(File.ReadAllBytes(Path.Combine(_folder, "cipher"))))!;
            Assert.Equal(message, opened.Bytes.ToArray());
        }
    }

    private (LibraryInteger D, byte[] Point) OpenSslKey()
    {
        Assert.Equal(0, OpenSsl.Run(_folder, "genpkey", "-algorithm", "SM2", "-out", "key.pem").Code);
        Assert.Equal(0, OpenSsl.Run(_folder, "pkcs8", "-topk8", "-nocrypt", "-in", "key.pem", "-outform", "DER", "-out", "key.der").Code);
        var info = new AsnReader(File.ReadAllBytes(Path.Combine(_folder, "key.der")), AsnEncodingRules.DER).ReadSequence();
        info.ReadInteger();
        info.ReadEncodedValue();
        var inner = new AsnReader(info.ReadOctetString(), AsnEncodingRules.DER).ReadSequence();
        inner.ReadInteger();
        var d = new LibraryInteger(1, inner.ReadOctetString());
        Assert.Equal(0, OpenSsl.Run(_folder, "pkey", "-in", "key.pem", "-pubout", "-out", "public.pem").Code);
        return (d, PublicKey.Parse(File.ReadAllText(Path.Combine(_folder, "public.pem"))).Point.ToArray());
    }

    /// <summary>SEQUENCE { INTEGER x, INTEGER y, OCTET STRING C3, OCTET STRING C2 } (GM/T 0009).</summary>
    private static byte[] ToDer(byte[] cipher)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(cipher.AsSpan(1, 32), true, true));
            writer.WriteInteger(new BigInteger(cipher.AsSpan(33, 32), true, true));
            writer.WriteOctetString(cipher.AsSpan(65, 32));
            writer.WriteOctetString(cipher.AsSpan(97));
        }

        return writer.Encode();
    }

    private static byte[] FromDer(byte[] der)
    {
        var sequence = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        var c1 = new byte[65];
        c1[0] = 4;
        foreach (var at in new[] { 33, 65 })
        {
            var bytes = sequence.ReadInteger().ToByteArray(true, true);
            bytes.CopyTo(c1, at - bytes.Length);
        }

        return [.. c1, .. sequence.ReadOctetString(), .. sequence.ReadOctetString()];
    }
}
