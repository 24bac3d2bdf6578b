using Sandbox.Enclave.Homomorphic.Arithmetic;

namespace Sandbox.Enclave.Homomorphic.Scheme;

/// <summary>
/// Batching (Smart and Vercauteren, ePrint 2011/133): a plain polynomial holds one number at each primitive 2n-th root of unity modulo t.
/// SEAL numbers the slots as two rows: slot i of the first is at root^(3^i), of the second at root^(−3^i).
/// </summary>
internal static class SlotOrder
{
    /// <summary>For each slot the index of its number in a transformed polynomial.</summary>
    public static int[] Positions(int degree, TransformLayout layout)
    {
        var (positions, half, twice) = (new int[degree], degree / 2, 2 * degree);

        // The transform's number j belongs to root^(2·bitreverse(j) + 1).
        int At(int exponent) => layout.Position(PublicArithmetic.ReverseBits((exponent - 1) / 2, degree));
        for (var (i, exponent) = (0, 1); i < half; i++, exponent = exponent * 3 % twice)
        {
            positions[i] = At(exponent);
            positions[half + i] = At(twice - exponent);
        }

        return positions;
    }
}
