namespace Sandbox.Trust;

/// <summary>A prepared HMAC key (RFC 2104). Safe for use by many threads until disposed; disposing zeroes it.</summary>
public abstract class KeyedHash : IDisposable
{
    /// <summary>Writes the 32-byte code of <paramref name="data"/>.</summary>
    public abstract void Compute(ReadOnlySpan<byte> data, Span<byte> destination);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
