using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Jail;
using Sandbox.Trust;
using Sandbox.Vault.Loading;
using Spectre.Console;

namespace Sandbox.Host.DataSets;

/// <summary>What a file would be as a data set: format, encoding, delimiter, columns with types and proposed grades, rows that would be rejected. Parsed in the load jail; nothing is kept and no value is shown.</summary>
internal static class LookAtFile
{
    internal static async Task<(Answer Answer, SchemaFile? Found)> RunAsync(Jailer jailer, Delivery file, IProgress<LoadProgress>? progress, CancellationToken cancel)
    {
        using var key = DataKey.ThrowAway(Suite.Nist, "look");
        var result = await DataLoader.LookAsync(
            jailer,
            new LoadRequest
            {
                SourcePath = file.Path, DataKey = key, LookOnly = true, AcceptEmpty = true, DeclaredColumns = file.Declared, HasHeader = file.HasHeader, Encoding = file.Encoding, Sheet = file.Sheet, MemoryLimitBytes = file.MemoryBytes,
                Threads = Math.Max(1, Environment.ProcessorCount),
            },
            progress, cancel).ConfigureAwait(false);
        return result is LoadResult.Loaded loaded
            ? (Shown(loaded), Schema(loaded, file.HasHeader))
            : (Answer.No(((LoadResult.Refused)result).Refusal), null);
    }

    private static SchemaFile Schema(LoadResult.Loaded loaded, bool header) => new(
        [.. loaded.Columns.Where(column => DataLoader.MayDeclare(column.Type)).Select(column => new SchemaColumn(
            column.Name, column.Type.Kind, column.Type.Kind == StoredKind.Exact ? column.Type.Precision : null, column.Type.Kind == StoredKind.Exact ? column.Type.Scale : null))],
        header, loaded.Encoding ?? SourceEncoding.Auto);

    private static Answer Shown(LoadResult.Loaded loaded) => Answer.Of(
        new JsonObject
        {
            ["format"] = loaded.Format.ToString(),
            ["encoding"] = loaded.Encoding?.ToString(),
            ["delimiter"] = loaded.Delimiter,
            ["rows"] = loaded.Rows,
            ["rejected"] = loaded.Rejected,
            ["rejections"] = new JsonObject(loaded.Rejections.Select(pair => KeyValuePair.Create(pair.Key.ToString(), (JsonNode?)pair.Value))),
            ["columns"] = new JsonArray([.. loaded.Columns.Select(column => (JsonNode)new JsonObject
            {
                ["name"] = column.Name,
                ["type"] = Type(column),
                ["origin"] = column.Origin,
                ["identifies"] = column.IdentifierKind.ToString(),
                ["grade"] = column.ProposedGrade.ToString(),
            })]),
        },
        console =>
        {
            var text = loaded.Encoding is { } encoding ? $" ({encoding}{(loaded.Delimiter is { } delimiter ? $", delimiter '{(delimiter == "\t" ? "tab" : delimiter)}'" : "")})" : "";
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{loaded.Format}{text}: {loaded.Rows:N0} rows, {loaded.Rejected:N0} would be rejected. Nothing was kept."));
            foreach (var (reason, count) in loaded.Rejections)
            {
                console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {reason}: {count:N0}"));
            }

            var table = new Table().AddColumns("column", "type", "from", "identifies", "proposed grade");
            foreach (var column in loaded.Columns)
            {
                table.AddRow(Markup.Escape(column.Name), Type(column), Markup.Escape(column.Origin ?? ""), column.IdentifierKind.ToString(), column.ProposedGrade.ToString());
            }

            console.Write(table);
        });

    private static string Type(LoadedColumn column) => column.Type.Kind == StoredKind.Exact
        ? string.Create(CultureInfo.InvariantCulture, $"Exact({column.Type.Precision},{column.Type.Scale})")
        : column.Type.Kind.ToString();
}
