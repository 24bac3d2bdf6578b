using System.Diagnostics;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Tests.Zones;

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

    /// <summary>Eight users, each with a bomb of another kind, all at once; the ninth asks honestly the whole time.</summary>
    [Fact]
    public async Task Eight_users_with_bombs_end_in_time_within_the_hosts_memory_and_the_ninth_is_answered()
    {
        string[] bombs =
        [
            "SELECT sum(length(repeat('x', 100000000 + range::INT))) FROM range(100000)",
            "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 3",
            "SELECT " + string.Join(" + ", Enumerable.Repeat("(CASE WHEN range % 7 = 0 THEN md5(range::VARCHAR) ELSE 'x' END < 'y')::INT", 400)) + " FROM range(1000000000) ORDER BY 1",
            "SELECT length(regexp_replace(repeat('ab', 100000000), '(a|b|ab)', 'xxxxxxxxxxxxxxxxxxxx', 'g'))",
            "SELECT list_sort(range(100000000))",
            "SELECT levenshtein(repeat('a', 300000), repeat('b', 300000))",
            "CREATE TEMP TABLE full AS SELECT repeat('x', 1000) || range AS x, uuid() AS u FROM range(100000000)",
            "WITH RECURSIVE t(x) AS (SELECT 'a' UNION ALL SELECT x || x FROM t) SELECT length(x) FROM t",
        ];
        var sessions = new List<QuerySession>();
        await using var honest = await TestZone.OpenAsync();
        try
        {
            for (var i = 0; i < bombs.Length; i++)
            {
                sessions.Add(await TestZone.OpenAsync(Short));
            }

            using var memory = new ChildMemory();
            var running = sessions.Select(async (session, i) =>
            {
                var clock = Stopwatch.StartNew();
                var answer = await session.QueryAsync(bombs[i]);
                return (Bomb: i, clock.Elapsed, Answer: answer);
            }).ToArray();
            while (!Task.WhenAll(running).IsCompleted)
            {
                Assert.Equal(1000L, Assert.IsType<QueryAnswer.Rows>(await honest.QueryAsync("SELECT count(*) FROM share.person")).Values[0][0]);
            }

            foreach (var (bomb, elapsed, answer) in await Task.WhenAll(running))
            {
                Assert.True(answer is QueryAnswer.Failed or QueryAnswer.Refused, $"bomb {bomb}: {answer}");
                Assert.True(elapsed < Short.Deadline + TimeSpan.FromSeconds(3), $"bomb {bomb} took {elapsed}");
            }

            Assert.InRange(memory.Most, 1, (bombs.Length * Short.ChildBytes) + new QueryLimits().ChildBytes);
            Assert.Equal(1000L, Assert.IsType<QueryAnswer.Rows>(await honest.QueryAsync("SELECT count(*) FROM share.person")).Values[0][0]);

            // And none of the eight has lost more than its own temporary tables.
            foreach (var session in sessions)
            {
                Assert.IsType<QueryAnswer.Rows>(await session.QueryAsync("SELECT count(*) FROM share.person"));
            }
        }
        finally
        {
            foreach (var session in sessions)
            {
                await session.DisposeAsync();
            }
        }
    }

    /// <summary>The room for a result is sized: filling it is a refusal, and the session goes on.</summary>
    [Fact]
    public async Task A_kept_answer_that_fills_its_room_is_refused_in_time()
    {
        await using var session = await KeepingAsync();
        var clock = Stopwatch.StartNew();
        var answer = await session.KeepAsync("SELECT uuid() AS a, uuid() AS b, uuid() AS c, uuid() AS d, uuid() AS e, uuid() AS f FROM range(900000)", [], "full", Stream.Null);
        Assert.True(answer is QueryAnswer.Refused { Reason.Refusal.Rule: "SB-RESULT-3" } or QueryAnswer.Failed, answer.ToString());
        Assert.True(clock.Elapsed < new QueryLimits().Deadline + TimeSpan.FromSeconds(3));
        Assert.IsType<QueryAnswer.Kept>(await session.KeepAsync("SELECT 1 AS a", [], "full", Stream.Null));
    }

    private static async Task<QuerySession> KeepingAsync()
    {
        using var folder = new TestData();
        using var key = Trust.DataKey.ThrowAway(Trust.Suite.Nist, "zone");
        var zone = await folder.WorkbenchAsync(key);
        return await new QueryService(TestZone.Jailer, folder.Store).OpenAsync(zone, key, keeps: true);
    }

    /// <summary>Watches the private memory of all query children of this process.</summary>
    private sealed class ChildMemory : IDisposable
    {
        private readonly Timer _timer;
        private long _most;

        public ChildMemory() => _timer = new Timer(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));

        public long Most => Interlocked.Read(ref _most);

        public void Dispose() => _timer.Dispose();

        private void Look()
        {
            long sum = 0;
            foreach (var folder in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
            {
                try
                {
                    if (File.ReadAllText(folder + "/cmdline").Contains("Sandbox.Vault.dll\0query", StringComparison.Ordinal))
                    {
                        sum += File.ReadLines(folder + "/status").Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Sum(line => long.Parse(line[8..^2].Trim(), System.Globalization.CultureInfo.InvariantCulture) * 1024);
                    }
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    // It ended while we looked.
                }
            }

            for (var seen = Most; sum > seen && Interlocked.CompareExchange(ref _most, sum, seen) != seen; seen = Most)
            {
            }
        }
    }
}
