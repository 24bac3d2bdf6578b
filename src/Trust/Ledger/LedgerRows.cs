using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sandbox.Trust;

/// <summary>Inserts rows of the ledger. With SQLite through its own interface, whose parameters need no objects and no search for their names: half of the time of an append.</summary>
internal static class LedgerRows
{
    private const string Entries = "INSERT INTO trust_ledger (idx, entry, leaf) VALUES (@a, @b, @c)";
    private const string Tiles = "INSERT INTO trust_ledger_tiles (level, idx, hash) VALUES (@a, @b, @c)";

    /// <param name="first">Index of the first entry.</param>
    /// <param name="forms">The entries' bytes.</param>
    /// <param name="leaves">Their leaf hashes, 32 bytes each.</param>
    /// <exception cref="DbException">The database refused, for example because the disk is full.</exception>
    public static void Insert(DbConnection connection, DbTransaction transaction, long first, byte[][] forms, byte[] leaves)
    {
        using var rows = new Statement(connection, transaction, Entries);
        for (var i = 0; i < forms.Length; i++)
        {
            rows.Begin(first + i);
            rows.Set(2, forms[i]);
            rows.Set(3, leaves.AsSpan(i * Suite.HashLength, Suite.HashLength));
            rows.Run();
        }
    }

    /// <exception cref="DbException">The database refused.</exception>
    public static void InsertTiles(DbConnection connection, DbTransaction transaction, List<(int Level, long Index, byte[] Hash)> tiles)
    {
        if (tiles.Count == 0)
        {
            return;
        }

        using var rows = new Statement(connection, transaction, Tiles);
        foreach (var (level, index, hash) in tiles)
        {
            rows.Begin(level);
            rows.Set(2, index);
            rows.Set(3, hash);
            rows.Run();
        }
    }

    /// <summary>One prepared statement with three parameters, freed with this object: a connection with an open statement would not close.</summary>
    private readonly ref struct Statement : IDisposable
    {
        private readonly sqlite3? _database;
        private readonly sqlite3_stmt? _statement;
        private readonly DbCommand? _command;

        public Statement(DbConnection connection, DbTransaction transaction, string sql)
        {
            if (connection is SqliteConnection { Handle: { } database })
            {
                _database = database;
                Check(raw.sqlite3_prepare_v2(database, sql, out _statement));
            }
            else
            {
                _command = KeyTables.Command(connection, transaction, sql, ("@a", null), ("@b", null), ("@c", null));
            }
        }

        public void Begin(long first)
        {
            if (_statement is not null)
            {
                Check(raw.sqlite3_reset(_statement));
            }

            Set(1, first);
        }

        public void Set(int place, long number)
        {
            if (_statement is not null)
            {
                Check(raw.sqlite3_bind_int64(_statement, place, number));
            }
            else
            {
                _command!.Parameters[place - 1].Value = number;
            }
        }

        public void Set(int place, ReadOnlySpan<byte> bytes)
        {
            if (_statement is not null)
            {
                Check(raw.sqlite3_bind_blob(_statement, place, bytes));
            }
            else
            {
                _command!.Parameters[place - 1].Value = bytes.ToArray();
            }
        }

        public void Run()
        {
            if (_statement is null)
            {
                _command!.ExecuteNonQuery();
            }
            else if (raw.sqlite3_step(_statement) is var code && code != raw.SQLITE_DONE)
            {
                SqliteException.ThrowExceptionForRC(code, _database);
            }
        }

        public void Dispose()
        {
            _statement?.Dispose();
            _command?.Dispose();
        }

        private void Check(int code)
        {
            if (code != raw.SQLITE_OK)
            {
                SqliteException.ThrowExceptionForRC(code, _database);
            }
        }
    }
}
