namespace Sandbox.Trust;

/// <summary>The tables of the ledger. Tiles are roots of whole 16-leaf, 256-leaf, 4096-leaf … subtrees: a cache that can be rebuilt from the entries.</summary>
internal static class LedgerTables
{
    /// <summary>Sixteen nodes are read for each level of sixteen on a proof's way, so a proof at ten million entries reads about a hundred short rows.</summary>
    public const int TileHeight = 4;

    /// <summary>
    /// How many tiles of the lowest level are stored: those under whole tiles of the next level, and those over archived entries. A group of commits then touches their page once in 256 entries;
    /// the few others are computed from their sixteen leaves.
    /// </summary>
    /// <param name="size">Entries in the ledger.</param>
    /// <param name="archived">Entries that lie in archives.</param>
    public static long LowestStored(long size, long archived) => Math.Max(size >> (2 * TileHeight) << TileHeight, archived >> TileHeight);

    public static readonly string[] Create =
    [
        "CREATE TABLE trust_ledger (idx INTEGER PRIMARY KEY, entry BLOB NOT NULL, leaf BLOB NOT NULL)",
        "CREATE TABLE trust_ledger_tiles (level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, idx)) WITHOUT ROWID",
        "CREATE TABLE trust_ledger_head (one INTEGER PRIMARY KEY CHECK (one = 1), frontier BLOB NOT NULL, note TEXT NOT NULL)",
        "CREATE TABLE trust_ledger_checkpoints (size INTEGER PRIMARY KEY, note TEXT NOT NULL, reason TEXT NOT NULL, kept TEXT NOT NULL)",
        "CREATE TABLE trust_ledger_archives (first INTEGER PRIMARY KEY, size INTEGER NOT NULL UNIQUE, file TEXT NOT NULL, note TEXT NOT NULL, last_time TEXT NOT NULL, dropped TEXT)",
    ];
}
