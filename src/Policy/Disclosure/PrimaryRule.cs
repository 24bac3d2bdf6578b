namespace Sandbox.Policy.Disclosure;

/// <summary>A single primary rule with its figures, for tables that come with rules of their own (sdcTable, τ-ARGUS). The gate's own rules are <see cref="DisclosureRules"/>.</summary>
public abstract record PrimaryRule
{
    private PrimaryRule()
    {
    }

    /// <summary>Cells of 1 to <paramref name="Most"/> contributors.</summary>
    public sealed record Frequency(int Most) : PrimaryRule;

    /// <summary>The <paramref name="N"/> largest make up more than <paramref name="Percent"/> of the cell.</summary>
    public sealed record Dominance(int N, double Percent) : PrimaryRule;

    /// <summary>The rest without the two largest is less than <paramref name="Percent"/> of the largest.</summary>
    public sealed record PPercent(double Percent) : PrimaryRule;

    /// <summary>The same where others know contributions to within <paramref name="Q"/> percent beforehand.</summary>
    public sealed record PriorPosterior(double P, double Q) : PrimaryRule;

    /// <summary>Whether the cell has to be withheld; a cell whose evidence is not enough has.</summary>
    public bool Withholds(CellEvidence cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var rest = cell.Sum - cell.Largest - cell.SecondLargest;
        return this switch
        {
            Frequency rule => cell.Contributors > 0 && cell.Contributors <= rule.Most,
            Dominance rule => cell.Contributors > 0 && !(Top(cell, rule.N) <= rule.Percent / 100 * cell.Sum),
            PPercent rule => cell.Contributors > 0 && rest < rule.Percent / 100 * cell.Largest,
            PriorPosterior rule => cell.Contributors > 0 && rule.Q > 0 && rest < rule.P / rule.Q * cell.Largest,
            _ => true,
        };
    }

    private static double? Top(CellEvidence cell, int n) => n switch { 1 => cell.Largest, 2 => cell.Largest + cell.SecondLargest, _ => cell.LargestN };
}
