namespace Sandbox.Trust;

/// <summary>One signature, begun before its payload is there: of SM2, whose one-time point is nearly all of the work, a few multiplications are left. Must not outlive its key.</summary>
/// <remarks>
/// Begun when the payload is about to come, never kept in stock: a machine that is restored from a snapshot would sign again with the one-time number that lies in its memory, and two signatures with one number give the key away.
/// </remarks>
internal sealed class PreparedSignature : IDisposable
{
    private readonly Suite _suite;
    private readonly RawSigner _signer;
    private readonly Secret? _prepared;
    private int _used;

    public PreparedSignature(Suite suite, RawSigner signer)
    {
        _suite = suite;
        _signer = signer;
        _prepared = signer.Prepare();
    }

    /// <summary>As <see cref="SigningKey.Sign"/>, once.</summary>
    /// <exception cref="ObjectDisposedException">It was signed before, or given up.</exception>
    public byte[] Sign(string label, ReadOnlySpan<byte> payload)
    {
        ObjectDisposedException.ThrowIf(Interlocked.Exchange(ref _used, 1) == 1, this);
        using (_prepared)
        {
            return _signer.Sign(SignedBytes.Frame(_suite, label, payload), _prepared);
        }
    }

    public void Dispose()
    {
        // Whoever is signing frees it; nobody else may any more.
        if (Interlocked.Exchange(ref _used, 1) == 0)
        {
            _prepared?.Dispose();
        }
    }
}
