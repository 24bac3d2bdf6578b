using Sandbox.Policy.Disclosure;

namespace Sandbox.Host.Rounds;

/// <summary>Finds in an opened table what, subtracted from a table opened before, would show a few rows.</summary>
internal static class CellsBetweenRounds
{
    /// <summary>The cells that can't be shown beside the other table.</summary>
    /// <param name="own">What is opened now, whole.</param>
    /// <param name="footprint">Its round.</param>
    /// <param name="other">What was opened before.</param>
    /// <param name="before">Its round.</param>
    /// <param name="minimum">Fewest rows that may be told apart.</param>
    public static IReadOnlySet<(string Group, string Measure)> Unsafe(OpenedFigures own, RoundFootprint footprint, OpenedFigures other, RoundFootprint before, long minimum)
    {
        var struck = new HashSet<(string Group, string Measure)>();
        if (footprint.From > before.Until || before.From > footprint.Until)
        {
            return struck;
        }

        foreach (var measure in own.Figures.Select(figure => figure.Measure).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var now = own.Figures.Where(figure => Same(figure.Measure, measure)).ToArray();
            var then = other.Figures.Where(figure => Same(figure.Measure, measure)).ToArray();
            if (then.Length == 0)
            {
                continue;
            }

            // Other groups over the same rows can be added up and compared as a whole.
            if (other.Withheld == 0 && !now.Select(figure => figure.Group).ToHashSet(StringComparer.Ordinal).SetEquals(then.Select(figure => figure.Group))
                && !CellDifferencing.IsSafe(minimum, then.Sum(figure => figure.Count), now.Sum(figure => figure.Count), then.Sum(figure => figure.Sum) == now.Sum(figure => figure.Sum)))
            {
                struck.UnionWith(now.Select(figure => (figure.Group, figure.Measure)));
            }

            var earlier = then.ToDictionary(figure => figure.Group, StringComparer.Ordinal);
            struck.UnionWith(now.Where(figure => earlier.TryGetValue(figure.Group, out var one) && !IsSafe(minimum, one, figure)).Select(figure => (figure.Group, figure.Measure)));
        }

        return struck;
    }

    /// <summary>The table without the cells. Where products were summed a group goes whole: its cells have one count.</summary>
    public static OpenedFigures Without(OpenedFigures own, IReadOnlySet<(string Group, string Measure)> struck)
    {
        var groups = struck.Select(item => item.Group).ToHashSet(StringComparer.Ordinal);
        OpenedFigure[] left = [.. own.Figures.Where(figure => own.Products.Count > 0 ? !groups.Contains(figure.Group) : !struck.Contains((figure.Group, figure.Measure)))];
        return new(left, [.. own.Products.Where(product => !groups.Contains(product.Group))], own.Withheld + own.Figures.Count - left.Length);
    }

    private static bool IsSafe(long minimum, OpenedFigure then, OpenedFigure now) =>
        CellDifferencing.IsSafe(minimum, then.Count, now.Count, then.Sum == now.Sum && (then.Squares is null || now.Squares is null || then.Squares == now.Squares));

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
