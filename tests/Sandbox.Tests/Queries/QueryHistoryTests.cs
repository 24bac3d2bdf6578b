using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Host.Tests.Queries;

/// <summary>What somebody asked is for that person alone, sealed, and ends with the zone.</summary>
public sealed class QueryHistoryTests(WorkbenchCity city) : IClassFixture<WorkbenchCity>
{
    private const string Marker = "hmarkerq7714";

    [Fact]
    public void The_author_reads_it_and_asks_again_and_nobody_else_gets_anything()
    {
        city.Ask("wu", $"SELECT count(*) FROM register WHERE district <> '{Marker}' AND place >= $least", "--set", "least=10").Ends(Ran.Done);
        city.Ask("wu", $"SELECT nothing FROM register WHERE '{Marker}' = 'x'").RefusedBy("CC-17-3");
        city.Ask("wu", $"SELECT read_text('{Marker}')").RefusedBy("SB-QUERY-7");
        city.As("wu", "query", "--zone", "plant", $"SELECT count(*) FROM register WHERE district = '{Marker}'");
        var own = Statements("wu");
        Assert.Equal(
            [$"SELECT count(*) FROM register WHERE district <> '{Marker}' AND place >= $least", $"SELECT nothing FROM register WHERE '{Marker}' = 'x'", $"SELECT read_text('{Marker}')"],
            own.Select(item => item["statement"]!.GetValue<string>()).TakeLast(3));
        Assert.Equal("10", own[^3]["set"]!["least"]!.GetValue<string>());
        Assert.Contains(Marker, city.As("wu", "query", "--zone", "plant", "--history").Ends(Ran.Done).Output, StringComparison.Ordinal);

        // The same statement with the same value, run anew.
        var again = city.As("wu", "query", "--zone", "bench", "--again", own[^3]["number"]!.ToString()).Ends(Ran.Done).Json["rows"]![0]![0]!.GetValue<long>();
        Assert.Equal(city.Ask("wu", "SELECT count(*) FROM register WHERE place >= 10").Ends(Ran.Done).Json["rows"]![0]![0]!.GetValue<long>(), again);
        city.As("wu", "query", "--zone", "bench", "--again", "100000").RefusedBy("SB-QUERY-22");
        city.As("wu", "query", "--zone", "bench", "--again", "1", "SELECT 1").Ends(Ran.Usage);
        city.As("wu", "query", "--zone", "bench", "--history", "SELECT 1").Ends(Ran.Usage);

        // A colleague of the same scenario, and everybody who may not query: the bureau, the provider, a third party.
        Assert.Empty(Statements("mei"));
        city.As("mei", "query", "--zone", "bench", "--again", "1").RefusedBy("SB-QUERY-22");
        foreach (var who in new[] { "zhao", "qian", "wang", "sun" })
        {
            Assert.DoesNotContain(Marker, city.As(who, "query", "--zone", "bench", "--history").Ends(Ran.Refused).Output, StringComparison.Ordinal);
        }

        city.IsNowhere(Marker);
        Assert.Contains("query.history-shown", SandboxProgram.Json("ledger", "show", "--count", "1000", "--dir", city.Folder).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_last_fifty_are_kept()
    {
        var asked = await SandboxProgram.RunAsync(["query", "--zone", "bench", "--dir", city.Folder, "--as", "li"], string.Concat(Enumerable.Range(1, 60).Select(n => $"SELECT {n};\n")));
        asked.Ends(Ran.Done);
        var kept = Statements("li");
        Assert.Equal(50, kept.Length);
        Assert.Equal(("SELECT 11", "SELECT 60"), (kept[0]["statement"]!.GetValue<string>(), kept[^1]["statement"]!.GetValue<string>()));
        Assert.Equal((11, 60), (kept[0]["number"]!.GetValue<int>(), kept[^1]["number"]!.GetValue<int>()));
    }

    /// <summary>A line moved to another person, another number or another zone does not open.</summary>
    [Fact]
    public void Who_has_the_disk_can_give_nobody_the_texts_of_another()
    {
        city.Ask("wu", $"SELECT '{Marker}' AS stolen").Ends(Ran.Done);
        city.Domain.Between(registry =>
        {
            using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={registry};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO query_history SELECT zone, 'mei', number + 900, at, sealed FROM query_history WHERE person = 'wu'; INSERT OR IGNORE INTO query_history SELECT zone, person, number + 500, at, sealed FROM query_history WHERE person = 'wu'";
            Assert.True(command.ExecuteNonQuery() > 0);
        });
        Assert.DoesNotContain(Statements("mei"), item => item["statement"]!.GetValue<string>().Contains(Marker, StringComparison.Ordinal));
        Assert.DoesNotContain(Statements("wu"), item => item["number"]!.GetValue<int>() > 500);
        city.Domain.Between(registry =>
        {
            using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={registry};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM query_history WHERE number > 500";
            command.ExecuteNonQuery();
        });
    }

    [Fact]
    public async Task It_ends_with_the_zone()
    {
        await city.OpenZoneAsync("brief");
        city.As("wu", "query", "--zone", "brief", $"SELECT '{Marker}'").Ends(Ran.Done);
        city.As("li", "zone", "destroy", "brief").Ends(Ran.Done);
        city.As("wu", "query", "--zone", "brief", "--history").Ends(Ran.Refused);
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(city.Folder, "registry.db")};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM query_history WHERE zone = 'brief'";
        Assert.Equal(0L, command.ExecuteScalar());
    }

    private JsonObject[] Statements(string who) => [.. city.As(who, "query", "--zone", "bench", "--history").Ends(Ran.Done).Json["statements"]!.AsArray().Select(item => item!.AsObject())];
}
