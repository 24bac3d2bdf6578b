using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Sandbox.Trust;

/// <summary>An odd modulus between 2^255 and 2^256, in words of 64 bits, the lowest first.</summary>
internal interface IModulus
{
    static abstract ulong M0 { get; }

    static abstract ulong M1 { get; }

    static abstract ulong M2 { get; }

    static abstract ulong M3 { get; }

    /// <summary>2^512 modulo m.</summary>
    static abstract Words Square { get; }

    /// <summary>Adds the multiple of the modulus that clears the lowest word, which falls away: (t + f·m)/2^64, again four words because m is below 2^256 − 2^192.</summary>
    static abstract (ulong T0, ulong T1, ulong T2, ulong T3) Fold(ulong t0, ulong t1, ulong t2, ulong t3);
}

/// <summary>256 bits, the lowest word first.</summary>
internal readonly record struct Words(ulong W0, ulong W1, ulong W2, ulong W3)
{
    /// <summary>From 32 bytes, big-endian.</summary>
    public static Words Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadUInt64BigEndian(bytes));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], W0);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], W1);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], W2);
        BinaryPrimitives.WriteUInt64BigEndian(bytes, W3);
    }
}

/// <summary>Arithmetic modulo <typeparamref name="M"/> on numbers below it; products in Montgomery's form (a·2^256). No branch and no address depends on a number.</summary>
/// <remarks>P. L. Montgomery, Modular multiplication without trial division, 1985.</remarks>
internal static class Residue<M>
    where M : struct, IModulus
{
    /// <summary>One, in Montgomery's form.</summary>
    public static Words One { get; } = Multiply(new Words(1, 0, 0, 0), M.Square);

    /// <summary>Into Montgomery's form.</summary>
    public static Words Enter(in Words number) => Multiply(number, M.Square);

    /// <summary>Out of Montgomery's form.</summary>
    public static Words Leave(in Words form) => Multiply(form, new Words(1, 0, 0, 0));

    /// <summary>A number of 256 bits brought below the modulus, which it exceeds less than twice.</summary>
    public static Words Reduce(in Words number) => Below(number.W0, number.W1, number.W2, number.W3, 0);

    /// <summary>a·b/2^256: the whole product, whose lower half is then folded away word by word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Words Multiply(in Words a, in Words b)
    {
        ulong a0 = a.W0, a1 = a.W1, a2 = a.W2, a3 = a.W3, b0 = b.W0, b1 = b.W1, b2 = b.W2, b3 = b.W3;
        (var p0, var carry) = WordMath.MultiplyAdd(a0, b0, 0, 0);
        (var p1, carry) = WordMath.MultiplyAdd(a1, b0, 0, carry);
        (var p2, carry) = WordMath.MultiplyAdd(a2, b0, 0, carry);
        (var p3, var p4) = WordMath.MultiplyAdd(a3, b0, 0, carry);
        (p1, carry) = WordMath.MultiplyAdd(a0, b1, p1, 0);
        (p2, carry) = WordMath.MultiplyAdd(a1, b1, p2, carry);
        (p3, carry) = WordMath.MultiplyAdd(a2, b1, p3, carry);
        (p4, var p5) = WordMath.MultiplyAdd(a3, b1, p4, carry);
        (p2, carry) = WordMath.MultiplyAdd(a0, b2, p2, 0);
        (p3, carry) = WordMath.MultiplyAdd(a1, b2, p3, carry);
        (p4, carry) = WordMath.MultiplyAdd(a2, b2, p4, carry);
        (p5, var p6) = WordMath.MultiplyAdd(a3, b2, p5, carry);
        (p3, carry) = WordMath.MultiplyAdd(a0, b3, p3, 0);
        (p4, carry) = WordMath.MultiplyAdd(a1, b3, p4, carry);
        (p5, carry) = WordMath.MultiplyAdd(a2, b3, p5, carry);
        (p6, var p7) = WordMath.MultiplyAdd(a3, b3, p6, carry);
        (p0, p1, p2, p3) = M.Fold(p0, p1, p2, p3);
        (p0, p1, p2, p3) = M.Fold(p0, p1, p2, p3);
        (p0, p1, p2, p3) = M.Fold(p0, p1, p2, p3);
        (p0, p1, p2, p3) = M.Fold(p0, p1, p2, p3);
        (p0, carry) = WordMath.Add(p0, p4, 0);
        (p1, carry) = WordMath.Add(p1, p5, carry);
        (p2, carry) = WordMath.Add(p2, p6, carry);
        (p3, carry) = WordMath.Add(p3, p7, carry);
        return Below(p0, p1, p2, p3, carry);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Words Add(in Words a, in Words b)
    {
        var (t0, carry) = WordMath.Add(a.W0, b.W0, 0);
        (var t1, carry) = WordMath.Add(a.W1, b.W1, carry);
        (var t2, carry) = WordMath.Add(a.W2, b.W2, carry);
        (var t3, carry) = WordMath.Add(a.W3, b.W3, carry);
        return Below(t0, t1, t2, t3, carry);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Words Subtract(in Words a, in Words b)
    {
        var (t0, borrow) = WordMath.Subtract(a.W0, b.W0, 0);
        (var t1, borrow) = WordMath.Subtract(a.W1, b.W1, borrow);
        (var t2, borrow) = WordMath.Subtract(a.W2, b.W2, borrow);
        (var t3, borrow) = WordMath.Subtract(a.W3, b.W3, borrow);
        var mask = unchecked(0 - borrow);
        (t0, var carry) = WordMath.Add(t0, M.M0 & mask, 0);
        (t1, carry) = WordMath.Add(t1, M.M1 & mask, carry);
        (t2, carry) = WordMath.Add(t2, M.M2 & mask, carry);
        (t3, _) = WordMath.Add(t3, M.M3 & mask, carry);
        return new Words(t0, t1, t2, t3);
    }

    /// <summary>1/a for a prime modulus, both in Montgomery's form, by Fermat: a^(m−2). The exponent is public, so its bits may choose the steps. Zero gives zero.</summary>
    public static Words Invert(in Words a)
    {
        Span<Words> powers = stackalloc Words[16];
        powers[0] = One;
        for (var i = 1; i < 16; i++)
        {
            powers[i] = Multiply(powers[i - 1], a);
        }

        ReadOnlySpan<ulong> exponent = [M.M0 - 2, M.M1, M.M2, M.M3];
        var power = One;
        for (var nibble = 63; nibble >= 0; nibble--)
        {
            for (var i = 0; i < 4; i++)
            {
                power = Multiply(power, power);
            }

            power = Multiply(power, powers[(int)((exponent[nibble >> 4] >> ((nibble & 15) * 4)) & 15)]);
        }

        powers.Clear();
        return power;
    }

    /// <summary><paramref name="a"/> where the mask is all ones, <paramref name="b"/> where it is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words Choose(ulong mask, in Words a, in Words b) => new(
        (a.W0 & mask) | (b.W0 & ~mask), (a.W1 & mask) | (b.W1 & ~mask), (a.W2 & mask) | (b.W2 & ~mask), (a.W3 & mask) | (b.W3 & ~mask));

    /// <summary>All ones for zero, else zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong IsZero(in Words a) => IsZero(a.W0 | a.W1 | a.W2 | a.W3);

    /// <inheritdoc cref="IsZero(in Words)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong IsZero(ulong word) => unchecked((ulong)((long)(~word & (word - 1)) >> 63));

    /// <summary>All ones for a number below the modulus, else zero.</summary>
    public static ulong IsBelow(in Words a)
    {
        var (_, borrow) = WordMath.Subtract(a.W0, M.M0, 0);
        (_, borrow) = WordMath.Subtract(a.W1, M.M1, borrow);
        (_, borrow) = WordMath.Subtract(a.W2, M.M2, borrow);
        (_, borrow) = WordMath.Subtract(a.W3, M.M3, borrow);
        return unchecked(0 - borrow);
    }

    /// <summary>Takes the modulus away once where the number (with a fifth word, 0 or 1) is not below it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Words Below(ulong t0, ulong t1, ulong t2, ulong t3, ulong t4)
    {
        var (d0, borrow) = WordMath.Subtract(t0, M.M0, 0);
        (var d1, borrow) = WordMath.Subtract(t1, M.M1, borrow);
        (var d2, borrow) = WordMath.Subtract(t2, M.M2, borrow);
        (var d3, borrow) = WordMath.Subtract(t3, M.M3, borrow);
        // Smaller than the modulus only when the subtraction borrowed and there was no fifth word to borrow from.
        var keep = unchecked(0 - (borrow & (t4 ^ 1)));
        return new Words((t0 & keep) | (d0 & ~keep), (t1 & keep) | (d1 & ~keep), (t2 & keep) | (d2 & ~keep), (t3 & keep) | (d3 & ~keep));
    }
}
