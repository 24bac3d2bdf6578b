using System.Collections.Frozen;

namespace Sandbox.Vault.Queries;

/// <summary>The words of a plan. They are ours and a closed list: nothing that the engine writes about its data (estimates, filters, folded conditions) has a word here.</summary>
internal static class PlanWords
{
    /// <summary>An operator of the engine that has no word of its own.</summary>
    public const string Other = "other step";

    /// <summary>A table or view that the session made itself.</summary>
    public const string OwnTable = "(table of the session)";

    /// <summary>The columns of a plan.</summary>
    public static readonly QueryColumn[] Columns = [new("depth", CellType.Whole), new("step", CellType.Text), new("table", CellType.Text), new("columns", CellType.Text)];

    // Names of the engine's plan as the binder makes it, before any rewriting (DuckDB 1.5.6).
    private static readonly FrozenDictionary<string, string> Steps = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["SEQ_SCAN"] = "scan",
        ["DUMMY_SCAN"] = "one row",
        ["CHUNK_GET"] = "listed rows",
        ["EXPRESSION_GET"] = "listed rows",
        ["RANGE"] = "numbered rows",
        ["GENERATE_SERIES"] = "numbered rows",
        ["CTE_SCAN"] = "scan of a common table",
        ["DELIM_GET"] = "values of the outer query",
        ["PROJECTION"] = "project",
        ["FILTER"] = "filter",
        ["AGGREGATE"] = "aggregate",
        ["WINDOW"] = "window",
        ["UNNEST"] = "unnest",
        ["PIVOT"] = "pivot",
        ["ORDER_BY"] = "sort",
        ["TOP_N"] = "sort",
        ["LIMIT"] = "limit",
        ["LIMIT_PERCENT"] = "limit",
        ["SAMPLE"] = "sample",
        ["DISTINCT"] = "distinct",
        ["UNION"] = "union",
        ["EXCEPT"] = "except",
        ["INTERSECT"] = "intersect",
        ["CTE"] = "common table",
        ["REC_CTE"] = "recursive table",
        ["CROSS_PRODUCT"] = "cross join: every row with every row",
        ["POSITIONAL_JOIN"] = "positional join",
        ["ASOF_JOIN"] = "as-of join",
        ["ANY_JOIN"] = "join on any condition",
        ["COMPARISON_JOIN"] = "join on a comparison",
        ["DELIM_JOIN"] = "correlated subquery",
        ["DEPENDENT_JOIN"] = "subquery",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Joins = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["LEFT"] = "left ",
        ["RIGHT"] = "right ",
        ["OUTER"] = "full ",
        ["SEMI"] = "semi ",
        ["ANTI"] = "anti ",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> All = Steps.Values.Append(Other).SelectMany(step => Joins.Values.Select(join => join + step).Append(step)).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Our word for an operator of the engine.</summary>
    /// <param name="step">The engine's name of it.</param>
    /// <param name="join">The engine's name of the kind of join; null or unknown says nothing.</param>
    public static string Of(string step, string? join) => Joins.GetValueOrDefault(join ?? "", "") + Steps.GetValueOrDefault(step, Other);

    /// <summary>Whether rows that a child gives for a plan hold nothing but these words and names that the zone's tables have.</summary>
    public static bool Holds(RowsReply reply, IReadOnlyList<ZoneTableInfo> tables) =>
        reply.Columns.SequenceEqual(Columns) && reply.Rows.All(row => row is [{ } depth, { } step, { } table, { } columns]
            && int.TryParse(depth, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _)
            && All.Contains(step)
            && (table is "" or OwnTable ? columns.Length == 0 : tables.FirstOrDefault(known => $"{known.Schema}.{known.Name}" == table) is { } read
                && columns.Split(", ", StringSplitOptions.RemoveEmptyEntries).All(name => read.Columns.Any(column => column.Name == name))));
}
