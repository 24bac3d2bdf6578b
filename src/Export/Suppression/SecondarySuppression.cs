namespace Sandbox.Export.Suppression;

/// <summary>A cell that has to be withheld, and how wide the range must stay that a reader can work out.</summary>
/// <param name="Width">Least width, above 0.</param>
public sealed record PrimaryCell(IReadOnlyList<string?> Key, double Width)
{
    /// <summary>How far under the value the range must reach at least.</summary>
    public double Below { get; init; }

    /// <summary>How far over the value the range must reach at least.</summary>
    public double Above { get; init; }
}

/// <summary>What came of it.</summary>
public abstract record SuppressionResult
{
    private SuppressionResult()
    {
    }

    /// <summary>A table that stands up to <see cref="WithheldTable.Attack"/>: each withheld cell with the range that a reader can work out.</summary>
    public sealed record Protected(IReadOnlyList<TableCell> Cells, IReadOnlyList<FeasibleRange> Ranges) : SuppressionResult;

    /// <summary>No pattern was found, so the table stays.</summary>
    public sealed record NotFound : SuppressionResult;
}

/// <summary>
/// Secondary suppression. Around each cell to be protected the cheapest box of cells is withheld with it (the hypercube method of Repsilber, 1994; Giessing, 2003): values can be moved to and fro
/// between its corners without any sum changing. The pattern counts only when the attack by linear programming, which knows nothing of boxes, finds every range wide enough; what the attack shows
/// to be superfluous is told after all.
/// </summary>
public static class SecondarySuppression
{
    /// <summary>A range narrower than this share of the largest value is a number.</summary>
    private const double Exact = 1e-9;
    private const int MostRounds = 16;
    private const int MostTrials = 60;

    /// <summary>Ranges that are worked out to tell superfluous cells after all; large tables try fewer.</summary>
    private const int MostRanges = 6000;

    /// <summary>Withholds the given cells and as few others as it finds are needed.</summary>
    /// <param name="cells">The whole grid with all its margins.</param>
    /// <param name="primary">What must be withheld; keys of <paramref name="cells"/>.</param>
    public static SuppressionResult Protect(IReadOnlyList<TableCell> cells, IReadOnlyList<PrimaryCell> primary)
    {
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentNullException.ThrowIfNull(primary);
        if (TableGrid.Of(cells) is not { } grid)
        {
            return new SuppressionResult.NotFound();
        }

        var needs = new RangeNeed[cells.Count];
        foreach (var cell in primary)
        {
            if (grid.Find(cell.Key) is not { } at || !(cell.Width > 0) || !(cell.Below >= 0) || !(cell.Above >= 0))
            {
                return new SuppressionResult.NotFound();
            }

            needs[at] = needs[at].And(new RangeNeed(cell.Width, cell.Below, cell.Above));
        }

        var scale = Exact * Math.Max(1, cells.Max(cell => Math.Abs(cell.Value)));
        var withheld = needs.Select(need => need.Width > 0).ToArray();
        var tried = new HashSet<(int, int)>();
        int[] open = [.. Enumerable.Range(0, cells.Count).Where(at => withheld[at]).OrderByDescending(at => needs[at].Width)];
        for (var round = 0; round < MostRounds; round++)
        {
            foreach (var at in open)
            {
                if (grid.CheapestBox(cells, withheld, at, needs[at].And(new RangeNeed(2 * scale, 0, 0)), tried) is { } box)
                {
                    foreach (var corner in box)
                    {
                        withheld[corner] = true;
                    }
                }
            }

            if (Audit(cells, withheld, needs, scale) is not { } audit)
            {
                return new SuppressionResult.NotFound();
            }

            if (audit.Narrow.Count == 0)
            {
                Release(cells, withheld, needs, scale);
                var mended = Apply(cells, withheld);
                return new SuppressionResult.Protected(mended, WithheldTable.Attack(mended)!);
            }

            open = [.. audit.Narrow];
        }

        return new SuppressionResult.NotFound();
    }

    // The largest first: what the table loses most by.
    private static void Release(IReadOnlyList<TableCell> cells, bool[] withheld, RangeNeed[] needs, double scale)
    {
        var secondary = Enumerable.Range(0, cells.Count).Where(at => withheld[at] && needs[at].Width == 0).OrderByDescending(at => cells[at].Key.Count(part => part is null)).ThenByDescending(at => cells[at].Value).Take(Math.Clamp(MostRanges / Math.Max(1, withheld.Count(hidden => hidden)), 4, MostTrials)).ToArray();
        foreach (var at in secondary)
        {
            withheld[at] = false;
            withheld[at] = Audit(cells, withheld, needs, scale) is not { Narrow.Count: 0 };
        }
    }

    private static (List<int> Narrow, int Count)? Audit(IReadOnlyList<TableCell> cells, bool[] withheld, RangeNeed[] needs, double scale)
    {
        if (WithheldTable.Attack(Apply(cells, withheld)) is not { } ranges)
        {
            return null;
        }

        var narrow = new List<int>();
        var number = 0;
        for (var at = 0; at < cells.Count; at++)
        {
            if (withheld[at] && !needs[at].And(new RangeNeed(2 * scale, 0, 0)).IsMet(ranges[number++], cells[at].Value))
            {
                narrow.Add(at);
            }
        }

        return (narrow, number);
    }

    private static TableCell[] Apply(IReadOnlyList<TableCell> cells, bool[] withheld) => [.. cells.Select((cell, at) => cell with { Withheld = withheld[at] })];
}
