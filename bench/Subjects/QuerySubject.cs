using System.Diagnostics;
using Sandbox.Bench.Measuring;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Queries;

namespace Sandbox.Bench.Subjects;

/// <summary>Statements in a warm session (guard, jail, both pipes, caps) against the same statements on DuckDB alone over the same zone.</summary>
internal sealed class QuerySubject : ISubject
{
    private const double WantedMilliseconds = 5;
    private const int PairsPerRun = 20;

    private static readonly (string Name, string Words, string Sql)[] Statements =
    [
        ("count", "count rows", "SELECT count(*) FROM flights"),
        ("group", "group and sort", "SELECT origin, count(*) AS flights, round(avg(delay), 1) AS mean_delay FROM flights GROUP BY origin ORDER BY flights DESC, origin LIMIT 5"),
        ("filter", "filter, 200 rows of 5 columns", "SELECT * FROM flights WHERE delay > 60 AND distance < 500 ORDER BY delay DESC, date, origin, destination LIMIT 200"),
        ("join", "common table and join", "WITH busy AS (SELECT origin, count(*) AS n FROM flights GROUP BY origin) SELECT f.destination, sum(b.n) AS n FROM flights f JOIN busy b ON b.origin = f.origin GROUP BY f.destination ORDER BY n DESC, f.destination LIMIT 20"),
    ];

    private const double WantedOfScan = 1 / 1.15;
    private const string Scan = "SELECT origin, destination, count(*) AS n, sum(delay) AS s, avg(distance) AS m, stddev_samp(delay) AS d, quantile_cont(delay, [0.1, 0.5, 0.9]) AS q, count(DISTINCT date) AS days FROM flights GROUP BY origin, destination ORDER BY n DESC, origin, destination LIMIT 100";

    public string Name => "query";

    public string Words => "statements in a warm session, against DuckDB alone over the same zone";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        var zone = await prepared.WorkbenchAsync(cancellation).ConfigureAwait(false);
        using var plain = prepared.Plain(zone, prepared.ZoneKey);
        using var rival = Alone(Preparation.PathOf(plain));
        var session = await new QueryService(prepared.Place.Jailer, prepared.Place.Store(Suite.Nist)).OpenAsync(zone, prepared.ZoneKey, cancellation: cancellation).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var lines = new List<BenchLine>();
            foreach (var (name, words, sql) in Statements)
            {
                var (ours, theirs) = await Contest.RunAsync(
                    checked(runs * PairsPerRun), token => OursAsync(session, sql, token), _ => Task.FromResult(RivalOnce(rival, sql)), cancellation).ConfigureAwait(false);
                lines.Add(new BenchLine(
                    Name, $"query-{name}", $"warm session over 600,000 rows: {words}", "ms", false, ours, "DuckDB alone in process, same zone, 2 threads", theirs,
                    new Target(Judged.Difference, WantedMilliseconds, AtLeast: false)));
            }

            // Where the engine works for long, the way to it must not matter.
            var (scan, bare) = await Contest.RunAsync(runs, token => OursAsync(session, Scan, token), _ => Task.FromResult(RivalOnce(rival, Scan)), cancellation).ConfigureAwait(false);
            lines.Add(new BenchLine(
                Name, "query-scan", "warm session over 600,000 rows: quantiles and distinct counts of every route", "ms", false, scan, "DuckDB alone in process, same zone, 2 threads", bare,
                new Target(Judged.Ratio, WantedOfScan, AtLeast: true)));
            return lines;
        }
    }

    internal static DuckDbConnection Alone(string path)
    {
        var connection = Workplace.RivalEngine(new QueryLimits().EngineMemoryBytes);
        connection.Execute($"ATTACH {DuckDbConnection.Literal(path)} AS zone (READ_ONLY); USE zone");
        return connection;
    }

    internal static async Task<double> OursAsync(QuerySession session, string sql, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var answer = await session.QueryAsync(sql, cancellation).ConfigureAwait(false);
        var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        cancellation.ThrowIfCancellationRequested();
        return answer is QueryAnswer.Rows ? milliseconds : throw new BenchBrokenException("A query", answer is QueryAnswer.Refused refused ? refused.Reason.Refusal.Rule : "failed");
    }

    internal static double RivalOnce(DuckDbConnection connection, string sql)
    {
        var start = Stopwatch.GetTimestamp();
        using var result = connection.Stream(sql);
        while (result.Fetch() is { } chunk)
        {
            chunk.Dispose();
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
