using System.Data.Common;
using System.Diagnostics;

namespace Sandbox.Trust;

/// <summary>What else belongs into every transaction that appends: the domain seals its registry there.</summary>
public interface ILedgerGroup
{
    /// <summary>Called under the write lock before the first change.</summary>
    /// <param name="transaction">The group's transaction.</param>
    /// <param name="size">Entries in the ledger.</param>
    /// <param name="changes">Whether any member of the group changes state.</param>
    void Begin(DbTransaction transaction, long size, bool changes);

    /// <summary>Called after the entries stand, before the commit. May append more of its own.</summary>
    /// <param name="transaction">The group's transaction.</param>
    /// <param name="first">Index of the first entry of the group.</param>
    /// <param name="entries">The group's entries.</param>
    /// <param name="changes">Whether any member that stands changed state.</param>
    void End(DbTransaction transaction, long first, IReadOnlyList<LedgerEntry> entries, bool changes);

    /// <summary>Called after the commit, still on the writer's thread and before any caller is answered. What it throws is handed to the callers, although their entries stand.</summary>
    void Committed(bool changes);
}

/// <summary>One writer for many callers: their changes of state and ledger entries are committed in groups, each change together with its entry or not at all.</summary>
/// <remarks>
/// Safe for use by many threads. The connection belongs to the writer while an append is under way. Other processes may append to the same database:
/// every group begins with the write lock and reads the head anew. What was acknowledged is on disk.
/// </remarks>
public sealed class LedgerWriter : IDisposable
{
    private const int MostInGroup = 256;
    private const int MostWaiting = 4096;

    /// <summary>How long a group waits for callers who were answered by the last one and are about to come back, µs. A group that is split costs a commit more.</summary>
    private const double Patience = 1000;

    private readonly Ledger _ledger;
    private readonly Func<DbTransaction> _begin;
    private readonly ILedgerGroup? _group;
    private readonly Queue<Request> _waiting = [];
    private readonly Thread _thread;
    private int _asked;

    // The writer's thread alone: how many may be there once those who were answered last are back, and when they were answered.
    private int _wanted;
    private long _answered;

    private bool _ended;

    /// <param name="ledger">Opened for appending; used by this writer alone.</param>
    /// <param name="begin">Begins a transaction that holds the write lock (BEGIN IMMEDIATE).</param>
    /// <param name="group">What else belongs into every transaction; null for nothing.</param>
    public LedgerWriter(Ledger ledger, Func<DbTransaction> begin, ILedgerGroup? group = null)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(begin);
        _ledger = ledger;
        _begin = begin;
        _group = group;
        _thread = new Thread(Work) { IsBackground = true, Name = "ledger writer" };
        _thread.Start();
    }

    /// <summary>Runs a change and appends its entry in one transaction; completes when both are on disk.</summary>
    /// <param name="entry">What happened.</param>
    /// <param name="change">Re-checks and writes under the write lock; gets the transaction and the index that the entry will have. What it throws undoes it, keeps the entry out and is handed to the caller. Null for none.</param>
    /// <returns>The entry's index.</returns>
    /// <exception cref="TrustException">TRUST-LEDGER-1, TRUST-LEDGER-2.</exception>
    /// <exception cref="DbException">The database refused, for example because the disk is full; nothing was kept.</exception>
    public Task<long> AppendAsync(LedgerEntry entry, Action<DbTransaction, long>? change = null)
    {
        ArgumentNullException.ThrowIfNull(entry);
        // A badly formed entry must not undo the changes of others. What a change may still add to its entry is written after it, all else here, by the caller.
        var beginning = EntryForm.Begin(entry);
        var request = new Request(entry, change) { Beginning = change is null ? beginning : null };
        lock (_waiting)
        {
            while (_waiting.Count >= MostWaiting && !_ended)
            {
                Monitor.Wait(_waiting);
            }

            ObjectDisposedException.ThrowIf(_ended, this);
            _waiting.Enqueue(request);
            _asked = _waiting.Count;
            if (_waiting.Count == 1)
            {
                Monitor.PulseAll(_waiting);
            }
        }

        return request.Done.Task;
    }

    /// <summary>Waits for everything that was asked for and ends.</summary>
    public void Dispose()
    {
        lock (_waiting)
        {
            _ended = true;
            Monitor.PulseAll(_waiting);
        }

        _thread.Join();
    }

    private void Work()
    {
        var group = new List<Request>(MostInGroup);
        while (TakeFirst(group))
        {
            Commit(group);
        }
    }

    /// <summary>Takes in those who come back from the group before.</summary>
    private void Gather(List<Request> group)
    {
        // Looked at without the lock, which those who come back need.
        while (group.Count + Volatile.Read(ref _asked) < _wanted && Stopwatch.GetElapsedTime(_answered).TotalMicroseconds < Patience)
        {
            Thread.Yield();
        }

        TakeMore(group);
    }

    /// <summary>Called before a group is answered: who came meanwhile waits already, who is answered now may come back.</summary>
    private void Expect(List<Request> group)
    {
        _answered = Stopwatch.GetTimestamp();
        _wanted = Math.Min(MostInGroup, group.Count + Volatile.Read(ref _asked));
    }

    /// <summary>Waits for the first of a new group and takes who is there with it; false when the writer ends and nobody waits.</summary>
    private bool TakeFirst(List<Request> group)
    {
        group.Clear();
        lock (_waiting)
        {
            while (_waiting.Count == 0 && !_ended)
            {
                Monitor.Wait(_waiting);
            }

            TakeMore(group);
            return group.Count > 0;
        }
    }

    private void TakeMore(List<Request> group)
    {
        lock (_waiting)
        {
            if (_waiting.Count >= MostWaiting)
            {
                Monitor.PulseAll(_waiting);
            }

            while (group.Count < MostInGroup && _waiting.TryDequeue(out var next))
            {
                group.Add(next);
            }

            _asked = _waiting.Count;
        }
    }

    /// <param name="group">Those who are there, at least one; the others are gathered under the write lock, when the ledger's edge is read and its signature begun: nobody waits for that.</param>
    private void Commit(List<Request> group)
    {
        var accepted = new List<Request>(group.Count);
        try
        {
            long index;
            using (var transaction = _begin())
            {
                using var ground = _ledger.Ground(transaction);
                index = ground.Size;
                Gather(group);
                var changes = group.Exists(request => request.Change is not null);
                _group?.Begin(transaction, index, changes);
                foreach (var request in group)
                {
                    if (Changed(transaction, request, index + accepted.Count, group.Count > 1))
                    {
                        accepted.Add(request);
                    }
                }

                if (accepted.Count == 0)
                {
                    return;
                }

                if (_ledger.Append(transaction, ground, [.. accepted.Select(request => request.Beginning ?? EntryForm.Begin(request.Entry))]) != index)
                {
                    throw new TrustException(TrustRules.LedgerBroken);
                }

                _group?.End(transaction, index, [.. accepted.Select(request => request.Entry)], accepted.Exists(request => request.Change is not null));
                transaction.Commit();
            }

            _group?.Committed(accepted.Exists(request => request.Change is not null));

            Expect(group);
            Answer(accepted, index);
        }
#pragma warning disable CA1031 // Whatever it is, the callers must hear of it; the thread goes on for the others.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Expect(group);
            foreach (var request in group)
            {
                request.Done.TrySetException(error);
            }
        }
    }

    // From a thread of the pool, whose own queue takes what the callers do next without waking somebody for each of them.
    private static void Answer(List<Request> accepted, long first) => ThreadPool.UnsafeQueueUserWorkItem(
        static answered =>
        {
            for (var i = 0; i < answered.Accepted.Count; i++)
            {
                answered.Accepted[i].Done.SetResult(answered.First + i);
            }
        },
        (Accepted: accepted, First: first),
        preferLocal: false);

    /// <summary>Runs one change; one that refuses is undone alone.</summary>
    private static bool Changed(DbTransaction transaction, Request request, long index, bool beside)
    {
        if (request.Change is null)
        {
            return true;
        }

        const string Point = "ledger_change";
        if (beside)
        {
            transaction.Save(Point);
        }

        try
        {
            request.Change(transaction, index);
        }
        catch (Exception error) when (error is not DbException)
        {
            if (beside)
            {
                transaction.Rollback(Point);
                transaction.Release(Point);
            }

            request.Done.SetException(error);
            return false;
        }

        if (beside)
        {
            transaction.Release(Point);
        }

        return true;
    }

    private sealed record Request(LedgerEntry Entry, Action<DbTransaction, long>? Change)
    {
        /// <summary>The entry's bytes up to its place; null as long as the change may add to it.</summary>
        public byte[]? Beginning { get; init; }

        public TaskCompletionSource<long> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
