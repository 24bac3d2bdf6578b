using Sandbox.Export.Artefacts;
using Sandbox.Policy;

namespace Sandbox.Export.Checks;

/// <summary>What the machine found about a request.</summary>
/// <param name="Verdict">The strictest of the findings; nothing with <see cref="Policy.Verdict.Fail"/> can be reviewed, whoever signs.</param>
/// <param name="Findings">For reviewers.</param>
/// <param name="Tables">Our recomputation of every table, the only form that may leave; empty when anything fails.</param>
public sealed record CheckReport(Verdict Verdict, IReadOnlyList<Finding> Findings, IReadOnlyList<TableArtefact> Tables)
{
    /// <summary>True when every table of a data set was put together with what left before.</summary>
    public bool Compared { get; init; }

    /// <summary>The tables that were mended, before and after.</summary>
    public IReadOnlyList<MendedTable> Mendings { get; init; } = [];

    /// <summary>What the author is told.</summary>
    public IReadOnlyList<AuthorFinding> ForAuthor() =>
        [.. Findings.Where(finding => finding.Verdict != Verdict.Pass).Select(finding => finding.ForAuthor()).Distinct()];
}
