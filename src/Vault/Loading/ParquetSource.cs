using System.Globalization;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>Opens a Parquet source in the child.</summary>
internal static class ParquetSource
{
    /// <exception cref="WorkerRefusedException">It is encrypted or has too many columns.</exception>
    /// <exception cref="EngineException">It is damaged.</exception>
    internal static SourceTable Open(DuckDbConnection connection, string path, bool acceptEmpty)
    {
        var literal = DuckDbConnection.Literal(path);
        if (connection.ScalarInt64($"SELECT count(encryption_algorithm) FROM parquet_file_metadata({literal})") is not 0)
        {
            throw new WorkerRefusedException(LoadRules.ParquetEncrypted);
        }

        var rows = connection.ScalarInt64($"SELECT count(*) FROM read_parquet({literal})") ?? 0;
        if (rows < 0 || (rows == 0 && !acceptEmpty))
        {
            throw new WorkerRefusedException(LoadRules.NoRows);
        }

        using var empty = connection.Query($"SELECT * FROM read_parquet({literal}) LIMIT 0");
        if (empty.ColumnCount > CsvHeader.MaxColumns)
        {
            throw new WorkerRefusedException(LoadRules.Columns);
        }

        var columns = new SourceColumn[empty.ColumnCount];
        for (var i = 0; i < columns.Length; i++)
        {
            using var type = empty.ColumnType(i);
            var name = empty.ColumnName(i);
            columns[i] = new SourceColumn(name, DuckDbConnection.Quote(name), StoredTypes.FromEngine(type));
        }

        foreach (var column in columns)
        {
            if (column.Name.Length is 0 or > CsvHeader.MaxName || column.Name.Any(char.IsControl) || CsvHeader.IsReserved(column.Name))
            {
                throw new WorkerRefusedException(LoadRules.Header);
            }
        }

        return new SourceTable(
            $"read_parquet({literal}, file_row_number = true)",
            string.Create(CultureInfo.InvariantCulture, $"file_row_number % {SourceTable.Step(rows)} = 0"),
            columns);
    }
}
