using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sandbox.Trust;

/// <summary>The SM3 compression function with the message expansion in vectors, four words at a time, between the scalar rounds that wait for one another.</summary>
/// <remarks>The rounds hang on each other by e → SS1 → TT2 → P0, about seven cycles each, in which the machine has room for the expansion of the words sixteen rounds ahead. No branch and no address depends on data.</remarks>
internal static class Sm3Scheduled
{
    public static bool IsSupported => Ssse3.IsSupported;

    /// <summary>Absorbs whole blocks.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress(ref Sm3State state, ReadOnlySpan<byte> blocks)
    {
        // Of the four words at hand: W and W' = W[j] ^ W[j + 4].
        Span<uint> words = stackalloc uint[8];
        ref var w = ref MemoryMarshal.GetReference(words);
        ref var t = ref MemoryMarshal.GetReference(Sm3.RoundConstants);
        ref var input = ref MemoryMarshal.GetReference(blocks);
        var swap = Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
        uint s0 = state[0], s1 = state[1], s2 = state[2], s3 = state[3], s4 = state[4], s5 = state[5], s6 = state[6], s7 = state[7];
        for (var left = blocks.Length / Sm3.BlockLength; left > 0; left--)
        {
            var v0 = Ssse3.Shuffle(Vector128.LoadUnsafe(ref input), swap).AsUInt32();
            var v1 = Ssse3.Shuffle(Vector128.LoadUnsafe(ref input, 16), swap).AsUInt32();
            var v2 = Ssse3.Shuffle(Vector128.LoadUnsafe(ref input, 32), swap).AsUInt32();
            var v3 = Ssse3.Shuffle(Vector128.LoadUnsafe(ref input, 48), swap).AsUInt32();
            input = ref Unsafe.Add(ref input, Sm3.BlockLength);
            uint a = s0, b = s1, c = s2, d = s3, e = s4, f = s5, g = s6, h = s7;
            EarlyFour(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, ref t, ref w, v0, v1);
            v0 = Next(v0, v1, v2, v3);
            EarlyFour(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, ref Unsafe.Add(ref t, 4), ref w, v1, v2);
            v1 = Next(v1, v2, v3, v0);
            EarlyFour(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, ref Unsafe.Add(ref t, 8), ref w, v2, v3);
            v2 = Next(v2, v3, v0, v1);
            EarlyFour(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, ref Unsafe.Add(ref t, 12), ref w, v3, v0);
            v3 = Next(v3, v0, v1, v2);
            for (nint j = 16; j < 64; j += 16)
            {
                LateFour(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, ref Unsafe.Add(ref t, j), ref w, v0, v1);
                v0 = Next(v0, v1, v2, v3);
                LateFour(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, ref Unsafe.Add(ref t, j + 4), ref w, v1, v2);
                v1 = Next(v1, v2, v3, v0);
                LateFour(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, ref Unsafe.Add(ref t, j + 8), ref w, v2, v3);
                v2 = Next(v2, v3, v0, v1);
                LateFour(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, ref Unsafe.Add(ref t, j + 12), ref w, v3, v0);
                v3 = Next(v3, v0, v1, v2);
            }

            s0 ^= a;
            s1 ^= b;
            s2 ^= c;
            s3 ^= d;
            s4 ^= e;
            s5 ^= f;
            s6 ^= g;
            s7 ^= h;
        }

        state[0] = s0;
        state[1] = s1;
        state[2] = s2;
        state[3] = s3;
        state[4] = s4;
        state[5] = s5;
        state[6] = s6;
        state[7] = s7;
        words.Clear();
    }

    /// <summary>Words j … j+3 from the sixteen before them. The fourth needs the first of the same vector; P1 is linear, so its share is added afterwards.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Next(Vector128<uint> v0, Vector128<uint> v1, Vector128<uint> v2, Vector128<uint> v3)
    {
        // 16 before ^ 9 before ^ (3 before <<< 15); the last lane of "3 before" is still empty.
        var nine = Ssse3.AlignRight(v2.AsByte(), v1.AsByte(), 12).AsUInt32();
        var thirteen = Ssse3.AlignRight(v1.AsByte(), v0.AsByte(), 12).AsUInt32();
        var six = Ssse3.AlignRight(v3.AsByte(), v2.AsByte(), 8).AsUInt32();
        var three = Sse2.ShiftRightLogical128BitLane(v3, 4);
        var y = v0 ^ nine ^ Rotate(three, 15);
        var words = y ^ Rotate(y, 15) ^ Rotate(y, 23) ^ Rotate(thirteen, 7) ^ six;
        var first = Sse2.ShiftLeftLogical128BitLane(words, 12);
        return words ^ Rotate(first, 15) ^ Rotate(first, 30) ^ Rotate(first, 6);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Rotate(Vector128<uint> value, [ConstantExpected] byte count) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateLeft(value, count) : (value << count) | (value >>> (32 - count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ref uint w, Vector128<uint> here, Vector128<uint> four)
    {
        here.StoreUnsafe(ref w);
        (here ^ four).StoreUnsafe(ref w, 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EarlyFour(ref uint a, ref uint b, ref uint c, ref uint d, ref uint e, ref uint f, ref uint g, ref uint h, ref uint t, ref uint w, Vector128<uint> here, Vector128<uint> four)
    {
        Put(ref w, here, four);
        Early(a, ref b, c, ref d, e, ref f, g, ref h, t, w, Unsafe.Add(ref w, 4));
        Early(d, ref a, b, ref c, h, ref e, f, ref g, Unsafe.Add(ref t, 1), Unsafe.Add(ref w, 1), Unsafe.Add(ref w, 5));
        Early(c, ref d, a, ref b, g, ref h, e, ref f, Unsafe.Add(ref t, 2), Unsafe.Add(ref w, 2), Unsafe.Add(ref w, 6));
        Early(b, ref c, d, ref a, f, ref g, h, ref e, Unsafe.Add(ref t, 3), Unsafe.Add(ref w, 3), Unsafe.Add(ref w, 7));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LateFour(ref uint a, ref uint b, ref uint c, ref uint d, ref uint e, ref uint f, ref uint g, ref uint h, ref uint t, ref uint w, Vector128<uint> here, Vector128<uint> four)
    {
        Put(ref w, here, four);
        Late(a, ref b, c, ref d, e, ref f, g, ref h, t, w, Unsafe.Add(ref w, 4));
        Late(d, ref a, b, ref c, h, ref e, f, ref g, Unsafe.Add(ref t, 1), Unsafe.Add(ref w, 1), Unsafe.Add(ref w, 5));
        Late(c, ref d, a, ref b, g, ref h, e, ref f, Unsafe.Add(ref t, 2), Unsafe.Add(ref w, 2), Unsafe.Add(ref w, 6));
        Late(b, ref c, d, ref a, f, ref g, h, ref e, Unsafe.Add(ref t, 3), Unsafe.Add(ref w, 3), Unsafe.Add(ref w, 7));
    }

    /// <summary>One of the first sixteen rounds. The registers keep their places; d and h take the new values, so the next round calls them by the names one further.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Early(uint a, ref uint b, uint c, ref uint d, uint e, ref uint f, uint g, ref uint h, uint t, uint w, uint w1)
    {
        unchecked
        {
            var a12 = BitOperations.RotateLeft(a, 12);
            var ss1 = BitOperations.RotateLeft(a12 + t + e, 7);
            var tt2 = (e ^ f ^ g) + (h + w) + ss1;
            d = (a ^ b ^ c) + (d + w1) + (ss1 ^ a12);
            h = tt2 ^ BitOperations.RotateLeft(tt2, 9) ^ BitOperations.RotateLeft(tt2, 17);
            b = BitOperations.RotateLeft(b, 9);
            f = BitOperations.RotateLeft(f, 19);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Late(uint a, ref uint b, uint c, ref uint d, uint e, ref uint f, uint g, ref uint h, uint t, uint w, uint w1)
    {
        unchecked
        {
            var a12 = BitOperations.RotateLeft(a, 12);
            var ss1 = BitOperations.RotateLeft(a12 + t + e, 7);
            var tt2 = (g ^ (e & (f ^ g))) + (h + w) + ss1;
            d = ((a & b) | (c & (a | b))) + (d + w1) + (ss1 ^ a12);
            h = tt2 ^ BitOperations.RotateLeft(tt2, 9) ^ BitOperations.RotateLeft(tt2, 17);
            b = BitOperations.RotateLeft(b, 9);
            f = BitOperations.RotateLeft(f, 19);
        }
    }
}
