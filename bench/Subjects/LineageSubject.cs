using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Sandbox.Bench.Measuring;
using Sandbox.Trust;

namespace Sandbox.Bench.Subjects;

/// <summary>The sources of a release over 100,000 things: graph built from ids and walked, against SQLite's recursive query over an indexed table of the same edges that stands already.</summary>
internal sealed class LineageSubject : ISubject
{
    private const int Sets = 40;
    private const int BatchesOfASet = 834;
    private const double WantedMilliseconds = 100;

    public string Name => "lineage";

    public string Words => "the sources of a release over 100,000 things, against a recursive query of SQLite";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        var (nodes, edges) = Domain();
        using var connection = Table(edges);
        var (ours, rival) = await Contest.RunAsync(runs, _ => Task.FromResult(Walk(nodes, edges)), _ => Task.FromResult(Query(connection, nodes.Count)), cancellation).ConfigureAwait(false);
        return
        [
            new BenchLine(Name, "lineage", string.Create(CultureInfo.InvariantCulture, $"build the graph of {nodes.Count} things and {edges.Count} edges and walk it"), "ms", false, ours,
                "SQLite in memory, WITH RECURSIVE over an indexed table", rival, new Target(Judged.Ours, WantedMilliseconds, AtLeast: false)),
        ];
    }

    /// <summary>Data sets of many batches with two segments each, one table of the zone for each data set, one run, one release.</summary>
    private static (List<string> Nodes, List<(string From, string To)> Edges) Domain()
    {
        var (nodes, edges) = (new List<string>(), new List<(string, string)>());
        nodes.AddRange(["scenario:s", "zone:z", "model:m", "run:run-1", "held:run-1", "export:r", "release:r"]);
        edges.AddRange([("scenario:s", "zone:z"), ("scenario:s", "model:m"), ("model:m", "run:run-1"), ("run:run-1", "held:run-1"), ("held:run-1", "export:r"), ("export:r", "release:r")]);
        for (var s = 0; s < Sets; s++)
        {
            var (set, table) = ($"data-set:d{s}", $"zone-table:z/d{s}");
            nodes.AddRange([set, table]);
            edges.AddRange([("zone:z", table), (table, "run:run-1")]);
            for (var b = 0; b < BatchesOfASet; b++)
            {
                var batch = $"batch:d{s}/b{b}";
                nodes.Add(batch);
                edges.Add((set, batch));
                foreach (var group in new[] { "main", "identifiers" })
                {
                    var segment = $"segment:d{s}/b{b}/{group}";
                    nodes.Add(segment);
                    edges.AddRange([(batch, segment), (segment, table)]);
                }
            }
        }

        return (nodes, edges);
    }

    private static double Walk(List<string> nodes, List<(string From, string To)> edges)
    {
        var start = Stopwatch.GetTimestamp();
        var reached = LineageGraph.Build(nodes, edges).Reach("release:r", LineageDirection.Sources).Count;
        var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return reached == nodes.Count ? took : throw new BenchBrokenException("the walk", "a source was missed");
    }

    private static double Query(SqliteConnection connection, int expected)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "WITH RECURSIVE up(id) AS (SELECT 'release:r' UNION SELECT parent FROM edge JOIN up ON child = up.id) SELECT id FROM up";
        var start = Stopwatch.GetTimestamp();
        var reached = 0;
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                reader.GetString(0);
                reached++;
            }
        }

        var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return reached == expected ? took : throw new BenchBrokenException("the recursive query", "a source was missed");
    }

    private static SqliteConnection Table(List<(string From, string To)> edges)
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE edge(child TEXT, parent TEXT, PRIMARY KEY(child, parent)) WITHOUT ROWID";
        command.ExecuteNonQuery();
        command.CommandText = "INSERT INTO edge VALUES(@child, @parent)";
        var (child, parent) = (command.Parameters.Add("@child", SqliteType.Text), command.Parameters.Add("@parent", SqliteType.Text));
        foreach (var (from, to) in edges)
        {
            (child.Value, parent.Value) = (to, from);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
        return connection;
    }
}
