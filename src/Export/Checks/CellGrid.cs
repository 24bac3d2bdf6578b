using System.Globalization;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Export.Checks;

/// <summary>
/// Completes the evidence of a table: a combination of categories that no row has is a cell as well, and that it is empty can be read from the table whether
/// or not it is listed; so is a margin over rows that are not there. A table that has no margins gets none.
/// </summary>
internal static class CellGrid
{
    /// <summary>Most cells of a completed table.</summary>
    public const int MostCells = 200_000;

    /// <summary>All cells of the whole grid; null when the grid would be larger than <see cref="MostCells"/>.</summary>
    public static IReadOnlyList<CellEvidence>? Complete(IReadOnlyList<CellEvidence> cells, int dimensions)
    {
        if (dimensions < 2 || cells.Any(cell => cell.Key.Count != dimensions))
        {
            return cells;
        }

        string?[][] levels = [.. Enumerable.Range(0, dimensions).Select(at => cells.Select(cell => cell.Key[at]).Distinct(StringComparer.Ordinal).OrderBy(part => part is null).ThenBy(part => part, StringComparer.Ordinal).ToArray())];
        if (levels.Aggregate(1L, (product, level) => Math.Min(product * level.Length, MostCells + 1L)) > MostCells)
        {
            return null;
        }

        // A margin that is not listed is empty only when nothing under it is listed, and only a table that tells margins of its kind tells it.
        var known = cells.Select(cell => Name(cell.Key)).ToHashSet(StringComparer.Ordinal);
        int[] kinds = [.. cells.Select(Kind).Distinct()];
        var filled = cells.Where(cell => !cell.IsMargin).SelectMany(cell => kinds.Select(kind => Name([.. cell.Key.Select((part, at) => (kind & (1 << at)) != 0 ? null : part)]))).ToHashSet(StringComparer.Ordinal);
        IEnumerable<string?[]> keys = [[]];
        foreach (var level in levels)
        {
            keys = keys.SelectMany(_ => level, (key, value) => (string?[])[.. key, value]);
        }

        return [.. cells, .. keys.Where(key => !known.Contains(Name(key)) && (!key.Contains(null) || (kinds.Contains(Kind(key)) && !filled.Contains(Name(key))))).Select(key => new CellEvidence(key, 0, null, 0, 0, 0, 0, 0) { LargestN = 0 })];
    }

    private static int Kind(CellEvidence cell) => Kind(cell.Key);

    private static int Kind(IReadOnlyList<string?> key) => key.Index().Sum(part => part.Item is null ? 1 << part.Index : 0);

    private static string Name(IReadOnlyList<string?> key) =>
        string.Concat(key.Select(part => part is null ? "*" : string.Create(CultureInfo.InvariantCulture, $"{part.Length}:{part}")));
}
