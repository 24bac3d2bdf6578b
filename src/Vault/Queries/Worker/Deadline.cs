using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Queries;

/// <summary>Interrupts a connection from its deadline on, every 50 ms until disposed: an interrupt that comes between two operators is lost.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly Timer _timer;
    private readonly Lock _gate = new();
    private bool _over;

    public Deadline(DuckDbConnection connection, TimeSpan after)
    {
        _timer = new Timer(_ =>
        {
            lock (_gate)
            {
                if (!_over)
                {
                    connection.Interrupt();
                }
            }
        }, null, after, TimeSpan.FromMilliseconds(50));
    }

    public void Dispose()
    {
        // After this no late tick can hit the next statement.
        lock (_gate)
        {
            _over = true;
        }

        _timer.Dispose();
    }
}
