using Sandbox.Enclave.Models;
using Sandbox.Jail;

namespace Sandbox.Enclave.Runs;

/// <summary>
/// Jails for models started ahead, each for one job only: the engine has come up and both call filters are in force before there is anything to run. At most one of a kind waits, and
/// at most <see cref="MostWaiting"/> in all. Thread-safe; disposing kills those that wait and sees the end of those that ran.
/// </summary>
public sealed class ModulePool(Jailer jailer) : IAsyncDisposable
{
    /// <summary>Most jails that wait: each holds some 40 MB.</summary>
    public const int MostWaiting = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<JailPolicy, WaitingJail> _waiting = [];
    private readonly List<Task> _dying = [];
    private bool _closed;

    /// <summary>Starts the jail in which this package will run, unless one waits.</summary>
    public void Prepare(ModelPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        Prepare(ModelRunner.JobOf(package).Jail);
    }

    /// <summary>Starts the jail in which this job will run, unless one waits.</summary>
    public void Prepare(ModuleJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        Prepare(job.Jail);
    }

    /// <summary>Waits until the second filter of all that wait is in force, or for a second: without a compiler there is none.</summary>
    public async Task ReadyAsync()
    {
        WaitingJail[] all;
        lock (_gate)
        {
            all = [.. _waiting.Values];
        }

        foreach (var jail in all)
        {
            for (var looks = 0; looks < 200 && jail.Process is { Level: < 2, Exit.IsCompleted: false }; looks++)
            {
                await Task.Delay(5).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        WaitingJail[] all;
        Task[] dying;
        lock (_gate)
        {
            (all, dying, _closed) = ([.. _waiting.Values], [.. _dying], true);
            _waiting.Clear();
        }

        foreach (var jail in all)
        {
            await jail.DisposeAsync().ConfigureAwait(false);
        }

        await Task.WhenAll(dying).ConfigureAwait(false);
    }

    /// <summary>Takes over a jail whose run was accounted. Comes back at once, unless many are dying still: each holds its memory until the kernel has taken it back.</summary>
    internal async ValueTask BuryAsync(WaitingJail jail)
    {
        var last = jail.DisposeAsync().AsTask();
        Task? oldest = null;
        lock (_gate)
        {
            _dying.RemoveAll(task => task.IsCompleted);
            _dying.Add(last);
            oldest = _closed ? last : _dying.Count > MostWaiting ? _dying[0] : null;
        }

        if (oldest is not null)
        {
            await oldest.ConfigureAwait(false);
        }
    }

    /// <summary>The jail of that kind that waits, else a new one; the caller owns it.</summary>
    /// <exception cref="JailRefusedException">No jail can be had.</exception>
    internal static async Task<WaitingJail> TakeAsync(ModulePool? pool, Jailer jailer, JailPolicy policy, CancellationToken cancellation)
    {
        if (pool?.Remove(policy) is { } waiting)
        {
            if (!waiting.Process.Exit.IsCompleted)
            {
                return waiting;
            }

            await waiting.DisposeAsync().ConfigureAwait(false);
        }

        return WaitingJail.Start(jailer, policy, ahead: false, cancellation);
    }

    /// <summary>The jail of that kind that waits, which stays the pool's; null when there is none.</summary>
    internal WaitingJail? Waiting(JailPolicy policy)
    {
        lock (_gate)
        {
            return _waiting.GetValueOrDefault(policy);
        }
    }

    private void Prepare(JailPolicy policy)
    {
        lock (_gate)
        {
            if (_closed || _waiting.Count >= MostWaiting || _waiting.ContainsKey(policy))
            {
                return;
            }

            try
            {
                _waiting.Add(policy, WaitingJail.Start(jailer, policy, ahead: true, CancellationToken.None));
            }
            catch (JailRefusedException)
            {
                // Whoever comes with work is told.
            }
        }
    }

    private WaitingJail? Remove(JailPolicy policy)
    {
        lock (_gate)
        {
            return _waiting.Remove(policy, out var jail) ? jail : null;
        }
    }
}
