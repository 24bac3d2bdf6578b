using System.Globalization;
using Sandbox.Export.Artefacts;
using Sandbox.Fixtures;
using Sandbox.Host.Exports;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.DuckDb.Native;

namespace Sandbox.Host.Tests.Honest;

/// <summary>What a table of a public file is made of, by plain SQL over the file itself: none of the gate's code, types or masks.</summary>
internal sealed class TableOracle : IDisposable
{
    private const int Minimum = 10;

    private readonly DuckDbDatabase _database;
    private readonly DuckDbConnection _connection;

    public TableOracle()
    {
        Environment.SetEnvironmentVariable(DuckDbNative.PathVariable, Path.Combine(Checkout.Engines, "@duckdb", "node-bindings-linux-x64", "libduckdb.so"));
        _database = DuckDbDatabase.Open(":memory:");
        _connection = _database.Connect();
    }


    public void Load(HonestSet set, string path) =>
        _connection.Execute($"CREATE TABLE {set.Name} AS SELECT *, row_number() OVER () AS place FROM read_csv({Text(path)}, all_varchar = true, header = true, nullstr = '', delim = ',', quote = '\"')");

    /// <summary>Every cell and margin of the whole grid; a margin's part of the key is null, a missing value's is <c>(missing)</c>.</summary>
    /// <param name="column">The measured column; empty for rows.</param>
    public IReadOnlyList<OracleCell> Cells(HonestTable table, string column)
    {
        string[] names = [.. table.Dimensions.Select((_, at) => FormattableString.Invariant($"d{at}"))];
        var value = column.Length == 0 ? "0::DOUBLE" : $"TRY_CAST({Name(column)} AS DOUBLE)";
        var rows = $"SELECT {string.Concat(table.Dimensions.Select((dimension, at) => $"coalesce({Name(dimension)}, '(missing)') AS {names[at]}, "))}{value} AS v, {Name(table.Set.Subject ?? "place")} AS s FROM {table.Set.Name} WHERE {Condition(table.Range)}";
        var margins = Enumerable.Range(0, 1 << names.Length).Select(hidden => names.Where((_, at) => (hidden & (1 << at)) == 0).ToArray()).ToArray();
        string Sets(string[] more) => string.Join(", ", margins.Select(kept => $"({string.Join(", ", kept.Concat(more))})"));
        var keys = string.Concat(names.Select(name => name + ", "));

        // What each contributor gives to each cell and margin: a person's rows together, else each row by itself.
        var given = table.Set.Subject is null ? $"SELECT {keys}s, 1 AS n, CASE WHEN v IS NULL THEN 0 ELSE 1 END AS present, v AS total FROM r"
            : $"SELECT {keys}s, count(*) AS n, count(v) AS present, sum(v) AS total FROM r GROUP BY GROUPING SETS ({Sets(["s"])})";
        var cells = table.Set.Subject is null ? $"GROUPING SETS ({Sets([])})" : names.Length == 0 ? "()" : string.Join(", ", names);
        var found = new Dictionary<string, OracleCell>(StringComparer.Ordinal);
        using var result = _connection.Query($"""
            WITH r AS ({rows}), given AS ({given})
            SELECT {keys}sum(n)::BIGINT, (count(s) FILTER (present > 0))::BIGINT, sum(present)::BIGINT, coalesce(sum(total), 0),
                coalesce(max(total, 2)[1], 0), coalesce(max(total, 2)[2], 0), (count(*) FILTER (total < 0))::BIGINT, (count(*) FILTER (total <> 0))::BIGINT
            FROM given GROUP BY {cells}
            """);
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++)
                {
                    string?[] key = [.. names.Select((_, at) => chunk[at].IsNull(row) ? null : chunk[at].Text(row))];
                    long Whole(int at) => chunk[names.Length + at].Values<long>()[row];
                    double Real(int at) => chunk[names.Length + at].Values<double>()[row];
                    found.Add(OracleCell.Spell(key), new OracleCell(key, Whole(0), table.Set.Subject is null ? Whole(2) : Whole(1), Whole(2), Real(3), Real(4), Real(5), Whole(6), Whole(7)));
                }
            }
        }

        // Combinations and margins that nobody is in.
        IEnumerable<string?[]> grid = [[]];
        foreach (var (name, at) in names.Select((name, at) => (name, at)))
        {
            string?[] levels = [.. found.Values.Select(cell => cell.Key[at]).Distinct(StringComparer.Ordinal)];
            grid = [.. grid.SelectMany(_ => levels, (key, level) => (string?[])[.. key, level])];
        }

        return [.. grid.Select(key => found.GetValueOrDefault(OracleCell.Spell(key)) ?? new OracleCell(key, 0, 0, 0, 0, 0, 0, 0, 0))];
    }

    /// <summary>Sixty values that few rows share, as they lie in the file: what a model would write that lists records.</summary>
    public IReadOnlyList<double> RareValues(HonestSet set, string column)
    {
        var values = new List<double>();
        using var result = _connection.Query($"SELECT TRY_CAST({Name(column)} AS DOUBLE) AS v FROM {set.Name} GROUP BY v HAVING count(*) < {Minimum} AND v IS NOT NULL AND length(any_value({Name(column)})) >= 4 ORDER BY hash(v) LIMIT 60");
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                values.AddRange(chunk[0].Values<double>()[..chunk.Rows]);
            }
        }

        return values;
    }

    /// <summary>The rules of the handbook, written down from the handbook: which cells each flags.</summary>
    public static IReadOnlyDictionary<string, HashSet<string>> Flags(ExportMeasure measure, IReadOnlyList<OracleCell> cells)
    {
        var sums = measure.Kind is MeasureKind.Sum or MeasureKind.Mean;
        HashSet<string> Where(Func<OracleCell, bool> rule) => [.. cells.Where(rule).Select(cell => OracleCell.Spell(cell.Key))];
        return new Dictionary<string, HashSet<string>>(StringComparer.Ordinal)
        {
            ["MinimumThresholdCheck"] = Where(cell => Contributors(cell) < Minimum || (sums && TellsFew(cell))),
            ["PresenceOfZeroCheck"] = Where(cell => !sums && cell.Rows == 0),
            ["NKCheck"] = Where(cell => sums && (cell.Negatives > 0 || (cell.Sum > 0 && cell.Largest + cell.Second >= 0.9 * cell.Sum))),
            ["PPercentCheck"] = Where(cell => sums && (cell.Negatives > 0 || (cell.Present > 0 && (cell.Largest == 0 || cell.Sum - cell.Largest - cell.Second < 0.1 * cell.Largest)))),
        };
    }

    /// <summary>Whether most groups that anybody is in hold a single record.</summary>
    public static bool ListsRecords(IReadOnlyList<OracleCell> cells)
    {
        var held = cells.Where(cell => !cell.Key.Contains(null) && cell.Rows > 0).ToArray();
        return held.Length > 1 && 2 * held.Count(cell => cell.Rows == 1) > held.Length;
    }

    /// <summary>Whether some group of a few can be told apart within the table itself: a cell, or those of a cell who have no value.</summary>
    public static bool TellsFewApart(IReadOnlyList<OracleCell> cells) =>
        cells.Any(cell => cell.Rows > 0 && (Math.Min(cell.Subjects, cell.Rows) is < Minimum || cell.Rows - cell.Present is > 0 and < Minimum));

    private static long Contributors(OracleCell cell) => Math.Min(cell.Subjects, cell.Present);

    // Few have something, or all but a few have the same.
    private static bool TellsFew(OracleCell cell) =>
        cell.NonZero > 0 && (cell.NonZero < Minimum || (cell.Negatives == 0 && Math.Abs(cell.Sum - (cell.Largest * cell.NonZero)) <= 1e-9 * Math.Abs(cell.Sum) && Contributors(cell) - cell.NonZero < Minimum));

    private static string Condition(ExportCondition? range) => range switch
    {
        null => "true",
        { OneOf: { } values } => $"{Name(range.Column!)} IN ({string.Join(", ", values.Select(Text))})",
        { NoneOf: { } values } => $"coalesce({Name(range.Column!)}, '') NOT IN ({string.Join(", ", values.Select(Text))})",
        _ => $"TRY_CAST({Name(range.Column!)} AS DOUBLE) BETWEEN {range.From ?? "-1e300"} AND {range.To ?? "1e300"}",
    };

    private static string Name(string name) => $"\"{name}\"";

    private static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }
}

/// <summary>A cell as the oracle counts it.</summary>
internal sealed record OracleCell(string?[] Key, long Rows, long Subjects, long Present, double Sum, double Largest, double Second, long Negatives, long NonZero)
{
    public static string Spell(IReadOnlyList<string?> key) => string.Join('|', key.Select(part => part ?? "*"));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Spell(Key)}: {Rows} rows, {Subjects} subjects");
}
