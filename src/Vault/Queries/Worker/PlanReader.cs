using System.Globalization;
using System.Text.Json;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Queries;

/// <summary>
/// The plan of an accepted SELECT. It is read from what the engine's binder makes of the statement, with the optimiser off: binding looks at names and types only, whereas the optimiser looks at the
/// statistics of the data (it estimates sizes and folds filters that no row can pass). Of that plan only the kind of each step, the kind of a join and granted tables are taken.
/// </summary>
internal static class PlanReader
{
    private const int MostDepth = 1000;

    /// <param name="connection">The session's connection, on which <c>explain_output</c> is <c>all</c>.</param>
    /// <param name="select">The SELECT that passed the guard.</param>
    /// <param name="accepted">What the guard found.</param>
    /// <param name="own">Tables of the session's own.</param>
    /// <param name="most">Steps at most.</param>
    /// <returns>The rows, and whether steps were left out.</returns>
    /// <exception cref="EngineException">It can't be bound.</exception>
    public static (IReadOnlyList<IReadOnlyList<string?>> Rows, bool Truncated) Read(DuckDbConnection connection, string select, Action<DuckDbStatement> bind, GuardVerdict.Accepted accepted, IReadOnlyList<GrantedTable> own, int most)
    {
        connection.Execute("PRAGMA disable_optimizer");
        try
        {
            using var statement = connection.Prepare("EXPLAIN (FORMAT json) " + select.TrimStart());
            bind(statement);
            using var result = statement.Execute();
            while (result.Fetch() is { } chunk)
            {
                using (chunk)
                {
                    for (var row = 0; row < chunk.Rows; row++)
                    {
                        if (chunk[0].Text(row) == "logical_plan")
                        {
                            return Rows(chunk[1].Text(row), accepted, own, most);
                        }
                    }
                }
            }
        }
        finally
        {
            connection.Execute("PRAGMA enable_optimizer");
        }

        throw new EngineException(EngineFault.NotSupported);
    }

    private static (IReadOnlyList<IReadOnlyList<string?>> Rows, bool Truncated) Rows(string json, GuardVerdict.Accepted accepted, IReadOnlyList<GrantedTable> own, int most)
    {
        using var plan = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MostDepth * 2 });
        var rows = new List<IReadOnlyList<string?>>();
        var waiting = new Stack<(JsonElement Node, int Depth)>();
        Push(plan.RootElement, 0);
        while (waiting.Count > 0 && rows.Count < most)
        {
            var (node, depth) = waiting.Pop();
            var facts = node.TryGetProperty("extra_info", out var extra) && extra.ValueKind == JsonValueKind.Object ? extra : default;
            var table = Fact(facts, "Table") is { } name ? Table(name, accepted.Tables) : null;
            rows.Add(
            [
                depth.ToString(CultureInfo.InvariantCulture),
                PlanWords.Of(node.GetProperty("name").GetString() ?? "", Fact(facts, "Join Type")),
                table is null ? (Fact(facts, "Table") is null ? "" : PlanWords.OwnTable) : own.Contains(table) ? PlanWords.OwnTable : $"{table.Schema}.{table.Name}",
                table is null || own.Contains(table) ? "" : string.Join(", ", table.Columns.Where(accepted.Reads)),
            ]);
            if (node.TryGetProperty("children", out var children))
            {
                Push(children, depth + 1);
            }
        }

        return (rows, waiting.Count > 0);

        void Push(JsonElement nodes, int depth)
        {
            foreach (var node in nodes.EnumerateArray().Reverse())
            {
                waiting.Push((node, depth));
            }
        }
    }

    private static string? Fact(JsonElement facts, string name) =>
        facts.ValueKind == JsonValueKind.Object && facts.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // The engine writes catalogue, schema and name with quotes where it thinks fit; of equal names in two schemas the one whose schema is written is meant.
    private static GrantedTable? Table(string written, IEnumerable<GrantedTable> granted)
    {
        var name = written.Replace("\"", "", StringComparison.Ordinal);
        GrantedTable[] same = [.. granted.Where(table => name.EndsWith("." + table.Name.Replace("\"", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))];
        return Array.Find(same, table => name.EndsWith($".{table.Schema}.{table.Name}", StringComparison.OrdinalIgnoreCase)) ?? same.FirstOrDefault();
    }
}
