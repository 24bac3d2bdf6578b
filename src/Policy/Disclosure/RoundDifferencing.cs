namespace Sandbox.Policy.Disclosure;

/// <summary>What an opened aggregation round tells others: over which quantities, period and contributors, and with which weights.</summary>
/// <param name="Round">Its id.</param>
/// <param name="Terms">Lower-case hex digest of its signed terms.</param>
/// <param name="Measures">Names of its quantities.</param>
/// <param name="From">First day that its data are about.</param>
/// <param name="Until">Last day.</param>
/// <param name="Weights">Contributors in the sum and the weight of each, at least 1.</param>
/// <param name="Minimum">Contributors that the round asked for.</param>
public sealed record RoundFootprint(
    string Round, string Terms, IReadOnlyList<string> Measures, DateOnly From, DateOnly Until, IReadOnlyDictionary<string, long> Weights, int Minimum);

/// <summary>
/// Two totals can be subtracted. Rounds over a common quantity and overlapping periods split their contributors into atoms, those that took part in the same rounds with
/// the same weights; every combination of the totals is one of sums over whole atoms. A round that would leave an atom of 1 to minimum−1 contributors is not opened.
/// </summary>
public static class RoundDifferencing
{
    /// <summary>Null when the round may be opened after the others, else the refusal.</summary>
    /// <param name="next">The round that is to be opened.</param>
    /// <param name="earlier">Every round opened or permitted before.</param>
    public static Refusal? Check(RoundFootprint next, IEnumerable<RoundFootprint> earlier)
    {
        ArgumentNullException.ThrowIfNull(next);
        ArgumentNullException.ThrowIfNull(earlier);
        var all = earlier.ToArray();
        if (all.Any(other => other.Round == next.Round || other.Terms == next.Terms))
        {
            return Once;
        }

        // Everything that is linked to the new round, over others too: A with B and B with C can be combined.
        List<RoundFootprint> linked = [next];
        for (var grown = true; grown;)
        {
            var more = all.Where(other => !linked.Contains(other) && linked.Any(one => Comparable(one, other))).ToArray();
            linked.AddRange(more);
            grown = more.Length > 0;
        }

        // Rounds with proportional weights tell nothing more about who contributed what.
        List<RoundFootprint> rows = [];
        foreach (var one in linked)
        {
            if (!rows.Any(row => Proportional(row, one)))
            {
                rows.Add(one);
            }
        }

        if (rows.Count < 2)
        {
            return null;
        }

        var minimum = linked.Max(one => one.Minimum);
        var atoms = rows.SelectMany(row => row.Weights.Keys).Distinct(StringComparer.Ordinal)
            .CountBy(contributor => string.Join(' ', rows.Select(row => row.Weights.GetValueOrDefault(contributor))));
        return atoms.Any(atom => atom.Value < minimum) ? Differencing : null;
    }

    private static Refusal Once { get; } = new(
        "SB-HE-20", "This round was opened or permitted before; a round is opened once.", "Use the table that was opened then, or agree on a new round.",
        "该轮次此前已开启或已获许可；每个轮次只能开启一次。", "请使用此前开启的表，或另行约定新轮次。");

    private static Refusal Differencing { get; } = new(
        "SB-HE-21", "Together with rounds opened before, over the same quantities and an overlapping period, this total would tell too few contributors apart.",
        "Run the round with the same contributors as before, or with at least the minimum number more or fewer.",
        "与此前就相同数量及重叠期间开启的轮次合并后，该汇总结果会使过少的贡献方可被区分。", "请由与此前相同的贡献方参与，或使增减的贡献方不少于最低数量。");

    private static bool Comparable(RoundFootprint a, RoundFootprint b) =>
        a.From <= b.Until && b.From <= a.Until && a.Measures.Intersect(b.Measures, StringComparer.OrdinalIgnoreCase).Any();

    private static bool Proportional(RoundFootprint a, RoundFootprint b)
    {
        if (a.Weights.Count != b.Weights.Count || a.Weights.Count == 0)
        {
            return false;
        }

        var (first, weight) = a.Weights.First();
        return b.Weights.TryGetValue(first, out var other)
            && a.Weights.All(pair => b.Weights.TryGetValue(pair.Key, out var own) && (Int128)pair.Value * other == (Int128)own * weight);
    }
}
