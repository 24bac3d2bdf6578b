using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>A hash with eight words of state over big-endian blocks of 64 bytes, whose last eight bytes of padding count the bits.</summary>
internal interface ILaneHash
{
    /// <summary>The eight chaining words at the start.</summary>
    static abstract ReadOnlySpan<uint> Initial { get; }

    /// <summary>Absorbs one block of every lane.</summary>
    /// <param name="state">Eight vectors.</param>
    /// <param name="w"><see cref="LaneHmac{THash}.Words"/> vectors, of which the first 16 hold the block; overwritten.</param>
    static abstract void Compress<TLanes, T>(Span<T> state, Span<T> w)
        where TLanes : ILanes<T>
        where T : unmanaged;
}

/// <summary>
/// HMAC (RFC 2104) of many messages under one key, several at once: both key blocks are absorbed beforehand, and each lane of a vector carries a message of its own.
/// Short messages cost two blocks a lane. Safe for many threads until disposed; disposing zeroes the key's states.
/// </summary>
internal sealed class LaneHmac<THash> : IDisposable
    where THash : ILaneHash
{
    /// <summary>Vectors of working space: the expanded message of either hash.</summary>
    public const int Words = 68;

    private const int StateWords = 8;
    private const int BlockLength = 64;
    private const int BlockWords = BlockLength / sizeof(uint);

    // Inner state, then outer state. Pinned: the collector makes no copies.
    private readonly uint[] _states = GC.AllocateArray<uint>(2 * StateWords, pinned: true);

    /// <param name="key">At most 64 bytes; a longer key is hashed by the caller (RFC 2104, 2).</param>
    public LaneHmac(ReadOnlySpan<byte> key)
    {
        Absorb(key, 0x36, _states.AsSpan(0, StateWords));
        Absorb(key, 0x5c, _states.AsSpan(StateWords));
    }

    /// <summary>Writes the code of each message.</summary>
    /// <param name="messages">The messages one after the other.</param>
    /// <param name="ends">Where each message ends.</param>
    /// <param name="codes">32 bytes a message.</param>
    public void Compute(ReadOnlySpan<byte> messages, ReadOnlySpan<int> ends, Span<byte> codes)
    {
        var from = 0;
        if (Lanes16.IsFast)
        {
            for (; ends.Length - from >= Lanes16.Count; from += Lanes16.Count)
            {
                Run<Lanes16, Vector512<uint>>(messages, ends, from, Lanes16.Count, codes);
            }
        }

        for (; from < ends.Length; from += Lanes8.Count)
        {
            Run<Lanes8, Vector256<uint>>(messages, ends, from, Math.Min(Lanes8.Count, ends.Length - from), codes);
        }
    }

    /// <summary>The same in lanes of one width.</summary>
    public void ComputeIn<TLanes, T>(ReadOnlySpan<byte> messages, ReadOnlySpan<int> ends, Span<byte> codes)
        where TLanes : ILanes<T>
        where T : unmanaged
    {
        for (var from = 0; from < ends.Length; from += TLanes.Count)
        {
            Run<TLanes, T>(messages, ends, from, Math.Min(TLanes.Count, ends.Length - from), codes);
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_states.AsSpan()));

    private static void Absorb(ReadOnlySpan<byte> key, byte mask, Span<uint> target)
    {
        Span<byte> block = stackalloc byte[BlockLength];
        block.Fill(mask);
        for (var i = 0; i < key.Length; i++)
        {
            block[i] ^= key[i];
        }

        Span<Vector256<uint>> state = stackalloc Vector256<uint>[StateWords];
        Span<Vector256<uint>> w = stackalloc Vector256<uint>[Words];
        for (var i = 0; i < StateWords; i++)
        {
            state[i] = Vector256.Create(THash.Initial[i]);
        }

        for (var j = 0; j < BlockWords; j++)
        {
            w[j] = Vector256.Create(BinaryPrimitives.ReadUInt32BigEndian(block[(j * sizeof(uint))..]));
        }

        THash.Compress<Lanes8, Vector256<uint>>(state, w);
        for (var i = 0; i < StateWords; i++)
        {
            target[i] = state[i][0];
        }

        CryptographicOperations.ZeroMemory(block);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(state));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(w));
    }

    [SkipLocalsInit]
    private void Run<TLanes, T>(ReadOnlySpan<byte> messages, ReadOnlySpan<int> ends, int from, int count, Span<byte> codes)
        where TLanes : ILanes<T>
        where T : unmanaged
    {
        Span<T> state = stackalloc T[StateWords];
        Span<T> before = stackalloc T[StateWords];
        Span<T> w = stackalloc T[Words];
        var words = MemoryMarshal.Cast<T, uint>(w);
        var blocks = 1;
        for (var lane = 0; lane < count; lane++)
        {
            blocks = Math.Max(blocks, Blocks(Message(messages, ends, from + lane).Length));
        }

        Load<TLanes, T>(_states.AsSpan(0, StateWords), state);
        for (var block = 0; block < blocks; block++)
        {
            w[..BlockWords].Clear();
            for (var lane = 0; lane < count; lane++)
            {
                Put(Message(messages, ends, from + lane), block, words[lane..], TLanes.Count);
            }

            state.CopyTo(before);
            THash.Compress<TLanes, T>(state, w);
            for (var lane = 0; lane < count && block > 0; lane++)
            {
                if (block >= Blocks(Message(messages, ends, from + lane).Length))
                {
                    Keep(MemoryMarshal.Cast<T, uint>(before), MemoryMarshal.Cast<T, uint>(state), lane, TLanes.Count);
                }
            }
        }

        // The outer hash takes the 32 bytes of the inner one after the key's block.
        state.CopyTo(w);
        w[StateWords] = TLanes.All(0x80000000);
        w[(StateWords + 1)..(BlockWords - 1)].Clear();
        w[BlockWords - 1] = TLanes.All((BlockLength + Suite.HashLength) * 8);
        Load<TLanes, T>(_states.AsSpan(StateWords), state);
        THash.Compress<TLanes, T>(state, w);
        var result = MemoryMarshal.Cast<T, uint>(state);
        for (var lane = 0; lane < count; lane++)
        {
            var code = codes.Slice((from + lane) * Suite.HashLength, Suite.HashLength);
            for (var i = 0; i < StateWords; i++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(code[(i * sizeof(uint))..], result[(i * TLanes.Count) + lane]);
            }
        }

        w.Clear();
        before.Clear();
        state.Clear();
    }

    private static ReadOnlySpan<byte> Message(ReadOnlySpan<byte> messages, ReadOnlySpan<int> ends, int at) => messages[(at == 0 ? 0 : ends[at - 1])..ends[at]];

    /// <summary>Blocks of a message with its padding: a bit and eight bytes of length.</summary>
    private static int Blocks(int length) => (int)(((long)length + 9 + BlockLength - 1) / BlockLength);

    /// <summary>One block of a padded message into its lane, which is all zero.</summary>
    private static void Put(ReadOnlySpan<byte> message, int block, Span<uint> lane, int stride)
    {
        var start = (long)block * BlockLength;
        if (start <= message.Length)
        {
            var part = message[(int)start..];
            var whole = Math.Min(part.Length / sizeof(uint), BlockWords);
            for (var j = 0; j < whole; j++)
            {
                lane[j * stride] = BinaryPrimitives.ReadUInt32BigEndian(part[(j * sizeof(uint))..]);
            }

            if (whole < BlockWords)
            {
                part = part[(whole * sizeof(uint))..];
                var last = 0x80000000u >> (8 * part.Length);
                for (var i = 0; i < part.Length; i++)
                {
                    last |= (uint)part[i] << (24 - (8 * i));
                }

                lane[whole * stride] = last;
            }
        }

        if (block == Blocks(message.Length) - 1)
        {
            var bits = ((ulong)message.Length + BlockLength) * 8;
            lane[(BlockWords - 2) * stride] = (uint)(bits >> 32);
            lane[(BlockWords - 1) * stride] = (uint)(bits & uint.MaxValue);
        }
    }

    private static void Load<TLanes, T>(ReadOnlySpan<uint> source, Span<T> state)
        where TLanes : ILanes<T>
        where T : unmanaged
    {
        for (var i = 0; i < StateWords; i++)
        {
            state[i] = TLanes.All(source[i]);
        }
    }

    /// <summary>A lane whose message has ended stays as it was.</summary>
    private static void Keep(ReadOnlySpan<uint> before, Span<uint> state, int lane, int stride)
    {
        for (var i = 0; i < StateWords; i++)
        {
            state[(i * stride) + lane] = before[(i * stride) + lane];
        }
    }
}
