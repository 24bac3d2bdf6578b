using System.Data.Common;
using System.Globalization;

namespace Sandbox.Trust;

public sealed partial class Ledger
{
    /// <summary>From so many entries on, the head is signed while they are written.</summary>
    private const int SignBeside = 8;

    private DbCommand? _updateHead;
    private DbCommand? _selectLast;
    private string? _trustedNote;

    // Tiles of the lowest level since the last whole tile over them, as long as the newest head is the one that this process signed.
    private readonly Dictionary<long, byte[]> _lowest = [];

    /// <summary>Appends entries and one signed head inside the caller's transaction; nothing stands before that transaction commits.</summary>
    /// <returns>The index of the first of them.</returns>
    /// <remarks>The time of an entry is never before that of the entry ahead of it, even when the clock was set back.</remarks>
    /// <exception cref="TrustException">TRUST-LEDGER-1 the ledger was tampered with, TRUST-LEDGER-2 an entry is not well formed.</exception>
    public long Append(DbTransaction transaction, params ReadOnlySpan<LedgerEntry> entries)
    {
        var beginnings = new byte[entries.Length][];
        for (var i = 0; i < entries.Length; i++)
        {
            beginnings[i] = EntryForm.Begin(entries[i]);
        }

        return Append(transaction, beginnings);
    }

    /// <summary>What an append goes on from, read and verified under the caller's lock, and the signature it will need, begun.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-1 the ledger was tampered with.</exception>
    internal LedgerGround Ground(DbTransaction transaction)
    {
        var signer = _signer ?? throw new InvalidOperationException("This ledger was opened for reading.");
        var (head, frontier, last) = TrustedHead(transaction);
        return new LedgerGround(head.Origin, frontier, last, signer.Prepare());
    }

    /// <param name="transaction">As above.</param>
    /// <param name="entries">What <see cref="EntryForm.Begin"/> made of them.</param>
    internal long Append(DbTransaction transaction, byte[][] entries)
    {
        using var ground = Ground(transaction);
        return Append(transaction, ground, entries);
    }

    /// <param name="transaction">As above.</param>
    /// <param name="ground">Read in this transaction, with nothing appended since; used up.</param>
    /// <param name="entries">What <see cref="EntryForm.Begin"/> made of them.</param>
    internal long Append(DbTransaction transaction, LedgerGround ground, byte[][] entries)
    {
        var (origin, frontier, last) = (ground.Origin, ground.Frontier, ground.Last);
        if (entries.Length == 0)
        {
            return frontier.Size;
        }

        var now = EntryForm.Time(_time.GetUtcNow());
        now = last is not null && string.CompareOrdinal(now, last) < 0 ? last : now;
        var first = frontier.Size;
        var forms = new byte[entries.Length][];
        for (var i = 0; i < entries.Length; i++)
        {
            forms[i] = EntryForm.End(entries[i], first + i, now);
        }

        var tiles = new List<(int Level, long Index, byte[] Hash)>();
        var leaves = _hasher.Leaves(forms);
        var signing = entries.Length >= SignBeside && Environment.ProcessorCount > 1 ? Task.Run(Sign) : Task.FromResult(Sign());
        try
        {
            LedgerRows.Insert(_connection, transaction, first, forms, leaves);
        }
        catch
        {
            // Its outcome no longer matters, but the key must not be used after the caller has gone on.
            signing.Wait();
            throw;
        }

        var next = signing.GetAwaiter().GetResult();
        LedgerRows.InsertTiles(_connection, transaction, Stored(transaction, first, frontier.Size, tiles));
        _updateHead ??= KeyTables.Command(_connection, transaction, "UPDATE trust_ledger_head SET frontier = @frontier, note = @note WHERE one = 1", ("@frontier", null), ("@note", null));
        _updateHead.Transaction = transaction;
        _updateHead.Parameters[0].Value = frontier.ToBytes();
        _updateHead.Parameters[1].Value = next.Note;
        _updateHead.ExecuteNonQuery();
        // Trusted because this process signed it; a rolled back transaction leaves an older note, which is then verified again.
        _trustedNote = next.Note;
        return first;

        // The tree grows and is signed while the rows are written.
        LedgerHead Sign()
        {
            frontier.AppendAll(leaves, (height, index, hash) =>
            {
                if (height % LedgerTables.TileHeight == 0)
                {
                    tiles.Add((height / LedgerTables.TileHeight, index, hash));
                }
            });
            return LedgerHead.Sign(Key, ground.Signature, origin, frontier.Size, frontier.Root());
        }
    }

    /// <summary>What of the completed tiles is stored now: those of higher levels, and the lowest ones as soon as the tile over them is whole.</summary>
    private List<(int Level, long Index, byte[] Hash)> Stored(DbTransaction transaction, long first, long size, List<(int Level, long Index, byte[] Hash)> completed)
    {
        foreach (var (_, index, hash) in completed.Where(tile => tile.Level == 1))
        {
            _lowest[index] = hash;
        }

        var stored = completed.Where(tile => tile.Level > 1).ToList();
        if (stored.Count == 0)
        {
            return stored;
        }

        var archived = LedgerArchives.End(_connection, transaction);
        LedgerProofs? proofs = null;
        for (var index = LedgerTables.LowestStored(first, archived); index < LedgerTables.LowestStored(size, archived); index++)
        {
            stored.Add(_lowest.Remove(index, out var hash) ? (1, index, hash) : (proofs ??= new LedgerProofs(_connection, transaction, _hasher)).Lowest(index, index + 1).Single());
        }

        return stored;
    }

    /// <summary>Keeps the newest head as a checkpoint of its own, for example at a release or at close, and returns it to be handed out.</summary>
    public LedgerHead Checkpoint(DbTransaction transaction, CheckpointReason reason = CheckpointReason.Asked)
    {
        var (head, _, _) = TrustedHead(transaction);
        if (reason == CheckpointReason.Close)
        {
            KeyTables.Run(_connection, transaction, "DELETE FROM trust_ledger_checkpoints WHERE reason = 'close'");
        }

        KeyTables.Run(_connection, transaction,
            "INSERT INTO trust_ledger_checkpoints (size, note, reason, kept) VALUES (@size, @note, @reason, @kept) ON CONFLICT (size) DO UPDATE SET reason = excluded.reason WHERE reason = 'close'",
            ("@size", head.Size), ("@note", head.Note), ("@reason", ReasonName(reason)), ("@kept", EntryForm.Time(_time.GetUtcNow())));
        return head;
    }

    /// <summary>Whether an hour or ten thousand entries went by since the last checkpoint that was kept.</summary>
    public bool CheckpointDue(DbTransaction? transaction = null)
    {
        var size = Head(transaction).Size;
        using var command = KeyTables.Command(_connection, transaction, "SELECT size, kept FROM trust_ledger_checkpoints WHERE reason <> 'close' ORDER BY size DESC LIMIT 1");
        using var reader = command.ExecuteReader();
        return !reader.Read() || size - reader.GetInt64(0) >= CheckpointEvery
            || (size > reader.GetInt64(0) && string.CompareOrdinal(EntryForm.Time(_time.GetUtcNow() - CheckpointAfter), reader.GetString(1)) >= 0);
    }

    private static string ReasonName(CheckpointReason reason) => reason switch
    {
        CheckpointReason.Scheduled => "scheduled",
        CheckpointReason.Release => "release",
        CheckpointReason.Close => "close",
        CheckpointReason.Period => "period",
        CheckpointReason.Backup => "backup",
        _ => "asked",
    };

    /// <summary>The head and frontier as they stand under the caller's lock, and the time of the last entry.</summary>
    private (LedgerHead Head, Frontier Frontier, string? Last) TrustedHead(DbTransaction transaction)
    {
        var (frontierBytes, note) = ReadHead(transaction);
        try
        {
            var head = note == _trustedNote ? LedgerHead.ReadUnverified(note) : LedgerHead.Verify(note, Key);
            if (note != _trustedNote)
            {
                // Somebody else appended, or what this process appended was rolled back.
                _lowest.Clear();
            }

            var frontier = Frontier.FromBytes(_hasher, frontierBytes);
            var (lastIndex, last) = LastEntry(transaction);
            if (frontier is null || frontier.Size != head.Size || !frontier.Root().AsSpan().SequenceEqual(head.Root) || lastIndex != head.Size - 1)
            {
                throw new TrustException(TrustRules.LedgerBroken);
            }

            _trustedNote = note;
            return (head, frontier, last);
        }
        catch (TrustException e) when (e.Refusal != TrustRules.LedgerBroken)
        {
            throw new TrustException(TrustRules.LedgerBroken, e);
        }
    }

    private (long Index, string? Time) LastEntry(DbTransaction transaction)
    {
        _selectLast ??= KeyTables.Command(_connection, transaction, "SELECT idx, entry FROM trust_ledger ORDER BY idx DESC LIMIT 1");
        _selectLast.Transaction = transaction;
        using var reader = _selectLast.ExecuteReader();
        if (!reader.Read())
        {
            return (LedgerArchives.End(_connection, transaction) - 1, LedgerArchives.LastTime(_connection, transaction));
        }

        var index = Convert.ToInt64(reader.GetValue(0), CultureInfo.InvariantCulture);
        return reader.GetValue(1) is byte[] entry && EntryForm.Tail(entry, index, out var time)
            ? (index, System.Text.Encoding.ASCII.GetString(time))
            : throw new TrustException(TrustRules.LedgerBroken);
    }
}

/// <summary>A ledger's right edge as it stands under a lock: its name, its frontier, the time of its last entry; and the signature under the next head.</summary>
internal sealed record LedgerGround(string Origin, Frontier Frontier, string? Last, PreparedSignature Signature) : IDisposable
{
    public long Size => Frontier.Size;

    public void Dispose() => Signature.Dispose();
}
