using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Sandbox.Trust;

/// <summary>Steps of long arithmetic on words of 64 bits. Pairs and not references: the compiler keeps them in registers. A comparison becomes a flag in a register, not a branch.</summary>
internal static class WordMath
{
    /// <summary>a·b + t + carry, which two words hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (ulong Low, ulong High) MultiplyAdd(ulong a, ulong b, ulong t, ulong carry)
    {
        unchecked
        {
            var low = a * b;
            var high = Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(a, b) : Math.BigMul(a, b, out _);
            low += t;
            high += low < t ? 1UL : 0UL;
            low += carry;
            high += low < carry ? 1UL : 0UL;
            return (low, high);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (ulong Sum, ulong Carry) Add(ulong a, ulong b, ulong carry)
    {
        var sum = unchecked(a + b);
        var all = unchecked(sum + carry);
        return (all, (sum < a ? 1UL : 0UL) | (all < sum ? 1UL : 0UL));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (ulong Difference, ulong Borrow) Subtract(ulong a, ulong b, ulong borrow)
    {
        var difference = unchecked(a - b);
        return (unchecked(difference - borrow), (a < b ? 1UL : 0UL) | (difference < borrow ? 1UL : 0UL));
    }
}
