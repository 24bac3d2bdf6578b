namespace Sandbox.Trust;

/// <summary>The tables of the ledger. Tiles are roots of whole 16-leaf, 256-leaf, 4096-leaf … subtrees: a cache that can be rebuilt from the entries.</summary>
internal static class LedgerTables
{
    /// <summary>Sixteen nodes are read for each level of sixteen on a proof's way, so a proof at ten million entries reads about a hundred short rows.</summary>
    public const int TileHeight = 4;

    public static readonly string[] Create =
    [
        "CREATE TABLE trust_ledger (idx INTEGER PRIMARY KEY, entry BLOB NOT NULL, leaf BLOB NOT NULL)",
        "CREATE TABLE trust_ledger_tiles (level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, idx)) WITHOUT ROWID",
        "CREATE TABLE trust_ledger_head (one INTEGER PRIMARY KEY CHECK (one = 1), frontier BLOB NOT NULL, note TEXT NOT NULL)",
        "CREATE TABLE trust_ledger_checkpoints (size INTEGER PRIMARY KEY, note TEXT NOT NULL, reason TEXT NOT NULL, kept TEXT NOT NULL)",
        "CREATE TABLE trust_ledger_archives (first INTEGER PRIMARY KEY, size INTEGER NOT NULL UNIQUE, file TEXT NOT NULL, note TEXT NOT NULL, last_time TEXT NOT NULL, dropped TEXT)",
    ];
}
