namespace Sandbox.Trust;

/// <summary>A private key of one suite over bare messages; labels are added above it.</summary>
internal abstract class RawSigner : IDisposable
{
    /// <summary>64 bytes X‖Y.</summary>
    public abstract byte[] PublicPoint { get; }

    /// <summary>64 bytes r‖s.</summary>
    public abstract byte[] Sign(ReadOnlySpan<byte> message);

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
