using Sandbox.Policy;

namespace Sandbox.Export.Checks;

/// <summary>How a table is mended, by the author's choice, and what that gave. Merged categories are in the evidence already.</summary>
public sealed record TableMending
{
    /// <summary>Whether unsafe cells are withheld, with others that would give them away.</summary>
    public bool Withholds { get; init; }

    /// <summary>The table as it would be without merged categories; null where none are merged.</summary>
    public IReadOnlyList<MeasureEvidence>? Before { get; init; }

    /// <summary>Keys of the withheld cells and margins; null when no safe choice was found, so that the table stays.</summary>
    public IReadOnlyList<IReadOnlyList<string?>>? Withheld { get; init; } = [];
}

/// <summary>A mended table for the reviewers: both verdicts side by side.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Before">Verdict of the disclosure rules over the table as it was asked for.</param>
/// <param name="CellsBefore">Flagged cells by check, over all measures.</param>
/// <param name="After">Verdict over what is told now, and of the audit.</param>
/// <param name="CellsAfter">The same for what is told.</param>
/// <param name="Primary">Cells withheld because they are unsafe.</param>
/// <param name="Secondary">Cells withheld because they would give those away.</param>
/// <param name="RoundedTo">Base of rounded counts, or null.</param>
/// <param name="Merged">Whether categories were merged.</param>
public sealed record MendedTable(
    string Table, Verdict Before, IReadOnlyDictionary<string, int> CellsBefore, Verdict After, IReadOnlyDictionary<string, int> CellsAfter, int Primary, int Secondary, int? RoundedTo, bool Merged);
