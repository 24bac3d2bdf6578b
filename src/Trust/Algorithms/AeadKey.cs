namespace Sandbox.Trust;

/// <summary>A prepared key of GCM authenticated encryption: 12-byte nonces (never twice under one key), 16-byte tags.</summary>
public abstract class AeadKey : IDisposable
{
    public const int NonceLength = 12;
    public const int TagLength = 16;

    /// <summary>Encrypts into <paramref name="cipher"/> (same length; may be the same memory) and writes the tag.</summary>
    public abstract void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated, Span<byte> cipher, Span<byte> tag);

    /// <summary>Decrypts; false, with <paramref name="plain"/> zeroed, when the tag does not fit.</summary>
    public abstract bool Open(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated, Span<byte> plain);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
