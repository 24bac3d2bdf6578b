using System.Data.Common;

namespace Sandbox.Trust;

/// <summary>The verification of a ledger in its database, top to bottom: head, checkpoints, entries, leaf hashes, tiles, frontier.</summary>
internal static class LedgerCheck
{
    public static LedgerReport Run(DbConnection connection, DbTransaction? transaction, PublicKey key, ReadOnlySpan<string> earlierCheckpoints)
    {
        // A checkpoint that the caller brings and that is not signed by this ledger is the caller's mistake, not the ledger's fault.
        var earlier = new List<LedgerHead>();
        foreach (var note in earlierCheckpoints)
        {
            earlier.Add(LedgerHead.Verify(note, key));
        }

        try
        {
            using var snapshot = transaction is null ? KeyTables.Snapshot(connection) : null;
            return Check(connection, transaction ?? snapshot, key, earlier);
        }
        catch (Exception e) when (e is DbException or InvalidCastException or OverflowException)
        {
            return new LedgerReport.Broken(-1, LedgerFault.Unreadable, "The registry file is damaged and cannot be read to its end.", "登记库文件已损坏，无法完整读取。");
        }
    }

    public static (byte[] Frontier, string Note)? ReadHead(DbConnection connection, DbTransaction? transaction)
    {
        using var command = KeyTables.Command(connection, transaction, "SELECT frontier, note FROM trust_ledger_head");
        using var reader = command.ExecuteReader();
        return reader.Read() && reader.GetValue(0) is byte[] frontier && reader.GetValue(1) is string note && !reader.Read() ? (frontier, note) : null;
    }

    private static LedgerReport Check(DbConnection connection, DbTransaction? transaction, PublicKey key, List<LedgerHead> earlier)
    {
        LedgerHead head;
        byte[] frontier;
        try
        {
            (frontier, var note) = ReadHead(connection, transaction) ?? throw new TrustException(TrustRules.CheckpointForm);
            head = LedgerHead.Verify(note, key);
            earlier.AddRange(KeptCheckpoints(connection, transaction, key));
        }
        catch (TrustException)
        {
            return new LedgerReport.Broken(-1, LedgerFault.HeadForged, "A signed head in the ledger is missing, changed or signed by another key.", "账本中的签名头缺失、被改动或由其他密钥签名。");
        }

        var hasher = new TreeHasher(key.Suite);
        var check = new TreeCheck(hasher, head, earlier);
        var tiles = ReadTiles(connection, transaction);
        var badTile = -1L;
        using var command = KeyTables.Command(connection, transaction, "SELECT idx, entry, leaf FROM trust_ledger ORDER BY idx");
        using var reader = command.ExecuteReader();
        while (check.Fault is null && reader.Read())
        {
            var index = check.Size;
            if (reader.GetValue(0) is not long stored || stored != index)
            {
                check.Fail(index, LedgerFault.EntryMissing, $"Entry {index} is missing.", $"第 {index} 条缺失。");
            }
            else if (reader.GetValue(1) is not byte[] entry || reader.GetValue(2) is not byte[] leaf || !hasher.Leaf(entry).AsSpan().SequenceEqual(leaf))
            {
                check.Fail(index, LedgerFault.EntryChanged, $"Entry {index} was changed.", $"第 {index} 条被改动。");
            }
            else
            {
                check.Add(leaf, (height, at, hash) =>
                {
                    if (height % LedgerTables.TileHeight == 0
                        && !(tiles.Remove((height / LedgerTables.TileHeight, at), out var tile) && tile.AsSpan().SequenceEqual(hash)) && badTile < 0)
                    {
                        badTile = at << height;
                    }
                });
            }
        }

        var report = check.Finish();
        if (report is LedgerReport.Broken { Fault: LedgerFault.EntriesRewritten } rewritten && badTile > rewritten.FirstBadIndex)
        {
            // The cache still remembers which run of 256 entries was different.
            return rewritten with { FirstBadIndex = badTile };
        }

        if (report is LedgerReport.Intact && (badTile >= 0 || tiles.Count > 0 || !frontier.AsSpan().SequenceEqual(check.Frontier)))
        {
            return new LedgerReport.Broken(-1, LedgerFault.CacheChanged, "All entries fit the signed head, but stored tree nodes were changed.", "全部条目与签名头一致，但存储的树节点被改动。");
        }

        return report;
    }

    private static List<LedgerHead> KeptCheckpoints(DbConnection connection, DbTransaction? transaction, PublicKey key)
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

    private static Dictionary<(int Level, long Index), byte[]> ReadTiles(DbConnection connection, DbTransaction? transaction)
    {
        using var command = KeyTables.Command(connection, transaction, "SELECT level, idx, hash FROM trust_ledger_tiles");
        using var reader = command.ExecuteReader();
        var tiles = new Dictionary<(int, long), byte[]>();
        while (reader.Read())
        {
            tiles[(reader.GetInt32(0), reader.GetInt64(1))] = reader.GetValue(2) as byte[] ?? [];
        }

        return tiles;
    }
}
