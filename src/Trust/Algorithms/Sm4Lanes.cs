using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sandbox.Trust;

/// <summary>Eight SM4 blocks at a time in 128-bit vectors, each vector one word of four blocks.</summary>
internal static class Sm4Lanes<TSubstitution>
    where TSubstitution : struct, ISm4Substitution
{
    public const int Stride = 128;

    /// <summary>Encrypts exactly <see cref="Stride"/> bytes in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Encrypt(ReadOnlySpan<uint> keys, Span<byte> blocks)
    {
        var (a0, a1, a2, a3) = Load(blocks);
        var (b0, b1, b2, b3) = Load(blocks[64..]);
        for (var r = 0; r < 32; r += 4)
        {
            var k = Vector128.Create(keys[r]);
            a0 ^= Mix(a1 ^ a2 ^ a3 ^ k);
            b0 ^= Mix(b1 ^ b2 ^ b3 ^ k);
            k = Vector128.Create(keys[r + 1]);
            a1 ^= Mix(a2 ^ a3 ^ a0 ^ k);
            b1 ^= Mix(b2 ^ b3 ^ b0 ^ k);
            k = Vector128.Create(keys[r + 2]);
            a2 ^= Mix(a3 ^ a0 ^ a1 ^ k);
            b2 ^= Mix(b3 ^ b0 ^ b1 ^ k);
            k = Vector128.Create(keys[r + 3]);
            a3 ^= Mix(a0 ^ a1 ^ a2 ^ k);
            b3 ^= Mix(b0 ^ b1 ^ b2 ^ k);
        }

        Store(blocks, a3, a2, a1, a0);
        Store(blocks[64..], b3, b2, b1, b0);
    }

    /// <summary>The substitution on one word, for the key schedule.</summary>
    public static uint Substitute(uint word) => TSubstitution.Apply(Vector128.CreateScalar(word).AsByte()).AsUInt32().ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Mix(Vector128<uint> x)
    {
        var b = TSubstitution.Apply(x.AsByte()).AsUInt32();
        return b ^ Rotate(b, 2) ^ Rotate(b, 10) ^ Rotate(b, 18) ^ Rotate(b, 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Rotate(Vector128<uint> x, int by) => (x << by) | (x >>> (32 - by));

    private static (Vector128<uint> W0, Vector128<uint> W1, Vector128<uint> W2, Vector128<uint> W3) Load(ReadOnlySpan<byte> b) =>
        (Word(b, 0), Word(b, 4), Word(b, 8), Word(b, 12));

    private static Vector128<uint> Word(ReadOnlySpan<byte> b, int at) => Vector128.Create(
        BinaryPrimitives.ReadUInt32BigEndian(b[at..]), BinaryPrimitives.ReadUInt32BigEndian(b[(at + 16)..]),
        BinaryPrimitives.ReadUInt32BigEndian(b[(at + 32)..]), BinaryPrimitives.ReadUInt32BigEndian(b[(at + 48)..]));

    private static void Store(Span<byte> b, Vector128<uint> w0, Vector128<uint> w1, Vector128<uint> w2, Vector128<uint> w3)
    {
        for (var i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(b[(16 * i)..], w0[i]);
            BinaryPrimitives.WriteUInt32BigEndian(b[(16 * i + 4)..], w1[i]);
            BinaryPrimitives.WriteUInt32BigEndian(b[(16 * i + 8)..], w2[i]);
            BinaryPrimitives.WriteUInt32BigEndian(b[(16 * i + 12)..], w3[i]);
        }
    }
}
