using System.Globalization;
using Sandbox.Policy.Identifiers;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>
/// Gives the columns of a table of texts (<c>loaded</c>, columns c0, c1, …) their types: the declared one (rows that do not fit go to <c>rejected</c>),
/// or one that every value survives unchanged.
/// </summary>
internal static class TextTyping
{
    /// <param name="connection">The child's engine.</param>
    /// <param name="work">The request.</param>
    /// <param name="names">Names of the columns.</param>
    /// <param name="forms">Which types a column may get that is not declared.</param>
    /// <param name="line">SQL over <c>loaded</c> for a row's line number, or null where it is told by its place (text with a record a row).</param>
    /// <exception cref="WorkerRefusedException">No row is left.</exception>
    internal static SourceTable Finish(DuckDbConnection connection, LoadWork work, IReadOnlyList<string> names, IReadOnlyList<TextForm> forms, string? line)
    {
        var kept = connection.ScalarInt64("SELECT count(*) FROM loaded") ?? 0;
        var sample = string.Create(CultureInfo.InvariantCulture, $"rowid % {SourceTable.Step(kept)} = 0");
        var texts = names.Select((name, i) => new SourceColumn(name, CsvSource.Column(i), forms[i] == TextForm.Nested ? new StoredType(StoredKind.Nested) : StoredType.Text)).ToArray();
        var kinds = ColumnSampling.Propose(connection, new SourceTable("loaded", sample, texts));
        var declared = work.Declared.ToDictionary(column => column.Name, column => column.Type, StringComparer.Ordinal);
        var columns = new SourceColumn[names.Count];
        var open = new List<(int Index, TextForm Form)>();
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = declared.TryGetValue(names[i], out var type) ? CsvTyping.Declare(texts[i], type) : texts[i];
            if (!declared.ContainsKey(names[i]) && kinds[i].Grade != ColumnGrade.Identifier && forms[i] != TextForm.Nested)
            {
                open.Add((i, forms[i]));
            }
        }

        foreach (var (i, typed) in CsvTyping.Infer(connection, texts, open))
        {
            columns[i] = typed;
        }

        // Inferred types fit by construction; only declared ones can reject rows.
        var tested = columns.Select((column, i) => declared.ContainsKey(names[i]) ? column : texts[i]).ToArray();
        CsvRejects.TakeUnfit(connection, tested, texts, work.HasHeader, line);
        return connection.ScalarInt64("SELECT count(*) FROM loaded") is > 0 ? new SourceTable("loaded", sample, columns) : throw new WorkerRefusedException(LoadRules.NoRows);
    }

    /// <exception cref="WorkerRefusedException">A declared column is not there, is declared twice or has a type that text can't hold.</exception>
    internal static void CheckDeclared(LoadWork work, IReadOnlyList<string> names)
    {
        var declared = work.Declared.Select(column => column.Name).ToArray();
        if (work.Declared.Any(column => StoredTypes.DeclaredSql(column.Type) is null)
            || declared.Distinct(StringComparer.Ordinal).Count() != declared.Length
            || !declared.All(name => names.Contains(name, StringComparer.Ordinal)))
        {
            throw new WorkerRefusedException(work.Expected is { Count: > 0 } ? LoadRules.Schema : LoadRules.Declared);
        }
    }

    // A file of which most rows are no rows is none of its format, whatever it is.
    internal static void CheckPlausible(DuckDbConnection connection)
    {
        var kept = connection.ScalarInt64("SELECT count(*) FROM loaded") ?? 0;
        var rejected = connection.ScalarInt64("SELECT count(*) FROM rejected") ?? 0;
        var undecoded = connection.ScalarInt64($"SELECT count(*) FROM rejected WHERE reason = '{nameof(RejectReason.NotUtf8)}'") ?? 0;
        if (rejected > kept)
        {
            throw new WorkerRefusedException(undecoded * 2 > rejected ? LoadRules.Encoding : LoadRules.NotCsv);
        }

        if (kept == 0)
        {
            throw new WorkerRefusedException(LoadRules.NoRows);
        }
    }
}

/// <summary>What a column of texts may turn into when it is not declared.</summary>
internal enum TextForm
{
    /// <summary>It was text in the source and says so: at most a date.</summary>
    Text = 0,

    /// <summary>The source does not say what it is.</summary>
    Untyped,

    /// <summary>JSON text of something nested; stays so.</summary>
    Nested,
}
