using System.Globalization;
using Sandbox.Export.Artefacts;
using Sandbox.Export.Suppression;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Export.Checks;

/// <summary>
/// Judges a mended table: what is told must pass every rule, and what is withheld must stay open in the attack by linear programming, in every system of sums behind the measures. How the cells
/// were chosen plays no part.
/// </summary>
internal static class MendingCheck
{
    public const string Name = "MendingCheck";

    /// <summary>A range narrower than twice this share of the largest figure is a number.</summary>
    public const double Exact = 1e-9;

    public static (IReadOnlyList<Finding> Findings, MendedTable Report) Evaluate(RequestedTable table, TableMending mending, DisclosureRules rules)
    {
        var before = Rules(table with { Evidence = mending.Before is { } asked ? [.. asked] : table.Evidence }, rules);
        var hidden = (mending.Withheld ?? []).Select(key => TableLines.Name(key)).ToHashSet(StringComparer.Ordinal);
        var told = table with { Evidence = [.. table.Evidence.Select(evidence => evidence with { Cells = [.. evidence.Cells.Where(cell => !hidden.Contains(TableLines.Name(cell.Key)))] })] };
        var (unmended, after) = (Rules(table, rules), Rules(told, rules));
        var primary = unmended.Where(finding => finding.Verdict == Verdict.Fail).SelectMany(finding => finding.Cells).Select(key => TableLines.Name(key)).ToHashSet(StringComparer.Ordinal);
        primary.IntersectWith(hidden);
        var audit = Audit(table, mending, hidden, rules);
        IReadOnlyList<Finding> findings =
        [
            .. after,

            // Evidence that contradicts itself is not mended by withholding it.
            .. unmended.Where(finding => finding.Check == CheckNames.Evidence),
            .. audit is { } fault ? [new Finding(table.Name, Name, Verdict.Fail, fault)]
                : hidden.Count == 0 ? Array.Empty<Finding>()
                : [new Finding(
                    table.Name, Name, Verdict.Pass, CheckWords.Mended,
                    string.Create(CultureInfo.InvariantCulture, $"{hidden.Count} cells withheld: {primary.Count} unsafe, {hidden.Count - primary.Count} that would give them away."))],
        ];
        return (findings, new MendedTable(
            table.Name, Strictest(before), Cells(before), Strictest(findings), Cells(after), primary.Count, hidden.Count - primary.Count,
            table.Columns.OfType<MeasureColumn>().FirstOrDefault(measure => measure.RoundedTo is not null)?.RoundedTo, mending.Before is not null));
    }

    private static Finding[] Rules(RequestedTable table, DisclosureRules rules) => [.. TableDisclosureCheck.Evaluate(table, rules)];

    private static Verdict Strictest(IReadOnlyList<Finding> findings) => Verdicts.Strictest([Verdict.Pass, .. findings.Select(finding => finding.Verdict)]);

    private static Dictionary<string, int> Cells(IReadOnlyList<Finding> findings) =>
        findings.Where(finding => finding.Verdict != Verdict.Pass).GroupBy(finding => finding.Check, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Sum(finding => finding.Cells.Count), StringComparer.Ordinal);

    private static Refusal? Audit(RequestedTable table, TableMending mending, HashSet<string> hidden, DisclosureRules rules)
    {
        // A table of which nothing is left tells nobody anything; it is not worth a review.
        if (mending.Withheld is null || table.Evidence.Any(evidence => evidence.Cells.All(cell => cell.IsMargin || hidden.Contains(TableLines.Name(cell.Key)))))
        {
            return CheckWords.NotMended;
        }

        if (hidden.Count == 0)
        {
            return null;
        }

        if (AdditiveFigures.Of(table, rules) is not { } systems)
        {
            return CheckWords.NotWide;
        }

        foreach (var system in systems)
        {
            TableCell[] cells = [.. system.Cells.Select(cell => cell with { Withheld = hidden.Contains(TableLines.Name(cell.Key)) })];
            if (cells.Count(cell => cell.Withheld) != hidden.Count || WithheldTable.Attack(cells) is not { } ranges)
            {
                return CheckWords.NotWide;
            }

            var scale = Exact * Math.Max(1, cells.Max(cell => Math.Abs(cell.Value)));
            var number = 0;
            for (var at = 0; at < cells.Length; at++)
            {
                var need = new RangeNeed(2 * scale, system.Levels[at]?.Below ?? 0, system.Levels[at]?.Above ?? 0);
                if (cells[at].Withheld && !need.IsMet(ranges[number++], cells[at].Value))
                {
                    return CheckWords.NotWide;
                }
            }
        }

        return null;
    }
}
