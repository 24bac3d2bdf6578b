using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sandbox.Trust;

/// <summary>The eight chaining words of SM3.</summary>
[InlineArray(8)]
internal struct Sm3State
{
    private uint _word;

    public static Sm3State Initial
    {
        get
        {
            var state = default(Sm3State);
            ReadOnlySpan<uint> iv = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];
            iv.CopyTo(state);
            return state;
        }
    }
}

/// <summary>The SM3 compression function and one-shot hash (GB/T 32905-2016), straight-line and without data-dependent branches or table look-ups.</summary>
internal static class Sm3
{
    public const int BlockLength = 64;

    /// <summary>T of round j rotated by j (GB/T 32905-2016, 5.3.3).</summary>
    internal static ReadOnlySpan<uint> RoundConstants =>
    [
        0x79cc4519, 0xf3988a32, 0xe7311465, 0xce6228cb, 0x9cc45197, 0x3988a32f, 0x7311465e, 0xe6228cbc,
        0xcc451979, 0x988a32f3, 0x311465e7, 0x6228cbce, 0xc451979c, 0x88a32f39, 0x11465e73, 0x228cbce6,
        0x9d8a7a87, 0x3b14f50f, 0x7629ea1e, 0xec53d43c, 0xd8a7a879, 0xb14f50f3, 0x629ea1e7, 0xc53d43ce,
        0x8a7a879d, 0x14f50f3b, 0x29ea1e76, 0x53d43cec, 0xa7a879d8, 0x4f50f3b1, 0x9ea1e762, 0x3d43cec5,
        0x7a879d8a, 0xf50f3b14, 0xea1e7629, 0xd43cec53, 0xa879d8a7, 0x50f3b14f, 0xa1e7629e, 0x43cec53d,
        0x879d8a7a, 0x0f3b14f5, 0x1e7629ea, 0x3cec53d4, 0x79d8a7a8, 0xf3b14f50, 0xe7629ea1, 0xcec53d43,
        0x9d8a7a87, 0x3b14f50f, 0x7629ea1e, 0xec53d43c, 0xd8a7a879, 0xb14f50f3, 0x629ea1e7, 0xc53d43ce,
        0x8a7a879d, 0x14f50f3b, 0x29ea1e76, 0x53d43cec, 0xa7a879d8, 0x4f50f3b1, 0x9ea1e762, 0x3d43cec5,
    ];

    public static void Hash(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        var state = Sm3State.Initial;
        Finish(ref state, 0, data, destination);
    }

    /// <summary>Absorbs the last bytes with padding and writes the hash. <paramref name="before"/> is the count of bytes absorbed already, a multiple of 64.</summary>
    public static void Finish(ref Sm3State state, long before, ReadOnlySpan<byte> rest, Span<byte> destination)
    {
        var whole = rest.Length & ~(BlockLength - 1);
        Compress(ref state, rest[..whole]);
        Span<byte> tail = stackalloc byte[2 * BlockLength];
        tail.Clear();
        var left = rest[whole..];
        left.CopyTo(tail);
        tail[left.Length] = 0x80;
        var tailLength = left.Length < BlockLength - 8 ? BlockLength : 2 * BlockLength;
        BinaryPrimitives.WriteUInt64BigEndian(tail[(tailLength - 8)..], unchecked((ulong)(before + rest.Length) * 8));
        Compress(ref state, tail[..tailLength]);
        for (var i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[(i * 4)..], state[i]);
        }
    }

    /// <summary>Absorbs whole blocks.</summary>
    public static void Compress(ref Sm3State state, ReadOnlySpan<byte> blocks)
    {
        if (Sm3Scheduled.IsSupported)
        {
            Sm3Scheduled.Compress(ref state, blocks);
        }
        else
        {
            CompressPortable(ref state, blocks);
        }
    }

    /// <summary>Word by word, for processors without the vectors of <see cref="Sm3Scheduled"/>.</summary>
    // Optimised at the first call: most processes are too short to earn it.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void CompressPortable(ref Sm3State state, ReadOnlySpan<byte> blocks)
    {
        Span<uint> w = stackalloc uint[68];
        var t = RoundConstants;
        unchecked
        {
            for (; blocks.Length >= BlockLength; blocks = blocks[BlockLength..])
            {
                Expand(blocks, w);
                uint a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
                // Four rounds a turn: the roles of the registers move by one each round and are back in place after four.
                for (var j = 0; j < 16; j += 4)
                {
                    Early(a, ref b, c, ref d, e, ref f, g, ref h, t[j], w[j], w[j + 4]);
                    Early(d, ref a, b, ref c, h, ref e, f, ref g, t[j + 1], w[j + 1], w[j + 5]);
                    Early(c, ref d, a, ref b, g, ref h, e, ref f, t[j + 2], w[j + 2], w[j + 6]);
                    Early(b, ref c, d, ref a, f, ref g, h, ref e, t[j + 3], w[j + 3], w[j + 7]);
                }

                for (var j = 16; j < 64; j += 4)
                {
                    Late(a, ref b, c, ref d, e, ref f, g, ref h, t[j], w[j], w[j + 4]);
                    Late(d, ref a, b, ref c, h, ref e, f, ref g, t[j + 1], w[j + 1], w[j + 5]);
                    Late(c, ref d, a, ref b, g, ref h, e, ref f, t[j + 2], w[j + 2], w[j + 6]);
                    Late(b, ref c, d, ref a, f, ref g, h, ref e, t[j + 3], w[j + 3], w[j + 7]);
                }

                state[0] ^= a;
                state[1] ^= b;
                state[2] ^= c;
                state[3] ^= d;
                state[4] ^= e;
                state[5] ^= f;
                state[6] ^= g;
                state[7] ^= h;
            }
        }
    }

    private static void Expand(ReadOnlySpan<byte> block, Span<uint> w)
    {
        for (var j = 0; j < 16; j++)
        {
            w[j] = BinaryPrimitives.ReadUInt32BigEndian(block[(j * 4)..]);
        }

        for (var j = 16; j < 68; j++)
        {
            var x = w[j - 16] ^ w[j - 9] ^ BitOperations.RotateLeft(w[j - 3], 15);
            w[j] = x ^ BitOperations.RotateLeft(x, 15) ^ BitOperations.RotateLeft(x, 23) ^ BitOperations.RotateLeft(w[j - 13], 7) ^ w[j - 6];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Early(uint a, ref uint b, uint c, ref uint d, uint e, ref uint f, uint g, ref uint h, uint t, uint w, uint w4)
    {
        unchecked
        {
            var a12 = BitOperations.RotateLeft(a, 12);
            var ss1 = BitOperations.RotateLeft(a12 + e + t, 7);
            d = (a ^ b ^ c) + d + (ss1 ^ a12) + (w ^ w4);
            var tt2 = (e ^ f ^ g) + h + ss1 + w;
            h = tt2 ^ BitOperations.RotateLeft(tt2, 9) ^ BitOperations.RotateLeft(tt2, 17);
            b = BitOperations.RotateLeft(b, 9);
            f = BitOperations.RotateLeft(f, 19);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Late(uint a, ref uint b, uint c, ref uint d, uint e, ref uint f, uint g, ref uint h, uint t, uint w, uint w4)
    {
        unchecked
        {
            var a12 = BitOperations.RotateLeft(a, 12);
            var ss1 = BitOperations.RotateLeft(a12 + e + t, 7);
            d = ((a & b) | (c & (a ^ b))) + d + (ss1 ^ a12) + (w ^ w4);
            var tt2 = (g ^ (e & (f ^ g))) + h + ss1 + w;
            h = tt2 ^ BitOperations.RotateLeft(tt2, 9) ^ BitOperations.RotateLeft(tt2, 17);
            b = BitOperations.RotateLeft(b, 9);
            f = BitOperations.RotateLeft(f, 19);
        }
    }
}
