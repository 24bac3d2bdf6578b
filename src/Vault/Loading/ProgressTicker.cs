using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Loading;

/// <summary>Tells four times a second how far the engine says it is. A second dispose does nothing.</summary>
internal sealed class ProgressTicker : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Timer _timer;
    private bool _stopped;

    internal ProgressTicker(DuckDbConnection connection, Action<double> tell)
    {
        var best = 0.0;
        _timer = new Timer(
            _ =>
            {
                // Under the gate: after Dispose nothing touches the connection or the pipe any more.
                lock (_gate)
                {
                    if (!_stopped && connection.Progress() is { } share && share > best)
                    {
                        best = share;
                        tell(share);
                    }
                }
            },
            null,
            250,
            250);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
        }

        _timer.Dispose();
    }
}
