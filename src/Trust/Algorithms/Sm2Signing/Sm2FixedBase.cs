using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using F = Sandbox.Trust.Residue<Sandbox.Trust.Sm2Prime>;
using O = Sandbox.Trust.Residue<Sandbox.Trust.Sm2Order>;

namespace Sandbox.Trust;

/// <summary>
/// SM2 signatures (GB/T 32918.2) from a table of multiples of the base point: less than a quarter of the time that libcrypto 3 takes, and unlike the managed library's in constant time: no branch and no address depends on
/// the key or the one-time number.
/// </summary>
/// <remarks>The table (88 KB) is made when it is first needed and costs as much as some fifty signatures. Safe for use by many threads.</remarks>
internal static class Sm2FixedBase
{
    /// <summary>Windows of six bits of a number with one more bit below, as Booth's digits from −32 to 32 need it.</summary>
    private const int Windows = 43;
    private const int Width = 6;
    private const int Digits = 32;
    private const int OneTimeLength = 2 * Suite.HashLength;

    // The base point (GB/T 32918.5).
    private static readonly Words BaseX = new(0x715a4589334c74c7, 0x8fe30bbff2660be1, 0x5f9904466a39c994, 0x32c4ae2c1f198119);
    private static readonly Words BaseY = new(0x02df32e52139f0a0, 0xd0a9877cc62a4740, 0x59bdcee36b692153, 0xbc3736a2f4f6779c);
    private static readonly Lazy<Words[]> Table = new(MakeTable);

    /// <summary>Whether 32 bytes are a private key: between 1 and n−2.</summary>
    public static bool IsPrivateKey(ReadOnlySpan<byte> scalar) =>
        scalar.Length == Suite.HashLength && Words.Read(scalar) is var d && (O.IsBelow(d) & ~O.IsZero(d) & ~O.IsZero(O.Add(d, new Words(1, 0, 0, 0)))) != 0;

    /// <summary>X‖Y, 64 bytes, of a private key.</summary>
    public static byte[] PublicPoint(ReadOnlySpan<byte> scalar)
    {
        var (x, y) = Multiply(Words.Read(scalar));
        var point = new byte[2 * Suite.HashLength];
        x.Write(point);
        y.Write(point.AsSpan(Suite.HashLength));
        return point;
    }

    /// <summary>What signing needs of a private key d: 1/(1+d) modulo n, in Montgomery's form, 32 bytes. As secret as the key.</summary>
    /// <param name="scalar">d between 1 and n−2, checked by the caller.</param>
    public static Secret Prepare(ReadOnlySpan<byte> scalar)
    {
        var d = Words.Read(scalar);
        var inverse = O.Invert(O.Enter(O.Add(d, new Words(1, 0, 0, 0))));
        return Secret.Fill(Suite.HashLength, target => inverse.Write(target));
    }

    /// <summary>64 bytes r‖s over a prepared digest.</summary>
    /// <param name="prepared">Of <see cref="Prepare"/>.</param>
    /// <param name="digest">e, 32 bytes.</param>
    public static byte[] Sign(Secret prepared, ReadOnlySpan<byte> digest)
    {
        while (true)
        {
            using var drawn = Draw();
            if (TrySign(prepared, digest, drawn) is { } signature)
            {
                return signature;
            }
        }
    }

    /// <summary>What a signature needs besides key and digest, and nearly all of its work: a fresh one-time number k and the x of its multiple of the base point. Whoever learns it, or uses it twice, has the key.</summary>
    public static Secret Draw() => Secret.Fill(OneTimeLength, static target =>
    {
        do
        {
            // Drawn again where it is not between 1 and n−1, which tells nothing about the number that is then used.
            RandomNumberGenerator.Fill(target[..Suite.HashLength]);
        }
        while (!TryMultiply(target));
    });

    /// <summary>Writes x behind k; false where k is not between 1 and n−1.</summary>
    /// <param name="oneTime">k, 32 bytes, and room for x, 32 bytes.</param>
    public static bool TryMultiply(Span<byte> oneTime)
    {
        var k = Words.Read(oneTime);
        if ((O.IsBelow(k) & ~O.IsZero(k)) == 0)
        {
            return false;
        }

        Multiply(k).X.Write(oneTime[Suite.HashLength..]);
        return true;
    }

    /// <summary>Null where this one-time number gives a degenerate signature, and another must be drawn.</summary>
    /// <param name="oneTime">Of <see cref="Draw"/>; never to be used twice.</param>
    public static byte[]? TrySign(Secret prepared, ReadOnlySpan<byte> digest, Secret oneTime)
    {
        var k = Words.Read(oneTime.Bytes);
        var x = Words.Read(oneTime.Bytes[Suite.HashLength..]);
        var r = O.Add(O.Reduce(Words.Read(digest)), O.Reduce(x));
        var sum = O.Add(r, k);
        // (k − r·d)/(1+d) = (k + r)/(1+d) − r.
        var s = O.Subtract(O.Multiply(sum, Words.Read(prepared.Bytes)), r);
        if ((O.IsZero(r) | O.IsZero(sum) | O.IsZero(s)) != 0)
        {
            return null;
        }

        var signature = new byte[Suite.SignatureLength];
        r.Write(signature);
        s.Write(signature.AsSpan(32));
        return signature;
    }

    /// <summary>x and y of the base point's multiple, in plain form.</summary>
    /// <param name="k">Between 1 and n−1.</param>
    public static (Words X, Words Y) Multiply(in Words k)
    {
        ref readonly var table = ref MemoryMarshal.GetArrayDataReference(Table.Value);
        var sum = Sm2Point.Infinity;
        for (var window = 0; window < Windows; window++)
        {
            var (digit, negative) = Digit(k, window);
            ref readonly var row = ref Unsafe.Add(ref Unsafe.AsRef(in table), window * Digits * 2);
            var (x, y) = Vector256.IsHardwareAccelerated ? PickWide(in row, digit) : Pick(in row, digit);
            var next = Sm2Point.Add(sum, x, F.Choose(negative, F.Subtract(default, y), y));
            var none = F.IsZero(digit);
            sum = new Sm2Point(F.Choose(none, sum.X, next.X), F.Choose(none, sum.Y, next.Y), F.Choose(none, sum.Z, next.Z));
        }

        var inverse = F.Invert(sum.Z);
        return (F.Leave(F.Multiply(sum.X, inverse)), F.Leave(F.Multiply(sum.Y, inverse)));
    }

    /// <summary>The size of a window's digit, 0 to 32, and all ones where it is negative (A. D. Booth, 1951): the digits times 64^window add up to k.</summary>
    internal static (ulong Size, ulong Negative) Digit(in Words k, int window)
    {
        unchecked
        {
            // Seven bits from the one below the window on; which of them lie in which word is public.
            var low = (window * Width) - 1;
            var (at, shift) = (low >> 6, low & 63);
            var bits = low < 0 ? k.W0 << 1 : Word(k, at) >> shift | (shift > 64 - (Width + 1) ? Word(k, at + 1) << (64 - shift) : 0);
            bits &= (1UL << (Width + 1)) - 1;
            var negative = 0 - (bits >> Width);
            var size = (bits ^ negative) & ((1UL << (Width + 1)) - 1);
            return ((size >> 1) + (size & 1), negative);
        }
    }

    private static ulong Word(in Words k, int at) => at switch { 0 => k.W0, 1 => k.W1, 2 => k.W2, 3 => k.W3, _ => 0 };

    /// <summary>Reads all points of a window and keeps the one of the digit; zeros for digit 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static (Words X, Words Y) Pick(ref readonly Words row, ulong digit)
    {
        Words x = default, y = default;
        for (var i = 0; i < Digits; i++)
        {
            var mask = F.IsZero(digit ^ (ulong)(i + 1));
            x = F.Choose(mask, Unsafe.Add(ref Unsafe.AsRef(in row), i * 2), x);
            y = F.Choose(mask, Unsafe.Add(ref Unsafe.AsRef(in row), (i * 2) + 1), y);
        }

        return (x, y);
    }

    /// <summary>As <see cref="Pick"/>, a coordinate at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static (Words X, Words Y) PickWide(ref readonly Words row, ulong digit)
    {
        ref var vectors = ref Unsafe.As<Words, Vector256<ulong>>(ref Unsafe.AsRef(in row));
        var wanted = Vector256.Create(digit);
        var (x, y) = (Vector256<ulong>.Zero, Vector256<ulong>.Zero);
        for (var i = 0; i < Digits; i++)
        {
            var mask = Vector256.Equals(wanted, Vector256.Create((ulong)(i + 1)));
            x |= mask & Unsafe.Add(ref vectors, i * 2);
            y |= mask & Unsafe.Add(ref vectors, (i * 2) + 1);
        }

        return (Unsafe.BitCast<Vector256<ulong>, Words>(x), Unsafe.BitCast<Vector256<ulong>, Words>(y));
    }

    /// <summary>The points of a window, for tests of both ways to pick one.</summary>
    internal static ReadOnlySpan<Words> Row(int window) => Table.Value.AsSpan(window * Digits * 2, Digits * 2);

    /// <summary>1 to 32 times 64^i times the base point, for every window i.</summary>
    private static Words[] MakeTable()
    {
        var table = new Words[Windows * Digits * 2];
        var (x, y) = (F.Enter(BaseX), F.Enter(BaseY));
        Span<Sm2Point> points = stackalloc Sm2Point[Digits];
        Span<Words> products = stackalloc Words[Digits];
        for (var window = 0; window < Windows; window++)
        {
            points[0] = new Sm2Point(x, y, F.One);
            products[0] = F.One;
            for (var i = 1; i < Digits; i++)
            {
                points[i] = Sm2Point.Add(points[i - 1], x, y);
                products[i] = F.Multiply(products[i - 1], points[i].Z);
            }

            // One inversion for all of a row: of the product, from which each is taken out again (P. L. Montgomery, 1987).
            var row = table.AsSpan(window * Digits * 2, Digits * 2);
            var inverse = F.Invert(products[Digits - 1]);
            for (var i = Digits - 1; i >= 0; i--)
            {
                var own = i == 0 ? inverse : F.Multiply(inverse, products[i - 1]);
                inverse = F.Multiply(inverse, points[i].Z);
                (row[i * 2], row[(i * 2) + 1]) = (F.Multiply(points[i].X, own), F.Multiply(points[i].Y, own));
            }

            // The next window counts in 64s: twice the last point.
            (x, y) = (row[^2], row[^1]);
            var next = Sm2Point.Add(points[Digits - 1], x, y);
            var scale = F.Invert(next.Z);
            (x, y) = (F.Multiply(next.X, scale), F.Multiply(next.Y, scale));
        }

        return table;
    }
}
