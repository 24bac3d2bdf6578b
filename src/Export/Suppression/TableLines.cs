using System.Globalization;

namespace Sandbox.Export.Suppression;

/// <summary>A margin and the cells that it is the sum of, by their places in the table.</summary>
internal sealed record TableLine(int Total, IReadOnlyList<int> Parts);

/// <summary>The sums within a table: each margin over one dimension and its cells, the other parts of the key being the same.</summary>
internal static class TableLines
{
    public static IReadOnlyList<TableLine> Of(IReadOnlyList<TableCell> cells)
    {
        var dimensions = cells.Count == 0 ? 0 : cells[0].Key.Count;
        var lines = new List<TableLine>();
        for (var dimension = 0; dimension < dimensions; dimension++)
        {
            foreach (var line in Enumerable.Range(0, cells.Count).GroupBy(at => Name(cells[at].Key, dimension), StringComparer.Ordinal))
            {
                var total = line.Where(at => cells[at].Key[dimension] is null).ToArray();
                if (total.Length == 1 && line.Count() > 1)
                {
                    lines.Add(new TableLine(total[0], [.. line.Where(at => cells[at].Key[dimension] is not null)]));
                }
            }
        }

        return lines;
    }

    /// <summary>A name of a key that leaves one dimension out.</summary>
    internal static string Name(IReadOnlyList<string?> key, int without = -1) => string.Concat(key.Select((part, at) =>
        at == without ? "|" : part is null ? "*" : string.Create(CultureInfo.InvariantCulture, $"{part.Length}:{part}")));
}
