using System.Data.Common;
using Microsoft.Data.Sqlite;
using Sandbox.Trust;

namespace Sandbox.Bench.Subjects;

/// <summary>A ledger in a database of its own: write-ahead log, full synchronisation, as in a domain's registry.</summary>
internal sealed class LedgerFixture : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SigningKey _key;
    private readonly string _path;

    public LedgerFixture(Workplace place, Suite suite)
    {
        _path = place.NewFile($"ledger-{suite.Name}.db");
        _connection = Connect(_path);
        _key = suite.GenerateSigningKey();
        using var transaction = _connection.BeginTransaction(deferred: false);
        Ledger = Ledger.Create(_connection, transaction, _key, "sandbox.bench/one", TimeProvider.System);
        transaction.Commit();
    }

    public Ledger Ledger { get; }

    public static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;";
        command.ExecuteNonQuery();
        return connection;
    }

    /// <summary>An entry of the kind that a domain writes most: an id, a name, a digest, a coarse count.</summary>
    public static LedgerEntry Entry(long i) => new("query.answered", "li", new Facts
    {
        ["zone"] = "workbench-traffic",
        ["statement"] = $"7f3c9a51d20e4b6688c1{i:x12}",
        ["rows"] = i % 200 / 10 * 10,
        ["withheld"] = 0,
    });

    public LedgerWriter Writer() => new(Ledger, () => _connection.BeginTransaction(deferred: false));

    /// <summary>Appends many entries in large transactions, to have something to measure on.</summary>
    public void Fill(long count, CancellationToken cancellation)
    {
        const int Batch = 20_000;
        for (long done = 0; done < count; done += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            using var transaction = _connection.BeginTransaction(deferred: false);
            Ledger.Append(transaction, [.. Enumerable.Range(0, (int)Math.Min(Batch, count - done)).Select(i => Entry(done + i))]);
            transaction.Commit();
        }
    }

    public void Dispose()
    {
        _connection.Dispose();
        _key.Dispose();
        foreach (var file in new[] { _path, _path + "-wal", _path + "-shm" })
        {
            File.Delete(file);
        }
    }
}
