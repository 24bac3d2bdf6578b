using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Sandbox.Enclave.Homomorphic.Arithmetic;
using Sandbox.Enclave.Homomorphic.Scheme;
using Sandbox.Enclave.Homomorphic.Wire;

namespace Sandbox.Enclave.Homomorphic;

/// <summary>
/// Noise against the key holder (noise flooding; Gentry 2009, ePrint 2013/404). The noise of a sum depends on the contributions one by one, and who holds the key can read
/// it; so the platform adds a polynomial E, each of its n coefficients uniform in [−2^b, 2^b), to the first half of the sum. The second half depends on the contributors'
/// randomness alone, for a message goes into the first half only, so nothing has to be added to it. If the sum's own noise is at most V in each coefficient, what the key
/// holder sees is within the statistical distance n·V/2^(b+1) of something that depends on the total and that randomness. b is the largest with V + 2^b below q/2t:
/// whatever E is, the total opens to the same numbers, and whoever has the sum can see that it does.
/// </summary>
public static class FloodingNoise
{
    private const int LimbBits = 30, Quarters = 4;

    /// <summary>−log2 of the statistical distance, rounded down; 0 or less says that the set has no room.</summary>
    /// <param name="parameters">The set; only B has room to speak of.</param>
    /// <param name="load">Sum of the magnitudes of the weights of the ciphertexts in the sum, at least 1.</param>
    /// <param name="slotFactors">Whether they were multiplied by factors for each slot, which may multiply noise by n·t/2.</param>
    public static int StatisticalBits(ParameterSet parameters, long load, bool slotFactors = false)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return Bits(parameters, load, slotFactors) is var bits and >= 0
            ? (int)((BigInteger.One << (bits + 1)) / (Bound(parameters, load, slotFactors) * parameters.Slots)).GetBitLength() - 1
            : 0;
    }

    /// <summary>Floods a sum in place, so that the sum without it is nowhere any more. Every flood is fresh and serves one sum.</summary>
    /// <param name="parameters">The set.</param>
    /// <param name="sum">A ciphertext whose form has been checked.</param>
    /// <param name="load">As for <see cref="StatisticalBits"/>; a larger one than the sum's own makes the flood smaller, not wrong.</param>
    /// <param name="statisticalBits">What the round demands, for example 40; the flood is as large as there is room.</param>
    /// <param name="slotFactors">As for <see cref="StatisticalBits"/>.</param>
    /// <exception cref="ArgumentException">The set has not that much room, or the bytes are no ciphertext of it.</exception>
    public static void AddTo(ParameterSet parameters, Span<byte> sum, long load, int statisticalBits, bool slotFactors = false)
    {
        if (StatisticalBits(parameters, load, slotFactors) < Math.Max(statisticalBits, 1))
        {
            throw new ArgumentException("The parameter set has no room for that much noise; set B has.", nameof(statisticalBits));
        }

        if (CiphertextFormat.Check(parameters, sum) != CiphertextProblem.None)
        {
            throw new ArgumentException("Not a ciphertext of the set.", nameof(sum));
        }

        AddUniform(BfvContext.Of(parameters), Bits(parameters, load, slotFactors), MemoryMarshal.Cast<byte, ulong>(sum[WireHeader.CiphertextBytes..]));
    }

    /// <summary>
    /// Whether a total is the sum with a flood on it and nothing else: the same second half, and in the first a difference within the flood's bounds, which can't change what
    /// opens. Also whether the flood looks like one that was drawn: each quarter of the range is hit as often as chance has it (a true flood fails once in 2^80). That finds
    /// a flood that was left out or is too small; that nobody told it to the key holder can't be seen.
    /// </summary>
    /// <param name="parameters">The set.</param>
    /// <param name="sum">The sum as one has added it up oneself.</param>
    /// <param name="total">What is said to be flooded.</param>
    /// <param name="load">As for <see cref="AddTo"/>.</param>
    /// <param name="slotFactors">As for <see cref="StatisticalBits"/>.</param>
    public static bool Covers(ParameterSet parameters, ReadOnlySpan<byte> sum, ReadOnlySpan<byte> total, long load, bool slotFactors = false)
    {
        if (CiphertextFormat.Check(parameters, sum) != CiphertextProblem.None || CiphertextFormat.Check(parameters, total) != CiphertextProblem.None
            || Bits(parameters, load, slotFactors) is not (var bits and >= 0))
        {
            return false;
        }

        var half = (parameters.CiphertextBytes - WireHeader.CiphertextBytes) / 2;
        if (!sum[(WireHeader.CiphertextBytes + half)..].SequenceEqual(total[(WireHeader.CiphertextBytes + half)..]))
        {
            return false;
        }

        var own = MemoryMarshal.Cast<byte, ulong>(sum[WireHeader.CiphertextBytes..]);
        var theirs = MemoryMarshal.Cast<byte, ulong>(total[WireHeader.CiphertextBytes..]);
        var primes = parameters.CiphertextPrimes;
        var composition = new CrtComposition(BfvContext.Of(parameters));
        var (least, past) = (-(BigInteger.One << bits), BigInteger.One << bits);
        Span<ulong> difference = stackalloc ulong[primes.Length];
        Span<int> quarters = stackalloc int[Quarters];
        for (var i = 0; i < parameters.Slots; i++)
        {
            for (var prime = 0; prime < primes.Length; prime++)
            {
                var at = (prime * parameters.Slots) + i;
                difference[prime] = (theirs[at] + primes[prime] - own[at]) % primes[prime];
            }

            var flood = composition.Centred(difference);
            if (flood < least || flood >= past)
            {
                return false;
            }

            quarters[(int)(((flood - least) * Quarters) >> (bits + 1))]++;
        }

        // Hoeffding: a quarter is beyond 5.6 times the square root of n less than once in 2^89.
        var room = 5.6 * Math.Sqrt(parameters.Slots);
        foreach (var count in quarters)
        {
            if (Math.Abs(count - (parameters.Slots / (double)Quarters)) > room)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// V: the load times the worst noise of a fresh ciphertext: rounding after the division by the last prime p, (n + 1)/2, and of the
    /// message, 1/2; before the division the errors are at most 21·(2n + 1).
    /// </summary>
    internal static BigInteger Bound(ParameterSet parameters, long load, bool slotFactors)
    {
        BigInteger n = parameters.Slots;
        var fresh = ((n + 1) / 2) + 2 + (Sampling.ErrorBits * ((2 * n) + 1) / parameters.KeyPrimes[^1]);
        return fresh * load * (slotFactors ? n * parameters.LargestMagnitude : 1);
    }

    /// <summary>The largest b, or −1.</summary>
    private static int Bits(ParameterSet parameters, long load, bool slotFactors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(load, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(load, parameters.LargestLoad);
        var room = (BfvContext.Of(parameters).Modulus / (2 * (BigInteger)parameters.PlainModulus)) - Bound(parameters, load, slotFactors);
        return room.Sign > 0 ? (int)room.GetBitLength() - 1 : -1;
    }

    /// <summary>Adds E to the first half: limbs of 30 random bits times powers of 2^30, less 2^b, under each prime.</summary>
    private static void AddUniform(BfvContext context, int bits, Span<ulong> rows)
    {
        var (degree, total) = (context.Parameters.Slots, bits + 1);
        using var limb = new SecretScratch<ulong>(1, degree);
        for (var at = 0; at < total; at += LimbBits)
        {
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(limb[0]));
            var mask = (1UL << Math.Min(LimbBits, total - at)) - 1;
            foreach (ref var number in limb[0])
            {
                number &= mask;
            }

            for (var prime = 0; prime < context.FreshPrimes; prime++)
            {
                var ring = context.Rings[prime];
                var power = PublicArithmetic.Power(2, (ulong)at, ring.Prime);
                ring.AddWeighted(limb[0], ring.Centred(power), rows.Slice(prime * degree, degree));
            }
        }

        limb[0].Fill(1);
        for (var prime = 0; prime < context.FreshPrimes; prime++)
        {
            var ring = context.Rings[prime];
            var shift = ring.Prime - PublicArithmetic.Power(2, (ulong)bits, ring.Prime);
            ring.AddWeighted(limb[0], ring.Centred(shift), rows.Slice(prime * degree, degree));
        }
    }
}
