using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sandbox.Trust;

/// <summary>The SM3 compression function (GB/T 32905-2016) in lanes. No branch and no address depends on data.</summary>
internal readonly struct Sm3Lanes : ILaneHash
{
    public static ReadOnlySpan<uint> Initial => [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress<L, T>(Span<T> state, Span<T> words)
        where L : ILanes<T>
        where T : unmanaged
    {
        ref var w = ref MemoryMarshal.GetReference(words[..LaneBlocks<Sm3Lanes>.Words]);
        ref var t = ref MemoryMarshal.GetReference(Sm3.RoundConstants);
        T a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        // Four rounds a turn: the registers' roles move by one each round and are back in place after four.
        for (nint j = 0; j < 12; j += 4)
        {
            Early<L, T>(a, ref b, c, ref d, e, ref f, g, ref h, ref Unsafe.Add(ref t, j), ref Unsafe.Add(ref w, j));
            Early<L, T>(d, ref a, b, ref c, h, ref e, f, ref g, ref Unsafe.Add(ref t, j + 1), ref Unsafe.Add(ref w, j + 1));
            Early<L, T>(c, ref d, a, ref b, g, ref h, e, ref f, ref Unsafe.Add(ref t, j + 2), ref Unsafe.Add(ref w, j + 2));
            Early<L, T>(b, ref c, d, ref a, f, ref g, h, ref e, ref Unsafe.Add(ref t, j + 3), ref Unsafe.Add(ref w, j + 3));
        }

        // From here the words that the rounds need next are made between the rounds, which wait for one another anyway.
        Expand<L, T>(ref Unsafe.Add(ref w, 16));
        Early<L, T>(a, ref b, c, ref d, e, ref f, g, ref h, ref Unsafe.Add(ref t, 12), ref Unsafe.Add(ref w, 12));
        Early<L, T>(d, ref a, b, ref c, h, ref e, f, ref g, ref Unsafe.Add(ref t, 13), ref Unsafe.Add(ref w, 13));
        Early<L, T>(c, ref d, a, ref b, g, ref h, e, ref f, ref Unsafe.Add(ref t, 14), ref Unsafe.Add(ref w, 14));
        Early<L, T>(b, ref c, d, ref a, f, ref g, h, ref e, ref Unsafe.Add(ref t, 15), ref Unsafe.Add(ref w, 15));
        for (nint j = 16; j < 64; j += 4)
        {
            Expand<L, T>(ref Unsafe.Add(ref w, j + 4));
            Late<L, T>(a, ref b, c, ref d, e, ref f, g, ref h, ref Unsafe.Add(ref t, j), ref Unsafe.Add(ref w, j));
            Late<L, T>(d, ref a, b, ref c, h, ref e, f, ref g, ref Unsafe.Add(ref t, j + 1), ref Unsafe.Add(ref w, j + 1));
            Late<L, T>(c, ref d, a, ref b, g, ref h, e, ref f, ref Unsafe.Add(ref t, j + 2), ref Unsafe.Add(ref w, j + 2));
            Late<L, T>(b, ref c, d, ref a, f, ref g, h, ref e, ref Unsafe.Add(ref t, j + 3), ref Unsafe.Add(ref w, j + 3));
        }

        state[0] = L.Xor(state[0], a);
        state[1] = L.Xor(state[1], b);
        state[2] = L.Xor(state[2], c);
        state[3] = L.Xor(state[3], d);
        state[4] = L.Xor(state[4], e);
        state[5] = L.Xor(state[5], f);
        state[6] = L.Xor(state[6], g);
        state[7] = L.Xor(state[7], h);
    }

    /// <summary>Four more words, from the sixteen before them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Expand<L, T>(ref T w)
        where L : ILanes<T>
        where T : unmanaged
    {
        for (var i = 0; i < 4; i++)
        {
            var x = L.Xor(L.Xor(Unsafe.Add(ref w, i - 16), Unsafe.Add(ref w, i - 9)), L.RotateLeft(Unsafe.Add(ref w, i - 3), 15));
            // x <<< 15 and x <<< 23 differ by one byte.
            var p1 = L.Xor(x, L.RotateLeft(L.Xor(x, L.RotateByte(x)), 15));
            Unsafe.Add(ref w, i) = L.Xor(L.Xor(p1, L.RotateLeft(Unsafe.Add(ref w, i - 13), 7)), Unsafe.Add(ref w, i - 6));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Early<L, T>(T a, ref T b, T c, ref T d, T e, ref T f, T g, ref T h, ref uint t, ref T w)
        where L : ILanes<T>
        where T : unmanaged => Round<L, T>(L.Xor(L.Xor(a, b), c), L.Xor(L.Xor(e, f), g), a, ref b, ref d, e, ref f, ref h, ref t, ref w);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Late<L, T>(T a, ref T b, T c, ref T d, T e, ref T f, T g, ref T h, ref uint t, ref T w)
        where L : ILanes<T>
        where T : unmanaged =>
        Round<L, T>(L.Or(L.And(a, b), L.And(c, L.Or(a, b))), L.Xor(g, L.And(e, L.Xor(f, g))), a, ref b, ref d, e, ref f, ref h, ref t, ref w);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round<L, T>(T ff, T gg, T a, ref T b, ref T d, T e, ref T f, ref T h, ref uint t, ref T w)
        where L : ILanes<T>
        where T : unmanaged
    {
        var a12 = L.RotateLeft(a, 12);
        var ss1 = L.RotateLeft(L.Add(L.Add(a12, L.All(t)), e), 7);
        var tt2 = L.Add(L.Add(gg, L.Add(h, w)), ss1);
        d = L.Add(L.Add(ff, L.Add(d, L.Xor(w, Unsafe.Add(ref w, 4)))), L.Xor(ss1, a12));
        h = L.Xor(tt2, L.RotateLeft(L.Xor(tt2, L.RotateByte(tt2)), 9));
        b = L.RotateLeft(b, 9);
        f = L.RotateLeft(f, 19);
    }
}
