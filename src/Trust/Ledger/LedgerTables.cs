namespace Sandbox.Trust;

/// <summary>The tables of the ledger. Tiles are roots of whole 256-leaf, 65536-leaf … subtrees: a cache that can be rebuilt from the entries.</summary>
internal static class LedgerTables
{
    public const int TileHeight = 8;

    public static readonly string[] Create =
    [
        "CREATE TABLE trust_ledger (idx INTEGER PRIMARY KEY, entry BLOB NOT NULL, leaf BLOB NOT NULL)",
        "CREATE TABLE trust_ledger_tiles (level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, idx))",
        "CREATE TABLE trust_ledger_head (one INTEGER PRIMARY KEY CHECK (one = 1), frontier BLOB NOT NULL, note TEXT NOT NULL)",
        "CREATE TABLE trust_ledger_checkpoints (size INTEGER PRIMARY KEY, note TEXT NOT NULL)",
    ];
}
