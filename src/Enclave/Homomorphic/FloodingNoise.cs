using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Sandbox.Enclave.Homomorphic.Scheme;
using Sandbox.Enclave.Homomorphic.Wire;

namespace Sandbox.Enclave.Homomorphic;

/// <summary>
/// Noise against the key holder. The noise of a sum depends on the contributions one by one, and who holds the key can read it; so the
/// platform adds an encryption of zero with an error E, uniform in [−2^b, 2^b), to the sum (noise flooding; Gentry 2009, ePrint
/// 2013/404). If the sum's own noise is at most V in each of n coefficients, what the key holder sees is within the statistical distance
/// n·V/2^(b+1) of something that depends on the total alone. b is the largest with V + 2^b below q/2t, so that the total surely opens.
/// </summary>
public static class FloodingNoise
{
    private const int LimbBits = 30;

    /// <summary>−log2 of the statistical distance, rounded down; 0 or less says that the set has no room.</summary>
    /// <param name="parameters">The set; only B has room to speak of.</param>
    /// <param name="load">Sum of the magnitudes of the weights of the ciphertexts in the sum.</param>
    /// <param name="slotFactors">Whether they were multiplied by factors for each slot, which may multiply noise by n·t/2.</param>
    public static int StatisticalBits(ParameterSet parameters, long load, bool slotFactors = false)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return Bits(parameters, load, slotFactors) is var bits and >= 0
            ? (int)((BigInteger.One << (bits + 1)) / (Bound(parameters, load, slotFactors) * parameters.Slots)).GetBitLength() - 1
            : 0;
    }

    /// <summary>The ciphertext to add to a sum. Every one is fresh and serves one sum.</summary>
    /// <param name="parameters">The set.</param>
    /// <param name="publicKey">The round's public key.</param>
    /// <param name="load">As for <see cref="StatisticalBits"/>, without this ciphertext.</param>
    /// <param name="statisticalBits">What the round demands, for example 40.</param>
    /// <param name="slotFactors">As for <see cref="StatisticalBits"/>.</param>
    /// <exception cref="ArgumentException">The set has not that much room.</exception>
    /// <exception cref="EnclaveException">SB-HE-1: no key of this set.</exception>
    public static byte[] Create(ParameterSet parameters, ReadOnlySpan<byte> publicKey, long load, int statisticalBits, bool slotFactors = false)
    {
        if (StatisticalBits(parameters, load, slotFactors) < Math.Max(statisticalBits, 1))
        {
            throw new ArgumentException("The parameter set has no room for that much noise; set B has.", nameof(statisticalBits));
        }

        var context = BfvContext.Of(parameters);
        using var encryptor = new Encryptor(PublicKeyMaterial.FromUntrusted(context, publicKey) ?? throw HomomorphicFailure.Create());
        var ciphertext = new byte[parameters.CiphertextBytes];
        encryptor.Encrypt([], ciphertext);
        AddUniform(context, Bits(parameters, load, slotFactors), MemoryMarshal.Cast<byte, ulong>(ciphertext.AsSpan(WireHeader.CiphertextBytes)));
        return ciphertext;
    }

    /// <summary>
    /// V: the load times the worst noise of a fresh ciphertext: rounding after the division by the last prime p, (n + 1)/2, and of the
    /// message, 1/2; before the division the errors are at most 21·(2n + 1). One more ciphertext for the flood's own encryption.
    /// </summary>
    internal static BigInteger Bound(ParameterSet parameters, long load, bool slotFactors)
    {
        BigInteger n = parameters.Slots;
        var fresh = ((n + 1) / 2) + 2 + (Sampling.ErrorBits * ((2 * n) + 1) / parameters.KeyPrimes[^1]);
        return (fresh * load * (slotFactors ? n * parameters.LargestMagnitude : 1)) + fresh;
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
                var power = Arithmetic.PublicArithmetic.Power(2, (ulong)at, ring.Prime);
                ring.AddWeighted(limb[0], ring.Centred(power), rows.Slice(prime * degree, degree));
            }
        }

        limb[0].Fill(1);
        for (var prime = 0; prime < context.FreshPrimes; prime++)
        {
            var ring = context.Rings[prime];
            var shift = ring.Prime - Arithmetic.PublicArithmetic.Power(2, (ulong)bits, ring.Prime);
            ring.AddWeighted(limb[0], ring.Centred(shift), rows.Slice(prime * degree, degree));
        }
    }
}
