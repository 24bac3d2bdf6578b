using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC;
using LibraryInteger = Org.BouncyCastle.Math.BigInteger;

namespace Sandbox.Trust;

/// <summary>The algorithms of both suites without labels, domains and nonce rules, so that they can be held against outside vectors. Nothing in the product calls this; neither should you.</summary>
public static class BareAlgorithms
{
    /// <summary>SM3 or SHA-256; null for any other name.</summary>
    public static byte[]? Hash(string name, ReadOnlySpan<byte> data) => SuiteOfHash(name)?.Hash(data);

    /// <summary>HMAC with SM3 or SHA-256.</summary>
    public static byte[]? Hmac(string hash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) => SuiteOfHash(hash)?.Hmac(key, data);

    /// <summary>HKDF with SM3 or SHA-256.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than 255 hashes of output.</exception>
    public static byte[]? Hkdf(string hash, ReadOnlySpan<byte> input, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, int length)
    {
        using var derived = SuiteOfHash(hash)?.DeriveRaw(input, salt, info, length);
        return derived?.Bytes.ToArray();
    }

    /// <summary>SM4 or AES on single blocks; null for any other name.</summary>
    public static byte[]? EncryptBlocks(string cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> blocks)
    {
        using var bare = Cipher(cipher, key);
        var output = blocks.ToArray();
        bare?.Encrypt(output);
        return bare is null ? null : output;
    }

    /// <summary>SM4 or AES in counter mode, the last four bytes of the block counting.</summary>
    public static byte[]? Counter(string cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> counter, ReadOnlySpan<byte> input)
    {
        using var bare = Cipher(cipher, key);
        var output = new byte[input.Length];
        bare?.Counter(counter, input, output);
        return bare is null ? null : output;
    }

    /// <summary>SM4-GCM or AES-GCM with a 16-byte tag.</summary>
    /// <exception cref="ArgumentException">A key or nonce length that the algorithm does not have.</exception>
    public static (byte[] Cipher, byte[] Tag)? GcmSeal(string cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain)
    {
        using var aead = Aead(cipher, key, nonce.Length);
        var (output, tag) = (new byte[plain.Length], new byte[AeadKey.TagLength]);
        aead?.Seal(nonce, plain, associated, output, tag);
        return aead is null ? null : (output, tag);
    }

    /// <summary>The opened text, or null where the tag does not fit.</summary>
    /// <inheritdoc cref="GcmSeal" path="/exception"/>
    public static byte[]? GcmOpen(string cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> text, ReadOnlySpan<byte> tag)
    {
        using var aead = Aead(cipher, key, nonce.Length);
        var plain = new byte[text.Length];
        return aead is not null && aead.Open(nonce, text, tag, associated, plain) ? plain : null;
    }

    /// <summary>FF1 with SM4 or AES over digits of an alphabet, with the domain of at least 100 that the first edition of the standard asks for; null for any other cipher.</summary>
    /// <exception cref="ArgumentException">A key length, digit or length that FF1 does not take.</exception>
    public static string? Ff1Encrypt(string cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> tweak, string alphabet, string plain) => Ff1Of(cipher, key, tweak, alphabet, plain, encrypt: true);

    /// <inheritdoc cref="Ff1Encrypt"/>
    public static string? Ff1Decrypt(string cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> tweak, string alphabet, string text) => Ff1Of(cipher, key, tweak, alphabet, text, encrypt: false);

    /// <summary>An SM2 signature with a given one-time number; null for an unknown curve or hash or a degenerate number.</summary>
    /// <param name="curve"><c>sm2p256v1</c>, or <c>ParametersFpDraft</c>: the example curve of the draft standard, which no key of the product lies on.</param>
    public static (byte[] R, byte[] S)? Sm2Sign(string curve, string hash, string identity, ReadOnlySpan<byte> message, BigInteger privateKey, BigInteger oneTimeNumber)
    {
        if (Curve(curve) is not { } sm2 || SuiteOfHash(hash) is not { } suite)
        {
            return null;
        }

        var d = FromBig(privateKey);
        var e = sm2.Digest(suite.Hash, identity, sm2.Curve.G.Multiply(d), message);
        return sm2.Sign(e, d, FromBig(oneTimeNumber)) is { } signature ? (Fixed(signature.R), Fixed(signature.S)) : null;
    }

    /// <summary>Whether an SM2 signature holds under the public key of a private one.</summary>
    public static bool Sm2Verify(string curve, string hash, string identity, ReadOnlySpan<byte> message, BigInteger privateKey, BigInteger r, BigInteger s)
    {
        if (Curve(curve) is not { } sm2 || SuiteOfHash(hash) is not { } suite)
        {
            return false;
        }

        var point = sm2.Curve.G.Multiply(FromBig(privateKey)).Normalize();
        return sm2.Verify(sm2.Digest(suite.Hash, identity, point, message), point, FromBig(r), FromBig(s));
    }

    private static string? Ff1Of(string name, ReadOnlySpan<byte> key, ReadOnlySpan<byte> tweak, string alphabet, string text, bool encrypt)
    {
        if (name.Equals("AES", StringComparison.OrdinalIgnoreCase) && key.Length is not (16 or 24 or 32))
        {
            throw new ArgumentException("AES has keys of 16, 24 or 32 bytes.", nameof(key));
        }

        using var cipher = Cipher(name, key);
        if (cipher is null)
        {
            return null;
        }

        using var ff1 = new Ff1(cipher, Ff1.LegacyDomain);
        var digits = new ushort[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            var digit = alphabet.IndexOf(text[i], StringComparison.Ordinal);
            digits[i] = digit >= 0 ? (ushort)digit : throw new ArgumentException("Not a digit of the alphabet.", nameof(text));
        }

        if (encrypt)
        {
            ff1.Encrypt(alphabet.Length, tweak, digits);
        }
        else
        {
            ff1.Decrypt(alphabet.Length, tweak, digits);
        }

        return string.Concat(digits.Select(digit => alphabet[digit]));
    }

    private static Suite? SuiteOfHash(string name) => name.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant() switch
    {
        "SM3" => Suite.Sm,
        "SHA256" => Suite.Nist,
        _ => null,
    };

    private static ICounterCipher? Cipher(string name, ReadOnlySpan<byte> key) => name.ToUpperInvariant() switch
    {
        "SM4" => new Sm4(key),
        "AES" => new AesBlocks(key),
        _ => null,
    };

    [SuppressMessage("Reliability", "CA2000", Justification = "The mode owns the cipher.")]
    private static AeadKey? Aead(string name, ReadOnlySpan<byte> key, int nonceLength) =>
        name.Equals("AES", StringComparison.OrdinalIgnoreCase) && nonceLength == AeadKey.NonceLength && key.Length is 16 or 24 or 32
            ? new PlatformAesGcm(key)
            : Cipher(name, key) is { } cipher ? new Gcm(cipher) : null;

    private static Sm2? Curve(string name) => name switch
    {
        "sm2p256v1" => Sm2.Recommended,
        "ParametersFpDraft" => Draft(),
        _ => null,
    };

    /// <summary>GM/T 0003.2-2012, annex A.2.</summary>
    private static Sm2 Draft()
    {
        static LibraryInteger Hex(string hex) => new(hex, 16);
        var n = Hex("8542D69E4C044F18E8B92435BF6FF7DD297720630485628D5AE74EE7C32E79B7");
        var curve = new FpCurve(Hex("8542D69E4C044F18E8B92435BF6FF7DE457283915C45517D722EDB8B08F1DFC3"),
            Hex("787968B4FA32C3FD2417842E73BBFEFF2F3C848B6831D7E0EC65228B3937E498"), Hex("63E4C6D3B23B0C849CF84241484BFE48F61D59A5B16BA06E6E12D1DA27C5249A"), n, LibraryInteger.One);
        var g = curve.CreatePoint(Hex("421DEBD61B62EAB6746434EBC3CC315E32220B3BADD50BDC4C4E6C147FEDD43D"), Hex("0680512BCBB42C07D47349D2153B70C4E5D7FDFCBFA36EA1A85841B9E46E09A2"));
        return new Sm2(new ECDomainParameters(curve, g, n));
    }

    private static LibraryInteger FromBig(BigInteger value) => new(1, value.ToByteArray(isUnsigned: true, isBigEndian: true));

    private static byte[] Fixed(LibraryInteger value)
    {
        var bytes = new byte[32];
        Sm2Signer.Write(value, bytes);
        return bytes;
    }
}
