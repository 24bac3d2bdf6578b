using Microsoft.Data.Sqlite;

namespace Sandbox.Trust.Tests;

/// <summary>One writer for many callers: every acknowledged entry stands with its change, a refused change leaves no trace, and several writers on one file take turns.</summary>
public sealed class LedgerWriterTests : IDisposable
{
    private readonly Registry _registry = new();
    private readonly SigningKey _key = Suite.Nist.GenerateSigningKey();

    public LedgerWriterTests()
    {
        _registry.Sql("PRAGMA journal_mode=WAL");
        _registry.Write(t => Ledger.Create(_registry.Connection, t, _key, "sandbox.test/one", new FixedTime()));
        _registry.Sql("CREATE TABLE state (id TEXT PRIMARY KEY, entry INTEGER NOT NULL)");
    }

    public void Dispose()
    {
        _key.Dispose();
        _registry.Dispose();
    }

    private static LedgerEntry Entry(string id) => new("thing.made", "user-1", new Facts { ["id"] = id });

    private static void Make(System.Data.Common.DbTransaction transaction, long index, string id) =>
        KeyTables.Run(transaction.Connection!, transaction, "INSERT INTO state (id, entry) VALUES (@id, @entry)", ("@id", id), ("@entry", index));

    private (LedgerWriter Writer, SqliteConnection Connection) Open()
    {
        var connection = _registry.Connect();
        KeyTables.Run(connection, null, "PRAGMA busy_timeout=30000");
        return (new LedgerWriter(Ledger.Open(connection, _key, new FixedTime()), () => connection.BeginTransaction(deferred: false)), connection);
    }

    private void StateAndLedgerAgree(int expected)
    {
        var ledger = Ledger.OpenReadOnly(_registry.Connection, _key.Public);
        Assert.Equal(expected, Assert.IsType<LedgerReport.Intact>(ledger.VerifyAll()).Head.Size);
        var told = ledger.Entries(0, expected + 1).Where(record => record.Kind == "thing.made").ToDictionary(record => record.Facts["id"].Text!, record => record.Index);
        using var command = new SqliteCommand("SELECT id, entry FROM state", _registry.Connection);
        using var reader = command.ExecuteReader();
        var stand = new Dictionary<string, long>();
        while (reader.Read())
        {
            stand.Add(reader.GetString(0), reader.GetInt64(1));
        }

        Assert.Equal(told.OrderBy(pair => pair.Value), stand.OrderBy(pair => pair.Value));
    }

    [Fact]
    public async Task Sixty_four_callers_at_once_each_get_the_index_of_their_own_entry()
    {
        var (writer, connection) = Open();
        using (connection)
        using (writer)
        {
            await Task.WhenAll(Enumerable.Range(0, 64).Select(caller => Task.Run(async () =>
            {
                for (var i = 0; i < 20; i++)
                {
                    var id = $"c{caller}-{i}";
                    var seen = -1L;
                    var index = await writer.AppendAsync(Entry(id), (transaction, place) =>
                    {
                        seen = place;
                        Make(transaction, place, id);
                    });
                    Assert.Equal(seen, index);
                }
            })));
        }

        StateAndLedgerAgree(64 * 20);
    }

    [Fact]
    public async Task A_change_that_refuses_is_undone_alone()
    {
        var (writer, connection) = Open();
        using (connection)
        using (writer)
        {
            var calls = Enumerable.Range(0, 200).Select(i => writer.AppendAsync(Entry($"t{i}"), (transaction, place) =>
            {
                Make(transaction, place, $"t{i}");
                if (i % 3 == 0)
                {
                    throw new InvalidOperationException("no");
                }
            })).ToArray();
            for (var i = 0; i < calls.Length; i++)
            {
                if (i % 3 == 0)
                {
                    await Assert.ThrowsAsync<InvalidOperationException>(() => calls[i]);
                }
                else
                {
                    await calls[i];
                }
            }
        }

        StateAndLedgerAgree(133);
    }

    [Fact]
    public async Task Two_writers_on_one_file_take_turns()
    {
        var (first, one) = Open();
        var (second, two) = Open();
        using (one)
        using (two)
        using (first)
        using (second)
        {
            await Task.WhenAll(Enumerable.Range(0, 400).Select(i => (i % 2 == 0 ? first : second).AppendAsync(Entry($"p{i}"), (transaction, place) => Make(transaction, place, $"p{i}"))));
        }

        StateAndLedgerAgree(400);
    }

    [Fact]
    public async Task A_badly_formed_entry_is_refused_before_it_meets_others()
    {
        var (writer, connection) = Open();
        using (connection)
        using (writer)
        {
            Assert.Equal("TRUST-LEDGER-2", (await Assert.ThrowsAsync<TrustException>(() => writer.AppendAsync(new("Bad Kind", "x", new Facts())))).Refusal.Rule);
            Assert.Equal(0, await writer.AppendAsync(Entry("good"), (transaction, place) => Make(transaction, place, "good")));
        }

        StateAndLedgerAgree(1);
    }

    [Fact]
    public async Task A_database_that_refuses_is_told_to_every_caller_and_the_writer_goes_on()
    {
        var (writer, connection) = Open();
        using (connection)
        using (writer)
        {
            KeyTables.Run(connection, null, "PRAGMA max_page_count=60");
            var failed = 0;
            await Task.WhenAll(Enumerable.Range(0, 2000).Select(async i =>
            {
                try
                {
                    await writer.AppendAsync(Entry($"f{i}"), (transaction, place) => Make(transaction, place, $"f{i}"));
                }
                catch (SqliteException error) when (error.SqliteErrorCode == 13)
                {
                    Interlocked.Increment(ref failed);
                }
            }));
            Assert.InRange(failed, 1, 1999);
            KeyTables.Run(connection, null, "PRAGMA max_page_count=100000");
            await writer.AppendAsync(Entry("after"), (transaction, place) => Make(transaction, place, "after"));
        }

        StateAndLedgerAgree((int)Ledger.OpenReadOnly(_registry.Connection, _key.Public).Head().Size);
    }
}
