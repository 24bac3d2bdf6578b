namespace Sandbox.Trust;

/// <summary>A hash over parts.</summary>
public abstract class StreamingHash : IDisposable
{
    /// <summary>Adds the next part.</summary>
    public abstract void Append(ReadOnlySpan<byte> data);

    /// <summary>Writes the 32-byte hash of all parts and starts again.</summary>
    public abstract void Finish(Span<byte> destination);

    /// <inheritdoc cref="Finish(Span{byte})"/>
    public byte[] Finish()
    {
        var hash = new byte[Suite.HashLength];
        Finish(hash);
        return hash;
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
