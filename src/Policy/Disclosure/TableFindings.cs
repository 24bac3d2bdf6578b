namespace Sandbox.Policy.Disclosure;

/// <summary>Names of the primary checks, spelled as ACRO spells them.</summary>
public static class CheckNames
{
    /// <summary>Fewer contributors than the minimum.</summary>
    public const string MinimumThreshold = "MinimumThresholdCheck";

    /// <summary>The n largest contributors hold at least the share k; with <see cref="Verdict.Review"/>: negative contributions, so dominance is not defined.</summary>
    public const string Nk = "NKCheck";

    /// <summary>The second largest contributor can estimate the largest to within p; with <see cref="Verdict.Review"/>: negative contributions.</summary>
    public const string PPercent = "PPercentCheck";

    /// <summary>An empty cell where zeros are disclosive.</summary>
    public const string PresenceOfZero = "PresenceOfZeroCheck";

    /// <summary>The evidence of the cell contradicts itself.</summary>
    public const string Evidence = "EvidenceCheck";

    /// <summary>Missing values in the cell.</summary>
    public const string Missing = "MissingCheck";
}

/// <summary>What was found in one cell.</summary>
/// <param name="Key">The cell's key.</param>
/// <param name="Flags">Names of the failed checks (see <see cref="CheckNames"/>), in a fixed order; empty when the cell is fine.</param>
/// <param name="Verdict">The strictest verdict over the flags.</param>
public sealed record CellFinding(IReadOnlyList<string?> Key, IReadOnlyList<string> Flags, Verdict Verdict)
{
    /// <summary>True when the dominance flags of this cell only say that it has negative contributions.</summary>
    public bool NegativesOnly { get; init; }
}

/// <summary>What was found in a table.</summary>
/// <param name="Verdict">The strictest verdict over all cells.</param>
/// <param name="Cells">One finding a cell, in the order of the evidence.</param>
/// <param name="Counts">Flagged cells for each check that flagged any.</param>
/// <param name="Refusals">One refusal for each failed check, without values; empty on a pass.</param>
public sealed record TableFindings(
    Verdict Verdict,
    IReadOnlyList<CellFinding> Cells,
    IReadOnlyDictionary<string, int> Counts,
    IReadOnlyList<Refusal> Refusals);
