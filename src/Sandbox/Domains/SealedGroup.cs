using System.Data.Common;
using Microsoft.Data.Sqlite;
using Sandbox.Host.Answers;
using Sandbox.Host.Registry;
using Sandbox.Host.Supervision;
using Sandbox.Trust;

namespace Sandbox.Host.Domains;

/// <summary>What belongs into every transaction of a domain: the registry's seal is checked before and renewed after, alerts are raised, and a checkpoint is kept when it is due.</summary>
/// <param name="seal">The registry's seal.</param>
/// <param name="ledger">The one that the writer appends with.</param>
/// <param name="settle">Erases the keys of epochs that are over; needs the connection to itself.</param>
/// <param name="time">The clock.</param>
internal sealed class SealedGroup(RegistrySeal seal, Ledger ledger, Action settle, TimeProvider time) : ILedgerGroup
{
    private int _appended;

    /// <summary>Entries that were appended and committed, or were about to be.</summary>
    public int Appended => Volatile.Read(ref _appended);

    /// <summary>Set by a change that wrote a document.</summary>
    public bool Changed { get; set; }

    public void Begin(DbTransaction transaction, long size, bool changes)
    {
        Changed = false;
        if (seal.Check((SqliteTransaction)transaction, documents: changes) != size)
        {
            throw new RefusedException(RegistrySeal.Broken());
        }
    }

    public void Committed(bool changes)
    {
        if (changes)
        {
            settle();
        }
    }

    public void End(DbTransaction transaction, long first, IReadOnlyList<LedgerEntry> entries, bool changes)
    {
        Interlocked.Increment(ref _appended);
        var held = (SqliteTransaction)transaction;
        if (entries.Any(AlertWatch.Watches))
        {
            Raise(held, AlertWatch.After(held, ledger, entries, first, time.GetUtcNow()), changes);
        }

        seal.Write(held, ledger.Head(transaction).Size, Changed);
        if (ledger.CheckpointDue(transaction))
        {
            ledger.Checkpoint(transaction, CheckpointReason.Scheduled);
        }
    }

    private void Raise(SqliteTransaction transaction, List<(Alert Alert, LedgerEntry Entry)> alerts, bool changes)
    {
        if (alerts.Count == 0)
        {
            return;
        }

        if (!changes)
        {
            // The documents were not looked at yet, and the seal will be renewed over all of them.
            seal.Check(transaction, documents: true);
        }

        var writer = new RegistryWriter(transaction);
        foreach (var (alert, _) in alerts)
        {
            writer.TryAdd(alert);
        }

        ledger.Append(transaction, [.. alerts.Select(alert => alert.Entry)]);
        Changed = true;
    }
}
