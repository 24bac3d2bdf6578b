using System.Globalization;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Export.Checks;

/// <summary>
/// Completes the evidence of a table: a combination of categories that no row has is a cell as well, and that it is empty can be read from the table whether
/// or not it is listed. Margins are left as they are.
/// </summary>
internal static class CellGrid
{
    /// <summary>Most cells of a completed table.</summary>
    public const int MostCells = 200_000;

    /// <summary>The inner cells of the whole grid and the given margins; null when the grid would be larger than <see cref="MostCells"/>.</summary>
    public static IReadOnlyList<CellEvidence>? Complete(IReadOnlyList<CellEvidence> cells, int dimensions)
    {
        if (dimensions < 2 || cells.Any(cell => cell.Key.Count != dimensions))
        {
            return cells;
        }

        var inner = cells.Where(cell => !cell.IsMargin).ToArray();
        string[][] levels = [.. Enumerable.Range(0, dimensions).Select(at => inner.Select(cell => cell.Key[at]!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray())];
        if (levels.Aggregate(1L, (product, level) => Math.Min(product * level.Length, MostCells + 1L)) > MostCells)
        {
            return null;
        }

        var known = inner.Select(cell => Name(cell.Key)).ToHashSet(StringComparer.Ordinal);
        IEnumerable<string?[]> keys = [[]];
        foreach (var level in levels)
        {
            keys = keys.SelectMany(_ => level, (key, value) => (string?[])[.. key, value]);
        }

        return [.. cells, .. keys.Where(key => !known.Contains(Name(key))).Select(key => new CellEvidence(key, 0, null, 0, 0, 0, 0, 0) { LargestN = 0 })];
    }

    private static string Name(IReadOnlyList<string?> key) =>
        string.Concat(key.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part!.Length}:{part}")));
}
