using Sandbox.Export.Checks;
using Sandbox.Policy;

namespace Sandbox.Export.Packaging;

/// <summary>The rules that a release was held against, one line each, for its manifest: no cell and no number of a finding is in it.</summary>
internal static class ReleaseChecks
{
    private static readonly string[] Always = [ScopeCheck.Name, RawRowCheck.Name, ColumnCheck.Name, TextCheck.Name, AtomCheck.Name, TableDisclosureCheck.Name];

    public static IReadOnlyList<ManifestCheck> Of(CheckReport report, ReleaseContent content) =>
    [
        .. Always.Select(name => new ManifestCheck(name, "", "pass"))
            .Concat(report.Findings.Where(finding => finding.Verdict == Verdict.Review).Select(finding => new ManifestCheck(finding.Words.Rule, finding.Table, "review")))
            .Distinct()
            .OrderBy(check => check.Rule, StringComparer.Ordinal).ThenBy(check => check.Table, StringComparer.Ordinal),
    ];
}
