using System.Data.Common;
using Microsoft.Data.Sqlite;
using Sandbox.Host.Answers;
using Sandbox.Host.Registry;
using Sandbox.Trust;

namespace Sandbox.Host.Domains;

/// <summary>What belongs into every transaction of a domain: the registry's seal is checked before and renewed after, and a checkpoint is kept when it is due.</summary>
/// <param name="seal">The registry's seal.</param>
/// <param name="ledger">The one that the writer appends with.</param>
/// <param name="settle">Erases the keys of epochs that are over; needs the connection to itself.</param>
internal sealed class SealedGroup(RegistrySeal seal, Ledger ledger, Action settle) : ILedgerGroup
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

    public void End(DbTransaction transaction, long size, bool changes)
    {
        Interlocked.Increment(ref _appended);
        seal.Write((SqliteTransaction)transaction, size, Changed);
        if (ledger.CheckpointDue(transaction))
        {
            ledger.Checkpoint(transaction, CheckpointReason.Scheduled);
        }
    }
}
