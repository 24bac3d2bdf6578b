using System.Globalization;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Masking;
using Sandbox.Vault.Permissions;
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
    private readonly List<PlannedColumn> _columns = [];
    private KeyedHash? _draws;
    private PermissionFilter? _permissions;

    /// <summary>A column of the zone: its steps, of which one is taken; all but a ladder have one.</summary>
    private sealed record PlannedColumn(string Name, IReadOnlyList<(MaskRule Rule, string Sql)> Steps);

    private bool Checks => zone.K > 1 && table.QuasiIdentifiers.Count > 0;

    /// <exception cref="WorkerRefusedException">A rule of <see cref="ZoneRefusals"/>.</exception>
    public BuiltTable Run()
    {
        using var permissions = table.MarkKey is { } marks ? new PermissionFilter(connection, Suite.ByName(zone.Suite), keys[marks], index.ToString(CultureInfo.InvariantCulture)) : null;
        _permissions = permissions;
        _draws = table.DrawKey is { } key ? keyed.Draws(keys[key]) : null;
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
        var place = string.Create(CultureInfo.InvariantCulture, $"system.main.{OrderFunction}({SourceTable.SegmentColumn} + {(long)index << 32}, {SourceTable.PlaceColumn})");
        if (!Checks)
        {
            var list = string.Join(", ", _columns.Select(column => $"{column.Steps[0].Sql} AS {DuckDbConnection.Quote(column.Name)}"));
            connection.Execute($"CREATE TABLE {target} AS SELECT {list} FROM {Rows()} ORDER BY {place}");
            return Report(target, [.. _columns.Select(column => column.Steps[0].Rule)], null);
        }

        var subject = table.SubjectColumn is { } name ? $", CAST({DuckDbConnection.Quote(name)} AS VARCHAR) AS {SubjectColumn}" : "";
        var steps = string.Join(", ", _columns.SelectMany((column, at) => column.Steps.Select((step, level) => $"{step.Sql} AS {StepName(at, level)}")));
        connection.Execute($"CREATE OR REPLACE TEMP TABLE {Stage} AS SELECT {steps}, {place} AS {OrderColumn}{subject} FROM {Rows()}");
        var node = Node();
        var classes = new EquivalenceClasses(connection, zone.K, table.SubjectColumn is null ? null : SubjectColumn, Stage, Classes, Shown(node));
        var kept = classes.Keep(zone.LeaveOutSmallClasses ? long.MaxValue : MostLeftOut());
        var names = string.Join(", ", _columns.Select((column, at) => $"s.{StepName(at, node[at])} AS {DuckDbConnection.Quote(column.Name)}"));
        connection.Execute($"CREATE TABLE {target} AS SELECT {names} FROM {Stage} s {kept.Join} ORDER BY s.{OrderColumn}");
        connection.Execute($"DROP TABLE {Stage}; DROP TABLE {Classes}");
        return Report(target, [.. _columns.Select((column, at) => column.Steps[node[at]].Rule)], kept);
    }

    private void Add(BuildColumn column)
    {
        var rule = MaskRule.FromUntrusted(column.Rule) is MaskRuleResult.Read read ? read.Rule : throw new WorkerRefusedException(ZoneRefusals.RuleFitRule);
        var type = _source.TypeOf(column.Name);
        if (rule.Output(MaskedColumn.InputOf(type)) == MaskOutput.Dropped)
        {
            return;
        }

        // A ladder has its steps where the rows decide; else its coarsest one alone.
        IReadOnlyList<MaskRule> steps = rule is not MaskRule.Ladder ladder ? [rule] : Checks && table.QuasiIdentifiers.Contains(column.Name) ? ladder.Steps : [ladder.Steps[^1]];
        _columns.Add(new PlannedColumn(column.Name, [.. steps.Select(step => (step, Expression(column.Name, type, step)))]));
    }

    private string Expression(string column, string type, MaskRule rule)
    {
        var row = _draws is null
            ? null
            : new MaskedRow(column, table.SubjectColumn is { } subject ? DuckDbConnection.Quote(subject) : null, $"({SourceTable.SegmentColumn} || ':' || {SourceTable.PlaceColumn})", _draws);
        return masks.Expression(DuckDbConnection.Quote(column), type, rule, row) ?? throw new WorkerRefusedException(ZoneRefusals.RuleFitRule);
    }

    private static string StepName(int column, int step) => string.Create(CultureInfo.InvariantCulture, $"sandbox_step_{column}_{step}");

    /// <summary>Staged names of the quasi-identifiers at a node.</summary>
    private string[] Shown(IReadOnlyList<int> node) => [.. _columns.Index().Where(pair => table.QuasiIdentifiers.Contains(pair.Item.Name)).Select(pair => StepName(pair.Index, node[pair.Index]))];

    /// <summary>The step of every column: the lowest node of the lattice of all ladders that holds k.</summary>
    private int[] Node()
    {
        int[] heights = [.. _columns.Select(column => column.Steps.Count)];
        if (heights.All(height => height == 1))
        {
            return new int[heights.Length];
        }

        LatticeCount Count(IReadOnlyList<int> node) => new EquivalenceClasses(connection, zone.K, table.SubjectColumn is null ? null : SubjectColumn, Stage, Classes, Shown(node)).Count();
        return GeneralisationLattice.Lowest(heights, Count, MostLeftOut())?.Node ?? throw new WorkerRefusedException(ZoneRefusals.SmallClassRule);
    }

    private long MostLeftOut() => table.LeaveOutPerMille == 0 ? 0 : (connection.ScalarInt64($"SELECT count(*) FROM {Stage}") ?? 0) * table.LeaveOutPerMille / 1000;

    private string Rows()
    {
        var needed = table.Columns.Select(column => column.Name).Concat(table.Filters.SelectMany(filter => filter.Columns));
        if (table.SubjectColumn is { } subject)
        {
            _ = _source.TypeOf(subject);
            needed = needed.Append(subject);
        }

        // Before the sample and the classes: who has given no permission is counted nowhere.
        return $"{_source.Rows(needed)} WHERE {PermissionFilter.Condition(_permissions, _source, table.SubjectColumn, table.Permission)}{_source.Conditions(table.Filters)}{Sample()}";
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

    private BuiltTable Report(string target, IReadOnlyList<MaskRule> rules, KeptClasses? kept)
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
            columns.Add(new BuiltColumn(_columns[i].Name, rules[i].ToJson(), types[i], chunk[1 + (2 * i)].Values<long>()[0], chunk[2 + (2 * i)].Values<long>()[0]));
        }

        return new BuiltTable(table.Name, rows, kept?.Smallest, kept?.LeftOut ?? 0, columns, kept?.Candidates);
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
