using Sandbox.Policy.Masking;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Masking;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Evidence;

/// <summary>SQL of one dimension: the column under the zone's rule, then the author's merges. Evidence and atoms must see the same groups, so both ask here.</summary>
internal static class DimensionSql
{
    /// <summary>A value to group by; equal values have equal texts. Numbers and dates are grouped many times faster as such than as texts, which are made of the groups.</summary>
    /// <exception cref="WorkerRefusedException">No such column, a rule that does not fit it, or a bound that can't be read in its type.</exception>
    public static string Of(DuckDbConnection connection, SourceTable source, MaskFunctions masks, WireDimension dimension)
    {
        var (column, type) = (DuckDbConnection.Quote(dimension.Column), source.TypeOf(dimension.Column));
        var sql = dimension.Rule is not { } json ? column
            : MaskRule.FromUntrusted(json) is MaskRuleResult.Read { Rule: var rule } ? masks.Expression(column, type, rule)
            : null;
        return sql is null ? throw new WorkerRefusedException(EvidenceRefusals.RuleFitRule)
            : dimension.Merges.Count > 0 ? Merged(connection, source, dimension, sql)
            : IsGroupedAsText(type) ? $"CAST({sql} AS VARCHAR)"
            : sql;
    }

    // Zeros of either sign are one floating value with two texts; of types that we do not know nothing is sure.
    private static bool IsGroupedAsText(string type) => MaskedColumn.InputOf(type) is MaskInput.Floating or MaskInput.Unknown;

    private static string Merged(DuckDbConnection connection, SourceTable source, WireDimension dimension, string sql)
    {
        var cases = string.Concat(dimension.Merges.Select(merge => $" WHEN {Condition(sql, merge)} THEN {DuckDbConnection.Literal(merge.Into)}"));
        var merged = $"CASE{cases} ELSE CAST({sql} AS VARCHAR) END";
        string[] bounds = [.. dimension.Merges.SelectMany(merge => new[] { merge.From, merge.To }).OfType<string>().Select(bound => $"{sql} >= {DuckDbConnection.Literal(bound)}")];
        if (bounds.Length == 0)
        {
            return merged;
        }

        try
        {
            // Tried by itself over one row: inside the query the engine may put the failure off until it can't be told from others.
            connection.Execute($"SELECT {string.Join(", ", bounds)} FROM {source.Rows([dimension.Column])} LIMIT 1");
            return merged;
        }
        catch (EngineException error) when (error.Fault != EngineFault.Internal)
        {
            throw new WorkerRefusedException(EvidenceRefusals.MergeRule);
        }
    }

    // A bound takes the type of the value that it is held against.
    private static string Condition(string sql, ValueMerge merge) => merge.Values is { } values
        ? $"CAST({sql} AS VARCHAR) IN ({string.Join(", ", values.Select(DuckDbConnection.Literal))})"
        : $"({sql} IS NOT NULL{(merge.From is { } from ? $" AND {sql} >= {DuckDbConnection.Literal(from)}" : "")}{(merge.To is { } to ? $" AND {sql} <= {DuckDbConnection.Literal(to)}" : "")})";
}
