namespace Sandbox.Policy.Disclosure;

/// <summary>
/// The primary disclosure checks over the evidence of one table, with ACRO's figures, names and semantics. Evidence that
/// contradicts itself fails; what ACRO leaves open is decided by the stricter side.
/// </summary>
public static class TableCheck
{
    /// <summary>Evaluates every cell.</summary>
    /// <param name="rules">Figures of the rules.</param>
    /// <param name="cells">One entry a cell, empty cells of the table's grid included.</param>
    /// <param name="aggregation">What the cells hold.</param>
    public static TableFindings Evaluate(DisclosureRules rules, IReadOnlyList<CellEvidence> cells, Aggregation aggregation)
    {
        if (rules.Problem is { } problem)
        {
            return Nothing(problem);
        }

        if (cells.Count == 0 || aggregation is not (Aggregation.Count or Aggregation.Sum or Aggregation.Mean or Aggregation.Median))
        {
            return Nothing(DisclosureRefusals.NoTable);
        }

        var negatives = aggregation is Aggregation.Sum or Aggregation.Mean && cells.Any(cell => cell.Negatives > 0);
        var findings = new CellFinding[cells.Count];
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var at = 0; at < findings.Length; at++)
        {
            findings[at] = CellCheck.Evaluate(rules, cells[at], aggregation, negatives);
            foreach (var flag in findings[at].Flags)
            {
                counts[flag] = counts.GetValueOrDefault(flag) + 1;
            }
        }

        var verdict = Verdicts.Strictest([.. findings.Select(finding => finding.Verdict)]);
        return new TableFindings(verdict, findings, counts, Reasons(findings));
    }

    // A dominance flag of the "review" kind speaks of negatives, one of the "fail" kind of dominance itself.
    private static Refusal[] Reasons(CellFinding[] findings)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var finding in findings)
        {
            foreach (var flag in finding.Flags)
            {
                names.Add(flag is CheckNames.Nk or CheckNames.PPercent && finding.NegativesOnly ? DisclosureRefusals.Negatives : flag);
            }
        }

        return [.. names.Select(DisclosureRefusals.Of)];
    }

    private static TableFindings Nothing(Refusal reason) => new(Verdict.Fail, [], new Dictionary<string, int>(), [reason]);
}
