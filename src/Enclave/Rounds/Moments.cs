using System.Numerics;

namespace Sandbox.Enclave.Rounds;

/// <summary>Mean and variance of an opened cell, from its exact sums: every step is on whole numbers, only the last division is rounded.</summary>
public static class Moments
{
    /// <summary>Arithmetic mean; null for an empty cell.</summary>
    public static double? Mean(TotalCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return cell.Count == 0 ? null : Ratio((BigInteger)cell.Sum.Units, (BigInteger)cell.Count * BigInteger.Pow(10, cell.Sum.Decimals));
    }

    /// <summary>Sample variance (n−1); null without squares or with fewer than two rows.</summary>
    public static double? Variance(TotalCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        if (cell.Count < 2 || cell.SumOfSquares is not { } squares)
        {
            return null;
        }

        // (n·Σx² − (Σx)²) / (n·(n−1)), all in units of the last decimal.
        var (n, sum) = ((BigInteger)cell.Count, (BigInteger)cell.Sum.Units);
        return Ratio((n * (BigInteger)squares.Units) - (sum * sum), n * (n - 1) * BigInteger.Pow(10, squares.Decimals));
    }

    /// <summary>A quotient of whole numbers as the nearest double, or next to it.</summary>
    internal static double Ratio(BigInteger numerator, BigInteger denominator)
    {
        // Two numbers of 64 bits and more are brought to a quotient of 64 significant bits first.
        var shift = (int)(64 + BigInteger.Abs(denominator).GetBitLength() - BigInteger.Abs(numerator).GetBitLength());
        var scaled = shift > 0 ? (numerator << shift) / denominator : numerator / (denominator << -shift);
        return Math.ScaleB((double)scaled, -shift);
    }
}
