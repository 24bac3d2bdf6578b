using System.Globalization;
using System.Security;
using System.Text;
using Sandbox.Trust;

namespace Sandbox.Host.Lineage;

/// <summary>A lineage as an SVG picture: columns along the way, a box for each thing, coloured by its security segment. Without scripts, links, fonts or styles from outside.</summary>
internal static class LineageDrawing
{
    private const int BoxWidth = 200;
    private const int BoxHeight = 62;
    private const int Across = 270;
    private const int Down = 82;
    private const int Left = 30;
    private const int Top = 118;
    private const int Characters = 27;

    /// <summary>Kinds that stand in one column.</summary>
    private static readonly LineageKind[][] Columns =
    [
        [LineageKind.DataSet, LineageKind.Contribution],
        [LineageKind.Batch, LineageKind.Scenario],
        [LineageKind.Segment, LineageKind.Zone, LineageKind.Model, LineageKind.Round],
        [LineageKind.ZoneTable],
        [LineageKind.Query, LineageKind.Run],
        [LineageKind.Held],
        [LineageKind.Export],
        [LineageKind.Release],
        [LineageKind.Recipient, LineageKind.Product],
    ];

    public static string Svg(LineageView whole, string domain)
    {
        var (view, folded) = whole.Fold(LineageWords.MostOfAKind);
        var columns = folded.Count > 0 ? ByKind(view) : ByDistance(view);
        var tallest = columns.Max(column => column.Length);
        var places = new Dictionary<string, (int X, int Y)>(StringComparer.Ordinal);
        for (var x = 0; x < columns.Length; x++)
        {
            // Shorter columns stand in the middle.
            var offset = (tallest - columns[x].Length) * Down / 2;
            for (var y = 0; y < columns[x].Length; y++)
            {
                places[columns[x][y].Id] = (Left + x * Across, Top + offset + y * Down);
            }
        }

        var width = Math.Max(Left * 2 + (columns.Length - 1) * Across + BoxWidth, 760);
        var height = Top + tallest * Down + 20;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="'Noto Sans','Noto Sans CJK SC',sans-serif" font-size="12">
            <title>{Escape($"{(view.Direction == LineageDirection.Sources ? "Sources" : "Consequences")} of {view.Subject.Id}")}</title>
            <rect width="{width}" height="{height}" fill="#ffffff"/>
            <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#6b7280"/></marker></defs>
            <text x="{Left}" y="32" font-size="18" font-weight="bold" fill="#111827">{Escape(view.Direction == LineageDirection.Sources ? $"What {view.Subject.Id} was made from" : $"What was made from {view.Subject.Id}")}</text>
            <text x="{Left}" y="52" fill="#4b5563">{Escape($"domain {domain}: ids, offices and coarse counts, from the sealed registry and the ledger; no data values")}</text>

            """);
        Legend(svg);
        foreach (var (from, to) in view.Edges)
        {
            Curve(svg, places[from], places[to]);
        }

        foreach (var node in view.Nodes)
        {
            Box(svg, node, places[node.Id], folded.GetValueOrDefault(node.Id), node.Id == view.Subject.Id);
        }

        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>Where many things are folded into one, runs may lead to one another in a circle: the kinds give the order.</summary>
    private static LineageNode[][] ByKind(LineageView view) =>
        [.. Columns.Select(kinds => view.Nodes.Where(node => kinds.Contains(node.Kind)).ToArray()).Where(column => column.Length > 0)];

    /// <summary>Each thing as many columns from the subject as the longest way between them has steps, so that every line leads to the right.</summary>
    private static LineageNode[][] ByDistance(LineageView view)
    {
        var sources = view.Direction == LineageDirection.Sources;
        var distance = view.Nodes.ToDictionary(node => node.Id, _ => 0, StringComparer.Ordinal);
        // The way through the domain has few stations; records that held a circle would stop here.
        for (var (round, moved) = (0, true); moved && round < view.Nodes.Count; round++)
        {
            moved = false;
            foreach (var (from, to) in view.Edges)
            {
                var (near, far) = sources ? (to, from) : (from, to);
                if (distance[far] <= distance[near])
                {
                    (distance[far], moved) = (distance[near] + 1, true);
                }
            }
        }

        var columns = view.Nodes.GroupBy(node => distance[node.Id]).OrderBy(group => group.Key).Select(group => group.ToArray()).ToArray();
        return sources ? [.. Enumerable.Reverse(columns)] : columns;
    }

    private static void Legend(StringBuilder svg)
    {
        var x = Left;
        foreach (var segment in new[] { SecuritySegment.Provide, SecuritySegment.Collect, SecuritySegment.Operate, SecuritySegment.Use })
        {
            var (fill, line) = Colours(segment);
            svg.Append(CultureInfo.InvariantCulture, $"""
                <rect x="{x}" y="68" width="16" height="16" rx="3" fill="{fill}" stroke="{line}"/><text x="{x + 22}" y="81" fill="#111827">{LineageWords.Words(segment)}</text>

                """);
            x += 150;
        }
    }

    private static void Curve(StringBuilder svg, (int X, int Y) from, (int X, int Y) to)
    {
        var (y1, y2) = (from.Y + BoxHeight / 2, to.Y + BoxHeight / 2);
        string path;
        if (from.X == to.X)
        {
            // Within a column: round the right side.
            var side = from.X + BoxWidth;
            path = string.Create(CultureInfo.InvariantCulture, $"M{side} {y1}C{side + 45} {y1} {side + 45} {y2} {side} {y2}");
        }
        else
        {
            var (x1, x2) = (from.X + BoxWidth, to.X);
            var bend = Math.Max((x2 - x1) / 2, 30);
            path = string.Create(CultureInfo.InvariantCulture, $"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}");
        }

        svg.Append(CultureInfo.InvariantCulture, $"""
            <path d="{path}" fill="none" stroke="#9ca3af" stroke-width="1.2" marker-end="url(#tip)"/>

            """);
    }

    private static void Box(StringBuilder svg, LineageNode node, (int X, int Y) at, int folded, bool subject)
    {
        var (fill, line) = Colours(node.Segment);
        var head = folded > 0 ? $"{folded} × {LineageNode.Word(node.Kind)}" : LineageNode.Word(node.Kind);
        var name = folded > 0 ? "" : node.Name;
        var who = LineageWords.Who(node);
        var when = node.At is { } made ? made.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "";
        svg.Append(CultureInfo.InvariantCulture, $"""
            <g><title>{Escape(string.Join("; ", new[] { node.Id, who, when, node.Rows is > 0 ? $"about {node.Rows} rows" : "" }.Where(part => part.Length > 0)))}</title>
            <rect x="{at.X}" y="{at.Y}" width="{BoxWidth}" height="{BoxHeight}" rx="6" fill="{fill}" stroke="{line}" stroke-width="{(subject ? 3 : 1)}"/>
            <text x="{at.X + 10}" y="{at.Y + 17}" font-size="10" fill="#4b5563">{Escape(head)}{(when.Length > 0 ? " · " + when : "")}</text>
            <text x="{at.X + 10}" y="{at.Y + 34}" font-weight="bold" fill="#111827">{Escape(Cut(name))}</text>
            <text x="{at.X + 10}" y="{at.Y + 51}" font-size="10" fill="#374151">{Escape(Cut(string.Join(" · ", new[] { node.Person, node.Organisation ?? "" }.Where(part => part.Length > 0)), Characters + 5))}</text></g>

            """);
    }

    private static (string Fill, string Line) Colours(SecuritySegment segment) => segment switch
    {
        SecuritySegment.Provide => ("#e0f2fe", "#0369a1"),
        SecuritySegment.Collect => ("#dcfce7", "#15803d"),
        SecuritySegment.Operate => ("#fef9c3", "#a16207"),
        _ => ("#fae8ff", "#a21caf"),
    };

    private static string Cut(string text, int most = Characters) => text.Length <= most ? text : text[..(most - 1)] + "…";

    private static string Escape(string text) => SecurityElement.Escape(text);
}
