using Sandbox.Policy;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Export.Checks;

/// <summary>A deviation over n contributors has n−1 degrees of freedom, a fit those that its coefficients leave; below the minimum the values behind it can be worked out too closely (ACRO's figure is 10).</summary>
public static class DegreesOfFreedomCheck
{
    /// <summary>Name of the check, as ACRO spells it.</summary>
    public const string Name = "MinimumDoFCheck";

    /// <summary>Fewest degrees of freedom that may leave.</summary>
    public const int Minimum = 10;

    /// <summary>One finding a cell, in the order of the evidence; a table without cells fails.</summary>
    public static TableFindings Evaluate(IReadOnlyList<CellEvidence> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        CellFinding[] findings =
        [
            .. cells.Select(cell => (cell.ResidualDegrees ?? cell.Contributors - 1) < Minimum
                ? new CellFinding(cell.Key, [Name], Verdict.Fail)
                : new CellFinding(cell.Key, [], Verdict.Pass)),
        ];
        var flagged = findings.Count(finding => finding.Verdict == Verdict.Fail);
        return new TableFindings(
            Verdicts.Strictest([.. findings.Select(finding => finding.Verdict)]), findings,
            flagged == 0 ? new Dictionary<string, int>() : new Dictionary<string, int> { [Name] = flagged },
            flagged == 0 && cells.Count > 0 ? [] : [CheckWords.TooFewDegrees]);
    }
}
