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

/// <summary>HMAC-SHA-256: one message by the platform's one-shot form, which any number of threads may call; many messages in lanes, as the platform keeps no prepared key between them.</summary>
internal sealed class Sha256KeyedHash : KeyedHash
{
    private const int HmacBlock = 64;

    private readonly Secret _key;
    private readonly LaneHmac<Sha256Lanes> _lanes;
    private bool _disposed;

    public Sha256KeyedHash(ReadOnlySpan<byte> key)
    {
        _key = Secret.CopyOf(key);
        Span<byte> block = stackalloc byte[SHA256.HashSizeInBytes];
        _lanes = new LaneHmac<Sha256Lanes>(key.Length > HmacBlock ? block[..SHA256.HashData(key, block)] : key);
        CryptographicOperations.ZeroMemory(block);
    }

    public override void Compute(ReadOnlySpan<byte> data, Span<byte> destination) => HMACSHA256.HashData(_key.Bytes, data, destination);

    public override void Compute(ReadOnlySpan<byte> messages, ReadOnlySpan<int> ends, Span<byte> codes)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Lanes8.IsFast)
        {
            _lanes.Compute(messages, ends, codes);
        }
        else
        {
            base.Compute(messages, ends, codes);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        _key.Dispose();
        _lanes.Dispose();
    }
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
