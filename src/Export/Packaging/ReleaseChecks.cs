using Sandbox.Export.Checks;
using Sandbox.Policy;

namespace Sandbox.Export.Packaging;

/// <summary>The rules that a release was held against, one line each, for its manifest: no cell and no number of a finding is in it.</summary>
internal static class ReleaseChecks
{
    private static readonly string[] Always = [ScopeCheck.Name, RawRowCheck.Name, ColumnCheck.Name, TextCheck.Name, SubmittedCheck.Name, TableDisclosureCheck.Name];

    public static IReadOnlyList<ManifestCheck> Of(CheckReport report)
    {
        var found = report.Findings.Where(finding => finding.Verdict == Verdict.Review).ToArray();

        // The disclosure rules report under the names of their single checks.
        var reviewed = found.Select(finding => Always.Contains(finding.Check, StringComparer.Ordinal) ? finding.Check : TableDisclosureCheck.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Always.Concat(report.Compared ? [AtomCheck.Name] : []).Select(name => new ManifestCheck(name, "", reviewed.Contains(name) ? "review" : "pass"))
                .Concat(report.Mendings.Select(mended => new ManifestCheck(MendingCheck.Name, mended.Table, "pass")))
                .Concat(found.Select(finding => new ManifestCheck(finding.Words.Rule, finding.Table, "review")))
                .Distinct()
                .OrderBy(check => check.Rule, StringComparer.Ordinal).ThenBy(check => check.Table, StringComparer.Ordinal),
        ];
    }
}
