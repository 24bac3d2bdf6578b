using Microsoft.Data.Sqlite;

namespace Sandbox.Trust.Tests.Lineage;

public sealed class LineageGraphTests
{
    [Fact]
    public void A_walk_goes_one_way_only_and_nearest_first()
    {
        var graph = LineageGraph.Build(["set", "batch", "zone", "other", "run", "release"], [("set", "batch"), ("batch", "zone"), ("other", "zone"), ("zone", "run"), ("run", "release"), ("zone", "release")]);
        Assert.Equal(["release", "run", "zone", "batch", "other", "set"], graph.Reach("release", LineageDirection.Sources));
        Assert.Equal(["batch", "zone", "run", "release"], graph.Reach("batch", LineageDirection.Consequences));
        Assert.Equal(["set"], graph.Reach("set", LineageDirection.Sources));
        Assert.Equal(["run", "release"], graph.Next("zone", LineageDirection.Consequences));
        Assert.Throws<KeyNotFoundException>(() => graph.Reach("nothing", LineageDirection.Sources));
    }

    [Fact]
    public void Circles_doubled_edges_and_edges_to_nowhere_end()
    {
        var graph = LineageGraph.Build(["a", "b"], [("a", "b"), ("b", "a"), ("a", "b"), ("a", "a"), ("a", "gone"), ("gone", "b")]);
        Assert.Equal(["b", "a"], graph.Reach("b", LineageDirection.Sources));
        Assert.Equal(["b"], graph.Next("a", LineageDirection.Consequences));
        Assert.False(graph.Has("gone"));
        Assert.Throws<ArgumentException>(() => LineageGraph.Build(["a", "a"], []));
    }

    [Fact]
    public void A_chain_of_a_million_needs_no_stack()
    {
        var ids = Enumerable.Range(0, 1_000_000).Select(i => $"n{i}").ToArray();
        var graph = LineageGraph.Build(ids, [.. ids.Skip(1).Select((id, i) => (ids[i], id))]);
        Assert.Equal(ids.Length, graph.Reach(ids[^1], LineageDirection.Sources).Count);
        Assert.Single(graph.Reach(ids[^1], LineageDirection.Consequences));
    }

    /// <summary>Against SQLite's recursive query over graphs of chance with circles.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_walk_reaches_what_a_recursive_query_reaches(int seed)
    {
        var random = new Random(seed);
        var ids = Enumerable.Range(0, 60).Select(i => $"n{i}").ToArray();
        var edges = Enumerable.Range(0, 80).Select(_ => (From: ids[random.Next(ids.Length)], To: ids[random.Next(ids.Length)])).ToArray();
        var graph = LineageGraph.Build(ids, edges);
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        KeyTables.Run(connection, null, "CREATE TABLE edge (a TEXT, b TEXT)");
        foreach (var (from, to) in edges)
        {
            KeyTables.Run(connection, null, "INSERT INTO edge VALUES (@a, @b)", ("@a", from), ("@b", to));
        }

        foreach (var id in ids)
        {
            foreach (var (direction, from, to) in new[] { (LineageDirection.Sources, "b", "a"), (LineageDirection.Consequences, "a", "b") })
            {
                using var command = KeyTables.Command(connection, null, $"WITH RECURSIVE r(id) AS (SELECT @id UNION SELECT {to} FROM edge JOIN r ON {from} = r.id) SELECT id FROM r", ("@id", id));
                using var reader = command.ExecuteReader();
                var expected = new SortedSet<string>(StringComparer.Ordinal);
                while (reader.Read())
                {
                    expected.Add(reader.GetString(0));
                }

                Assert.Equal(expected, new SortedSet<string>(graph.Reach(id, direction), StringComparer.Ordinal));
            }
        }
    }
}
