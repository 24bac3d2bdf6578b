using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Lineage;

/// <summary>A lineage as JSON and for people.</summary>
internal static class LineageWords
{
    /// <summary>More nodes of one kind than this are folded for people; JSON names them all.</summary>
    public const int MostOfAKind = 12;

    private static readonly (SecuritySegment Segment, string Words)[] Segments =
    [
        (SecuritySegment.Provide, "PROVIDE 供数"), (SecuritySegment.Collect, "COLLECT 归集"), (SecuritySegment.Operate, "OPERATE 运营"), (SecuritySegment.Use, "USE 使用"),
    ];

    public static string Words(SecuritySegment segment) => Segments.First(item => item.Segment == segment).Words;

    public static JsonObject Json(LineageView view) => new()
    {
        ["subject"] = view.Subject.Id,
        ["direction"] = view.Direction == LineageDirection.Sources ? "sources" : "consequences",
        ["nodes"] = new JsonArray([.. view.Nodes.Select(node => (JsonNode)new JsonObject
        {
            ["id"] = node.Id,
            ["kind"] = LineageNode.Word(node.Kind),
            ["segment"] = node.Segment.ToString().ToLowerInvariant(),
            ["person"] = node.Person.Length > 0 ? node.Person : null,
            ["organisation"] = node.Organisation,
            ["role"] = node.Role,
            ["scenario"] = node.Scenario,
            ["at"] = node.At is { } at ? Stamp(at) : null,
            ["rows"] = node.Rows,
            ["acts"] = new JsonArray([.. node.Acts.Select(act => (JsonNode)new JsonObject { ["entry"] = act.Entry, ["kind"] = act.Kind, ["actor"] = act.Actor, ["at"] = Stamp(act.At) })]),
        })]),
        ["edges"] = new JsonArray([.. view.Edges.Select(edge => (JsonNode)new JsonArray(edge.From, edge.To))]),
    };

    public static void Print(LineageView whole, long ledgerFrom, IAnsiConsole console)
    {
        var (view, folded) = whole.Fold(MostOfAKind);
        var sources = view.Edges.ToLookup(edge => edge.To, edge => edge.From, StringComparer.Ordinal);
        console.WriteLine(view.Direction == LineageDirection.Sources ? $"{view.Subject.Id} was made from:" : $"From {view.Subject.Id} was made:");
        foreach (var (segment, words) in Segments)
        {
            var nodes = view.Nodes.Where(node => node.Segment == segment).ToArray();
            if (nodes.Length == 0)
            {
                continue;
            }

            var table = new Table { Title = new TableTitle(words), Border = TableBorder.Simple }.AddColumns("what", "made from", "who", "at (UTC)", "ledger entries");
            foreach (var node in nodes)
            {
                var name = folded.TryGetValue(node.Id, out var count) ? $"{count} × {LineageNode.Word(node.Kind)} (all of them with --json)" : node.Rows is { } rows and > 0 ? $"{node.Id} (about {rows.ToString("N0", CultureInfo.InvariantCulture)} rows)" : node.Id;
                table.AddRow(
                    new Text(name), new Text(string.Join('\n', sources[node.Id])), new Text(Who(node)), new Text(node.At is { } at ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : ""),
                    new Text(string.Join('\n', node.Acts.Take(8).Select(act => $"{act.Entry} {act.Kind} {act.Actor}").Concat(node.Acts.Count > 8 ? [$"and {node.Acts.Count - 8} more"] : []))));
            }

            console.Write(table);
        }

        if (ledgerFrom > 0)
        {
            console.WriteLine($"Ledger entries before {ledgerFrom} are no longer kept: queries and acts before it are not shown.");
        }

        console.WriteLine($"{whole.Nodes.Count} in all. Each entry can be proved: sandbox ledger prove ENTRY --out FILE");
    }

    internal static string Who(LineageNode node)
    {
        var office = string.Join(", ", new[] { node.Organisation, node.Role }.OfType<string>());
        return node.Person.Length == 0 ? office : office.Length == 0 ? node.Person : $"{node.Person} ({office})";
    }

    internal static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
