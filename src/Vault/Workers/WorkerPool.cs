using Sandbox.Jail;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Scanning;

namespace Sandbox.Vault.Workers;

/// <summary>
/// Worker children started ahead of their work, each in its own jail and for one request only: what a start costs is paid while nobody waits. At most one of a kind waits.
/// It knows no key and has been given nothing. Thread-safe; disposing kills those that wait.
/// </summary>
public sealed class WorkerPool(Jailer jailer) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<WorkerKind, FiledWorker> _waiting = [];
    private bool _closed;

    /// <summary>Starts a child for a load, unless one waits.</summary>
    /// <param name="memoryLimitBytes">The limit of the request to come: another request starts a child of its own.</param>
    public void PrepareLoad(long memoryLimitBytes = LoadRequest.DefaultMemoryLimitBytes) => Prepare(DataLoader.Kind(memoryLimitBytes));

    /// <summary>Starts a child for a scan, unless one waits.</summary>
    public void PrepareScan() => Prepare(ScanService.Pooled);

    /// <summary>Waits until all that wait have warmed up.</summary>
    public async Task ReadyAsync()
    {
        FiledWorker[] all;
        lock (_gate)
        {
            all = [.. _waiting.Values];
        }

        foreach (var worker in all)
        {
            _ = await worker.IsReadyAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        FiledWorker[] all;
        lock (_gate)
        {
            (all, _closed) = ([.. _waiting.Values], true);
            _waiting.Clear();
        }

        foreach (var worker in all)
        {
            await worker.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A worker of that kind: the one that waits, else a new one. Its time limit runs from now; the caller owns it.</summary>
    /// <exception cref="JailRefusedException">No jail can be had.</exception>
    internal static async Task<FiledWorker> TakeAsync(WorkerPool? pool, Jailer jailer, WorkerKind kind, CancellationToken cancellation)
    {
        if (pool?.Remove(kind) is { } ahead)
        {
            var taken = false;
            try
            {
                if (await ahead.IsReadyAsync().WaitAsync(cancellation).ConfigureAwait(false) && !ahead.Worker.Process.Exit.IsCompleted)
                {
                    ahead.Worker.Process.Begin(cancellation);
                    taken = true;
                    return ahead;
                }
            }
            finally
            {
                if (!taken)
                {
                    await ahead.DisposeAsync().ConfigureAwait(false);
                }
            }
        }

        return FiledWorker.Start(jailer, kind, ahead: false, cancellation);
    }

    private void Prepare(WorkerKind kind)
    {
        lock (_gate)
        {
            if (_closed || _waiting.ContainsKey(kind))
            {
                return;
            }

            try
            {
                _waiting.Add(kind, FiledWorker.Start(jailer, kind, ahead: true, CancellationToken.None));
            }
            catch (JailRefusedException)
            {
                // Whoever comes with work is told.
            }
        }
    }

    private FiledWorker? Remove(WorkerKind kind)
    {
        lock (_gate)
        {
            return _waiting.Remove(kind, out var worker) ? worker : null;
        }
    }
}
