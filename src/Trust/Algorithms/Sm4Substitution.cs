using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sandbox.Trust;

/// <summary>The SM4 byte substitution on 16 bytes at once, without table look-ups by secret values.</summary>
/// <remarks>S(x) = Q·inv(P·x ⊕ 65) ⊕ d3 with the inversion in the AES field: the S-box of GB/T 32907 carried over the isomorphism of the two fields.</remarks>
internal interface ISm4Substitution
{
    static abstract Vector128<byte> Apply(Vector128<byte> x);
}

/// <summary>The affine maps around the field inversion, in the bit order of the GFNI instructions.</summary>
internal static class Sm4Affine
{
    public const ulong Before = 0x34ac259e022dbc52;
    public const byte BeforeConstant = 0x65;
    public const ulong After = 0xd72d8e511e6c8b19;
    public const byte AfterConstant = 0xd3;

    /// <summary>One affine map on one byte; for building tables only.</summary>
    public static byte Map(ulong matrix, byte x, byte constant)
    {
        var result = constant;
        for (var bit = 0; bit < 8; bit++)
        {
            result ^= (byte)((System.Numerics.BitOperations.PopCount((uint)(matrix >> (8 * (7 - bit)) & 0xff) & x) & 1) << bit);
        }

        return result;
    }
}

/// <summary>By the Galois field instructions.</summary>
internal readonly struct GfniSubstitution : ISm4Substitution
{
    public static bool IsSupported => Gfni.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Apply(Vector128<byte> x) => Gfni.GaloisFieldAffineTransformInverse(
        Gfni.GaloisFieldAffineTransform(x, Vector128.Create(Sm4Affine.Before).AsByte(), Sm4Affine.BeforeConstant),
        Vector128.Create(Sm4Affine.After).AsByte(), Sm4Affine.AfterConstant);
}

/// <summary>By the last round of AES, which holds the same inversion; the affine maps around it are half-byte shuffles of constants.</summary>
internal readonly struct AesSubstitution : ISm4Substitution
{
    internal static readonly Vector128<byte> BeforeLow;
    internal static readonly Vector128<byte> BeforeHigh;
    internal static readonly Vector128<byte> AfterLow;
    internal static readonly Vector128<byte> AfterHigh;

#pragma warning disable CA1810 // The four tables are made together.
    static AesSubstitution()
#pragma warning restore CA1810
    {
        (BeforeLow, BeforeHigh) = Halves(x => Sm4Affine.Map(Sm4Affine.Before, x, Sm4Affine.BeforeConstant));
        // What the last AES round gives for y is affine in inv(y): undo that affine map, then apply ours.
        var back = new byte[256];
        for (var y = 0; y < 256; y++)
        {
            var inverse = PortableSubstitution.Inverse(Vector128.Create((byte)y)).ToScalar();
            back[Sm4Affine.Map(0xf1e3c78f1f3e7cf8, inverse, 0x63)] = Sm4Affine.Map(Sm4Affine.After, inverse, Sm4Affine.AfterConstant);
        }

        (AfterLow, AfterHigh) = Halves(x => back[x]);
    }

    public static bool IsSupported => Aes.IsSupported && Ssse3.IsSupported;

    /// <summary>The order of bytes that cancels the shift of rows in an AES round, before it or after it.</summary>
    public static Vector128<byte> Unshift => Vector128.Create((byte)0, 13, 10, 7, 4, 1, 14, 11, 8, 5, 2, 15, 12, 9, 6, 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Apply(Vector128<byte> x)
    {
        var y = Map(x, BeforeLow, BeforeHigh);
        return Map(Aes.EncryptLast(Ssse3.Shuffle(y, Unshift), Vector128<byte>.Zero), AfterLow, AfterHigh);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Map(Vector128<byte> x, Vector128<byte> low, Vector128<byte> high)
    {
        var half = Vector128.Create((byte)0x0f);
        return Ssse3.Shuffle(low, x & half) ^ Ssse3.Shuffle(high, (x.AsUInt16() >>> 4).AsByte() & half);
    }

    private static (Vector128<byte> Low, Vector128<byte> High) Halves(Func<byte, byte> map)
    {
        Span<byte> low = stackalloc byte[16];
        Span<byte> high = stackalloc byte[16];
        for (var i = 0; i < 16; i++)
        {
            low[i] = map((byte)i);
            high[i] = (byte)(map((byte)(i << 4)) ^ map(0));
        }

        return (Vector128.Create<byte>(low), Vector128.Create<byte>(high));
    }
}

/// <summary>By arithmetic alone, for processors with neither: slow, yet constant in time.</summary>
internal readonly struct PortableSubstitution : ISm4Substitution
{
    public static Vector128<byte> Apply(Vector128<byte> x) =>
        Affine(Inverse(Affine(x, Sm4Affine.Before, Sm4Affine.BeforeConstant)), Sm4Affine.After, Sm4Affine.AfterConstant);

    /// <summary>x^254 in the AES field.</summary>
    public static Vector128<byte> Inverse(Vector128<byte> x)
    {
        var x2 = Multiply(x, x);
        var x3 = Multiply(x2, x);
        var x6 = Multiply(x3, x3);
        var x12 = Multiply(x6, x6);
        var x15 = Multiply(x12, x3);
        var x30 = Multiply(x15, x15);
        var x60 = Multiply(x30, x30);
        var x120 = Multiply(x60, x60);
        var x240 = Multiply(x120, x120);
        return Multiply(Multiply(x240, x12), x2);
    }

    private static Vector128<byte> Multiply(Vector128<byte> a, Vector128<byte> b)
    {
        var product = Vector128<byte>.Zero;
        for (var bit = 7; bit >= 0; bit--)
        {
            product = Double(product) ^ (a & Mask(b, bit));
        }

        return product;
    }

    private static Vector128<byte> Double(Vector128<byte> x) => (x + x) ^ (Mask(x, 7) & Vector128.Create((byte)0x1b));

    /// <summary>All ones in the bytes where the bit is set.</summary>
    private static Vector128<byte> Mask(Vector128<byte> x, int bit) => Vector128<byte>.Zero - ((x >>> bit) & Vector128<byte>.One);

    private static Vector128<byte> Affine(Vector128<byte> x, ulong matrix, byte constant)
    {
        var result = Vector128.Create(constant);
        for (var bit = 0; bit < 8; bit++)
        {
            result ^= Vector128.Create((byte)(Sm4Affine.Map(matrix, (byte)(1 << bit), 0))) & Mask(x, bit);
        }

        return result;
    }
}
