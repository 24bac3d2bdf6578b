using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sandbox.Trust;

/// <summary>Reads the entries of a ledger and the tiles over them, a page at a time.</summary>
internal sealed class LedgerPages(DbConnection connection, DbTransaction? transaction, TileCheck tiles)
{
    /// <summary>Entries of a full page; a shorter one is the last.</summary>
    public const int Size = 1 << 14;

    private readonly LedgerPage[] _pages = [new(), new()];
    private int _next;

    /// <summary>The page that begins at an index; its memory is used again by the page after the next. The first page also meets entries that stand before the place where they could.</summary>
    public LedgerPage Read(long from, bool first)
    {
        var page = _pages[_next];
        _next ^= 1;
        page.Begin(tiles.Read(from, Size));
        using var command = KeyTables.Command(connection, transaction, "SELECT idx, entry, leaf FROM trust_ledger WHERE idx >= @from ORDER BY idx LIMIT @count", ("@from", first ? long.MinValue : from), ("@count", Size));
        using var reader = command.ExecuteReader();
        if (reader is SqliteDataReader { Handle: { } statement })
        {
            // The engine's own bytes, without an object for every cell: a million entries are read in the time of a few.
            while (reader.Read())
            {
                long? index = raw.sqlite3_column_type(statement, 0) == raw.SQLITE_INTEGER ? raw.sqlite3_column_int64(statement, 0) : null;
                page.Add(index, Blob(statement, 1), Blob(statement, 2));
            }
        }
        else
        {
            while (reader.Read())
            {
                page.Add(reader.GetValue(0) as long?, reader.GetValue(1) as byte[], reader.GetValue(2) as byte[]);
            }
        }

        return page;
    }

    /// <summary>A column's bytes; none where it holds something else, which is neither an entry nor a leaf hash.</summary>
    private static ReadOnlySpan<byte> Blob(sqlite3_stmt statement, int column) =>
        raw.sqlite3_column_type(statement, column) == raw.SQLITE_BLOB ? raw.sqlite3_column_blob(statement, column) : [];
}
