using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Sandbox.Enclave.Homomorphic.Arithmetic;

/// <summary>
/// The negacyclic transform on whole numbers of 64 bits modulo a prime p below 2^60 (Harvey, "Faster arithmetic for number-theoretic
/// transforms", 2014; Longa and Naehrig, ePrint 2016/504): factors carry their quotient by p, numbers stay below 4p until the end.
/// Subtractions of p go by a mask, never by a branch.
/// </summary>
internal sealed class IntegerTransform
{
    private readonly int _degree;
    private readonly ulong _p;
    private readonly (ulong Factor, ulong Quotient)[] _forward;
    private readonly (ulong Factor, ulong Quotient)[] _backward;
    private readonly ulong _perDegree;

    public IntegerTransform(int degree, ulong prime)
    {
        (_degree, _p) = (degree, prime);
        var root = PublicArithmetic.LeastRoot(degree, prime);
        (ulong, ulong)[] Table(ulong of) => [.. PublicArithmetic.ReversedPowers(degree, of, prime).Select(factor => (factor, Quotient(factor, prime)))];
        _forward = Table(root);
        _backward = Table(PublicArithmetic.Inverse(root, prime));
        _perDegree = PublicArithmetic.Inverse((ulong)degree, prime);
    }

    /// <summary>⌊factor·2^64/p⌋ for a public factor.</summary>
    public static ulong Quotient(ulong factor, ulong prime) => (ulong)(((UInt128)factor << 64) / prime);

    /// <summary>x·factor mod p below 2p, for any x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong LazyProduct(ulong x, ulong factor, ulong quotient, ulong p) => unchecked((x * factor) - (High(x, quotient) * p));

    /// <summary>The high half of a product. The form of the instruction that gives it alone keeps everything in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong High(ulong a, ulong b) => Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(a, b) : Math.BigMul(a, b, out _);

    /// <summary>x − bound where x is at least that much, else x; both below 2^63.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong SubtractOnce(ulong x, ulong bound)
    {
        unchecked
        {
            var difference = x - bound;
            return difference + (bound & (ulong)((long)difference >> 63));
        }
    }

    /// <summary>Transforms numbers below p; the result is below p, in bit-reversed order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(Span<ulong> x)
    {
        unchecked
        {
            x = x[.._degree];
            var (p, twice) = (_p, 2 * _p);
            for (var (groups, distance) = (1, _degree / 2); groups < _degree; groups *= 2, distance /= 2)
            {
                for (var group = 0; group < groups; group++)
                {
                    var (factor, quotient) = _forward[groups + group];
                    var left = x.Slice(2 * group * distance, distance);
                    var right = x.Slice(((2 * group) + 1) * distance, distance);
                    for (var i = 0; i < left.Length; i++)
                    {
                        var upper = SubtractOnce(left[i], twice);
                        var lower = LazyProduct(right[i], factor, quotient, p);
                        left[i] = upper + lower;
                        right[i] = upper + twice - lower;
                    }
                }
            }

            foreach (ref var number in x)
            {
                number = SubtractOnce(SubtractOnce(number, twice), p);
            }
        }
    }

    /// <summary>The inverse of <see cref="Forward"/>, times <paramref name="scale"/>.</summary>
    /// <param name="x">Numbers below p in bit-reversed order.</param>
    /// <param name="scale">A public factor below p.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Inverse(Span<ulong> x, ulong scale)
    {
        unchecked
        {
            x = x[.._degree];
            var (p, twice) = (_p, 2 * _p);
            for (var (groups, distance) = (_degree / 2, 1); groups >= 1; groups /= 2, distance *= 2)
            {
                for (var group = 0; group < groups; group++)
                {
                    var (factor, quotient) = _backward[groups + group];
                    var left = x.Slice(2 * group * distance, distance);
                    var right = x.Slice(((2 * group) + 1) * distance, distance);
                    for (var i = 0; i < left.Length; i++)
                    {
                        var (upper, lower) = (left[i], right[i]);
                        left[i] = SubtractOnce(upper + lower, twice);
                        right[i] = LazyProduct(upper + twice - lower, factor, quotient, p);
                    }
                }
            }

            var last = PublicArithmetic.Multiply(scale, _perDegree, p);
            var lastQuotient = Quotient(last, p);
            foreach (ref var number in x)
            {
                number = SubtractOnce(LazyProduct(number, last, lastQuotient, p), p);
            }
        }
    }
}
