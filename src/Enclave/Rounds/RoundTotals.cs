using Sandbox.Policy;

namespace Sandbox.Enclave.Rounds;

/// <summary>One opened cell. Sums are exact; divide in the clear for mean and variance.</summary>
/// <param name="Group">The group's key.</param>
/// <param name="Measure">The measure's name.</param>
/// <param name="Sum">Sum over all contributors.</param>
/// <param name="Count">Rows with a value; with weights each row counts as often as its contributor's weight says.</param>
/// <param name="SumOfSquares">Sum of squares, or null where the terms did not ask for it.</param>
public sealed record TotalCell(string Group, string Measure, ExactDecimal Sum, long Count, ExactDecimal? SumOfSquares);

/// <summary>One opened sum of products of two quantities.</summary>
public sealed record TotalProduct(string Group, string First, string Second, ExactDecimal Sum);

/// <summary>A cell with fewer rows than the terms ask for: its figures were never handed on.</summary>
/// <param name="Measure">The measure, or null where the whole group is withheld.</param>
public sealed record WithheldCell(string Group, string? Measure);

/// <summary>The opened totals of a round: still inside the domain, for the gate's checks only.</summary>
public sealed record RoundTotals(string RoundId, IReadOnlyList<string> Contributors, IReadOnlyList<TotalCell> Cells, IReadOnlyList<TotalProduct> Products, IReadOnlyList<WithheldCell> Withheld);

/// <summary>What opening gave.</summary>
public abstract record OpeningResult
{
    private OpeningResult()
    {
    }

    /// <summary>The total is open: an envelope that only the gate opens, and how many cells were withheld.</summary>
    public sealed record Opened(byte[] Envelope, int Cells, int Withheld) : OpeningResult;

    /// <summary>Nothing was opened.</summary>
    public sealed record Refused(Refusal Refusal) : OpeningResult;
}
