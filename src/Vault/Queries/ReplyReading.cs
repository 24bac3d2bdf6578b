using System.Globalization;
using Sandbox.Policy;

namespace Sandbox.Vault.Queries;

/// <summary>
/// Turns a child's reply into an answer. A child may have been taken over: the caps are counted again, and of what it says only cells and column
/// names are taken from it. Sentences of a refusal must be ours, tables must be the session's own.
/// </summary>
internal static class ReplyReading
{
    /// <exception cref="QueryChildException">The reply is not one that our own child gives.</exception>
    public static QueryAnswer Answer(QueryReply reply, string sql, IReadOnlyList<ZoneTableInfo> tables, QueryLimits limits, bool keeps = false)
    {
        try
        {
            return reply switch
            {
                { Rows: { } rows, Refused: null, Failed: null, Kept: null } when ExplainedStatement.Of(sql) is null || PlanWords.Holds(rows, tables) => Rows(rows, tables, limits),
                { Kept: { } kept, Rows: null, Refused: null, Failed: null } when keeps && kept.Rows is >= 0 and <= NamedResults.MostRows && kept.Columns is > 0 and <= 100_000 && Known(kept.Tables, tables) => new QueryAnswer.Kept(kept.Rows, kept.Columns, kept.Tables),
                { Refused: { } refused, Rows: null, Failed: null, Kept: null } when Holds(refused, sql, limits) => new QueryAnswer.Refused(new QueryRefusal(refused.Refusal, refused.Position)),
                { Failed: { } fault, Rows: null, Refused: null, Kept: null } => QueryFaults.Answer(QueryFaults.Of(fault), freshSession: false),
                _ => throw new QueryChildException(),
            };
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            throw new QueryChildException();
        }
    }

    /// <summary>Whether an opening names whole tables. Strict JSON lets an empty element of a list pass.</summary>
    public static bool Holds(ZoneOpened opened) => !opened.Tables.Any(Missing) && opened.Tables.All(table => Holds(table.Columns));

    private static QueryAnswer.Rows Rows(RowsReply reply, IReadOnlyList<ZoneTableInfo> tables, QueryLimits limits)
    {
        if (!Holds(reply.Columns) || !Known(reply.Tables, tables))
        {
            throw new QueryChildException();
        }

        var budget = limits.Bytes;
        var rows = new List<IReadOnlyList<object?>>();
        foreach (var row in reply.Rows.Take(limits.Rows))
        {
            if (Missing(row) || row.Count != reply.Columns.Count)
            {
                throw new QueryChildException();
            }

            budget -= row.Sum(cell => cell is null ? 1 : System.Text.Encoding.UTF8.GetByteCount(cell) + 1);
            if (budget < 0)
            {
                break;
            }

            rows.Add([.. row.Select((cell, column) => Typed(cell, reply.Columns[column].Type))]);
        }

        return new QueryAnswer.Rows(reply.Columns, rows, reply.Truncated || rows.Count < reply.Rows.Count, reply.Tables);
    }

    private static bool Known(IReadOnlyList<string> names, IReadOnlyList<ZoneTableInfo> tables) => names.All(name => tables.Any(table => $"{table.Schema}.{table.Name}" == name));

    private static object? Typed(string? cell, CellType type) => cell is null ? null : type switch
    {
        CellType.Flag => cell == "true",
        CellType.Whole => long.Parse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
        CellType.Floating => double.Parse(cell, NumberStyles.Float, CultureInfo.InvariantCulture),
        CellType.Exact => decimal.TryParse(cell, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var exact) ? exact : cell,
        _ => cell,
    };

    private static bool Holds(IReadOnlyList<QueryColumn> columns) => !columns.Any(Missing) && columns.All(column => Enum.IsDefined(column.Type));

    private static bool Holds(RefusedReply refused, string sql, QueryLimits limits) =>
        GuardRefusals.IsOurs(refused.Refusal, sql, limits) && (refused.Position?.LiesIn(sql) ?? true);

    private static bool Missing<T>(T? element)
        where T : class => element is null;
}
