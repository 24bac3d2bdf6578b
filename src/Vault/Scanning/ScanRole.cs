using System.Globalization;
using System.Text.Json;
using Sandbox.Vault.Arrow.Vectors;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Scanning;

/// <summary>The scan child: streams columns of a zone or of segments as one Arrow stream in data frames. No user text reaches the engine, only names, quoted.</summary>
internal sealed class ScanRole(Func<int, string> pathOf) : IWorkerRole
{
    internal const string Name = "scan";
    internal const int FirstFile = 3;
    internal const string UnknownColumn = "SCAN-COLUMN";

    internal static string Inherited(int index) => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{FirstFile + index}");

    public void Warm()
    {
        var work = new ScanWork(false, "", 0, ["a"], 64L << 20, 2);
        _ = new Frame(FrameKind.Request, JsonSerializer.SerializeToUtf8Bytes(work, ScanJson.Default.ScanWork)).Json(ScanJson.Default.ScanWork);
        using var connection = Open(work);
        connection.Execute("""
            CREATE TABLE warm AS
            SELECT i::BIGINT AS a, i::INTEGER AS b, i::SMALLINT AS c, i::DOUBLE AS d, i::FLOAT AS e, 'x' || i AS f, DATE '2001-01-01' AS g, TIMESTAMP '2001-01-01' AS h, i % 2 = 0 AS j,
                   i::DECIMAL(9,2) AS k, i::HUGEINT AS l, CASE WHEN i % 3 = 0 THEN NULL ELSE i END AS m FROM range(130000) r(i)
            """);
        using var target = new FrameDataStream(new FrameWriter(Stream.Null));
        var rows = ParallelEncoder.Write(connection, Columns(connection, "warm", []), "warm", "rowid", work.Threads, target);
        new FrameWriter(Stream.Null).Json(FrameKind.Result, new ScanReport(rows), ScanJson.Default.ScanReport);
    }

    public void Handle(Frame request, FrameWriter output)
    {
        var work = request.Json(ScanJson.Default.ScanWork);
        using var connection = Open(work);
        var (relation, rowNumber) = Relation(connection, work);
        var columns = Columns(connection, relation, work.Columns);
        using var target = new FrameDataStream(output);
        var rows = rowNumber is null
            ? Streamed(connection, columns, relation, target)
            : ParallelEncoder.Write(connection, columns, relation, rowNumber, work.Threads, target);
        output.Json(FrameKind.Result, new ScanReport(rows), ScanJson.Default.ScanReport);
    }

    public void Dispose()
    {
    }

    private static DuckDbConnection Open(ScanWork work)
    {
        using var database = DuckDbDatabase.Open(
            ":memory:",
            ("threads", work.Threads.ToString(CultureInfo.InvariantCulture)),
            ("memory_limit", string.Create(CultureInfo.InvariantCulture, $"{work.MemoryBytes / 1024}KiB")),
            ("temp_directory", ""),
            ("autoinstall_known_extensions", "false"),
            ("autoload_known_extensions", "false"));
        return database.Connect();
    }

    private static long Streamed(DuckDbConnection connection, IEnumerable<SelectedColumn> columns, string relation, Stream target)
    {
        var list = string.Join(", ", columns.Select(column => $"{column.Expression} AS {DuckDbConnection.Quote(column.Name)}"));
        using var result = connection.Stream($"SELECT {list} FROM {relation}");
        return ResultEncoder.Write(result, target);
    }

    // The relation, and the expression of its row number where one statement can give it: rows joined by position have none.
    private (string Relation, string? RowNumber) Relation(DuckDbConnection connection, ScanWork work)
    {
        var paths = Enumerable.Range(0, work.Files).Select(i => DuckDbConnection.Literal(pathOf(i))).ToArray();
        if (work.Database)
        {
            connection.Execute($"ATTACH {paths[0]} AS zone (READ_ONLY)");
            Lock(connection);
            return ($"zone.main.{DuckDbConnection.Quote(work.Table)}", "rowid");
        }

        connection.Execute($"SET allowed_paths = [{string.Join(", ", paths)}]");
        Lock(connection);
        return paths is [var single]
            ? ($"read_parquet({single})", "file_row_number")
            : (string.Join(" POSITIONAL JOIN ", paths.Select(path => $"read_parquet({path})")), null);
    }

    private static void Lock(DuckDbConnection connection) =>
        connection.Execute("SET streaming_buffer_size = '16MiB'; SET preserve_insertion_order = true; SET enable_external_access = false; SET lock_configuration = true");

    private static SelectedColumn[] Columns(DuckDbConnection connection, string relation, IReadOnlyList<string> wanted)
    {
        using var empty = connection.Query($"SELECT * FROM {relation} LIMIT 0");
        var known = new Dictionary<string, SelectedColumn>(StringComparer.Ordinal);
        var order = new List<string>();
        for (var i = 0; i < empty.ColumnCount; i++)
        {
            using var type = empty.ColumnType(i);
            var name = empty.ColumnName(i);
            order.Add(name);
            known[name] = new SelectedColumn(name, Expression(DuckDbConnection.Quote(name), type.Id));
        }

        var names = wanted.Count == 0 ? order : wanted;
        return names.All(known.ContainsKey) ? [.. names.Select(name => known[name])] : throw new WorkerRefusedException(UnknownColumn);
    }

    private static string Expression(string quoted, DuckDbTypeId type) => type switch
    {
        _ when EncoderTypes.Takes(type) => quoted,
        DuckDbTypeId.List or DuckDbTypeId.Struct or DuckDbTypeId.Map or DuckDbTypeId.Array or DuckDbTypeId.Union => $"to_json({quoted})::VARCHAR",
        _ => $"{quoted}::VARCHAR",
    };
}
