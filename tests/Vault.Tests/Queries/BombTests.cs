using System.Diagnostics;
using Sandbox.Vault.Queries;

namespace Sandbox.Vault.Tests.Queries;

/// <summary>Statements that never end, grow without end or kill their engine. The session outlives them all.</summary>
public sealed class BombTests
{
    private static readonly QueryLimits Short = new() { Deadline = TimeSpan.FromMilliseconds(500), KillAfter = TimeSpan.FromSeconds(1), EngineMemoryBytes = 256L << 20 };

    [Theory]
    [InlineData("SELECT count(*) FROM range(100000000000) a")]
    [InlineData("SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 3")]
    [InlineData("SELECT length(repeat(repeat('x', 1000000), 100000))")]
    [InlineData("SELECT sum(length(repeat('x', 100000000 + range::INT))) FROM range(100000)")]
    [InlineData("SELECT length(regexp_replace(repeat('ab', 100000000), '(a|b|ab)', 'xxxxxxxxxxxxxxxxxxxx', 'g'))")]
    [InlineData("SELECT levenshtein(repeat('a', 300000), repeat('b', 300000))")]
    [InlineData("SELECT list_sort(range(100000000))")]
    [InlineData("WITH RECURSIVE t(x) AS (SELECT 'a' UNION ALL SELECT x || x FROM t) SELECT length(x) FROM t")]
    [InlineData("SELECT * FROM share.person a, share.person b, share.person c, share.person d ORDER BY random()")]
    [InlineData("SELECT string_agg(repeat('x', 1000), '') FROM range(10000000)")]
    [InlineData("SELECT count(DISTINCT hash(a.range * b.range)) FROM range(1000000) a, range(1000) b")]
    public async Task A_bomb_ends_in_time_and_the_session_goes_on(string sql)
    {
        await using var session = await TestZone.OpenAsync(Short);
        var clock = Stopwatch.StartNew();
        var answer = await session.QueryAsync(sql);
        var failed = Assert.IsType<QueryAnswer.Failed>(answer);
        Assert.True(clock.Elapsed < Short.Deadline + TimeSpan.FromSeconds(3), $"took {clock.Elapsed}");
        Assert.Contains(failed.Fault, new[] { QueryFault.Stopped, QueryFault.OutOfMemory, QueryFault.Value, QueryFault.Crashed });
        var next = Assert.IsType<QueryAnswer.Rows>(await session.QueryAsync("SELECT count(*) FROM share.person"));
        Assert.Equal(1000L, next.Values[0][0]);
    }

    [Fact]
    public async Task A_cancelled_statement_ends_at_once_and_the_next_one_runs()
    {
        await using var session = await TestZone.OpenAsync();
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var clock = Stopwatch.StartNew();
        var failed = Assert.IsType<QueryAnswer.Failed>(await session.QueryAsync("SELECT count(*) FROM range(100000000000)", soon.Token));
        Assert.Equal((QueryFault.Stopped, true), (failed.Fault, failed.FreshSession));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2));
        Assert.IsType<QueryAnswer.Rows>(await session.QueryAsync("SELECT 1"));
    }

    [Fact]
    public async Task A_bomb_of_one_session_does_not_touch_another()
    {
        await using var hostile = await TestZone.OpenAsync(Short);
        await using var honest = await TestZone.OpenAsync();
        var bomb = hostile.QueryAsync("SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 3");
        Assert.IsType<QueryAnswer.Rows>(await honest.QueryAsync("SELECT sum(income) FROM share.person"));
        Assert.IsType<QueryAnswer.Failed>(await bomb);
    }

    [Fact]
    public async Task Eight_users_with_bombs_end_and_the_ninth_is_answered()
    {
        string[] bombs =
        [
            "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 3",
            "SELECT levenshtein(repeat('a', 300000), repeat('b', 300000))",
            "SELECT sum(length(repeat('x', 100000000 + range::INT))) FROM range(100000)",
            "WITH RECURSIVE t(x) AS (SELECT 'a' UNION ALL SELECT x || x FROM t) SELECT length(x) FROM t",
        ];
        var sessions = new List<QuerySession>();
        try
        {
            for (var i = 0; i < 9; i++)
            {
                sessions.Add(await TestZone.OpenAsync(Short));
            }

            var running = sessions.Take(8).Select((session, i) => session.QueryAsync(bombs[i % bombs.Length])).ToArray();
            Assert.IsType<QueryAnswer.Rows>(await sessions[8].QueryAsync("SELECT 1"));

            // Two cores for nine engines: the watch is only that they end at all, soon.
            Assert.All(await Task.WhenAll(running).WaitAsync(TimeSpan.FromSeconds(30)), answer => Assert.IsType<QueryAnswer.Failed>(answer));
            Assert.IsType<QueryAnswer.Rows>(await sessions[0].QueryAsync("SELECT count(*) FROM share.person"));
        }
        finally
        {
            foreach (var session in sessions)
            {
                await session.DisposeAsync();
            }
        }
    }
}
