namespace Sandbox.Trust;

/// <summary>A prepared HMAC key (RFC 2104). Safe for use by many threads until disposed; disposing zeroes it.</summary>
public abstract class KeyedHash : IDisposable
{
    /// <summary>Writes the 32-byte code of <paramref name="data"/>.</summary>
    public abstract void Compute(ReadOnlySpan<byte> data, Span<byte> destination);

    /// <summary>Writes the 32-byte codes of many messages; several are computed at once where the processor can.</summary>
    /// <param name="messages">The messages one after the other.</param>
    /// <param name="ends">Where each message ends.</param>
    /// <param name="codes">32 bytes a message.</param>
    public virtual void Compute(ReadOnlySpan<byte> messages, ReadOnlySpan<int> ends, Span<byte> codes)
    {
        for (var (at, start) = (0, 0); at < ends.Length; start = ends[at++])
        {
            Compute(messages[start..ends[at]], codes.Slice(at * Suite.HashLength, Suite.HashLength));
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
