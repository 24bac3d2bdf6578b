using System.Data.Common;
using System.Globalization;

namespace Sandbox.Trust;

/// <summary>Holds the stored tiles against the nodes that a verification computes, a page at a time.</summary>
internal sealed class TileCheck(DbConnection connection, DbTransaction? transaction)
{
    private readonly Dictionary<(int Level, long Index), byte[]> _ahead = [];
    private long _met;

    /// <summary>How many tiles of the lowest level there should be; see <see cref="LedgerTables.LowestStored"/>.</summary>
    public long Lowest { get; set; }

    /// <summary>Size at which the entries of the database begin.</summary>
    public long Began { get; set; }

    /// <summary>First entry under the first tile that does not fit; −1 where all do.</summary>
    public long FirstBad { get; private set; } = -1;

    /// <summary>Reads the tiles that entries from an index on will complete; touches nothing else, so it may run beside a check.</summary>
    public List<(int Level, long Index, byte[] Hash)> Read(long from, long count)
    {
        var tiles = new List<(int Level, long Index, byte[] Hash)>();
        for (var level = 1; level * LedgerTables.TileHeight < 62; level++)
        {
            var height = level * LedgerTables.TileHeight;
            using var command = KeyTables.Command(connection, transaction, "SELECT idx, hash FROM trust_ledger_tiles WHERE level = @level AND idx >= @first AND idx <= @last",
                ("@level", level), ("@first", from >> height), ("@last", (from + count) >> height));
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                tiles.Add((level, reader.GetInt64(0), reader.GetValue(1) as byte[] ?? []));
            }
        }

        return tiles;
    }

    /// <summary>Makes tiles that were read the ones that the next entries are held against.</summary>
    public void Ahead(List<(int Level, long Index, byte[] Hash)> tiles)
    {
        foreach (var (level, index, hash) in tiles)
        {
            _ahead[(level, index)] = hash;
        }
    }

    /// <summary>Takes the tiles under entries that are not at hand as met: their frontier was held against a signed head.</summary>
    public void Skip(long size)
    {
        for (var level = 1; level * LedgerTables.TileHeight < 62; level++)
        {
            _met += size >> (level * LedgerTables.TileHeight);
        }
    }

    public void Completed(int height, long index, byte[] hash)
    {
        if (height % LedgerTables.TileHeight != 0 || (height == LedgerTables.TileHeight && index >= Lowest))
        {
            return;
        }

        if (_ahead.Remove((height / LedgerTables.TileHeight, index), out var tile) && tile.AsSpan().SequenceEqual(hash))
        {
            _met++;
        }
        else if (FirstBad < 0)
        {
            FirstBad = index << height;
        }
    }

    /// <summary>Whether every tile was right and there is none too many.</summary>
    public bool Fits()
    {
        using var command = KeyTables.Command(connection, transaction, "SELECT count(*) FROM trust_ledger_tiles");
        return FirstBad < 0 && _met == Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
