using System.Text.Json;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>
/// Reads JSON in the child: one object a line, or one array of objects; their members are the columns. A line or element that is none goes to <c>rejected</c>. The first reading finds the
/// columns, the second takes the rows; nested values stay JSON text.
/// </summary>
internal static class JsonSource
{
    private const int MostLineBytes = 2 * 1024 * 1024;
    private const int MostContent = 64 * 1024;

    /// <exception cref="WorkerRefusedException">Most lines are no objects, a name can't be a column's, or the declarations do not fit.</exception>
    internal static SourceTable Open(DuckDbConnection connection, string path, LoadWork work)
    {
        var (names, forms, met) = Columns(path, work);
        CsvHeader.CheckNames(names);
        TextTyping.CheckDeclared(work, names);
        Take(connection, path, names, work.Window);
        var table = TextTyping.Finish(connection, work, names, forms, TextRows.Appended);
        return table with { Columns = [.. table.Columns.Select((column, i) => (column.Type.Kind == StoredKind.Nested ? column with { Origin = "json" } : column) with { Met = met.Contains(i) })] };
    }

    private static (List<string> Names, List<TextForm> Forms, HashSet<int> Met) Columns(string path, LoadWork work)
    {
        // In a part of a text there need not be every column that is known of it.
        var window = work.Window;
        (string Name, StoredKind Kind)[] known = window is null
            ? []
            : [.. window.Standing.Select(column => (column.Name, column.Type.Kind)), .. (work.Expected ?? []).Select(column => (column.Name, column.Type.Kind)), .. work.Declared.Select(column => (column.Name, column.Type.Kind)), .. work.Identifiers.Select(name => (name, StoredKind.Unknown))];
        List<string> names = [.. known.Select(column => column.Name).Distinct(StringComparer.Ordinal)];
        List<TextForm> forms = [.. names.Select(name => known.Contains((name, StoredKind.Nested)) ? TextForm.Nested : TextForm.Untyped)];
        var met = new HashSet<int>();
        var places = names.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        using var file = TextSource.OpenRead(path);
        var (lines, row) = (Records(file, window), new JsonLineRow());
        while (lines.Next(out var line, out var tooLong))
        {
            if (tooLong || !row.Read(Content(line, lines.Number)))
            {
                continue;
            }

            foreach (var (name, kind, _) in row.Members)
            {
                if (!places.TryGetValue(name, out var at))
                {
                    places[name] = at = names.Count;
                    names.Add(name);
                    forms.Add(TextForm.Untyped);
                    if (names.Count > CsvHeader.MaxColumns)
                    {
                        throw new WorkerRefusedException(LoadRules.Columns);
                    }
                }

                met.Add(at);

                // A column of texts and numbers is text, one with anything nested is JSON.
                forms[at] = kind is JsonTokenType.StartObject or JsonTokenType.StartArray || forms[at] == TextForm.Nested
                    ? TextForm.Nested
                    : kind == JsonTokenType.String ? TextForm.Text : forms[at];
            }
        }

        return names.Count > 0 ? (names, forms, met) : throw new WorkerRefusedException(LoadRules.NotCsv);
    }

    private static void Take(DuckDbConnection connection, string path, List<string> names, LoadWindow? window)
    {
        var places = names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        var (kept, rejected) = TextRows.Append(connection, names.Count);
        using var keeping = kept;
        using var rejecting = rejected;
        using var file = TextSource.OpenRead(path);
        var (lines, row) = (Records(file, window), new JsonLineRow());
        while (lines.Next(out var line, out var tooLong))
        {
            var content = Content(line, lines.Number);
            if (tooLong || !row.Read(content))
            {
                if (tooLong || !content.Trim(" \t"u8).IsEmpty)
                {
                    Reject(rejected, lines.Number, tooLong ? RejectReason.TooLong : System.Text.Unicode.Utf8.IsValid(content) ? RejectReason.Json : RejectReason.NotUtf8, content);
                }

                continue;
            }

            var (chunk, at) = kept.Next();
            for (var i = 0; i < names.Count; i++)
            {
                chunk.Writable(i).SetNull(at);
            }

            foreach (var (name, _, text) in row.Members)
            {
                if (text is not null)
                {
                    var vector = chunk.Writable(places[name]);
                    vector.SetPresent(at);
                    vector.SetText(at, text);
                }
            }

            chunk.Writable(names.Count).Writable<long>()[at] = lines.Number;
        }

        kept.Complete();
        rejected.Complete();
    }

    private static IRecordReader Records(FileStream file, LoadWindow? window)
    {
        var array = window is null && SourceInspection.Starts(TextSource.ReadHead(file)) is (byte)'[';
        file.Position = 0;
        return array ? new JsonArrayReader(file, MostLineBytes) : new LineReader(file, MostLineBytes);
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> line, long number) =>
        number == 1 && line.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? line[3..] : line;

    private static void Reject(RowAppender rejected, long line, RejectReason reason, ReadOnlySpan<byte> content)
    {
        var (chunk, at) = rejected.Next();
        chunk.Writable(0).Writable<long>()[at] = line;
        chunk.Writable(1).SetText(at, reason.ToString());
        chunk.Writable(2).SetNull(at);
        chunk.Writable(3).SetText(at, System.Text.Encoding.UTF8.GetString(content[..Math.Min(content.Length, MostContent)]));
    }
}
