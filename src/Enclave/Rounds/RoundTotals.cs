using Sandbox.Policy;

namespace Sandbox.Enclave.Rounds;

/// <summary>One opened cell. Sums are exact; divide in the clear for mean and variance.</summary>
/// <param name="Group">The group's key.</param>
/// <param name="Measure">The measure's name.</param>
/// <param name="Sum">Sum over all contributors.</param>
/// <param name="Count">Rows with a value.</param>
/// <param name="SumOfSquares">Sum of squares, or null where the terms did not ask for it.</param>
public sealed record TotalCell(string Group, string Measure, ExactDecimal Sum, long Count, ExactDecimal? SumOfSquares);

/// <summary>The opened totals of a round: still inside the domain, for the gate's checks only.</summary>
public sealed record RoundTotals(string RoundId, IReadOnlyList<string> Contributors, IReadOnlyList<TotalCell> Cells);

/// <summary>What opening gave.</summary>
public abstract record OpeningResult
{
    private OpeningResult()
    {
    }

    /// <summary>The total is open.</summary>
    public sealed record Opened(RoundTotals Totals) : OpeningResult;

    /// <summary>Nothing was opened.</summary>
    public sealed record Refused(Refusal Refusal) : OpeningResult;
}
