namespace Sandbox.Trust;

/// <summary>A private key of one suite over bare messages; labels are added above it.</summary>
internal abstract class RawSigner : IDisposable
{
    /// <summary>64 bytes X‖Y.</summary>
    public abstract byte[] PublicPoint { get; }

    /// <summary>64 bytes r‖s.</summary>
    public abstract byte[] Sign(ReadOnlySpan<byte> message);

    /// <summary>What of one signature can be computed before the message is there; null where that is nothing. As secret as the key, good for one message only.</summary>
    public virtual Secret? Prepare() => null;

    /// <summary>As <see cref="Sign(ReadOnlySpan{byte})"/>, from what <see cref="Prepare"/> gave.</summary>
    /// <param name="message">The bare message.</param>
    /// <param name="prepared">Never used for another message, not even after a failure; null where nothing was prepared.</param>
    public virtual byte[] Sign(ReadOnlySpan<byte> message, Secret? prepared) => Sign(message);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>A public key of one suite over bare messages. Safe for use by many threads.</summary>
internal abstract class RawVerifier
{
    public abstract bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);
}
