using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Loading;

/// <summary>Writes one column group of a source, or the quarantine, as a Parquet file. The source's row order is kept, so that groups match row by row.</summary>
internal static class SegmentWriting
{
    /// <summary>Compression inside the Parquet files.</summary>
    internal const string Codec = "snappy";

    internal static long Write(DuckDbConnection connection, SourceTable source, IEnumerable<SourceColumn> columns, string path)
    {
        var list = string.Join(", ", columns.Select(column => $"{column.Expression} AS {DuckDbConnection.Quote(column.Name)}"));
        return Copy(connection, $"SELECT {list} FROM {source.Relation}", path);
    }

    internal static void WriteQuarantine(DuckDbConnection connection, string path) =>
        Copy(connection, "SELECT line, reason, \"column\", content FROM rejected ORDER BY line", path);

    private static long Copy(DuckDbConnection connection, string select, string path)
    {
        using var result = connection.Query($"COPY ({select}) TO {DuckDbConnection.Literal(path)} (FORMAT parquet, COMPRESSION {Codec}, USE_TMP_FILE false)");
        using var chunk = result.Fetch();
        return chunk is { Rows: 1 } ? chunk[0].Values<long>()[0] : 0;
    }
}
