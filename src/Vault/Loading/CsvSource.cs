using System.Globalization;
using System.Text;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>Reads a CSV source in the child. Everything is read as text; rows that are no rows go to <c>rejected</c> by the engine's strict reader.</summary>
internal static class CsvSource
{
    /// <summary>Longest row in bytes of UTF-8; a longer one is rejected.</summary>
    internal const int MaxLineBytes = 2 * 1024 * 1024;

    /// <returns>The table, and the delimiter that was found.</returns>
    /// <exception cref="WorkerRefusedException">It is no CSV, has no usable header, or the declarations do not fit.</exception>
    internal static (SourceTable Table, char Delimiter) Open(DuckDbConnection connection, LoadFiles files, LoadWork work)
    {
        var (delimiter, names) = Columns(files.Source, work);
        var rows = new TextRows(
            Reader(files.Source, delimiter, names.Count, work.HasHeader, "store_rejects = true"),
            Reader(files.Source, delimiter, names.Count, work.HasHeader, "ignore_errors = true"),
            Line: null,
            () => CsvRejects.Take(connection));
        return (TextTyping.Finish(connection, work, names, [.. names.Select(_ => TextForm.Untyped)], rows), delimiter);
    }

    internal static string Column(int index) => string.Create(CultureInfo.InvariantCulture, $"c{index}");

    private static (char Delimiter, IReadOnlyList<string> Names) Columns(string path, LoadWork work)
    {
        if (work.HasHeader)
        {
            var header = CsvHeader.Read(path);
            TextTyping.CheckDeclared(work, header.Names);
            return (header.Delimiter, header.Names);
        }

        var declared = work.Declared.Select(column => column.Name).ToArray();
        TextTyping.CheckDeclared(work, declared);
        CsvHeader.CheckNames(declared);
        var (delimiter, fields) = CsvHeader.Measure(path);
        return fields == declared.Length ? (delimiter, declared) : throw new WorkerRefusedException(LoadRules.Declared);
    }

    private static string Reader(string path, char delimiter, int columns, bool header, string faults)
    {
        var types = new StringBuilder();
        for (var i = 0; i < columns; i++)
        {
            types.Append(i == 0 ? "" : ", ").Append('\'').Append(Column(i)).Append("': 'VARCHAR'");
        }

        return string.Create(CultureInfo.InvariantCulture, $$"""
            read_csv({{DuckDbConnection.Literal(path)}}, auto_detect = false, delim = '{{delimiter}}', quote = '"', escape = '"',
                header = {{(header ? "true" : "false")}}, columns = {{{types}}}, {{faults}}, allow_quoted_nulls = false, nullstr = '', strict_mode = true,
                null_padding = false, encoding = 'utf-8', max_line_size = {{MaxLineBytes}}, compression = 'none')
            """);
    }
}
