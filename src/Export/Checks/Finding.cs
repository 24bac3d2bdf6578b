using Sandbox.Policy;

namespace Sandbox.Export.Checks;

/// <summary>One thing that the gate found. The author sees <see cref="ForAuthor"/>; a reviewer sees all of it.</summary>
/// <param name="Table">Name of the table concerned; empty when it concerns the request.</param>
/// <param name="Check">Name of the check, for example <c>MinimumThresholdCheck</c>.</param>
/// <param name="Verdict">Pass is used for notes that only reviewers need.</param>
/// <param name="Words">Rule, reason and remedy without numbers or values.</param>
/// <param name="Cells">Keys of the cells concerned, one entry a dimension, null for a margin. Reviewers only.</param>
/// <param name="Figures">The numbers behind it in one English sentence, or empty. Reviewers only.</param>
public sealed record Finding(
    string Table, string Check, Verdict Verdict, Refusal Words, IReadOnlyList<IReadOnlyList<string?>> Cells, string Figures)
{
    internal Finding(string table, string check, Verdict verdict, Refusal words, string figures = "")
        : this(table, check, verdict, words, [], figures)
    {
    }

    /// <summary>True when it says something about the rows that a model made. A model could write what it saw into its choice of faults.</summary>
    public bool OfOutput { get; init; }

    /// <summary>What the person who asked is told: rule and remedy, no number, no cell; of a model's rows only that they will not do.</summary>
    public AuthorFinding ForAuthor() => OfOutput ? new("", Verdict, CheckWords.Unfit) : new(Table, Verdict, Words);
}

/// <summary>A finding as its author sees it.</summary>
public sealed record AuthorFinding(string Table, Verdict Verdict, Refusal Words);
