using Sandbox.Export.Artefacts;
using Sandbox.Policy;

namespace Sandbox.Export.Checks;

/// <summary>All checks of the gate over one request. Pure: the same case gives the same report.</summary>
public static class ExportChecker
{
    /// <summary>Runs every check, never only the first that fails; the verdict is the strictest finding, and a request without tables fails.</summary>
    public static CheckReport Check(ExportCase export)
    {
        ArgumentNullException.ThrowIfNull(export);
        var findings = new List<Finding>(ScopeCheck.Evaluate(export));
        if (export.Rules.Problem is { } problem)
        {
            return new CheckReport(Verdict.Fail, [.. findings, new Finding("", "Rules", Verdict.Fail, problem)], []);
        }

        // A negative value in one cell is no reason to leave dominance in the others unchecked.
        var rules = export.Rules with { DominanceBesideNegatives = true };
        if (export.Tables.Count == 0 || export.Tables.DistinctBy(table => table.Name, StringComparer.Ordinal).Count() != export.Tables.Count)
        {
            findings.Add(new Finding("", "Request", Verdict.Fail, CheckWords.Empty));
        }

        var made = new List<TableArtefact>();
        var mendings = new List<MendedTable>();
        foreach (var requested in export.Tables)
        {
            if (WithWholeGrid(requested) is not { } table)
            {
                findings.Add(new Finding(requested.Name, "SizeCheck", Verdict.Fail, CheckWords.TooLarge));
                continue;
            }

            findings.AddRange(RawRowCheck.Evaluate(table));
            findings.AddRange(ColumnCheck.Evaluate(table));
            findings.AddRange(AtomCheck.Evaluate(table, rules.MinimumContributors));
            if (table.Mending is { } mending)
            {
                var (after, mended) = MendingCheck.Evaluate(table, mending, rules);
                findings.AddRange(after);
                mendings.Add(mended);
            }
            else
            {
                findings.AddRange(TableDisclosureCheck.Evaluate(table, rules));
            }

            findings.AddRange(SubmittedCheck.Evaluate(table, export.Limits));
            switch (Recomputation.Build(table, export.Limits))
            {
                case ArtefactResult.Made(var artefact):
                    made.Add(artefact);
                    findings.AddRange(TextCheck.Evaluate(table.Name, artefact));
                    findings.AddRange(SizeCheck.Evaluate(artefact, export.Limits));
                    findings.AddRange(SubmittedCheck.Compare(table, artefact, export.Limits));
                    break;
                case ArtefactResult.Refused(var refusals):
                    findings.AddRange(refusals.Select(refusal => new Finding(table.Name, "Form", Verdict.Fail, refusal)));
                    break;
            }
        }

        findings.AddRange(ReportCheck.Evaluate(export, made));
        var verdict = Verdicts.Strictest([Verdict.Pass, .. findings.Select(finding => finding.Verdict)]);
        return new CheckReport(verdict, findings, verdict == Verdict.Fail ? [] : made)
        {
            Mendings = mendings,
            Compared = export.Tables.Any(table => table.Differencing == DifferencingSearch.Safe) && export.Tables.All(table => table.Differencing is DifferencingSearch.Safe or DifferencingSearch.NoDataSet),
        };
    }

    internal static RequestedTable? WithWholeGrid(RequestedTable table)
    {
        var dimensions = table.Columns.OfType<DimensionColumn>().Count();
        var completed = table.Evidence.Select(evidence => CellGrid.Complete(evidence.Cells, dimensions) is { } cells ? evidence with { Cells = cells } : null).ToArray();
        return completed.Contains(null) ? null : table with { Evidence = [.. completed.OfType<MeasureEvidence>()] };
    }
}
