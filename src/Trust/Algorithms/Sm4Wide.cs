using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sandbox.Trust;

/// <summary>SM4 counter mode on 32 blocks at a time in 512-bit vectors with the Galois field instructions.</summary>
internal static class Sm4Wide
{
    public const int Stride = 512;

    public static bool IsSupported => Gfni.V512.IsSupported && Avx512BW.IsSupported;

    // Vector k, 128-bit lane l holds block 4k+l after the words are put back into blocks, so element 4l+k counts 4k+l.
    private static Vector512<uint> Order => Vector512.Create(0u, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);

    private static Vector512<byte> SwapWords => Vector512.Create(Vector256.Create(Lane, Lane), Vector256.Create(Lane, Lane));

    private static Vector128<byte> Lane => Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);

    /// <param name="keys">32 round keys.</param>
    /// <param name="counter">The first counter block; its last word counts and wraps.</param>
    /// <param name="input">A multiple of <see cref="Stride"/> bytes.</param>
    /// <param name="output">As long as the input; may be the same memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Counter(ReadOnlySpan<uint> keys, ReadOnlySpan<byte> counter, ReadOnlySpan<byte> input, Span<byte> output)
    {
        var n0 = Vector512.Create(BinaryPrimitives.ReadUInt32BigEndian(counter));
        var n1 = Vector512.Create(BinaryPrimitives.ReadUInt32BigEndian(counter[4..]));
        var n2 = Vector512.Create(BinaryPrimitives.ReadUInt32BigEndian(counter[8..]));
        var n3 = Vector512.Create(BinaryPrimitives.ReadUInt32BigEndian(counter[12..])) + Order;
        var swap = SwapWords;
        for (var at = 0; at + Stride <= input.Length; at += Stride)
        {
            var (a0, a1, a2, a3) = (n0, n1, n2, n3);
            var (b0, b1, b2, b3) = (n0, n1, n2, n3 + Vector512.Create(16u));
            n3 += Vector512.Create(32u);
            for (var r = 0; r < 32; r += 4)
            {
                var k = Vector512.Create(keys[r]);
                a0 ^= Mix(a1 ^ a2 ^ a3 ^ k);
                b0 ^= Mix(b1 ^ b2 ^ b3 ^ k);
                k = Vector512.Create(keys[r + 1]);
                a1 ^= Mix(a2 ^ a3 ^ a0 ^ k);
                b1 ^= Mix(b2 ^ b3 ^ b0 ^ k);
                k = Vector512.Create(keys[r + 2]);
                a2 ^= Mix(a3 ^ a0 ^ a1 ^ k);
                b2 ^= Mix(b3 ^ b0 ^ b1 ^ k);
                k = Vector512.Create(keys[r + 3]);
                a3 ^= Mix(a0 ^ a1 ^ a2 ^ k);
                b3 ^= Mix(b0 ^ b1 ^ b2 ^ k);
            }

            Emit(input[at..], output[at..], swap, a3, a2, a1, a0);
            Emit(input[(at + 256)..], output[(at + 256)..], swap, b3, b2, b1, b0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Mix(Vector512<uint> x)
    {
        var y = Gfni.V512.GaloisFieldAffineTransform(x.AsByte(), Vector512.Create(Sm4Affine.Before).AsByte(), Sm4Affine.BeforeConstant);
        var b = Gfni.V512.GaloisFieldAffineTransformInverse(y, Vector512.Create(Sm4Affine.After).AsByte(), Sm4Affine.AfterConstant).AsUInt32();
        return b ^ Avx512F.RotateLeft(b, 2) ^ Avx512F.RotateLeft(b, 10) ^ Avx512F.RotateLeft(b, 18) ^ Avx512F.RotateLeft(b, 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Emit(ReadOnlySpan<byte> input, Span<byte> output, Vector512<byte> swap, Vector512<uint> w0, Vector512<uint> w1, Vector512<uint> w2, Vector512<uint> w3)
    {
        var low01 = Avx512F.UnpackLow(w0, w1).AsUInt64();
        var high01 = Avx512F.UnpackHigh(w0, w1).AsUInt64();
        var low23 = Avx512F.UnpackLow(w2, w3).AsUInt64();
        var high23 = Avx512F.UnpackHigh(w2, w3).AsUInt64();
        Put(input, output, swap, 0, Avx512F.UnpackLow(low01, low23));
        Put(input, output, swap, 64, Avx512F.UnpackHigh(low01, low23));
        Put(input, output, swap, 128, Avx512F.UnpackLow(high01, high23));
        Put(input, output, swap, 192, Avx512F.UnpackHigh(high01, high23));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ReadOnlySpan<byte> input, Span<byte> output, Vector512<byte> swap, int at, Vector512<ulong> stream)
    {
        var text = Vector512.Create(input.Slice(at, 64)) ^ Avx512BW.Shuffle(stream.AsByte(), swap);
        text.StoreUnsafe(ref MemoryMarshal.GetReference(output.Slice(at, 64)));
    }
}
