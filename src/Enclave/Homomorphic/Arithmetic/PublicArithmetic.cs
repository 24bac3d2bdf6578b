using System.Numerics;

namespace Sandbox.Enclave.Homomorphic.Arithmetic;

/// <summary>Arithmetic modulo a prime below 2^61 for constants. Its time depends on the numbers: nothing secret may pass here.</summary>
internal static class PublicArithmetic
{
    /// <summary>a·b mod p.</summary>
    public static ulong Multiply(ulong a, ulong b, ulong p) => (ulong)((UInt128)a * b % p);

    /// <summary>a^e mod p.</summary>
    public static ulong Power(ulong a, ulong e, ulong p)
    {
        ulong result = 1;
        for (a %= p; e > 0; e >>= 1, a = Multiply(a, a, p))
        {
            result = (e & 1) == 1 ? Multiply(result, a, p) : result;
        }

        return result;
    }

    /// <summary>1/a mod p, for a prime p.</summary>
    public static ulong Inverse(ulong a, ulong p) => Power(a, p - 2, p);

    /// <summary>a mod p with the remainder in 0…p−1 also for a negative a.</summary>
    public static ulong Residue(BigInteger a, ulong p) => (ulong)(((a % p) + p) % p);

    /// <summary>
    /// The least of the primitive 2n-th roots of unity: SEAL's choice, and so the one on which the meaning of transformed keys rests.
    /// </summary>
    public static ulong LeastRoot(int degree, ulong p)
    {
        var order = 2UL * (ulong)degree;
        for (ulong candidate = 2; ; candidate++)
        {
            var root = Power(candidate, (p - 1) / order, p);
            if (Power(root, (ulong)degree, p) != p - 1)
            {
                continue;
            }

            var (least, current, square) = (root, root, Multiply(root, root, p));
            for (var i = 0; i < degree; i++, current = Multiply(current, square, p))
            {
                least = Math.Min(least, current);
            }

            return least;
        }
    }

    /// <summary>root^bitreverse(k) for k = 0…n−1: the factors of the negacyclic transform in the order of their use.</summary>
    public static ulong[] ReversedPowers(int degree, ulong root, ulong p)
    {
        var powers = new ulong[degree];
        ulong power = 1;
        for (var i = 0; i < degree; i++, power = Multiply(power, root, p))
        {
            powers[ReverseBits(i, degree)] = power;
        }

        return powers;
    }

    /// <summary>The bits of <paramref name="index"/> in reverse, for a power of two <paramref name="size"/>.</summary>
    public static int ReverseBits(int index, int size)
    {
        var reversed = 0;
        for (var bit = 1; bit < size; bit <<= 1, index >>= 1)
        {
            reversed = (reversed << 1) | (index & 1);
        }

        return reversed;
    }
}
