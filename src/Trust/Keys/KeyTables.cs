using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Sandbox.Trust;

/// <summary>The tables of the key ring and small helpers for commands inside the caller's transaction.</summary>
internal static class KeyTables
{
    /// <remarks>A destroyed key keeps its row, without its wrapped bytes, so that its id is never used again.</remarks>
    public static readonly string[] Create =
    [
        "CREATE TABLE trust_ring (one INTEGER PRIMARY KEY CHECK (one = 1), suite TEXT NOT NULL, ring_id TEXT NOT NULL, kind TEXT NOT NULL, salt BLOB NOT NULL, scrypt_n INTEGER NOT NULL, scrypt_r INTEGER NOT NULL, scrypt_p INTEGER NOT NULL)",
        "CREATE TABLE trust_epochs (epoch INTEGER PRIMARY KEY, file TEXT NOT NULL, started TEXT NOT NULL)",
        "CREATE TABLE trust_keys (scope TEXT NOT NULL, id TEXT NOT NULL, key_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, epoch INTEGER NOT NULL, wrapped BLOB, made TEXT NOT NULL, destroyed TEXT, PRIMARY KEY (scope, id))",
    ];

    public static DbCommand Command(DbConnection connection, DbTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this room.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    public static int Run(DbConnection connection, DbTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(connection, transaction, sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>A reading transaction, so that several statements see one state while others write.</summary>
    public static DbTransaction Snapshot(DbConnection connection) =>
        connection is SqliteConnection sqlite ? sqlite.BeginTransaction(deferred: true) : connection.BeginTransaction(IsolationLevel.RepeatableRead);
}
