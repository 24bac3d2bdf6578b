using System.Data.Common;

namespace Sandbox.Trust;

/// <summary>The verification of a ledger in its database, top to bottom: head, checkpoints, archives, entries, leaf hashes, tiles, frontier.</summary>
internal static class LedgerCheck
{
    public static LedgerReport Run(DbConnection connection, DbTransaction? transaction, PublicKey key, string? archiveFolder, ReadOnlySpan<string> earlierCheckpoints)
    {
        // A checkpoint that the caller brings and that is not signed by this ledger is the caller's mistake, not the ledger's fault.
        var earlier = new List<LedgerHead>();
        foreach (var note in earlierCheckpoints)
        {
            earlier.Add(LedgerHead.Verify(CosignedCheckpoint.Bare(note), key));
        }

        try
        {
            using var snapshot = transaction is null ? KeyTables.Snapshot(connection) : null;
            return Check(connection, transaction ?? snapshot, key, archiveFolder, earlier);
        }
        catch (Exception e) when (e is DbException or InvalidCastException or OverflowException)
        {
            return new LedgerReport.Broken(-1, LedgerFault.Unreadable, "The registry file is damaged and cannot be read to its end.", "登记库文件已损坏，无法完整读取。");
        }
    }

    public static (byte[] Frontier, string Note)? ReadHead(DbConnection connection, DbTransaction? transaction)
    {
        using var command = SelectHead(connection);
        command.Transaction = transaction;
        return ReadHead(command);
    }

    /// <summary>A command for <see cref="ReadHead(DbCommand)"/>, which may run many times.</summary>
    public static DbCommand SelectHead(DbConnection connection) => KeyTables.Command(connection, null, "SELECT frontier, note FROM trust_ledger_head");

    public static (byte[] Frontier, string Note)? ReadHead(DbCommand command)
    {
        using var reader = command.ExecuteReader();
        return reader.Read() && reader.GetValue(0) is byte[] frontier && reader.GetValue(1) is string note && !reader.Read() ? (frontier, note) : null;
    }

    public static List<LedgerHead> KeptCheckpoints(DbConnection connection, DbTransaction? transaction, PublicKey key)
    {
        using var command = KeyTables.Command(connection, transaction, "SELECT size, note FROM trust_ledger_checkpoints ORDER BY size");
        using var reader = command.ExecuteReader();
        var heads = new List<LedgerHead>();
        while (reader.Read())
        {
            var head = reader.GetValue(1) is string note ? LedgerHead.Verify(note, key) : null;
            heads.Add(head is not null && reader.GetValue(0) is long size && size == head.Size ? head : throw new TrustException(TrustRules.CheckpointForm));
        }

        return heads;
    }

    private static LedgerReport Check(DbConnection connection, DbTransaction? transaction, PublicKey key, string? archiveFolder, List<LedgerHead> earlier)
    {
        LedgerHead head;
        byte[] frontier;
        List<LedgerArchive> archives;
        try
        {
            (frontier, var note) = ReadHead(connection, transaction) ?? throw new TrustException(TrustRules.CheckpointForm);
            head = LedgerHead.Verify(note, key);
            earlier.AddRange(KeptCheckpoints(connection, transaction, key));
            archives = LedgerArchives.All(connection, transaction, key);
            earlier.AddRange(archives.Select(archive => archive.Head));
        }
        catch (TrustException)
        {
            return new LedgerReport.Broken(-1, LedgerFault.HeadForged, "A signed head in the ledger is missing, changed or signed by another key.", "账本中的签名头缺失、被改动或由其他密钥签名。");
        }

        var hasher = new TreeHasher(key.Suite);
        var check = new TreeCheck(hasher, head, earlier);
        var tiles = new TileCheck(connection, transaction) { Lowest = LedgerTables.LowestStored(head.Size, archives.Count > 0 ? archives[^1].End : 0) };
        if (archives.Count > 0)
        {
            Archived(connection, transaction, hasher, archives, archiveFolder, check, tiles);
        }

        // The database reads a page while the page before it is hashed; of both threads only the reading one touches the connection.
        var pages = new LedgerPages(connection, transaction, tiles);
        var page = pages.Read(check.Size, first: true);
        while (check.Fault is null)
        {
            var end = check.Size + page.Count;
            var next = page.Count == LedgerPages.Size ? Task.Run(() => pages.Read(end, first: false)) : null;
            try
            {
                Take(page, hasher, check, tiles);
            }
            finally
            {
                page = next?.GetAwaiter().GetResult() ?? page;
            }

            if (next is null)
            {
                break;
            }
        }

        var report = check.Finish();
        if (report is LedgerReport.Broken { Fault: LedgerFault.EntriesRewritten } rewritten && tiles.FirstBad > rewritten.FirstBadIndex)
        {
            // The cache still remembers which run of entries was different.
            return rewritten with { FirstBadIndex = tiles.FirstBad };
        }

        if (report is LedgerReport.Intact && (!tiles.Fits() || !frontier.AsSpan().SequenceEqual(check.Frontier)))
        {
            return new LedgerReport.Broken(-1, LedgerFault.CacheChanged, "All entries fit the signed head, but stored tree nodes were changed.", "全部条目与签名头一致，但存储的树节点被改动。");
        }

        return report;
    }

    private static void Take(LedgerPage page, TreeHasher hasher, TreeCheck check, TileCheck tiles)
    {
        tiles.Ahead(page.Tiles);
        for (var row = 0; row < page.Count && check.Fault is null; row++)
        {
            var index = check.Size;
            if (page.Index(row) != index)
            {
                check.Fail(index, LedgerFault.EntryMissing, $"Entry {index} is missing.", $"第 {index} 条缺失。");
            }
            else if (hasher.Leaf(page.Entry(row)) is var leaf && !page.Leaf(row).SequenceEqual(leaf))
            {
                check.Fail(index, LedgerFault.EntryChanged, $"Entry {index} was changed.", $"第 {index} 条被改动。");
            }
            else
            {
                check.Add(page.Entry(row), leaf, tiles.Completed);
            }
        }
    }

    private static void Archived(DbConnection connection, DbTransaction? transaction, TreeHasher hasher, List<LedgerArchive> archives, string? folder, TreeCheck check, TileCheck tiles)
    {
        // Files that were dropped after their retention can't be read again; the signed head of the last of them stands for them.
        var from = folder is null ? archives[^1].End : archives.Where(archive => archive.Dropped is not null).Select(archive => archive.End).DefaultIfEmpty(0).Max();
        if (from > 0)
        {
            try
            {
                var proofs = new LedgerProofs(connection, transaction, hasher);
                if (!check.BeginAt(Frontier.Of(hasher, from, proofs.Subtree)))
                {
                    check.Fail(0, LedgerFault.ArchiveChanged, "The stored nodes over the archived entries do not give their signed head.", "已归档条目的存储节点与其签名头不符。");
                }
            }
            catch (TrustException)
            {
                check.Fail(0, LedgerFault.ArchiveChanged, "Stored nodes over the archived entries are missing.", "已归档条目的存储节点缺失。");
            }
        }

        tiles.Skip(from);
        foreach (var archive in archives.Where(archive => archive.End > from))
        {
            tiles.Ahead(tiles.Read(archive.First, archive.End - archive.First));
            ReadFile(Path.Combine(folder!, archive.File), archive, hasher, check, tiles);
        }

        tiles.Began = check.Size;
    }

    private static void ReadFile(string path, LedgerArchive archive, TreeHasher hasher, TreeCheck check, TileCheck tiles)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            foreach (var (line, whole) in EntryLines.Read(stream))
            {
                if (check.Fault is not null)
                {
                    return;
                }

                if (!whole || check.Size >= archive.End)
                {
                    check.Fail(check.Size, LedgerFault.ArchiveChanged, $"The archive file {archive.File} was cut or extended.", $"归档文件 {archive.File} 被截断或追加。");
                    return;
                }

                check.Add(line, hasher.Leaf(line), tiles.Completed);
            }

            if (check.Size != archive.End)
            {
                check.Fail(check.Size, LedgerFault.ArchiveChanged, $"The archive file {archive.File} was cut.", $"归档文件 {archive.File} 被截断。");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            check.Fail(archive.First, LedgerFault.ArchiveChanged, $"The archive file {archive.File} is missing or cannot be read.", $"归档文件 {archive.File} 缺失或无法读取。");
        }
    }
}
