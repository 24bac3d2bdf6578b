using System.Globalization;
using System.Text;
using Sandbox.Policy.Masking;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Masking;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Zones;

/// <summary>One table: masked columns of the sampled and granted rows, small classes handled, in keyed order.</summary>
internal sealed class TableBuild(DuckDbConnection connection, MaskFunctions masks, KeyedFunctions keyed, KeyReader keys, BuildRequest zone, BuildTable table, int index)
{
    /// <summary>The keyed order of rows.</summary>
    public const string OrderFunction = "sandbox_order";

    private const string OrderColumn = "sandbox_order";
    private const string SubjectColumn = "sandbox_subject";
    private const string Stage = "sandbox_stage";
    private const string Classes = "sandbox_classes";

    private readonly SourceTable _source = SourceTable.Open(connection, table.Segments, table.View);
    private readonly List<(string Name, string Sql, MaskRule Rule)> _columns = [];

    /// <exception cref="WorkerRefusedException">A rule of <see cref="ZoneRefusals"/>.</exception>
    public BuiltTable Run()
    {
        foreach (var column in table.Columns)
        {
            Add(column);
        }

        if (_columns.Count == 0)
        {
            throw new WorkerRefusedException(ZoneRefusals.EmptyRule);
        }

        var target = $"{GrantedTable.Catalog}.{DuckDbConnection.Quote(table.Schema)}.{DuckDbConnection.Quote(table.Name)}";
        connection.Execute($"CREATE SCHEMA IF NOT EXISTS {GrantedTable.Catalog}.{DuckDbConnection.Quote(table.Schema)}");
        var list = string.Join(", ", _columns.Select(column => $"{column.Sql} AS {DuckDbConnection.Quote(column.Name)}"));
        var checks = zone.K > 1 && table.QuasiIdentifiers.Count > 0;
        var place = string.Create(CultureInfo.InvariantCulture, $"system.main.{OrderFunction}({SourceTable.SegmentColumn} + {(long)index << 32}, {SourceTable.PlaceColumn})");
        if (!checks)
        {
            connection.Execute($"CREATE TABLE {target} AS SELECT {list} FROM {Rows()} ORDER BY {place}");
            return Report(target, null, 0);
        }

        var subject = table.SubjectColumn is { } name ? $", CAST({DuckDbConnection.Quote(name)} AS VARCHAR) AS {SubjectColumn}" : "";
        connection.Execute($"CREATE OR REPLACE TEMP TABLE {Stage} AS SELECT {list}, {place} AS {OrderColumn}{subject} FROM {Rows()}");
        var (smallest, leftOut, keep) = SmallClasses();
        var names = string.Join(", ", _columns.Select(column => $"s.{DuckDbConnection.Quote(column.Name)}"));
        connection.Execute($"CREATE TABLE {target} AS SELECT {names} FROM {Stage} s {keep} ORDER BY s.{OrderColumn}");
        connection.Execute($"DROP TABLE {Stage}; DROP TABLE {Classes}");
        return Report(target, smallest, leftOut);
    }

    private void Add(BuildColumn column)
    {
        var rule = MaskRule.FromUntrusted(column.Rule) is MaskRuleResult.Read read ? read.Rule : throw new WorkerRefusedException(ZoneRefusals.RuleFitRule);
        var type = _source.TypeOf(column.Name);
        if (rule.Output(MaskedColumn.InputOf(type)) == MaskOutput.Dropped)
        {
            return;
        }

        var sql = masks.Expression(DuckDbConnection.Quote(column.Name), type, rule) ?? throw new WorkerRefusedException(ZoneRefusals.RuleFitRule);
        _columns.Add((column.Name, sql, rule));
    }

    private string Rows()
    {
        var needed = table.Columns.Select(column => column.Name).Concat(table.Filters.SelectMany(filter => filter.Columns));
        if (table.SubjectColumn is { } subject)
        {
            _ = _source.TypeOf(subject);
            needed = needed.Append(subject);
        }

        return $"{_source.Rows(needed)} WHERE true{_source.Conditions(table.Filters)}{Sample()}";
    }

    private string Sample()
    {
        if (table.Sample is not { } sample)
        {
            return "";
        }

        var function = string.Create(CultureInfo.InvariantCulture, $"sandbox_bucket_{index}");
        string bucket;
        if (table.SubjectColumn is { } subject)
        {
            keyed.AddSubjectBuckets(function, keys[sample.Key]);
            bucket = $"system.main.{function}(CAST({DuckDbConnection.Quote(subject)} AS VARCHAR))";
        }
        else
        {
            keyed.AddOrder(function, keys[sample.Key]);
            bucket = string.Create(CultureInfo.InvariantCulture, $"system.main.{function}({SourceTable.SegmentColumn}, {SourceTable.PlaceColumn}) % {KeyedFunctions.Buckets}");
        }

        return string.Create(CultureInfo.InvariantCulture, $" AND {bucket} >= {sample.From} AND {bucket} < {sample.To}");
    }

    // Classes of the masked values: what an analyst could tell apart.
    private (long? Smallest, long LeftOut, string Keep) SmallClasses()
    {
        var shown = table.QuasiIdentifiers.Where(name => _columns.Any(column => column.Name == name)).Select(DuckDbConnection.Quote).ToArray();
        var people = table.SubjectColumn is null ? "count(*)" : $"count(DISTINCT {SubjectColumn})";
        var group = shown.Length > 0 ? $"GROUP BY {string.Join(", ", shown)}" : "";
        var list = string.Concat(shown.Select(name => $"{name}, "));
        connection.Execute($"CREATE OR REPLACE TEMP TABLE {Classes} AS SELECT {list}{people} AS sandbox_people, count(*) AS sandbox_rows FROM {Stage} {group}");
        var k = zone.K.ToString(CultureInfo.InvariantCulture);
        var small = connection.ScalarInt64($"SELECT coalesce(sum(sandbox_rows), 0) FROM {Classes} WHERE sandbox_people < {k}") ?? 0;
        if (small > 0 && !zone.LeaveOutSmallClasses)
        {
            throw new WorkerRefusedException(ZoneRefusals.SmallClassRule);
        }

        var smallest = connection.ScalarInt64($"SELECT min(sandbox_people) FROM {Classes} WHERE sandbox_people >= {k}");
        var match = new StringBuilder($"SEMI JOIN {Classes} c ON c.sandbox_people >= {k}");
        foreach (var name in shown)
        {
            match.Append(CultureInfo.InvariantCulture, $" AND s.{name} IS NOT DISTINCT FROM c.{name}");
        }

        return (smallest, small, match.ToString());
    }

    private BuiltTable Report(string target, long? smallest, long leftOut)
    {
        var counts = string.Concat(_columns.Select(column => $", count({DuckDbConnection.Quote(column.Name)}), approx_count_distinct({DuckDbConnection.Quote(column.Name)})"));
        using var result = connection.Query($"SELECT count(*){counts} FROM {target}");
        using var chunk = result.Fetch() ?? throw new EngineException(EngineFault.Internal);
        var rows = chunk[0].Values<long>()[0];
        if (rows == 0)
        {
            throw new WorkerRefusedException(ZoneRefusals.EmptyRule);
        }

        var types = ColumnTypes(target);
        var columns = new List<BuiltColumn>();
        for (var i = 0; i < _columns.Count; i++)
        {
            columns.Add(new BuiltColumn(_columns[i].Name, _columns[i].Rule.ToJson(), types[i], chunk[1 + (2 * i)].Values<long>()[0], chunk[2 + (2 * i)].Values<long>()[0]));
        }

        return new BuiltTable(table.Name, rows, smallest, leftOut, columns);
    }

    private List<string> ColumnTypes(string target)
    {
        var types = new List<string>();
        using var result = connection.Query($"SELECT column_type FROM (DESCRIBE {target})");
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++)
                {
                    types.Add(chunk[0].Text(row));
                }
            }
        }

        return types;
    }
}
