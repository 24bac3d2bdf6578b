using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>The hash of GCM (NIST SP 800-38D, 6.4) under one key, with carry-less multiplication where the processor has it, else with masked whole-number multiplication; both constant in time.</summary>
/// <remarks>Blocks stand byte-reversed; the powers of the key are multiplied by x beforehand, so that a product needs no shift and folds with 0xc2·x^56.</remarks>
internal sealed class Ghash : IDisposable
{
    private const ulong Fold = 0xc200000000000000;
    private const int Wide = 16;
    private const int Half = 8;

    // Highest power first, so that 16 blocks in order meet H^16 … H^1.
    private readonly Vector128<ulong>[] _powers = GC.AllocateArray<Vector128<ulong>>(Wide, pinned: true);
    private readonly bool _hardware;
    private readonly bool _wide;

    public Ghash(ReadOnlySpan<byte> key, bool hardware = true)
    {
        _hardware = hardware && Pclmulqdq.IsSupported;
        _wide = _hardware && Pclmulqdq.V512.IsSupported && Avx512BW.IsSupported;
        var h = Load(key);
        var carry = h[1] >> 63;
        var doubled = Vector128.Create(h[0] << 1, (h[1] << 1) | (h[0] >> 63));
        // All ones where the highest bit falls out, without a branch on the key.
        var adjusted = doubled ^ (Vector128.Create(1ul, Fold) & Vector128.Create(unchecked(0ul - carry)));
        var power = adjusted;
        for (var i = Wide - 1; i >= 0; i--)
        {
            _powers[i] = power;
            power = Multiply(power, adjusted);
        }
    }

    /// <summary>Absorbs whole blocks into the state.</summary>
    public void Update(ref Vector128<ulong> state, ReadOnlySpan<byte> blocks)
    {
        if (_wide)
        {
            for (; blocks.Length >= Wide * 16; blocks = blocks[(Wide * 16)..])
            {
                state = Absorb16(state, blocks);
            }
        }

        if (_hardware)
        {
            for (; blocks.Length >= Half * 16; blocks = blocks[(Half * 16)..])
            {
                state = Absorb8(state, blocks);
            }
        }

        for (; blocks.Length >= 16; blocks = blocks[16..])
        {
            state = Multiply(state ^ Load(blocks), _powers[Wide - 1]);
        }
    }

    /// <summary>Absorbs any bytes, the last block filled with zeros.</summary>
    public void UpdatePadded(ref Vector128<ulong> state, ReadOnlySpan<byte> data)
    {
        var whole = data.Length & ~15;
        Update(ref state, data[..whole]);
        if (whole < data.Length)
        {
            Span<byte> last = stackalloc byte[16];
            last.Clear();
            data[whole..].CopyTo(last);
            Update(ref state, last);
        }
    }

    public static void Store(Vector128<ulong> state, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, state[1]);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], state[0]);
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_powers.AsSpan()));

    private static Vector128<ulong> Load(ReadOnlySpan<byte> block) =>
        Vector128.Create(BinaryPrimitives.ReadUInt64BigEndian(block[8..]), BinaryPrimitives.ReadUInt64BigEndian(block));

    private static Vector128<ulong> Swap(Vector128<ulong> x) => Vector128.Shuffle(x, Vector128.Create(1ul, 0));

    private Vector128<ulong> Multiply(Vector128<ulong> a, Vector128<ulong> b) => _hardware
        ? Reduce(Pclmulqdq.CarrylessMultiply(a, b, 0x00), Pclmulqdq.CarrylessMultiply(a, b, 0x01) ^ Pclmulqdq.CarrylessMultiply(a, b, 0x10), Pclmulqdq.CarrylessMultiply(a, b, 0x11))
        : ReducePortable(Carryless.Multiply(a[0], b[0]), Carryless.Multiply(a[1], b[0]) ^ Carryless.Multiply(a[0], b[1]), Carryless.Multiply(a[1], b[1]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Reduce(Vector128<ulong> low, Vector128<ulong> middle, Vector128<ulong> high)
    {
        var fold = Vector128.CreateScalar(Fold);
        middle ^= Swap(low) ^ Pclmulqdq.CarrylessMultiply(low, fold, 0x00);
        return high ^ Swap(middle) ^ Pclmulqdq.CarrylessMultiply(middle, fold, 0x00);
    }

    private static Vector128<ulong> ReducePortable(Vector128<ulong> low, Vector128<ulong> middle, Vector128<ulong> high)
    {
        middle ^= Swap(low) ^ Carryless.Multiply(low[0], Fold);
        return high ^ Swap(middle) ^ Carryless.Multiply(middle[0], Fold);
    }

    /// <summary>8 blocks with one reduction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vector128<ulong> Absorb8(Vector128<ulong> state, ReadOnlySpan<byte> blocks)
    {
        var reverse = Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
        var powers = _powers.AsSpan(Wide - Half, Half);
        Vector128<ulong> low = default, middle = default, high = default;
        for (var i = 0; i < Half; i++)
        {
            var x = Vector128.Shuffle(Vector128.Create(blocks.Slice(16 * i, 16)), reverse).AsUInt64() ^ state;
            state = default;
            low ^= Pclmulqdq.CarrylessMultiply(x, powers[i], 0x00);
            middle ^= Pclmulqdq.CarrylessMultiply(x, powers[i], 0x01) ^ Pclmulqdq.CarrylessMultiply(x, powers[i], 0x10);
            high ^= Pclmulqdq.CarrylessMultiply(x, powers[i], 0x11);
        }

        return Reduce(low, middle, high);
    }

    /// <summary>16 blocks with one reduction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vector128<ulong> Absorb16(Vector128<ulong> state, ReadOnlySpan<byte> blocks)
    {
        var lane = Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
        var reverse = Vector512.Create(Vector256.Create(lane, lane), Vector256.Create(lane, lane));
        var powers = MemoryMarshal.Cast<Vector128<ulong>, Vector512<ulong>>(_powers);
        var first = Vector512.Create(Vector256.Create(state, Vector128<ulong>.Zero), Vector256<ulong>.Zero);
        Vector512<ulong> low = default, middle = default, high = default;
        for (var i = 0; i < 4; i++)
        {
            var x = Avx512BW.Shuffle(Vector512.Create(blocks.Slice(64 * i, 64)), reverse).AsUInt64() ^ first;
            first = default;
            low ^= Pclmulqdq.V512.CarrylessMultiply(x, powers[i], 0x00);
            middle ^= Pclmulqdq.V512.CarrylessMultiply(x, powers[i], 0x01) ^ Pclmulqdq.V512.CarrylessMultiply(x, powers[i], 0x10);
            high ^= Pclmulqdq.V512.CarrylessMultiply(x, powers[i], 0x11);
        }

        return Reduce(Lanes(low), Lanes(middle), Lanes(high));
    }

    private static Vector128<ulong> Lanes(Vector512<ulong> x)
    {
        var half = x.GetLower() ^ x.GetUpper();
        return half.GetLower() ^ half.GetUpper();
    }
}

/// <summary>64×64-bit carry-less product from whole-number products with holes (Pornin, BearSSL ghash_ctmul64).</summary>
internal static class Carryless
{
    public static Vector128<ulong> Multiply(ulong a, ulong b) => Vector128.Create(Low(a, b), Reverse(Low(Reverse(a), Reverse(b))) >> 1);

    private static ulong Low(ulong x, ulong y)
    {
        const ulong m0 = 0x1111111111111111, m1 = 0x2222222222222222, m2 = 0x4444444444444444, m3 = 0x8888888888888888;
        unchecked
        {
            var (x0, x1, x2, x3) = (x & m0, x & m1, x & m2, x & m3);
            var (y0, y1, y2, y3) = (y & m0, y & m1, y & m2, y & m3);
            var z0 = (x0 * y0) ^ (x1 * y3) ^ (x2 * y2) ^ (x3 * y1);
            var z1 = (x0 * y1) ^ (x1 * y0) ^ (x2 * y3) ^ (x3 * y2);
            var z2 = (x0 * y2) ^ (x1 * y1) ^ (x2 * y0) ^ (x3 * y3);
            var z3 = (x0 * y3) ^ (x1 * y2) ^ (x2 * y1) ^ (x3 * y0);
            return (z0 & m0) | (z1 & m1) | (z2 & m2) | (z3 & m3);
        }
    }

    private static ulong Reverse(ulong x)
    {
        x = ((x & 0x5555555555555555) << 1) | ((x >> 1) & 0x5555555555555555);
        x = ((x & 0x3333333333333333) << 2) | ((x >> 2) & 0x3333333333333333);
        x = ((x & 0x0f0f0f0f0f0f0f0f) << 4) | ((x >> 4) & 0x0f0f0f0f0f0f0f0f);
        return BinaryPrimitives.ReverseEndianness(x);
    }
}
