using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Loading;

/// <summary>Writes one column group of a source, or the quarantine, as a Parquet file. The source's row order is kept, so that groups match row by row.</summary>
internal static class SegmentWriting
{
    /// <summary>Compression inside the Parquet files.</summary>
    internal const string Codec = "snappy";

    /// <param name="connection">The child's engine.</param>
    /// <param name="source">What to write from.</param>
    /// <param name="columns">The group's columns.</param>
    /// <param name="condition">A condition that is true for every row, or null.</param>
    /// <param name="path">The memory file.</param>
    internal static long Write(DuckDbConnection connection, SourceTable source, IEnumerable<SourceColumn> columns, string? condition, string path)
    {
        var list = string.Join(", ", columns.Select(column => $"{column.Expression} AS {DuckDbConnection.Quote(column.Name)}"));
        return Copy(connection, $"SELECT {list} FROM {source.Relation}{(condition is null ? "" : " WHERE " + condition)}", path);
    }

    /// <summary>Takes back what was written.</summary>
    internal static void Empty(string path)
    {
        if (File.Exists(path))
        {
            new FileStream(path, FileMode.Truncate, FileAccess.Write).Dispose();
        }
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
