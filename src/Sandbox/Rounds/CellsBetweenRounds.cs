using Sandbox.Policy.Disclosure;

namespace Sandbox.Host.Rounds;

/// <summary>Takes out of an opened table what, subtracted from a table opened before, would show a few rows.</summary>
internal static class CellsBetweenRounds
{
    /// <param name="own">What is opened now.</param>
    /// <param name="footprint">Its round.</param>
    /// <param name="other">What was opened before.</param>
    /// <param name="before">Its round.</param>
    /// <param name="minimum">Fewest rows that may be told apart.</param>
    public static OpenedFigures Withhold(OpenedFigures own, RoundFootprint footprint, OpenedFigures other, RoundFootprint before, long minimum)
    {
        if (footprint.From > before.Until || before.From > footprint.Until)
        {
            return own;
        }

        var struck = new HashSet<(string Group, string Measure)>();
        foreach (var measure in own.Figures.Select(figure => figure.Measure).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var now = own.Figures.Where(figure => Same(figure.Measure, measure)).ToArray();
            var then = other.Figures.Where(figure => Same(figure.Measure, measure)).ToArray();
            if (then.Length == 0)
            {
                continue;
            }

            // Other groups over the same rows can be added up and compared as a whole.
            if (!now.Select(figure => figure.Group).ToHashSet(StringComparer.Ordinal).SetEquals(then.Select(figure => figure.Group))
                && !CellDifferencing.IsSafe(minimum, then.Sum(figure => figure.Count), now.Sum(figure => figure.Count), then.Sum(figure => figure.Sum) == now.Sum(figure => figure.Sum)))
            {
                struck.UnionWith(now.Select(figure => (figure.Group, figure.Measure)));
            }

            foreach (var figure in now)
            {
                if (then.FirstOrDefault(one => one.Group == figure.Group) is { } earlier
                    && !CellDifferencing.IsSafe(minimum, earlier.Count, figure.Count, earlier.Sum == figure.Sum && (earlier.Squares is null || figure.Squares is null || earlier.Squares == figure.Squares)))
                {
                    struck.Add((figure.Group, figure.Measure));
                }
            }
        }

        var groups = struck.Select(item => item.Group).ToHashSet(StringComparer.Ordinal);
        return struck.Count == 0
            ? own
            : new(
                [.. own.Figures.Where(figure => own.Products.Count > 0 ? !groups.Contains(figure.Group) : !struck.Contains((figure.Group, figure.Measure)))],
                [.. own.Products.Where(product => !groups.Contains(product.Group))],
                own.Withheld + struck.Count);
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
