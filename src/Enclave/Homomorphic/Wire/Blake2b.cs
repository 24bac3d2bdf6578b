using System.Buffers.Binary;
using System.Numerics;

namespace Sandbox.Enclave.Homomorphic.Wire;

/// <summary>
/// BLAKE2b (RFC 7693) and BLAKE2X (BLAKE2X specification, 2016) as far as SEAL's wire format needs them: the id of a parameter set is a
/// digest, and a seeded ciphertext names the key of a BLAKE2X stream. Nothing secret passes here.
/// </summary>
internal static class Blake2b
{
    private const int BlockBytes = 128;

    private static readonly ulong[] Initial =
    [
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    ];

    private static readonly byte[][] Schedule =
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    ];

    /// <summary>The digest of <paramref name="data"/>, 1 to 64 bytes long, under a key of at most 64 bytes.</summary>
    public static void Hash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> digest)
    {
        Span<byte> parameters = stackalloc byte[64];
        parameters.Clear();
        (parameters[0], parameters[1], parameters[2], parameters[3]) = ((byte)digest.Length, (byte)key.Length, 1, 1);
        Compute(parameters, key, data, digest);
    }

    /// <summary>BLAKE2Xb: an output of the stated length, which itself enters the digest.</summary>
    public static void Extend(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> output)
    {
        Span<byte> parameters = stackalloc byte[64];
        Span<byte> root = stackalloc byte[64];
        parameters.Clear();
        (parameters[0], parameters[1], parameters[2], parameters[3]) = (64, (byte)key.Length, 1, 1);
        BinaryPrimitives.WriteInt32LittleEndian(parameters[12..], output.Length);
        Compute(parameters, key, data, root);

        // Expansion nodes: no key, fan-out and depth 0, leaf length and inner length 64, the node's number as its offset.
        (parameters[1], parameters[2], parameters[3], parameters[17]) = (0, 0, 0, 64);
        BinaryPrimitives.WriteInt32LittleEndian(parameters[4..], 64);
        for (var node = 0; node * 64 < output.Length; node++)
        {
            var part = output.Slice(node * 64, Math.Min(64, output.Length - (node * 64)));
            parameters[0] = (byte)part.Length;
            BinaryPrimitives.WriteInt32LittleEndian(parameters[8..], node);
            Compute(parameters, [], root, part);
        }
    }

    private static void Compute(ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> digest)
    {
        Span<ulong> state = stackalloc ulong[8];
        for (var i = 0; i < 8; i++)
        {
            state[i] = Initial[i] ^ BinaryPrimitives.ReadUInt64LittleEndian(parameters[(8 * i)..]);
        }

        Span<byte> block = stackalloc byte[BlockBytes];
        ulong counted = 0;
        if (key.Length > 0)
        {
            block.Clear();
            key.CopyTo(block);
            counted = BlockBytes;
            Compress(state, block, counted, last: data.IsEmpty);
        }

        while (data.Length > BlockBytes)
        {
            counted += BlockBytes;
            Compress(state, data, counted, last: false);
            data = data[BlockBytes..];
        }

        if (data.Length > 0 || key.Length == 0)
        {
            block.Clear();
            data.CopyTo(block);
            counted += (ulong)data.Length;
            Compress(state, block, counted, last: true);
        }

        Span<byte> whole = stackalloc byte[64];
        for (var i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(whole[(8 * i)..], state[i]);
        }

        whole[..digest.Length].CopyTo(digest);
    }

    private static void Compress(Span<ulong> state, ReadOnlySpan<byte> block, ulong counted, bool last)
    {
        Span<ulong> words = stackalloc ulong[16];
        Span<ulong> v = stackalloc ulong[16];
        for (var i = 0; i < 16; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(block[(8 * i)..]);
        }

        state.CopyTo(v);
        Initial.CopyTo(v[8..]);
        v[12] ^= counted;
        v[14] ^= last ? ulong.MaxValue : 0;
        foreach (var order in Schedule)
        {
            for (var i = 0; i < 4; i++)
            {
                Mix(v, i, 4 + i, 8 + i, 12 + i, words[order[2 * i]], words[order[(2 * i) + 1]]);
            }

            for (var i = 0; i < 4; i++)
            {
                Mix(v, i, 4 + ((i + 1) & 3), 8 + ((i + 2) & 3), 12 + ((i + 3) & 3), words[order[8 + (2 * i)]], words[order[9 + (2 * i)]]);
            }
        }

        for (var i = 0; i < 8; i++)
        {
            state[i] ^= v[i] ^ v[i + 8];
        }
    }

    private static void Mix(Span<ulong> v, int a, int b, int c, int d, ulong x, ulong y)
    {
        unchecked
        {
            v[a] += v[b] + x;
            v[d] = BitOperations.RotateRight(v[d] ^ v[a], 32);
            v[c] += v[d];
            v[b] = BitOperations.RotateRight(v[b] ^ v[c], 24);
            v[a] += v[b] + y;
            v[d] = BitOperations.RotateRight(v[d] ^ v[a], 16);
            v[c] += v[d];
            v[b] = BitOperations.RotateRight(v[b] ^ v[c], 63);
        }
    }
}
