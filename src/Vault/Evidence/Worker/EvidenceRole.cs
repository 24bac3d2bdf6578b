using System.Globalization;
using Sandbox.Policy.Masking;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Masking;
using Sandbox.Vault.Permissions;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Evidence;

/// <summary>The evidence child: one grouping over opened segments, cells and margins at once.</summary>
internal sealed class EvidenceRole : IWorkerRole
{
    public void Handle(Frame request, FrameWriter output)
    {
        var message = request.Json(EvidenceJson.Default.EvidenceRequest);
        using var connection = SegmentEngine.Open(message.MemoryBytes, message.Threads);
        output.Json(FrameKind.Result, new EvidenceReply(Cells(connection, message)), EvidenceJson.Default.EvidenceReply);
    }

    public void Dispose()
    {
    }

    private static List<WireCell> Cells(DuckDbConnection connection, EvidenceRequest message)
    {
        var count = message.Dimensions.Count;
        var cells = new List<WireCell>();
        using var permissions = PermissionFilter.Open(connection, message.Marks);
        using var result = connection.Query(Sql(connection, message, permissions));
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++)
                {
                    // Without groups there is a row even where nothing lies in the range.
                    if (chunk[2 * count].IsNull(row) || chunk[2 * count].Values<long>()[row] == 0)
                    {
                        continue;
                    }

                    if (cells.Count == message.LargestCells)
                    {
                        throw new WorkerRefusedException(EvidenceRefusals.TooManyRule);
                    }

                    cells.Add(Cell(chunk, row, count));
                }
            }
        }

        return cells;
    }

    private static WireCell Cell(DuckDbChunk chunk, int row, int dimensions)
    {
        var key = new string?[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            key[i] = chunk[dimensions + i].Values<long>()[row] != 0 ? null : chunk[i].IsNull(row) ? EvidenceService.MissingKey : chunk[i].Text(row);
        }

        var at = 2 * dimensions;
        return new WireCell(
            key,
            chunk[at].Values<long>()[row],
            chunk[at + 1].IsNull(row) ? null : chunk[at + 1].Values<long>()[row],
            chunk[at + 2].Values<long>()[row],
            Number(chunk[at + 3], row),
            Number(chunk[at + 4], row),
            Number(chunk[at + 5], row),
            Number(chunk[at + 6], row),
            chunk[at + 7].Values<long>()[row],
            chunk[at + 8].Values<long>()[row]);
    }

    private static double Number(DuckDbVector vector, int row) => vector.IsNull(row) ? 0 : vector.Values<double>()[row];

    private static string Sql(DuckDbConnection connection, EvidenceRequest message, PermissionFilter? permissions)
    {
        var source = SourceTable.Open(connection, message.Segments, null);
        var masks = new MaskFunctions(connection, null);
        var dimensions = message.Dimensions.Select((dimension, i) => $"{DimensionSql.Of(connection, source, masks, dimension)} AS d{i}");
        var names = Enumerable.Range(0, message.Dimensions.Count).Select(i => $"d{i}").ToArray();

        // Numbers that are none (NaN, infinities) are missing, as the masks see them.
        var measure = message.Measure is { } column ? MeasureOf(source, column) : "NULL::DOUBLE";
        var value = message.Measure is null ? measure : $"CASE WHEN isfinite({measure}) THEN {measure} END";
        var subject = message.SubjectColumn is { } name ? SubjectOf(source, name) : "NULL::VARCHAR";
        var needed = message.Dimensions.Select(dimension => dimension.Column).Concat(message.Filters.SelectMany(filter => filter.Columns));
        needed = message.Measure is { } wanted ? needed.Append(wanted) : needed;
        needed = message.SubjectColumn is { } person ? needed.Append(person) : needed;
        var select = string.Join(", ", [.. dimensions, $"{value} AS v", $"{subject} AS s"]);
        var rows = $"SELECT {select} FROM {source.Rows(needed)} WHERE {PermissionFilter.Condition(permissions, source, message.SubjectColumn, message.Permission)}{source.Conditions(message.Filters)}";
        return message.SubjectColumn is null ? ByRow(message, names, rows, "NULL::BIGINT")
            : SubjectUniqueness.OneEach(connection, rows) ? ByRow(message, names, rows, message.Measure is null ? "count(s)" : "count(*) FILTER (s IS NOT NULL AND v IS NOT NULL)")
            : BySubject(message, names, rows);
    }

    private static string ByRow(EvidenceRequest message, string[] names, string rows, string subjects)
    {
        var values = message.Measure is null ? "count(*)" : "count(v)";
        return $"""
            SELECT {Head(names)}count(*) AS n, {subjects} AS subjects, {values} AS present, {Tail(message.Top)}
            FROM ({rows}) {Cube(names)} ORDER BY ALL
            """;
    }

    // First what each subject adds to each cell and margin, then the cells: a person's rows are one contribution.
    private static string BySubject(EvidenceRequest message, string[] names, string rows)
    {
        var present = message.Measure is null ? "count(*)" : "count(v)";
        var keys = string.Concat(names.Select(name => $"{name}, "));
        var groupings = string.Concat(names.Select(name => $"grouping({name})::BIGINT AS g{name}, "));
        var sets = string.Join(", ", Subsets(names).Select(set => $"({string.Join(", ", [.. set, "s"])})"));
        var outer = names.Length == 0 ? "" : "GROUP BY ALL";
        var heads = string.Concat(names.Select(name => $"{name}, ")) + string.Concat(names.Select(name => $"g{name}, "));
        return $"""
            SELECT {heads}sum(n)::BIGINT AS n, count(*) FILTER (s IS NOT NULL AND present > 0) AS subjects, sum(present)::BIGINT AS present, {Tail(message.Top)}
            FROM (SELECT {keys}{groupings}s, count(*) AS n, {present} AS present, fsum(v) AS v FROM ({rows}) GROUP BY GROUPING SETS ({sets}))
            {outer} ORDER BY ALL
            """;
    }

    private static string Head(string[] names) =>
        string.Concat(names.Select(name => $"{name}, ")) + string.Concat(names.Select(name => $"grouping({name})::BIGINT, "));

    private static string Tail(int top) =>
        string.Create(CultureInfo.InvariantCulture, $"fsum(v) AS total, max(v, 2)[1] AS largest, max(v, 2)[2] AS second, list_sum(max(v, {top})) AS top, count(*) FILTER (v < 0) AS negatives, count(*) FILTER (v <> 0) AS nonzero");

    private static string Cube(string[] names) => names.Length == 0 ? "" : $"GROUP BY CUBE ({string.Join(", ", names)})";

    private static IEnumerable<IEnumerable<string>> Subsets(string[] names) =>
        Enumerable.Range(0, 1 << names.Length).Select(mask => names.Where((_, i) => (mask & (1 << i)) != 0));

    private static string MeasureOf(SourceTable source, string column) =>
        MaskedColumn.InputOf(source.TypeOf(column)) is MaskInput.Whole or MaskInput.Floating or MaskInput.Exact or MaskInput.Flag
            ? $"CAST({DuckDbConnection.Quote(column)} AS DOUBLE)"
            : throw new WorkerRefusedException(EvidenceRefusals.MeasureRule);

    private static string SubjectOf(SourceTable source, string column)
    {
        _ = source.TypeOf(column);
        return $"CAST({DuckDbConnection.Quote(column)} AS VARCHAR)";
    }
}
