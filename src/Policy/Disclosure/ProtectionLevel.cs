namespace Sandbox.Policy.Disclosure;

/// <summary>
/// How far from its value a withheld cell has to stay open: a reader's feasible range must reach at least <paramref name="Below"/> under and <paramref name="Above"/> over it
/// (protection levels; Willenborg and de Waal, Elements of Statistical Disclosure Control, 2001).
/// </summary>
/// <param name="Below">≥ 0.</param>
/// <param name="Above">Above 0.</param>
public readonly record struct ProtectionLevel(double Below, double Above)
{
    /// <summary>Levels of a count: it could be one of enough contributors, and not to be told from its neighbours.</summary>
    /// <param name="value">The count that is withheld.</param>
    public static ProtectionLevel OfCount(DisclosureRules rules, double value)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var near = Math.Max(1, Math.Ceiling(rules.PPercent * value));
        return new ProtectionLevel(Math.Min(value, near), Math.Max(near, rules.MinimumContributors - value));
    }

    /// <summary>
    /// Levels of a sum: the second largest contributor can't estimate the largest to within p, the n largest can't be told to hold the share k, and nobody knows the sum to within p.
    /// </summary>
    /// <param name="cell">The cell that is withheld.</param>
    /// <param name="typical">Mean size of the table's inner cells: the scale of a cell that is zero.</param>
    public static ProtectionLevel OfSum(DisclosureRules rules, CellEvidence cell, double typical)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(cell);
        var size = Math.Abs(cell.Sum);
        var share = Math.Max(rules.PPercent, 0.01);
        var above = share * (size > 0 ? size : Math.Max(typical, 1));
        if (cell.Negatives == 0)
        {
            var top = rules.NkN switch { 1 => cell.Largest, 2 => cell.Largest + cell.SecondLargest, _ => cell.LargestN ?? cell.Sum };
            above = Math.Max(above, Math.Max((rules.PPercent * cell.Largest) - (cell.Sum - cell.Largest - cell.SecondLargest), (top / rules.NkK) - cell.Sum));
        }

        return new ProtectionLevel(Math.Min(size, above), above);
    }
}
