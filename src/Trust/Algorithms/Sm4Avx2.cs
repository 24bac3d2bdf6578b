using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sandbox.Trust;

/// <summary>SM4 counter mode on 32 blocks at a time in 256-bit vectors, for processors with AVX2 and AES but without the Galois field instructions.</summary>
internal static class Sm4Avx2
{
    public const int Stride = 128 * Sets;

    private const int Sets = 4;

    public static bool IsSupported => Avx2.IsSupported && AesSubstitution.IsSupported;

    // Vector k, 128-bit lane l holds block 2k+l after the words are put back into blocks, so element 4l+k counts 2k+l.
    private static Vector256<uint> Order => Vector256.Create(0u, 2, 4, 6, 1, 3, 5, 7);

    /// <param name="keys">32 round keys.</param>
    /// <param name="counter">The first counter block; its last word counts and wraps.</param>
    /// <param name="input">A multiple of <see cref="Stride"/> bytes.</param>
    /// <param name="output">As long as the input; may be the same memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Counter(ReadOnlySpan<uint> keys, ReadOnlySpan<byte> counter, ReadOnlySpan<byte> input, Span<byte> output)
    {
        var n0 = Vector256.Create(BinaryPrimitives.ReadUInt32BigEndian(counter));
        var n1 = Vector256.Create(BinaryPrimitives.ReadUInt32BigEndian(counter[4..]));
        var n2 = Vector256.Create(BinaryPrimitives.ReadUInt32BigEndian(counter[8..]));
        var n3 = Vector256.Create(BinaryPrimitives.ReadUInt32BigEndian(counter[12..])) + Order;

        // One word of every block in each; the sets of eight blocks hide one another's latency.
        Span<Vector256<uint>> w0 = stackalloc Vector256<uint>[Sets];
        Span<Vector256<uint>> w1 = stackalloc Vector256<uint>[Sets];
        Span<Vector256<uint>> w2 = stackalloc Vector256<uint>[Sets];
        Span<Vector256<uint>> w3 = stackalloc Vector256<uint>[Sets];
        for (var at = 0; at + Stride <= input.Length; at += Stride)
        {
            for (var set = 0; set < Sets; set++)
            {
                (w0[set], w1[set], w2[set], w3[set]) = (n0, n1, n2, n3);
                n3 += Vector256.Create(8u);
            }

            Rounds(keys, w0, w1, w2, w3);
            for (var set = 0; set < Sets; set++)
            {
                Emit(input[(at + 128 * set)..], output[(at + 128 * set)..], w3[set], w2[set], w1[set], w0[set]);
            }
        }

        w0.Clear();
        w1.Clear();
        w2.Clear();
        w3.Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rounds(ReadOnlySpan<uint> keys, Span<Vector256<uint>> w0, Span<Vector256<uint>> w1, Span<Vector256<uint>> w2, Span<Vector256<uint>> w3)
    {
        for (var r = 0; r < 32; r += 4)
        {
            Step(keys[r], w0, w1, w2, w3);
            Step(keys[r + 1], w1, w2, w3, w0);
            Step(keys[r + 2], w2, w3, w0, w1);
            Step(keys[r + 3], w3, w0, w1, w2);
        }
    }

    /// <summary>x ⊕= L(S(a ⊕ b ⊕ c ⊕ key)) for every set. The last AES round also shifts rows: the byte orders that rotate a word by 0, 8, 16 and 24 bits cancel that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Step(uint key, Span<Vector256<uint>> x, ReadOnlySpan<Vector256<uint>> a, ReadOnlySpan<Vector256<uint>> b, ReadOnlySpan<Vector256<uint>> c)
    {
        var (beforeLow, beforeHigh) = (Both(AesSubstitution.BeforeLow), Both(AesSubstitution.BeforeHigh));
        var (afterLow, afterHigh) = (Both(AesSubstitution.AfterLow), Both(AesSubstitution.AfterHigh));
        var half = Vector256.Create((byte)0x0f);
        var by0 = Both(AesSubstitution.Unshift);
        var by8 = Both(Vector128.Create((byte)7, 0, 13, 10, 11, 4, 1, 14, 15, 8, 5, 2, 3, 12, 9, 6));
        var by16 = Both(Vector128.Create((byte)10, 7, 0, 13, 14, 11, 4, 1, 2, 15, 8, 5, 6, 3, 12, 9));
        var by24 = Both(Vector128.Create((byte)13, 10, 7, 0, 1, 14, 11, 4, 5, 2, 15, 8, 9, 6, 3, 12));
        var k = Vector256.Create(key);
        for (var set = 0; set < x.Length && set < a.Length && set < b.Length && set < c.Length; set++)
        {
            var y = (a[set] ^ b[set] ^ c[set] ^ k).AsByte();
            y = Avx2.Shuffle(beforeLow, y & half) ^ Avx2.Shuffle(beforeHigh, Avx2.ShiftRightLogical(y.AsUInt16(), 4).AsByte() & half);
            y = Vector256.Create(Aes.EncryptLast(y.GetLower(), Vector128<byte>.Zero), Aes.EncryptLast(y.GetUpper(), Vector128<byte>.Zero));
            y = Avx2.Shuffle(afterLow, y & half) ^ Avx2.Shuffle(afterHigh, Avx2.ShiftRightLogical(y.AsUInt16(), 4).AsByte() & half);

            // b ⊕ b⋘2 ⊕ b⋘10 ⊕ b⋘18 ⊕ b⋘24, where whole bytes turn by shuffles.
            var whole = Avx2.Shuffle(y, by0);
            var two = (whole ^ Avx2.Shuffle(y, by8) ^ Avx2.Shuffle(y, by16)).AsUInt32();
            x[set] ^= (whole ^ Avx2.Shuffle(y, by24)).AsUInt32() ^ Avx2.ShiftLeftLogical(two, 2) ^ Avx2.ShiftRightLogical(two, 30);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Emit(ReadOnlySpan<byte> input, Span<byte> output, Vector256<uint> w0, Vector256<uint> w1, Vector256<uint> w2, Vector256<uint> w3)
    {
        var low01 = Avx2.UnpackLow(w0, w1).AsUInt64();
        var high01 = Avx2.UnpackHigh(w0, w1).AsUInt64();
        var low23 = Avx2.UnpackLow(w2, w3).AsUInt64();
        var high23 = Avx2.UnpackHigh(w2, w3).AsUInt64();
        Put(input, output, 0, Avx2.UnpackLow(low01, low23));
        Put(input, output, 32, Avx2.UnpackHigh(low01, low23));
        Put(input, output, 64, Avx2.UnpackLow(high01, high23));
        Put(input, output, 96, Avx2.UnpackHigh(high01, high23));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ReadOnlySpan<byte> input, Span<byte> output, int at, Vector256<ulong> stream)
    {
        var swap = Both(Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
        var text = Vector256.Create(input.Slice(at, 32)) ^ Avx2.Shuffle(stream.AsByte(), swap);
        text.StoreUnsafe(ref MemoryMarshal.GetReference(output.Slice(at, 32)));
    }

    private static Vector256<byte> Both(Vector128<byte> lane) => Vector256.Create(lane, lane);
}
