using System.Data.Common;

namespace Sandbox.Trust;

public sealed partial class Ledger
{
    /// <summary>Archives end at whole tiles, so that the nodes above them need none of their entries.</summary>
    private const int ArchiveUnit = 1 << LedgerTables.TileHeight;

    /// <summary>The archives, oldest first; each follows the one before.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-1, TRUST-LEDGER-4.</exception>
    public IReadOnlyList<LedgerArchive> Archives(DbTransaction? transaction = null) => LedgerArchives.All(_connection, transaction, Key);

    /// <summary>The newest size at which entries before a time can be archived: whole tiles only. Equal to the end of the last archive where there is nothing to do.</summary>
    public long ArchivableBefore(DateTimeOffset time, DbTransaction? transaction = null)
    {
        var from = LedgerArchives.End(_connection, transaction);
        var (low, high) = (from, Head(transaction).Size);
        var limit = EntryForm.Time(time);
        // Times never go back, so the first entry that is too young is found by halving.
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            var record = Entries(middle, 1, transaction)[0];
            (low, high) = string.CompareOrdinal(EntryForm.Time(record.At), limit) < 0 ? (middle + 1, high) : (low, middle);
        }

        return Math.Max(from, low / ArchiveUnit * ArchiveUnit);
    }

    /// <summary>Writes the entries up to <paramref name="end"/> into a file of the archive folder. Nothing in the database changes; <see cref="Seal"/> does that once the file stands.</summary>
    /// <returns>The file's path.</returns>
    public string WriteArchive(string folder, long end, DbTransaction? transaction = null)
    {
        var from = LedgerArchives.End(_connection, transaction);
        if (end <= from || end % ArchiveUnit != 0 || end > Head(transaction).Size)
        {
            throw new TrustException(TrustRules.LedgerRange);
        }

        return LedgerExport.WriteRun(this, folder, LedgerArchives.FileName(from, end), from, end, transaction);
    }

    /// <summary>Takes the entries up to <paramref name="end"/> out of the database after their file was read back and gave the signed tree. Proofs over them go on from tiles and file.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-6: the file does not hold these entries.</exception>
    public LedgerArchive Seal(DbTransaction transaction, string folder, long end)
    {
        if (_signer is null)
        {
            throw new InvalidOperationException("This ledger was opened for reading.");
        }

        var (head, _, _) = TrustedHead(transaction);
        var from = LedgerArchives.End(_connection, transaction);
        if (end <= from || end % ArchiveUnit != 0 || end > head.Size)
        {
            throw new TrustException(TrustRules.LedgerRange);
        }

        var proofs = new LedgerProofs(_connection, transaction, _hasher, folder);
        var root = proofs.Root(end);
        var file = LedgerArchives.FileName(from, end);
        var last = ReadBack(Path.Combine(folder, file), from, end, from == 0 ? new Frontier(_hasher) : Frontier.Of(_hasher, from, proofs.Subtree), root);
        var signed = LedgerHead.Sign(_signer, head.Origin, end, root);
        LedgerRows.InsertTiles(_connection, transaction, [.. proofs.Lowest(LedgerTables.LowestStored(head.Size, from), end >> LedgerTables.TileHeight)]);
        KeyTables.Run(_connection, transaction, "INSERT INTO trust_ledger_archives (first, size, file, note, last_time) VALUES (@first, @size, @file, @note, @last)",
            ("@first", from), ("@size", end), ("@file", file), ("@note", signed.Note), ("@last", last));
        KeyTables.Run(_connection, transaction, "DELETE FROM trust_ledger WHERE idx < @end", ("@end", end));
        return new LedgerArchive(from, end, file, signed, last, null);
    }

    /// <summary>Records that an archive's file is removed because its retention has run out. The signed head over its entries stays.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-3: there is no such archive, or an older one is still kept.</exception>
    public void Drop(DbTransaction transaction, LedgerArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        var kept = Archives(transaction).FirstOrDefault(item => item.Dropped is null);
        if (kept?.File != archive.File)
        {
            throw new TrustException(TrustRules.LedgerRange);
        }

        KeyTables.Run(_connection, transaction, "UPDATE trust_ledger_archives SET dropped = @at WHERE first = @first", ("@at", EntryForm.Time(_time.GetUtcNow())), ("@first", archive.First));
    }

    /// <summary>Computes the tiles afresh from the entries, where a verification says that only they were changed. Needs all entries in the database.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-1: not only the tiles are wrong, or entries are archived.</exception>
    public void RebuildTiles(DbTransaction transaction)
    {
        if (LedgerArchives.End(_connection, transaction) > 0)
        {
            throw new TrustException(TrustRules.LedgerBroken);
        }

        KeyTables.Run(_connection, transaction, "DELETE FROM trust_ledger_tiles");
        var frontier = new Frontier(_hasher);
        var head = Head(transaction);
        var lowest = LedgerTables.LowestStored(head.Size, 0);
        var tiles = new List<(int Level, long Index, byte[] Hash)>();
        for (IReadOnlyList<LedgerRecord> page; (page = Entries(frontier.Size, 4096, transaction)).Count > 0;)
        {
            foreach (var record in page)
            {
                frontier.Append(_hasher.Leaf(record.Bytes.Span), (height, index, hash) =>
                {
                    if (height % LedgerTables.TileHeight == 0 && (height > LedgerTables.TileHeight || index < lowest))
                    {
                        tiles.Add((height / LedgerTables.TileHeight, index, hash));
                    }
                });
            }

            LedgerRows.InsertTiles(_connection, transaction, tiles);
            tiles.Clear();
        }

        if (frontier.Size != head.Size || !frontier.Root().AsSpan().SequenceEqual(head.Root))
        {
            throw new TrustException(TrustRules.LedgerBroken);
        }

        KeyTables.Run(_connection, transaction, "UPDATE trust_ledger_head SET frontier = @frontier", ("@frontier", frontier.ToBytes()));
    }

    /// <summary>Writes <c>entries.ndjson</c>, <c>checkpoint.txt</c> and <c>key.txt</c> for <see cref="LedgerVerifier.VerifyExport"/>.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-6: archived entries are not at hand.</exception>
    public LedgerHead Export(string folder, DbTransaction? transaction = null, string? archiveFolder = null)
    {
        using var snapshot = transaction is null ? KeyTables.Snapshot(_connection) : null;
        return LedgerExport.Write(this, folder, Archives(transaction ?? snapshot), archiveFolder, transaction ?? snapshot);
    }

    private string ReadBack(string path, long from, long end, Frontier frontier, byte[] root)
    {
        var last = "";
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            foreach (var (line, whole) in EntryLines.Read(stream))
            {
                if (!whole || !EntryForm.Tail(line, frontier.Size, out var time))
                {
                    throw new TrustException(TrustRules.LedgerArchived);
                }

                last = System.Text.Encoding.ASCII.GetString(time);
                frontier.Append(_hasher.Leaf(line));
            }
        }
        catch (IOException e)
        {
            throw new TrustException(TrustRules.LedgerArchived, e);
        }

        return frontier.Size == end && frontier.Root().AsSpan().SequenceEqual(root) ? last : throw new TrustException(TrustRules.LedgerArchived);
    }
}
