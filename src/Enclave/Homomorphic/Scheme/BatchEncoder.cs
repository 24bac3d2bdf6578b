using System.Runtime.CompilerServices;

namespace Sandbox.Enclave.Homomorphic.Scheme;

/// <summary>Between whole numbers in slots and coefficients of the plain polynomial. Lookups go by slot number, never by value.</summary>
internal static class BatchEncoder
{
    /// <summary>Limbs of a scaled plain coefficient have this many bits.</summary>
    private const int LimbBits = 30;

    /// <summary>Slots to coefficients times a public <paramref name="scale"/>, in 0…t−1.</summary>
    /// <param name="context">The parameters.</param>
    /// <param name="values">At most n values within ±(t−1)/2; missing slots are zero.</param>
    /// <param name="scale">A factor modulo t.</param>
    /// <param name="coefficients">n coefficients.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Encode(BfvContext context, ReadOnlySpan<long> values, ulong scale, Span<ulong> coefficients)
    {
        var t = context.Parameters.PlainModulus;
        coefficients.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            coefficients[context.SlotPositions[i]] = unchecked((ulong)(values[i] + (t & (values[i] >> 63))));
        }

        context.Plain.Inverse(coefficients, scale);
    }

    /// <summary>Coefficients in 0…t−1 to slots; the coefficients are used up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Decode(BfvContext context, Span<ulong> coefficients, Span<long> values)
    {
        var t = context.Parameters.PlainModulus;
        context.Plain.Forward(coefficients);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Centre((long)coefficients[context.SlotPositions[i]], t);
        }
    }

    /// <summary>
    /// Takes coefficients m·(q mod t) in 0…t−1 apart into high·2^30 + low, both centred. Their representative v between −t/2 and t/2 is
    /// q·m mod t, so that −v/t, computed modulo each prime of q, is q·m/t rounded to a whole number.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Split(BfvContext context, ReadOnlySpan<ulong> coefficients, Span<double> high, Span<double> low)
    {
        const long half = 1L << (LimbBits - 1), mask = (1L << LimbBits) - 1;
        var t = context.Parameters.PlainModulus;
        for (var i = 0; i < coefficients.Length; i++)
        {
            unchecked
            {
                var centred = Centre((long)coefficients[i], t);
                var lower = ((centred + half) & mask) - half;
                (high[i], low[i]) = ((centred - lower) >> LimbBits, lower);
            }
        }
    }

    /// <summary>x − t for x above t/2, without a branch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Centre(long x, long t) => unchecked(x - (t & (((t - 1) / 2 - x) >> 63)));
}
