using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sandbox.Trust;

/// <summary>The SHA-256 compression function (FIPS 180-4) in lanes. No branch and no address depends on data.</summary>
internal readonly struct Sha256Lanes : ILaneHash
{
    private static ReadOnlySpan<uint> RoundConstants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    public static ReadOnlySpan<uint> Initial => [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress<L, T>(Span<T> state, Span<T> words)
        where L : ILanes<T>
        where T : unmanaged
    {
        ref var w = ref MemoryMarshal.GetReference(words[..LaneBlocks<Sha256Lanes>.Words]);
        ref var k = ref MemoryMarshal.GetReference(RoundConstants);
        T a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        // Eight rounds a turn: the registers' roles move by one each round and are back in place after eight.
        for (nint j = 0; j < 64; j += 8)
        {
            if (j >= 16)
            {
                Expand<L, T>(ref Unsafe.Add(ref w, j));
            }

            Round<L, T>(a, b, c, ref d, e, f, g, ref h, ref Unsafe.Add(ref k, j), Unsafe.Add(ref w, j));
            Round<L, T>(h, a, b, ref c, d, e, f, ref g, ref Unsafe.Add(ref k, j + 1), Unsafe.Add(ref w, j + 1));
            Round<L, T>(g, h, a, ref b, c, d, e, ref f, ref Unsafe.Add(ref k, j + 2), Unsafe.Add(ref w, j + 2));
            Round<L, T>(f, g, h, ref a, b, c, d, ref e, ref Unsafe.Add(ref k, j + 3), Unsafe.Add(ref w, j + 3));
            Round<L, T>(e, f, g, ref h, a, b, c, ref d, ref Unsafe.Add(ref k, j + 4), Unsafe.Add(ref w, j + 4));
            Round<L, T>(d, e, f, ref g, h, a, b, ref c, ref Unsafe.Add(ref k, j + 5), Unsafe.Add(ref w, j + 5));
            Round<L, T>(c, d, e, ref f, g, h, a, ref b, ref Unsafe.Add(ref k, j + 6), Unsafe.Add(ref w, j + 6));
            Round<L, T>(b, c, d, ref e, f, g, h, ref a, ref Unsafe.Add(ref k, j + 7), Unsafe.Add(ref w, j + 7));
        }

        state[0] = L.Add(state[0], a);
        state[1] = L.Add(state[1], b);
        state[2] = L.Add(state[2], c);
        state[3] = L.Add(state[3], d);
        state[4] = L.Add(state[4], e);
        state[5] = L.Add(state[5], f);
        state[6] = L.Add(state[6], g);
        state[7] = L.Add(state[7], h);
    }

    /// <summary>Eight more words, from the sixteen before them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Expand<L, T>(ref T w)
        where L : ILanes<T>
        where T : unmanaged
    {
        for (var i = 0; i < 8; i++)
        {
            var fifteen = Unsafe.Add(ref w, i - 15);
            var two = Unsafe.Add(ref w, i - 2);
            var s0 = L.Xor(L.Xor(L.RotateLeft(fifteen, 25), L.RotateLeft(fifteen, 14)), L.ShiftRight(fifteen, 3));
            var s1 = L.Xor(L.Xor(L.RotateLeft(two, 15), L.RotateLeft(two, 13)), L.ShiftRight(two, 10));
            Unsafe.Add(ref w, i) = L.Add(L.Add(Unsafe.Add(ref w, i - 16), s0), L.Add(Unsafe.Add(ref w, i - 7), s1));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round<L, T>(T a, T b, T c, ref T d, T e, T f, T g, ref T h, ref uint k, T w)
        where L : ILanes<T>
        where T : unmanaged
    {
        var s1 = L.Xor(L.Xor(L.RotateLeft(e, 26), L.RotateLeft(e, 21)), L.RotateLeft(e, 7));
        var s0 = L.Xor(L.Xor(L.RotateLeft(a, 30), L.RotateLeft(a, 19)), L.RotateLeft(a, 10));
        var t1 = L.Add(L.Add(L.Add(h, w), L.All(k)), L.Add(s1, L.Xor(g, L.And(e, L.Xor(f, g)))));
        d = L.Add(d, t1);
        h = L.Add(t1, L.Add(s0, L.Or(L.And(a, b), L.And(c, L.Or(a, b)))));
    }
}
