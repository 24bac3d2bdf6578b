using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sandbox.Enclave.Homomorphic.Scheme;

/// <summary>
/// The three distributions of the scheme, all from the operating system's generator. None of them branches on a number that it keeps.
/// </summary>
internal static class Sampling
{
    /// <summary>Bits of each half of an error: the centred binomial distribution of 2 × 21 bits, of variance 10.5, is what SEAL uses (σ ≈ 3.24).</summary>
    public const int ErrorBits = 21;

    private const ulong ErrorMask = (1UL << ErrorBits) - 1;

    /// <summary>Secrets and encryption's own secret: −1, 0 and 1, each with probability 1/3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Ternary(Span<double> target)
    {
        Span<byte> random = stackalloc byte[1024];
        Span<double> digits = stackalloc double[5];
        for (var done = 0; done < target.Length;)
        {
            RandomNumberGenerator.Fill(random);
            foreach (var drawn in random)
            {
                // A byte below 243 = 3^5 holds five digits; of the others, which say nothing about those, nothing is kept.
                var rest = (uint)drawn;
                for (var i = 0; i < 5; i++)
                {
                    var third = (rest * 171) >> 9;
                    digits[i] = (int)(rest - (third * 3)) - 1;
                    rest = third;
                }

                var taken = Math.Min(5, target.Length - done);
                digits[..taken].CopyTo(target[done..]);
                done += taken & ((drawn - 243) >> 31);
                if (done == target.Length)
                {
                    break;
                }
            }
        }

        CryptographicOperations.ZeroMemory(random);
        digits.Clear();
    }

    /// <summary>Errors: the difference of the numbers of ones in two words of 21 bits, between −21 and 21.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Error(Span<double> target)
    {
        Span<ulong> random = stackalloc ulong[512];
        for (var done = 0; done < target.Length; done += random.Length)
        {
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(random));
            var part = target.Slice(done, Math.Min(random.Length, target.Length - done));
            for (var i = 0; i < part.Length; i++)
            {
                part[i] = BitOperations.PopCount(random[i] & ErrorMask) - BitOperations.PopCount((random[i] >> ErrorBits) & ErrorMask);
            }
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(random));
    }

    /// <summary>Public numbers, each of 0…<paramref name="prime"/>−1 equally likely.</summary>
    public static void Uniform(Span<ulong> target, ulong prime)
    {
        var mask = ulong.MaxValue >> BitOperations.LeadingZeroCount(prime);
        Span<ulong> random = stackalloc ulong[512];
        for (var done = 0; done < target.Length;)
        {
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(random));
            foreach (var word in random)
            {
                if ((word & mask) < prime && done < target.Length)
                {
                    target[done++] = word & mask;
                }
            }
        }
    }
}
