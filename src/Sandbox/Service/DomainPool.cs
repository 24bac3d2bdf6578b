using System.Collections.Concurrent;
using Sandbox.Host.Domains;

namespace Sandbox.Host.Service;

/// <summary>
/// Open domain objects of a service. One serves one act at a time, as in a process of its own: they share nothing but the files, which several processes may share too.
/// </summary>
internal sealed class DomainPool(Func<OpenDomain> open, int most, TimeProvider time) : IDisposable
{
    /// <summary>What an object gathers (prepared statements, keys that were opened) goes with it after this many acts.</summary>
    private const int MostActs = 2000;

    /// <summary>How old the last look at the registry's seal may be.</summary>
    private static readonly TimeSpan SealLasts = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _places = new(most, most);
    private readonly ConcurrentStack<Held> _idle = new();
    private long _sealSeen = long.MinValue;
    private bool _disposed;

    /// <summary>Lends one for an act; waits for one to come free.</summary>
    public async Task<Lease> RentAsync(CancellationToken cancel)
    {
        await _places.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var held = _idle.TryPop(out var idle) ? idle : new Held(open());
            try
            {
                CheckSeal(held.Domain);
            }
            catch
            {
                held.Domain.Dispose();
                throw;
            }

            held.Domain.BeginAct();
            held.Acts++;
            return new(this, held);
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryPop(out var held))
        {
            held.Domain.Dispose();
        }
    }

    /// <summary>Somebody who writes into the registry beside this program is found out within seconds, not at the next start.</summary>
    private void CheckSeal(OpenDomain domain)
    {
        var now = time.GetTimestamp();
        var seen = Interlocked.Read(ref _sealSeen);
        if (seen == long.MinValue || time.GetElapsedTime(seen, now) > SealLasts)
        {
            domain.CheckSeal();
            Interlocked.Exchange(ref _sealSeen, now);
        }
    }

    private void Return(Held held, bool broken)
    {
        try
        {
            if (broken || held.Acts >= MostActs)
            {
                held.Domain.Dispose();
            }
            else
            {
                _idle.Push(held);
            }

            // Pushed after the last was taken out: nobody else will close it.
            if (_disposed)
            {
                Dispose();
            }
        }
        finally
        {
            _places.Release();
        }
    }

    private sealed class Held(OpenDomain domain)
    {
        public OpenDomain Domain { get; } = domain;

        public int Acts { get; set; }
    }

    /// <summary>A lent object; it goes back when this is disposed.</summary>
    public sealed class Lease : IDisposable
    {
        private readonly DomainPool _pool;
        private Held? _held;

        internal Lease(DomainPool pool, object held)
        {
            _pool = pool;
            _held = (Held)held;
        }

        public OpenDomain Domain => _held?.Domain ?? throw new ObjectDisposedException(nameof(Lease));

        /// <summary>The object is closed instead of lent again.</summary>
        public bool Broken { get; set; }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _held, null) is { } held)
            {
                _pool.Return(held, Broken);
            }
        }
    }
}
