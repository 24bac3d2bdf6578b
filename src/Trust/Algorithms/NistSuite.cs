using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>The suite of the American standards, through the platform's libraries.</summary>
internal sealed class NistSuite : Suite
{
    public override string Name => "nist";

    public override byte Id => 2;

    public override int KeyLength => 32;

    public override string SignatureAlgorithm => "ecdsa-p256-sha256";

    public override void Hash(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        if (data.Length <= Sha256Fast.Longest && destination.Length == HashLength && Sha256Fast.IsTrusted)
        {
            Sha256Fast.Hash(data, destination);
        }
        else
        {
            SHA256.HashData(data, destination);
        }
    }

    public override StreamingHash StartHash() => new Sha256Hash();

    public override KeyedHash CreateKeyedHash(ReadOnlySpan<byte> key) => new Sha256KeyedHash(key);

    public override AeadKey CreateAead(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength);
        return new PlatformAesGcm(key);
    }

    public override void PermuteBlocks(ReadOnlySpan<byte> key, Span<byte> blocks)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength);
        ArgumentOutOfRangeException.ThrowIfNotEqual(blocks.Length % BlockLength, 0);
        using var aes = Aes.Create();
        aes.SetKey(key);
#pragma warning disable CA5358 // A bare permutation of single blocks is what is asked for here; it hides no content.
        aes.EncryptEcb(blocks, blocks, PaddingMode.None);
#pragma warning restore CA5358
    }

    internal override Secret GenerateScalar()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parameters = key.ExportParameters(true);
        var secret = Secret.CopyOf(parameters.D);
        CryptographicOperations.ZeroMemory(parameters.D);
        return secret;
    }

    internal override RawSigner CreateSigner(ReadOnlySpan<byte> scalar) => new EcdsaSigner(scalar);

    internal override RawVerifier CreateVerifier(ReadOnlySpan<byte> point) => new EcdsaVerifier(point);
}

/// <summary>SHA-256 over parts.</summary>
internal sealed class Sha256Hash : StreamingHash
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public override void Append(ReadOnlySpan<byte> data) => _hash.AppendData(data);

    public override void Finish(Span<byte> destination) => _hash.GetHashAndReset(destination);

    protected override void Dispose(bool disposing) => _hash.Dispose();
}

/// <summary>HMAC-SHA-256 by the platform's one-shot form, which any number of threads may call.</summary>
internal sealed class Sha256KeyedHash(ReadOnlySpan<byte> key) : KeyedHash
{
    private readonly Secret _key = Secret.CopyOf(key);

    public override void Compute(ReadOnlySpan<byte> data, Span<byte> destination) => HMACSHA256.HashData(_key.Bytes, data, destination);

    protected override void Dispose(bool disposing) => _key.Dispose();
}

/// <summary>AES-GCM of the platform.</summary>
internal sealed class PlatformAesGcm(ReadOnlySpan<byte> key) : AeadKey
{
    private readonly AesGcm _gcm = new(key, TagLength);

    public override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated, Span<byte> cipher, Span<byte> tag) =>
        _gcm.Encrypt(nonce, plain, cipher, tag, associated);

    public override bool Open(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated, Span<byte> plain)
    {
        try
        {
            _gcm.Decrypt(nonce, cipher, tag, plain, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            CryptographicOperations.ZeroMemory(plain);
            return false;
        }
    }

    protected override void Dispose(bool disposing) => _gcm.Dispose();
}
