using System.Data.Common;
using System.Globalization;

namespace Sandbox.Trust;

/// <summary>The append-only log of a domain: an RFC 9162 tree over canonical entries, written in the caller's transaction together with a signed head.</summary>
/// <remarks>Not safe for use by several threads at once. Several processes may append: each transaction must have been begun as a writing one (BEGIN IMMEDIATE).</remarks>
public sealed class Ledger
{
    private readonly DbConnection _connection;
    private readonly SigningKey? _signer;
    private readonly TimeProvider _time;
    private readonly TreeHasher _hasher;
    private string? _trustedNote;

    private Ledger(DbConnection connection, SigningKey? signer, PublicKey key, TimeProvider time)
    {
        _connection = connection;
        _signer = signer;
        Key = key;
        _time = time;
        _hasher = new TreeHasher(key.Suite);
    }

    /// <summary>The key that verifies the heads.</summary>
    public PublicKey Key { get; }

    /// <summary>Creates the tables and the signed head of the empty tree inside the caller's transaction.</summary>
    /// <param name="origin">The ledger's name for ever: 1–100 printable ASCII characters without blanks and plus, for example <c>sandbox.example/domain-1</c>.</param>
    public static Ledger Create(DbConnection connection, DbTransaction transaction, SigningKey signer, string origin, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(signer);
        if (!LedgerHead.ValidOrigin(origin))
        {
            throw new ArgumentException("An origin is 1–100 printable ASCII characters without blanks and plus.", nameof(origin));
        }

        foreach (var sql in LedgerTables.Create)
        {
            KeyTables.Run(connection, transaction, sql);
        }

        var ledger = new Ledger(connection, signer, signer.Public, time);
        var frontier = new Frontier(ledger._hasher);
        var head = LedgerHead.Sign(signer, origin, 0, frontier.Root());
        KeyTables.Run(connection, transaction, "INSERT INTO trust_ledger_head (one, frontier, note) VALUES (1, @frontier, @note)",
            ("@frontier", frontier.ToBytes()), ("@note", head.Note));
        return ledger;
    }

    /// <summary>Opens for appending and reading.</summary>
    public static Ledger Open(DbConnection connection, SigningKey signer, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return new Ledger(connection, signer, signer.Public, time);
    }

    /// <summary>Opens for reading, proving and verifying with the public key alone.</summary>
    public static Ledger OpenReadOnly(DbConnection connection, PublicKey key) => new(connection, null, key, TimeProvider.System);

    /// <summary>Appends entries and one signed head inside the caller's transaction; nothing stands before that transaction commits.</summary>
    /// <returns>The index of the first of them.</returns>
    /// <exception cref="TrustException">TRUST-LEDGER-1 the ledger was tampered with, TRUST-LEDGER-2 an entry is not well formed.</exception>
    public long Append(DbTransaction transaction, params ReadOnlySpan<LedgerEntry> entries)
    {
        if (_signer is null)
        {
            throw new InvalidOperationException("This ledger was opened for reading.");
        }

        var (head, frontier) = TrustedHead(transaction);
        var first = frontier.Size;
        using var insert = KeyTables.Command(_connection, transaction, "INSERT INTO trust_ledger (idx, entry, leaf) VALUES (@idx, @entry, @leaf)",
            ("@idx", 0L), ("@entry", null), ("@leaf", null));
        foreach (var entry in entries)
        {
            var bytes = EntryForm.Write(entry, frontier.Size, _time.GetUtcNow());
            var leaf = _hasher.Leaf(bytes);
            insert.Parameters[0].Value = frontier.Size;
            insert.Parameters[1].Value = bytes;
            insert.Parameters[2].Value = leaf;
            insert.ExecuteNonQuery();
            frontier.Append(leaf, (height, index, hash) => StoreTile(transaction, height, index, hash));
        }

        var next = LedgerHead.Sign(_signer, head.Origin, frontier.Size, frontier.Root());
        KeyTables.Run(_connection, transaction, "UPDATE trust_ledger_head SET frontier = @frontier, note = @note WHERE one = 1",
            ("@frontier", frontier.ToBytes()), ("@note", next.Note));
        // Trusted because this process signed it; a rolled back transaction leaves an older note, which is then verified again.
        _trustedNote = next.Note;
        return first;
    }

    /// <summary>The newest signed head, its signature verified.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-4.</exception>
    public LedgerHead Head(DbTransaction? transaction = null) => LedgerHead.Verify(ReadHead(transaction).Note, Key);

    /// <summary>Keeps the newest head as a checkpoint of its own, for example at a release or at close, and returns it to be handed out.</summary>
    public LedgerHead Checkpoint(DbTransaction transaction)
    {
        var (head, _) = TrustedHead(transaction);
        KeyTables.Run(_connection, transaction, "INSERT INTO trust_ledger_checkpoints (size, note) VALUES (@size, @note) ON CONFLICT (size) DO NOTHING",
            ("@size", head.Size), ("@note", head.Note));
        return head;
    }

    /// <summary>At most <paramref name="count"/> entries from an index on.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-1 where an entry cannot be read.</exception>
    public IReadOnlyList<LedgerRecord> Entries(long from, int count, DbTransaction? transaction = null)
    {
        using var command = KeyTables.Command(_connection, transaction, "SELECT idx, entry FROM trust_ledger WHERE idx >= @from ORDER BY idx LIMIT @count",
            ("@from", from), ("@count", count));
        using var reader = command.ExecuteReader();
        var records = new List<LedgerRecord>();
        while (reader.Read())
        {
            var record = reader.GetValue(1) is byte[] bytes ? EntryForm.Read(bytes) : null;
            records.Add(record is not null && record.Index == reader.GetInt64(0) ? record : throw new TrustException(TrustRules.LedgerBroken));
        }

        return records;
    }

    /// <exception cref="TrustException">TRUST-LEDGER-3 out of range.</exception>
    public InclusionProof ProveInclusion(long index, long? size = null, DbTransaction? transaction = null)
    {
        var total = Head(transaction).Size;
        return Prove(index, size ?? total, total, transaction);
    }

    /// <exception cref="TrustException">TRUST-LEDGER-3 out of range.</exception>
    public ConsistencyProof ProveConsistency(long size1, long? size2 = null, DbTransaction? transaction = null)
    {
        var total = Head(transaction).Size;
        var later = size2 ?? total;
        if (size1 < 0 || size1 > later || later > total)
        {
            throw new TrustException(TrustRules.LedgerRange);
        }

        var proofs = new LedgerProofs(_connection, transaction, _hasher);
        return new ConsistencyProof(size1, later, proofs.Root(size1), proofs.Root(later), proofs.Consistency(size1, later));
    }

    /// <summary>A self-contained proof for one entry: entry, path and signed head. <see cref="LedgerVerifier.VerifyReceipt"/> reads it offline.</summary>
    public byte[] Receipt(long index, DbTransaction? transaction = null)
    {
        var head = Head(transaction);
        var proof = Prove(index, head.Size, head.Size, transaction);
        return LedgerReceipt.Write(Entries(index, 1, transaction)[0], proof, head);
    }

    /// <summary>Recomputes the whole tree and holds it against the signed head, the kept checkpoints and any earlier checkpoints that were handed out.</summary>
    public LedgerReport VerifyAll(DbTransaction? transaction = null, params ReadOnlySpan<string> earlierCheckpoints) =>
        LedgerCheck.Run(_connection, transaction, Key, earlierCheckpoints);

    /// <summary>Writes <c>entries.ndjson</c>, <c>checkpoint.txt</c> and <c>key.txt</c> for <see cref="LedgerVerifier.VerifyExport"/>.</summary>
    public LedgerHead Export(string folder, DbTransaction? transaction = null) => LedgerExport.Write(this, folder, transaction);

    private (byte[] Frontier, string Note) ReadHead(DbTransaction? transaction) =>
        LedgerCheck.ReadHead(_connection, transaction) ?? throw new TrustException(TrustRules.LedgerBroken);

    private InclusionProof Prove(long index, long size, long total, DbTransaction? transaction)
    {
        if (index < 0 || index >= size || size > total)
        {
            throw new TrustException(TrustRules.LedgerRange);
        }

        var proofs = new LedgerProofs(_connection, transaction, _hasher);
        return new InclusionProof(index, size, proofs.Leaf(index), proofs.Inclusion(index, size), proofs.Root(size));
    }

    private (LedgerHead Head, Frontier Frontier) TrustedHead(DbTransaction transaction)
    {
        var (frontierBytes, note) = ReadHead(transaction);
        try
        {
            var head = note == _trustedNote ? LedgerHead.ReadUnverified(note) : LedgerHead.Verify(note, Key);
            var frontier = Frontier.FromBytes(_hasher, frontierBytes);
            if (frontier is null || frontier.Size != head.Size || !frontier.Root().AsSpan().SequenceEqual(head.Root) || LastIndex(transaction) != head.Size - 1)
            {
                throw new TrustException(TrustRules.LedgerBroken);
            }

            _trustedNote = note;
            return (head, frontier);
        }
        catch (TrustException e) when (e.Refusal != TrustRules.LedgerBroken)
        {
            throw new TrustException(TrustRules.LedgerBroken, e);
        }
    }

    private long LastIndex(DbTransaction transaction)
    {
        using var command = KeyTables.Command(_connection, transaction, "SELECT coalesce(max(idx), -1) FROM trust_ledger");
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private void StoreTile(DbTransaction transaction, int height, long index, byte[] hash)
    {
        if (height % LedgerTables.TileHeight == 0)
        {
            KeyTables.Run(_connection, transaction, "INSERT INTO trust_ledger_tiles (level, idx, hash) VALUES (@level, @idx, @hash)",
                ("@level", height / LedgerTables.TileHeight), ("@idx", index), ("@hash", hash));
        }
    }
}
