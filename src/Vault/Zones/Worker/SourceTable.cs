using System.Globalization;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Zones;

/// <summary>The rows of a data set as SQL: its segments one after the other, main and identifier columns side by side by position.</summary>
internal sealed class SourceTable
{
    /// <summary>Names of the two columns that say where a row stands in the source.</summary>
    public const string SegmentColumn = "sandbox_segment";
    public const string PlaceColumn = "sandbox_place";

    private readonly DuckDbConnection _connection;
    private readonly IReadOnlyList<SourceSegment> _segments;
    private readonly string? _view;
    private readonly Dictionary<string, string> _main;
    private readonly Dictionary<string, string> _identifiers;

    private SourceTable(DuckDbConnection connection, IReadOnlyList<SourceSegment> segments, string? view, Dictionary<string, string> main, Dictionary<string, string> identifiers)
    {
        _connection = connection;
        _segments = segments;
        _view = view;
        _main = main;
        _identifiers = identifiers;
    }

    /// <summary>Reads the columns of the source; every segment must have those of the first.</summary>
    public static SourceTable Open(DuckDbConnection connection, IReadOnlyList<SourceSegment> segments, string? view)
    {
        if (view is not null)
        {
            return new SourceTable(connection, [], view, ColumnsOf(connection, view), []);
        }

        var main = ColumnsOf(connection, Parquet(segments[0].Main));
        var identifiers = segments[0].Identifiers is { } path ? ColumnsOf(connection, Parquet(path)) : [];
        return new SourceTable(connection, segments, null, main, identifiers);
    }

    /// <summary>All columns.</summary>
    public IEnumerable<string> Columns => _main.Keys.Concat(_identifiers.Keys);

    /// <summary>SQL type of a column.</summary>
    /// <exception cref="WorkerRefusedException">There is no such column.</exception>
    public string TypeOf(string column) =>
        _main.TryGetValue(column, out var type) || _identifiers.TryGetValue(column, out type) ? type : throw new WorkerRefusedException(ZoneRefusals.ColumnRule);

    /// <summary>A FROM item with the given columns and the two place columns.</summary>
    public string Rows(IEnumerable<string> columns)
    {
        var wanted = columns.Distinct(StringComparer.Ordinal).ToArray();
        if (_view is not null)
        {
            var list = string.Concat(wanted.Select(name => $", {DuckDbConnection.Quote(name)}"));
            return $"(SELECT 0::BIGINT AS {SegmentColumn}, row_number() OVER () AS {PlaceColumn}{list} FROM {_view})";
        }

        return $"({string.Join(" UNION ALL ", _segments.Select((segment, index) => Segment(segment, index, wanted)))})";
    }

    /// <summary>SQL of the conditions, beginning with AND; empty when there are none.</summary>
    /// <exception cref="WorkerRefusedException">No such column, or a value that can't be read in its type.</exception>
    public string Conditions(IReadOnlyList<SourceFilter> filters) => string.Concat(filters.Select(filter => $" AND {Condition(filter)}"));

    private string Condition(SourceFilter filter)
    {
        if (filter.Any is { } any)
        {
            return any.Count == 0 ? "false" : $"({string.Join(" OR ", any.Select(Condition))})";
        }

        var (type, column) = (TypeOf(filter.Column), DuckDbConnection.Quote(filter.Column));
        string Value(string text) => Readable($"CAST({DuckDbConnection.Literal(text)} AS {type})");
        string List(IReadOnlyList<string> values) => string.Join(", ", values.Select(Value));
        return filter switch
        {
            { OneOf: { } values } => $"{column} IN ({List(values)})",
            { NoneOf: { } values } => $"({column} IS NULL OR {column} NOT IN ({List(values)}))",
            _ => $"(true{(filter.From is { } from ? $" AND {column} >= {Value(from)}" : "")}{(filter.To is { } to ? $" AND {column} <= {Value(to)}" : "")})",
        };
    }

    // Tried by itself: inside a query the engine may put the failure off until it can't be told from others.
    private string Readable(string value)
    {
        try
        {
            _connection.Execute($"SELECT {value}");
            return value;
        }
        catch (EngineException error) when (error.Fault != EngineFault.Internal)
        {
            throw new WorkerRefusedException(ZoneRefusals.FilterRule);
        }
    }

    private string Segment(SourceSegment segment, int index, string[] wanted)
    {
        var aside = wanted.Any(_identifiers.ContainsKey);
        var list = string.Concat(wanted.Select(name => $", {(_main.ContainsKey(name) ? "m" : "i")}.{DuckDbConnection.Quote(name)}"));
        var side = aside ? $" POSITIONAL JOIN {Parquet(segment.Identifiers!)} i" : "";
        return string.Create(CultureInfo.InvariantCulture, $"SELECT {index}::BIGINT AS {SegmentColumn}, m.file_row_number AS {PlaceColumn}{list} FROM {Parquet(segment.Main)} m{side}");
    }

    private static string Parquet(string path) => $"read_parquet({DuckDbConnection.Literal(path)}, file_row_number = true)";

    private static bool IsReserved(string name) =>
        name.StartsWith("sandbox_", StringComparison.OrdinalIgnoreCase) || string.Equals(name, "file_row_number", StringComparison.OrdinalIgnoreCase);

    private static Dictionary<string, string> ColumnsOf(DuckDbConnection connection, string source)
    {
        var columns = new Dictionary<string, string>(StringComparer.Ordinal);
        using var result = connection.Query($"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {source})");
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++)
                {
                    columns[chunk[0].Text(row)] = chunk[1].Text(row);
                }
            }
        }

        // A source column of our own names would stand in for the place of a row, or be taken for it; the engine compares names without case.
        foreach (var name in columns.Keys.Where(IsReserved).ToArray())
        {
            columns.Remove(name);
        }

        return columns;
    }
}
