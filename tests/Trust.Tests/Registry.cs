using Microsoft.Data.Sqlite;

namespace Sandbox.Trust.Tests;

/// <summary>A registry in a file of its own folder, removed afterwards.</summary>
internal sealed class Registry : IDisposable
{
    public Registry()
    {
        Folder = Directory.CreateTempSubdirectory("trust").FullName;
        Connection = Connect();
    }

    public string Folder { get; }

    public string DatabaseFile => Path.Combine(Folder, "registry.db");

    public SqliteConnection Connection { get; }

    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        return connection;
    }

    /// <summary>Runs in a writing transaction and commits.</summary>
    public T Write<T>(Func<SqliteTransaction, T> act)
    {
        using var transaction = Connection.BeginTransaction(deferred: false);
        var result = act(transaction);
        transaction.Commit();
        return result;
    }

    public void Sql(string sql, params (string, object?)[] parameters) => KeyTables.Run(Connection, null, sql, parameters);

    public void Dispose()
    {
        Connection.Dispose();
        Directory.Delete(Folder, true);
    }
}

/// <summary>A clock that the test moves.</summary>
internal sealed class FixedTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 5, 1, 8, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
