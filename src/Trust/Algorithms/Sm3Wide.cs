using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>SM3 of 16 messages of one length at once, a message in each lane of 512-bit vectors: for tree leaves, which do not depend on one another.</summary>
internal static class Sm3Wide
{
    public const int Lanes = 16;

    public static bool IsSupported => Avx512F.IsSupported && Avx512BW.IsSupported;

    /// <summary>Hashes <c>prefix‖piece</c> for 16 pieces of <paramref name="length"/> bytes that follow one another.</summary>
    /// <param name="prefix">One byte before each piece.</param>
    /// <param name="data">16·<paramref name="length"/> bytes.</param>
    /// <param name="length">Bytes of a piece.</param>
    /// <param name="hashes">16·32 bytes.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> bytes; holds a copy of the data afterwards.</param>
    public static void Hash(byte prefix, ReadOnlySpan<byte> data, int length, Span<byte> hashes, Span<byte> scratch)
    {
        var padded = ScratchLength(length) / Lanes;
        for (var lane = 0; lane < Lanes; lane++)
        {
            var message = scratch.Slice(lane * padded, padded);
            message[0] = prefix;
            data.Slice(lane * length, length).CopyTo(message[1..]);
            message[(length + 1)..].Clear();
            message[length + 1] = 0x80;
            BinaryPrimitives.WriteUInt64BigEndian(message[(padded - 8)..], (ulong)(length + 1) * 8);
        }

        Compress(scratch, padded, hashes);
    }

    /// <summary>Bytes of 16 padded messages.</summary>
    public static int ScratchLength(int length) => (length + 1 + 9 + Sm3.BlockLength - 1) / Sm3.BlockLength * Sm3.BlockLength * Lanes;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compress(ReadOnlySpan<byte> messages, int padded, Span<byte> hashes)
    {
        Span<Vector512<uint>> state = stackalloc Vector512<uint>[8];
        Span<Vector512<uint>> w = stackalloc Vector512<uint>[68];
        var initial = Sm3State.Initial;
        for (var i = 0; i < 8; i++)
        {
            state[i] = Vector512.Create(initial[i]);
        }

        for (var at = 0; at < padded; at += Sm3.BlockLength)
        {
            Load(messages[at..], padded, w);
            for (var j = 16; j < 68; j++)
            {
                var x = w[j - 16] ^ w[j - 9] ^ Avx512F.RotateLeft(w[j - 3], 15);
                w[j] = x ^ Avx512F.RotateLeft(x, 15) ^ Avx512F.RotateLeft(x, 23) ^ Avx512F.RotateLeft(w[j - 13], 7) ^ w[j - 6];
            }

            Rounds(state, w);
        }

        for (var i = 0; i < 8; i++)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(hashes[(lane * Suite.HashLength + i * 4)..], state[i][lane]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rounds(Span<Vector512<uint>> state, ReadOnlySpan<Vector512<uint>> w)
    {
        Vector512<uint> a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        var constants = Sm3.RoundConstants;
        for (var j = 0; j < 64; j++)
        {
            var a12 = Avx512F.RotateLeft(a, 12);
            var ss1 = Avx512F.RotateLeft(a12 + e + Vector512.Create(constants[j]), 7);
            var ff = j < 16 ? a ^ b ^ c : (a & b) | (c & (a ^ b));
            var gg = j < 16 ? e ^ f ^ g : g ^ (e & (f ^ g));
            var tt1 = ff + d + (ss1 ^ a12) + (w[j] ^ w[j + 4]);
            var tt2 = gg + h + ss1 + w[j];
            d = c;
            c = Avx512F.RotateLeft(b, 9);
            b = a;
            a = tt1;
            h = g;
            g = Avx512F.RotateLeft(f, 19);
            f = e;
            e = tt2 ^ Avx512F.RotateLeft(tt2, 9) ^ Avx512F.RotateLeft(tt2, 17);
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

    /// <summary>Word j of the block of every message into vector j: a 16×16 transposition.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Load(ReadOnlySpan<byte> messages, int padded, Span<Vector512<uint>> w)
    {
        var lane = Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
        var swap = Vector512.Create(Vector256.Create(lane, lane), Vector256.Create(lane, lane));
        Span<Vector512<uint>> t = stackalloc Vector512<uint>[16];
        for (var i = 0; i < 16; i += 4)
        {
            var r0 = Row(messages, i * padded, swap);
            var r1 = Row(messages, (i + 1) * padded, swap);
            var r2 = Row(messages, (i + 2) * padded, swap);
            var r3 = Row(messages, (i + 3) * padded, swap);
            var low01 = Avx512F.UnpackLow(r0, r1).AsUInt64();
            var high01 = Avx512F.UnpackHigh(r0, r1).AsUInt64();
            var low23 = Avx512F.UnpackLow(r2, r3).AsUInt64();
            var high23 = Avx512F.UnpackHigh(r2, r3).AsUInt64();
            t[i] = Avx512F.UnpackLow(low01, low23).AsUInt32();
            t[i + 1] = Avx512F.UnpackHigh(low01, low23).AsUInt32();
            t[i + 2] = Avx512F.UnpackLow(high01, high23).AsUInt32();
            t[i + 3] = Avx512F.UnpackHigh(high01, high23).AsUInt32();
        }

        for (var column = 0; column < 4; column++)
        {
            var p = Avx512F.Shuffle4x128(t[column], t[column + 4], 0x44);
            var q = Avx512F.Shuffle4x128(t[column], t[column + 4], 0xee);
            var r = Avx512F.Shuffle4x128(t[column + 8], t[column + 12], 0x44);
            var s = Avx512F.Shuffle4x128(t[column + 8], t[column + 12], 0xee);
            w[column] = Avx512F.Shuffle4x128(p, r, 0x88);
            w[column + 4] = Avx512F.Shuffle4x128(p, r, 0xdd);
            w[column + 8] = Avx512F.Shuffle4x128(q, s, 0x88);
            w[column + 12] = Avx512F.Shuffle4x128(q, s, 0xdd);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Row(ReadOnlySpan<byte> messages, int at, Vector512<byte> swap) =>
        Avx512BW.Shuffle(Vector512.Create(messages.Slice(at, 64)), swap).AsUInt32();
}
