using System.Data.Common;

namespace Sandbox.Trust;

/// <summary>The append-only log of a domain: an RFC 9162 tree over canonical entries, written in the caller's transaction together with a signed head.</summary>
/// <remarks>Not safe for use by several threads at once. Several processes may append: each transaction must have been begun as a writing one (BEGIN IMMEDIATE).</remarks>
public sealed partial class Ledger
{
    /// <summary>A checkpoint is kept at least after so many entries.</summary>
    public const int CheckpointEvery = 10_000;

    private readonly DbConnection _connection;
    private readonly SigningKey? _signer;
    private readonly TimeProvider _time;
    private readonly TreeHasher _hasher;
    private DbCommand? _selectHead;

    private Ledger(DbConnection connection, SigningKey? signer, PublicKey key, TimeProvider time)
    {
        _connection = connection;
        _signer = signer;
        Key = key;
        _time = time;
        _hasher = new TreeHasher(key.Suite);
    }

    /// <summary>A checkpoint is kept at least after so much time with entries.</summary>
    public static TimeSpan CheckpointAfter { get; } = TimeSpan.FromHours(1);

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

    /// <summary>The newest signed head, its signature verified.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-4.</exception>
    public LedgerHead Head(DbTransaction? transaction = null)
    {
        var note = ReadHead(transaction).Note;
        return note == _trustedNote ? LedgerHead.ReadUnverified(note) : LedgerHead.Verify(note, Key);
    }

    /// <summary>The checkpoints that were kept, oldest first, their signatures verified.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-4.</exception>
    public IReadOnlyList<LedgerHead> Checkpoints(DbTransaction? transaction = null) => LedgerCheck.KeptCheckpoints(_connection, transaction, Key);

    /// <summary>At most <paramref name="count"/> entries from an index on. Entries that were archived are in the archive's files.</summary>
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

    /// <summary>Recomputes the whole tree and holds it against the signed head, the kept checkpoints and any earlier checkpoints that were handed out.</summary>
    public LedgerReport VerifyAll(DbTransaction? transaction = null, params ReadOnlySpan<string> earlierCheckpoints) =>
        LedgerCheck.Run(_connection, transaction, Key, null, earlierCheckpoints);

    /// <summary>The same, beginning with the entries in the files of the archive.</summary>
    public LedgerReport VerifyWithArchive(string archiveFolder, params ReadOnlySpan<string> earlierCheckpoints) =>
        LedgerCheck.Run(_connection, null, Key, archiveFolder, earlierCheckpoints);

    private (byte[] Frontier, string Note) ReadHead(DbTransaction? transaction)
    {
        _selectHead ??= LedgerCheck.SelectHead(_connection);
        _selectHead.Transaction = transaction;
        return LedgerCheck.ReadHead(_selectHead) ?? throw new TrustException(TrustRules.LedgerBroken);
    }
}
