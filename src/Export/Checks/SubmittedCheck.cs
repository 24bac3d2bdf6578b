using Sandbox.Export.Artefacts;
using Sandbox.Export.Serialising;
using Sandbox.Policy;

namespace Sandbox.Export.Checks;

/// <summary>Looks at what a model submitted: its form, the texts in it, and whether it says the same as our recomputation. It never leaves itself.</summary>
internal static class SubmittedCheck
{
    public const string Name = "SubmittedCheck";

    public static IEnumerable<Finding> Evaluate(RequestedTable table, ArtefactLimits limits)
    {
        if (table.Submitted is null)
        {
            yield break;
        }

        switch (TableArtefact.Create(table.Name, table.Columns, table.Submitted, limits))
        {
            case ArtefactResult.Refused(var refusals):
                foreach (var refusal in refusals)
                {
                    yield return new Finding(table.Name, Name, Verdict.Fail, refusal) { OfOutput = true };
                }

                break;
            case ArtefactResult.Made(var submitted):
                foreach (var finding in TextCheck.Evaluate(table.Name, submitted))
                {
                    // What only a person can judge is no reason to stop a table that never leaves itself.
                    yield return finding with { OfOutput = true, Verdict = finding.Verdict == Verdict.Fail ? Verdict.Fail : Verdict.Pass };
                }

                break;
        }
    }

    /// <summary>A note for the reviewers where both differ: only ours can leave. The author is not told, or one could guess figures and have the guesses confirmed.</summary>
    public static IEnumerable<Finding> Compare(RequestedTable table, TableArtefact ours, ArtefactLimits limits)
    {
        if (table.Submitted is not null && TableArtefact.Create(table.Name, table.Columns, table.Submitted, limits) is ArtefactResult.Made(var submitted)
            && !CsvForm.Write(submitted).AsSpan().SequenceEqual(CsvForm.Write(ours)))
        {
            yield return new Finding(table.Name, Name, Verdict.Pass, CheckWords.NotOurs) { OfOutput = true };
        }
    }
}
