using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sandbox.Trust;

/// <summary>A 16-byte block cipher as GCM needs it.</summary>
internal interface ICounterCipher : IDisposable
{
    /// <summary>Encrypts every block by itself, in place.</summary>
    void Encrypt(Span<byte> blocks);

    /// <summary>Adds the key stream that starts at the counter block; the last word of the block counts and wraps. Output may be the input's memory.</summary>
    void Counter(ReadOnlySpan<byte> counter, ReadOnlySpan<byte> input, Span<byte> output);
}

/// <summary>Helpers of counter mode.</summary>
internal static class CounterBlock
{
    public static void Add(Span<byte> block, uint count) =>
        BinaryPrimitives.WriteUInt32BigEndian(block[12..], unchecked(BinaryPrimitives.ReadUInt32BigEndian(block[12..]) + count));

    /// <summary>output = input ⊕ stream over the length of the input.</summary>
    public static void Xor(ReadOnlySpan<byte> input, ReadOnlySpan<byte> stream, Span<byte> output)
    {
        var at = 0;
        for (; at + 16 <= input.Length; at += 16)
        {
            (Vector128.Create(input.Slice(at, 16)) ^ Vector128.Create(stream.Slice(at, 16))).StoreUnsafe(ref MemoryMarshal.GetReference(output.Slice(at, 16)));
        }

        for (; at < input.Length; at++)
        {
            output[at] = (byte)(input[at] ^ stream[at]);
        }
    }
}
