using Sandbox.Export.Checks;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Export.Permits;

/// <summary>One group of an opened total.</summary>
/// <param name="Key">Names of the group, one a dimension.</param>
/// <param name="Subjects">Opened count of subjects (or rows) in the group.</param>
/// <param name="Sum">Opened sum, scaled back.</param>
public sealed record OpenedCell(IReadOnlyList<string?> Key, long Subjects, decimal Sum);

/// <summary>
/// An opened total on its way out. Decryption hands the numbers to the gate alone; nobody sees them before the cells have passed the same disclosure rules
/// as every table.
/// </summary>
public static class OpenedTotal
{
    /// <summary>Evidence for <see cref="ExportCase"/>: a sum and a count measure over the same cells.</summary>
    /// <param name="sumMeasure">Heading of the sum.</param>
    /// <param name="countMeasure">Heading of the count of subjects.</param>
    public static IReadOnlyList<MeasureEvidence> EvidenceOf(IReadOnlyList<OpenedCell> cells, string sumMeasure, string countMeasure) =>
    [
        new MeasureEvidence(sumMeasure, [.. cells.Select(cell => new CellEvidence(cell.Key, cell.Subjects, cell.Subjects, cell.Subjects, (double)cell.Sum, 0, 0, 0))]) { DominanceKnown = false },
        new MeasureEvidence(countMeasure, [.. cells.Select(cell => new CellEvidence(cell.Key, cell.Subjects, cell.Subjects, cell.Subjects, 0, 0, 0, 0))]),
    ];

    /// <summary>Findings over the opened cells, and the strictest verdict: at best review, because dominance inside a cell can't be seen.</summary>
    public static CheckReport Check(OpeningPermit permit, IReadOnlyList<OpenedCell> cells, DisclosureRules rules)
    {
        ArgumentNullException.ThrowIfNull(permit);
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentNullException.ThrowIfNull(rules);
        var findings = new List<Finding>();
        if (permit.Problem is not null || permit.Cells != cells.Count || cells.Any(cell => cell.Subjects < 0))
        {
            findings.Add(new Finding(permit.RoundId, "PermitCheck", Verdict.Fail, PermitWords.NotThisTotal));
        }

        CellEvidence[] counts = [.. cells.Select(cell => new CellEvidence(cell.Key, cell.Subjects, cell.Subjects, cell.Subjects, 0, 0, 0, 0))];
        findings.AddRange(TableDisclosureCheck.Findings(permit.RoundId, TableCheck.Evaluate(rules, counts, Aggregation.Count)));
        findings.Add(new Finding(permit.RoundId, TableDisclosureCheck.Name, Verdict.Review, CheckWords.DominanceUnknown));
        return new CheckReport(Verdicts.Strictest([.. findings.Select(finding => finding.Verdict)]), findings, []);
    }
}
