using System.Data.Common;

namespace Sandbox.Trust;

public sealed partial class Ledger
{
    /// <param name="archiveFolder">Where the archive's files lie; needed for entries that were archived.</param>
    /// <exception cref="TrustException">TRUST-LEDGER-3 out of range, TRUST-LEDGER-6 archived and not at hand.</exception>
    public InclusionProof ProveInclusion(long index, long? size = null, DbTransaction? transaction = null, string? archiveFolder = null)
    {
        using var snapshot = transaction is null ? KeyTables.Snapshot(_connection) : null;
        var total = Head(transaction ?? snapshot).Size;
        return Prove(index, size ?? total, total, transaction ?? snapshot, archiveFolder);
    }

    /// <exception cref="TrustException">TRUST-LEDGER-3 out of range, TRUST-LEDGER-6 needs archived entries.</exception>
    public ConsistencyProof ProveConsistency(long size1, long? size2 = null, DbTransaction? transaction = null, string? archiveFolder = null)
    {
        using var snapshot = transaction is null ? KeyTables.Snapshot(_connection) : null;
        var total = Head(transaction ?? snapshot).Size;
        var later = size2 ?? total;
        if (size1 < 0 || size1 > later || later > total)
        {
            throw new TrustException(TrustRules.LedgerRange);
        }

        var proofs = new LedgerProofs(_connection, transaction ?? snapshot, _hasher, archiveFolder);
        return new ConsistencyProof(size1, later, proofs.Root(size1), proofs.Root(later), proofs.Consistency(size1, later));
    }

    /// <summary>A self-contained proof for one entry: entry, path and signed head. <see cref="LedgerVerifier.VerifyReceipt"/> reads it offline.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-3 out of range, TRUST-LEDGER-6 archived and not at hand.</exception>
    public byte[] Receipt(long index, DbTransaction? transaction = null, string? archiveFolder = null)
    {
        using var snapshot = transaction is null ? KeyTables.Snapshot(_connection) : null;
        var head = Head(transaction ?? snapshot);
        var proof = Prove(index, head.Size, head.Size, transaction ?? snapshot, archiveFolder);
        var record = Entries(index, 1, transaction ?? snapshot) is [var live] && live.Index == index
            ? live
            : EntryForm.Read(LedgerArchives.Entry(_connection, transaction ?? snapshot, archiveFolder, index)) ?? throw new TrustException(TrustRules.LedgerBroken);
        return LedgerReceipt.Write(record, proof, head);
    }

    /// <summary>A self-contained proof that the ledger of now begins with the ledger of an earlier checkpoint. <see cref="LedgerVerifier.VerifyGrowth"/> reads it offline.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-3: the checkpoint saw more entries than there are. TRUST-LEDGER-4: not of this ledger.</exception>
    public byte[] Growth(string earlierCheckpoint, DbTransaction? transaction = null, string? archiveFolder = null)
    {
        using var snapshot = transaction is null ? KeyTables.Snapshot(_connection) : null;
        var earlier = LedgerHead.Verify(CosignedCheckpoint.Bare(earlierCheckpoint), Key);
        var head = Head(transaction ?? snapshot);
        return LedgerGrowth.Write(head, ProveConsistency(earlier.Size, head.Size, transaction ?? snapshot, archiveFolder));
    }

    private InclusionProof Prove(long index, long size, long total, DbTransaction? transaction, string? archiveFolder)
    {
        if (index < 0 || index >= size || size > total)
        {
            throw new TrustException(TrustRules.LedgerRange);
        }

        var proofs = new LedgerProofs(_connection, transaction, _hasher, archiveFolder);
        return new InclusionProof(index, size, proofs.Leaf(index), proofs.Inclusion(index, size), proofs.Root(size));
    }
}
