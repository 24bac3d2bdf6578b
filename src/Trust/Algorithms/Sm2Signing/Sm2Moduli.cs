using System.Runtime.CompilerServices;

namespace Sandbox.Trust;

/// <summary>The field of the SM2 curve: p = 2^256 − 2^224 − 2^96 + 2^64 − 1 (GB/T 32918.5).</summary>
internal readonly struct Sm2Prime : IModulus
{
    public static ulong M0 => 0xffffffffffffffff;

    public static ulong M1 => 0xffffffff00000000;

    public static ulong M2 => 0xffffffffffffffff;

    public static ulong M3 => 0xfffffffeffffffff;

    public static Words Square => new(0x200000003, 0x2ffffffff, 0x100000001, 0x400000002);

    /// <summary>Without a product: −1/p is 1 modulo 2^64, and p/2^64 rounded up is 2^192 − 2^160 − 2^32 + 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (ulong T0, ulong T1, ulong T2, ulong T3) Fold(ulong t0, ulong t1, ulong t2, ulong t3)
    {
        unchecked
        {
            // t0·(1 − 2^32 + 2^192 − 2^160), whose lower words borrow from the highest.
            var (low, high) = (t0 << 32, t0 >> 32);
            var (d0, borrow) = WordMath.Subtract(t0, low, 0);
            (var d1, borrow) = WordMath.Subtract(0, high, borrow);
            (var d2, borrow) = WordMath.Subtract(0, low, borrow);
            var d3 = t0 - high - borrow;
            (d0, var carry) = WordMath.Add(t1, d0, 0);
            (d1, carry) = WordMath.Add(t2, d1, carry);
            (d2, carry) = WordMath.Add(t3, d2, carry);
            return (d0, d1, d2, d3 + carry);
        }
    }
}

/// <summary>The order n of its base point.</summary>
internal readonly struct Sm2Order : IModulus
{
    public static ulong M0 => 0x53bbf40939d54123;

    public static ulong M1 => 0x7203df6b21c6052b;

    public static ulong M2 => 0xffffffffffffffff;

    public static ulong M3 => 0xfffffffeffffffff;

    /// <summary>−1/n modulo 2^64.</summary>
    private const ulong Inverse = 0x327f9e8872350975;

    public static Words Square => new(0x901192af7c114f20, 0x3464504ade6fa2fa, 0x620fc84c3affe0d4, 0x1eb5e412a22b3d3b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (ulong T0, ulong T1, ulong T2, ulong T3) Fold(ulong t0, ulong t1, ulong t2, ulong t3)
    {
        unchecked
        {
            var factor = t0 * Inverse;
            var (_, carry) = WordMath.MultiplyAdd(factor, M0, t0, 0);
            (t0, carry) = WordMath.MultiplyAdd(factor, M1, t1, carry);
            (t1, carry) = WordMath.MultiplyAdd(factor, M2, t2, carry);
            (t2, carry) = WordMath.MultiplyAdd(factor, M3, t3, carry);
            return (t0, t1, t2, carry);
        }
    }
}
