using System.Globalization;
using System.Text;
using Sandbox.Policy.Identifiers;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>
/// Reads a CSV source in the child. Everything is read as text first; rows that are no rows go to <c>rejected</c> by the engine's strict reader.
/// Then each column gets its type: the declared one (rows that do not fit are rejected too), or one that every value survives unchanged.
/// </summary>
internal static class CsvSource
{
    private const int MaxLineBytes = 2 * 1024 * 1024;

    /// <exception cref="WorkerRefusedException">It is no CSV, has no usable header, or the declarations do not fit.</exception>
    internal static SourceTable Open(DuckDbConnection connection, LoadFiles files, LoadWork work)
    {
        var (delimiter, names) = Columns(files.Source, work);
        ReadText(connection, files.Source, delimiter, names.Count, work.HasHeader);
        CsvRejects.Take(connection);
        var kept = connection.ScalarInt64("SELECT count(*) FROM loaded") ?? 0;
        CheckPlausible(connection, kept);

        var sample = string.Create(CultureInfo.InvariantCulture, $"rowid % {SourceTable.Step(kept)} = 0");
        var texts = names.Select((name, i) => new SourceColumn(name, Column(i), StoredType.Text)).ToArray();
        var kinds = ColumnSampling.Propose(connection, new SourceTable("loaded", sample, texts));
        var declared = work.Declared.ToDictionary(column => column.Name, column => column.Type, StringComparer.Ordinal);
        var columns = new SourceColumn[names.Count];
        var open = new List<int>();
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = declared.TryGetValue(names[i], out var type) ? CsvTyping.Declare(texts[i], type) : texts[i];
            if (!declared.ContainsKey(names[i]) && kinds[i].Grade != ColumnGrade.Identifier)
            {
                open.Add(i);
            }
        }

        foreach (var (i, typed) in CsvTyping.Infer(connection, texts, open))
        {
            columns[i] = typed;
        }

        // Inferred types fit by construction; only declared ones can reject rows.
        var tested = columns.Select((column, i) => declared.ContainsKey(names[i]) ? column : texts[i]).ToArray();
        CsvRejects.TakeUnfit(connection, tested, texts, work.HasHeader);
        if (connection.ScalarInt64("SELECT count(*) FROM loaded") is not > 0)
        {
            throw new WorkerRefusedException(LoadRules.NoRows);
        }

        return new SourceTable("loaded", sample, columns);
    }

    internal static string Column(int index) => string.Create(CultureInfo.InvariantCulture, $"c{index}");

    private static (char Delimiter, IReadOnlyList<string> Names) Columns(string path, LoadWork work)
    {
        var declared = work.Declared.Select(column => column.Name).ToArray();
        if (work.Declared.Any(column => StoredTypes.DeclaredSql(column.Type) is null))
        {
            throw new WorkerRefusedException(LoadRules.Declared);
        }

        if (!work.HasHeader)
        {
            CsvHeader.CheckNames(declared);
            var (delimiter, fields) = CsvHeader.Measure(path);
            return fields == declared.Length ? (delimiter, declared) : throw new WorkerRefusedException(LoadRules.Declared);
        }

        var header = CsvHeader.Read(path);
        return declared.Distinct(StringComparer.Ordinal).Count() == declared.Length && declared.All(name => header.Names.Contains(name, StringComparer.Ordinal))
            ? (header.Delimiter, header.Names)
            : throw new WorkerRefusedException(LoadRules.Declared);
    }

    private static void ReadText(DuckDbConnection connection, string path, char delimiter, int columns, bool header)
    {
        var types = new StringBuilder();
        for (var i = 0; i < columns; i++)
        {
            types.Append(i == 0 ? "" : ", ").Append('\'').Append(Column(i)).Append("': 'VARCHAR'");
        }

        connection.Execute(string.Create(CultureInfo.InvariantCulture, $$"""
            CREATE TABLE loaded AS SELECT * FROM read_csv({{DuckDbConnection.Literal(path)}}, auto_detect = false, delim = '{{delimiter}}', quote = '"', escape = '"',
                header = {{(header ? "true" : "false")}}, columns = {{{types}}}, store_rejects = true, allow_quoted_nulls = false, nullstr = '', strict_mode = true,
                null_padding = false, encoding = 'utf-8', max_line_size = {{MaxLineBytes}}, compression = 'none')
            """));
    }

    // A file of which most rows are no rows is no CSV, whatever it is.
    private static void CheckPlausible(DuckDbConnection connection, long kept)
    {
        var rejected = connection.ScalarInt64("SELECT count(*) FROM rejected") ?? 0;
        var notUtf8 = connection.ScalarInt64($"SELECT count(*) FROM rejected WHERE reason = '{nameof(RejectReason.NotUtf8)}'") ?? 0;
        if (rejected > kept)
        {
            throw new WorkerRefusedException(notUtf8 * 2 > rejected ? LoadRules.NotUtf8 : LoadRules.NotCsv);
        }

        if (kept == 0)
        {
            throw new WorkerRefusedException(LoadRules.NoRows);
        }
    }
}
