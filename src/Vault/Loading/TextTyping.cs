using System.Globalization;
using Sandbox.Policy.Identifiers;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>
/// Reads rows of texts into the table <c>loaded</c> (columns c0, c1, …), each column with its type: the declared one (rows that do not fit go to <c>rejected</c>),
/// or one that every value survives unchanged. The types are tried while the rows stream in; one that fails costs another reading, not a wrong value.
/// </summary>
internal static class TextTyping
{
    // Declared columns keep their type; the others have at most five types to lose, and may then turn out to identify.
    private const int MostReadings = 8;

    /// <param name="connection">The child's engine.</param>
    /// <param name="work">The request.</param>
    /// <param name="names">Names of the columns.</param>
    /// <param name="forms">Which types a column may get that is not declared.</param>
    /// <param name="rows">The rows.</param>
    /// <exception cref="WorkerRefusedException">Most rows are no rows, or no row is left.</exception>
    internal static SourceTable Finish(DuckDbConnection connection, LoadWork work, IReadOnlyList<string> names, IReadOnlyList<TextForm> forms, TextRows rows)
    {
        var declared = work.Declared.ToDictionary(column => column.Name, column => column.Type, StringComparer.Ordinal);
        var standing = (work.Window?.Standing ?? []).Where(column => column.Seen && !column.Made).ToDictionary(column => column.Name, column => column.Type, StringComparer.Ordinal);
        var made = (work.Window?.Standing ?? []).Where(column => column.Made).Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var known = names.Count(name => declared.ContainsKey(name) || standing.ContainsKey(name));
        var types = known == names.Count ? new int[names.Count] : TextTrial.Types(connection, names, forms, rows);
        for (var i = 0; i < types.Length; i++)
        {
            // What was text only because every value ended in .0 may be decimals after all.
            types[i] = made.Contains(names[i]) ? TextTypes.Bit(StoredType.Floating) & TextTrial.Open(forms[i])
                : standing.TryGetValue(names[i], out var type) ? TextTypes.From(type) & TextTrial.Open(forms[i]) : types[i];
        }

        var spreadsheet = new HashSet<int>();
        for (var reading = 0; reading < MostReadings; reading++)
        {
            var columns = names.Select((name, i) => Column(connection, name, i, forms[i], declared.GetValueOrDefault(name), types[i], reading) with { Stands = standing.ContainsKey(name) }).ToArray();
            Read(connection, columns, rows);
            var kept = CheckPlausible(connection, work);
            var lost = columns.Where(column => column.Lost(ref types[column.Index])).ToArray();
            if (lost.Length > 0)
            {
                spreadsheet.UnionWith(lost.Where(column => column.Function is { Failed: false, MadeBySpreadsheet: true }).Select(column => column.Index));
                continue;
            }

            var sample = string.Create(CultureInfo.InvariantCulture, $"rowid % {SourceTable.Step(kept)} = 0");
            if (Identifying(connection, columns, sample) is { Count: > 0 } found)
            {
                found.ForEach(column => types[column] = 0);
                continue;
            }

            if (rows.Relation == TextRows.Table)
            {
                connection.Execute($"DROP TABLE {TextRows.Table}");
            }

            if (columns.Any(column => column.MayUnfit))
            {
                CsvRejects.TakeUnfit(connection, work.HasHeader, rows.Line);
            }

            return connection.ScalarInt64("SELECT count(*) FROM loaded") is > 0 || work.Window is { First: false } or { More: true }
                ? new SourceTable("loaded", sample, [.. Columns(connection, columns, work.Window is not null).Select((column, i) => column with { Made = spreadsheet.Contains(i) && column.Type.Kind == StoredKind.Text })])
                : throw new WorkerRefusedException(LoadRules.NoRows);
        }

        throw new WorkerRefusedException(LoadRules.Reader);
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

    private static TypedColumn Column(DuckDbConnection connection, string name, int index, TextForm form, StoredType? declared, int types, int reading)
    {
        var text = CsvSource.Column(index);
        var type = declared ?? (form == TextForm.Nested ? new StoredType(StoredKind.Nested) : TextTypes.Best(types) ?? StoredType.Text);
        var source = new SourceColumn(name, text, type);
        if (type.Kind is StoredKind.Text or StoredKind.Nested)
        {
            return new TypedColumn(index, source, text, null, declared is not null);
        }

        var function = TextReading.Register(connection, string.Create(CultureInfo.InvariantCulture, $"sandbox_read_{reading}_{index}"), type.Kind, declared is not null);
        return new TypedColumn(index, source, function?.Sql(text) ?? StoredTypes.DeclaredRead(text, type), function, declared is not null);
    }

    // Whether a column that is text by itself has any: only a part of a text needs to know.
    private static SourceColumn[] Columns(DuckDbConnection connection, TypedColumn[] columns, bool part)
    {
        var open = part ? columns.Where(column => column.Function is null && !column.Declared).ToArray() : [];
        if (open.Length == 0)
        {
            return [.. columns.Select(column => column.Source)];
        }

        using var result = connection.Query($"SELECT {string.Join(", ", open.Select(column => $"count({column.Source.Expression})"))} FROM loaded");
        using var chunk = result.Fetch() ?? throw new EngineException(EngineFault.Internal);
        var sources = columns.Select(column => column.Source).ToArray();
        for (var i = 0; i < open.Length; i++)
        {
            sources[open[i].Index] = sources[open[i].Index] with { Seen = chunk[i].Values<long>()[0] > 0 };
        }

        return sources;
    }

    private static void Read(DuckDbConnection connection, TypedColumn[] columns, TextRows rows)
    {
        var list = string.Join(", ", columns.Select(column => $"{column.Sql} AS {column.Typed}"));
        var names = string.Join(", ", columns.Select(column => $"{column.Typed} AS {column.Source.Expression}"));
        var line = rows.Line is { } number ? $", {number}" : "";
        var declared = columns.Where(column => column.MayUnfit).ToArray();

        // Before the next one and not in its place: both at once may be more than there is room for.
        connection.Execute("DROP TABLE IF EXISTS loaded");
        if (declared.Length == 0)
        {
            connection.Execute($"CREATE TABLE loaded AS SELECT {names}{line} FROM (SELECT {list}{line} FROM {rows.Relation})");
        }
        else
        {
            // A value that is there as text and not as its type: its row is kept aside, with the first such column and its texts.
            var texts = string.Join(", ", columns.Select(column => column.Source.Expression));
            var content = "concat_ws(chr(31), " + string.Join(", ", columns.Select(column => $"coalesce({column.Source.Expression}, '')")) + ")";
            var unfit = "CASE " + string.Join(" ", declared.Select(column => string.Create(
                CultureInfo.InvariantCulture, $"WHEN {column.Typed} IS NULL AND {column.Source.Expression} IS NOT NULL THEN {column.Index + 1}"))) + " END";
            connection.Execute($"""
                CREATE TABLE loaded AS SELECT {names}{line}, {CsvRejects.Unfit}, CASE WHEN {CsvRejects.Unfit} IS NOT NULL THEN {content} END AS {CsvRejects.Content}
                FROM (SELECT *, {unfit} AS {CsvRejects.Unfit} FROM (SELECT {list}, {texts}{line} FROM {rows.Relation}))
                """);
        }

        rows.Taken?.Invoke();
    }

    // A column that has become a number or a date may be somebody's number; then it is kept as the text it was.
    private static List<int> Identifying(DuckDbConnection connection, TypedColumn[] columns, string sample)
    {
        var open = columns.Where(column => column.Function is not null && !column.Declared).ToArray();
        if (open.Length == 0)
        {
            return [];
        }

        var texts = open.Select(column => new SourceColumn(column.Source.Name, $"CAST({column.Source.Expression} AS VARCHAR)", StoredType.Text)).ToArray();
        var proposals = ColumnSampling.Propose(connection, new SourceTable("loaded", sample, texts));
        return [.. open.Where((_, i) => proposals[i].Grade == ColumnGrade.Identifier).Select(column => column.Index)];
    }

    // A file of which most rows are no rows is none of its format, whatever it is.
    private static long CheckPlausible(DuckDbConnection connection, LoadWork work)
    {
        var kept = connection.ScalarInt64("SELECT count(*) FROM loaded") ?? 0;
        var rejected = connection.ScalarInt64("SELECT count(*) FROM rejected") ?? 0;
        if (work.Window is { First: false })
        {
            // The first part has said what it is; one that is all rejected rows is still a part of it.
            return kept;
        }

        if (rejected > kept)
        {
            var undecoded = connection.ScalarInt64($"SELECT count(*) FROM rejected WHERE reason = '{nameof(RejectReason.NotUtf8)}'") ?? 0;
            throw new WorkerRefusedException(undecoded * 2 > rejected ? LoadRules.Encoding : LoadRules.NotCsv);
        }

        return kept > 0 ? kept : throw new WorkerRefusedException(LoadRules.NoRows);
    }

    /// <param name="Index">Its place.</param>
    /// <param name="Source">The column of <c>loaded</c>.</param>
    /// <param name="Sql">SQL over the texts that gives its values.</param>
    /// <param name="Function">What reads them, if it is a function of ours.</param>
    /// <param name="Declared">Whether its type is the provider's word.</param>
    private sealed record TypedColumn(int Index, SourceColumn Source, string Sql, TextReading? Function, bool Declared)
    {
        /// <summary>Whether its type is what it has turned out to be in another part of the text.</summary>
        internal bool Stands { get; init; }

        internal string Typed { get; } = string.Create(CultureInfo.InvariantCulture, $"t{Index}");

        /// <summary>Whether a row may have a value that is not of its declared type.</summary>
        internal bool MayUnfit => Declared && Sql != Source.Expression;

        /// <summary>Whether the type did not hold; then what is left to try is told.</summary>
        internal bool Lost(ref int types)
        {
            if (Declared || Function is null || (Stands && !Function.Failed))
            {
                return false;
            }

            int? left = !Function.Present ? 0
                : Function.Failed ? types & Function.Possible & ~TextTypes.Bit(Source.Type)
                : Source.Type.Kind == StoredKind.Floating64 && Function.MadeBySpreadsheet ? types & ~TextTypes.Bit(Source.Type)
                : null;
            types = left ?? types;
            return left is not null;
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
