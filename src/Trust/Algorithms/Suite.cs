using System.Text;

namespace Sandbox.Trust;

/// <summary>One set of algorithms that belong together: signature, hash, message authentication, key derivation, authenticated encryption and block permutation.</summary>
/// <remarks>Both suites have 32-byte hashes, 12-byte nonces, 16-byte tags and 64-byte signatures (r‖s). The first use runs a known-answer test; a suite that fails it throws for ever.</remarks>
public abstract class Suite
{
    /// <summary>Bytes of a hash or message authentication code.</summary>
    public const int HashLength = 32;

    /// <summary>Bytes of a signature: r‖s, big-endian.</summary>
    public const int SignatureLength = 64;

    /// <summary>Bytes of a block of <see cref="PermuteBlocks"/>.</summary>
    public const int BlockLength = 16;

    private static readonly Lazy<Suite> TestedSm = new(() => SelfTest.Require(new SmSuite()));
    private static readonly Lazy<Suite> TestedNist = new(() => SelfTest.Require(new NistSuite()));

    private protected Suite()
    {
    }

    /// <summary>SM2 signatures, SM3, HMAC-SM3, SM4-GCM (GB/T 32918, 32905, 32907; RFC 8998).</summary>
    public static Suite Sm => TestedSm.Value;

    /// <summary>ECDSA P-256, SHA-256, HMAC-SHA-256, AES-256-GCM.</summary>
    public static Suite Nist => TestedNist.Value;

    /// <summary><c>sm</c> or <c>nist</c>; part of every signed and derived byte string.</summary>
    public abstract string Name { get; }

    /// <summary>The suite's number in binary formats: 1 sm, 2 nist.</summary>
    public abstract byte Id { get; }

    /// <summary>Bytes of a symmetric key: 16 for SM4, 32 for AES-256.</summary>
    public abstract int KeyLength { get; }

    /// <summary>Name of the signature algorithm in envelopes, for example <c>sm2-sm3</c>.</summary>
    public abstract string SignatureAlgorithm { get; }

    /// <summary>What checks signatures on this machine: <c>runtime</c>, <c>libcrypto</c>, or <c>managed</c> (slower).</summary>
    public virtual string SignatureEngine => "runtime";

    /// <exception cref="TrustException">TRUST-SUITE-1 for any other name, TRUST-SUITE-2 where the suite failed its test.</exception>
    public static Suite ByName(string name) => name switch
    {
        "sm" => Sm,
        "nist" => Nist,
        _ => throw new TrustException(TrustRules.UnknownSuite),
    };

    internal static Suite ById(byte id) => id switch
    {
        1 => Sm,
        2 => Nist,
        _ => throw new TrustException(TrustRules.UnknownSuite),
    };

    /// <summary>Hash of the whole input into exactly <see cref="HashLength"/> bytes.</summary>
    public abstract void Hash(ReadOnlySpan<byte> data, Span<byte> destination);

    /// <inheritdoc cref="Hash(ReadOnlySpan{byte}, Span{byte})"/>
    public byte[] Hash(ReadOnlySpan<byte> data)
    {
        var hash = new byte[HashLength];
        Hash(data, hash);
        return hash;
    }

    /// <summary>Hashes of <c>prefix‖piece</c> for pieces that follow one another; a suite may compute several at once.</summary>
    /// <param name="prefix">One byte before each piece.</param>
    /// <param name="data">A whole number of pieces.</param>
    /// <param name="length">Bytes of a piece.</param>
    /// <param name="hashes">32 bytes for each piece.</param>
    internal virtual void HashPieces(byte prefix, ReadOnlySpan<byte> data, int length, Span<byte> hashes)
    {
        var input = new byte[length + 1];
        input[0] = prefix;
        for (var i = 0; i < data.Length / length; i++)
        {
            data.Slice(i * length, length).CopyTo(input.AsSpan(1));
            Hash(input, hashes[(i * HashLength)..][..HashLength]);
        }

        System.Security.Cryptography.CryptographicOperations.ZeroMemory(input);
    }

    /// <summary>Hashes of messages of any length that lie one after the other; a suite may compute several at once.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="ends">Where each ends.</param>
    /// <param name="hashes">32 bytes for each message.</param>
    internal virtual void HashEach(ReadOnlySpan<byte> messages, ReadOnlySpan<int> ends, Span<byte> hashes)
    {
        var from = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            Hash(messages[from..ends[i]], hashes.Slice(i * HashLength, HashLength));
            from = ends[i];
        }
    }

    /// <summary>Starts a hash over parts. Not safe for use by several threads at once.</summary>
    public abstract StreamingHash StartHash();

    /// <summary>Prepares a message authentication key; the result may be used by many threads and computes many codes.</summary>
    public abstract KeyedHash CreateKeyedHash(ReadOnlySpan<byte> key);

    /// <summary>One message authentication code.</summary>
    public byte[] Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        using var keyed = CreateKeyedHash(key);
        var code = new byte[HashLength];
        keyed.Compute(data, code);
        return code;
    }

    /// <summary>Prepares an authenticated-encryption key of <see cref="KeyLength"/> bytes. Not safe for use by several threads at once.</summary>
    public abstract AeadKey CreateAead(ReadOnlySpan<byte> key);

    /// <summary>Encrypts each 16-byte block in place by itself (the bare block cipher): a keyed permutation for row order and buckets, never for hiding content.</summary>
    /// <param name="key"><see cref="KeyLength"/> bytes.</param>
    /// <param name="blocks">A whole number of blocks.</param>
    public abstract void PermuteBlocks(ReadOnlySpan<byte> key, Span<byte> blocks);

    /// <summary>HKDF (RFC 5869) with the suite's hash; the suite's name stands before the label in the info field.</summary>
    /// <param name="input">Key material of full entropy.</param>
    /// <param name="salt">May be empty.</param>
    /// <param name="label">What the derived key is for.</param>
    /// <param name="length">1 to 8160 bytes.</param>
    public Secret Derive(ReadOnlySpan<byte> input, ReadOnlySpan<byte> salt, string label, int length)
    {
        var info = Encoding.UTF8.GetBytes($"sandbox/{Name}/{label}");
        return DeriveRaw(input, salt, info, length);
    }

    internal Secret DeriveRaw(ReadOnlySpan<byte> input, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, int length) =>
        Hkdf.Derive(this, input, salt, info, length);

    /// <summary>A fresh signing key; store it through the key ring.</summary>
    public SigningKey GenerateSigningKey()
    {
        using var scalar = GenerateScalar();
        return SigningKey.FromScalar(this, scalar.Bytes);
    }

    internal abstract Secret GenerateScalar();

    internal abstract RawSigner CreateSigner(ReadOnlySpan<byte> scalar);

    /// <param name="point">64 bytes X‖Y; a point off the curve throws TRUST-SIGN-1.</param>
    internal abstract RawVerifier CreateVerifier(ReadOnlySpan<byte> point);

    public override string ToString() => Name;
}
