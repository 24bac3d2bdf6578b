using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sandbox.Trust;

/// <summary>Messages that lie one after the other, absorbed several at once: each lane of a vector carries one, and a lane whose message has ended stays as it was.</summary>
internal static class LaneBlocks<THash>
    where THash : ILaneHash
{
    /// <summary>Vectors of working space: the expanded message of either hash.</summary>
    public const int Words = 68;

    /// <summary>Vectors of a state.</summary>
    public const int StateWords = 8;

    public const int BlockLength = 64;
    public const int BlockWords = BlockLength / sizeof(uint);

    /// <summary>Plain hashes of the messages.</summary>
    /// <param name="messages">The messages one after the other.</param>
    /// <param name="ends">Where each message ends.</param>
    /// <param name="hashes">32 bytes a message.</param>
    public static void Hash(ReadOnlySpan<byte> messages, ReadOnlySpan<int> ends, Span<byte> hashes)
    {
        var from = 0;
        if (Lanes16.IsFast)
        {
            for (; ends.Length - from >= Lanes16.Count; from += Lanes16.Count)
            {
                HashIn<Lanes16, Vector512<uint>>(messages, ends, from, Lanes16.Count, hashes);
            }
        }

        for (; from < ends.Length; from += Lanes8.Count)
        {
            HashIn<Lanes8, Vector256<uint>>(messages, ends, from, Math.Min(Lanes8.Count, ends.Length - from), hashes);
        }
    }

    /// <summary>Absorbs some of the messages with their padding.</summary>
    /// <param name="state">Eight vectors, from which it goes on.</param>
    /// <param name="before">Room for eight vectors.</param>
    /// <param name="w">Room for <see cref="Words"/> vectors.</param>
    /// <param name="from">The first of them.</param>
    /// <param name="count">How many; at most as many as there are lanes.</param>
    /// <param name="prior">Bytes that the state has absorbed, which the padding counts.</param>
    public static void Absorb<TLanes, T>(Span<T> state, Span<T> before, Span<T> w, ReadOnlySpan<byte> messages, ReadOnlySpan<int> ends, int from, int count, int prior)
        where TLanes : ILanes<T>
        where T : unmanaged
    {
        var words = MemoryMarshal.Cast<T, uint>(w);
        var blocks = 1;
        for (var lane = 0; lane < count; lane++)
        {
            blocks = Math.Max(blocks, Blocks(Message(messages, ends, from + lane).Length));
        }

        for (var block = 0; block < blocks; block++)
        {
            w[..BlockWords].Clear();
            for (var lane = 0; lane < count; lane++)
            {
                Put(Message(messages, ends, from + lane), block, words[lane..], TLanes.Count, prior);
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
    }

    /// <summary>Writes the digests out of the lanes.</summary>
    /// <param name="target">32 bytes a lane.</param>
    public static void Store<TLanes, T>(Span<T> state, int count, Span<byte> target)
        where TLanes : ILanes<T>
        where T : unmanaged
    {
        var words = MemoryMarshal.Cast<T, uint>(state);
        for (var lane = 0; lane < count; lane++)
        {
            var digest = target.Slice(lane * Suite.HashLength, Suite.HashLength);
            for (var i = 0; i < StateWords; i++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(digest[(i * sizeof(uint))..], words[(i * TLanes.Count) + lane]);
            }
        }
    }

    /// <summary>The same words in every lane.</summary>
    public static void Load<TLanes, T>(ReadOnlySpan<uint> source, Span<T> state)
        where TLanes : ILanes<T>
        where T : unmanaged
    {
        for (var i = 0; i < StateWords; i++)
        {
            state[i] = TLanes.All(source[i]);
        }
    }

    [SkipLocalsInit]
    private static void HashIn<TLanes, T>(ReadOnlySpan<byte> messages, ReadOnlySpan<int> ends, int from, int count, Span<byte> hashes)
        where TLanes : ILanes<T>
        where T : unmanaged
    {
        Span<T> state = stackalloc T[StateWords];
        Span<T> before = stackalloc T[StateWords];
        Span<T> w = stackalloc T[Words];
        Load<TLanes, T>(THash.Initial, state);
        Absorb<TLanes, T>(state, before, w, messages, ends, from, count, prior: 0);
        Store<TLanes, T>(state, count, hashes[(from * Suite.HashLength)..]);
    }

    private static ReadOnlySpan<byte> Message(ReadOnlySpan<byte> messages, ReadOnlySpan<int> ends, int at) => messages[(at == 0 ? 0 : ends[at - 1])..ends[at]];

    /// <summary>Blocks of a message with its padding: a bit and eight bytes of length.</summary>
    private static int Blocks(int length) => (int)(((long)length + 9 + BlockLength - 1) / BlockLength);

    /// <summary>One block of a padded message into its lane, which is all zero.</summary>
    private static void Put(ReadOnlySpan<byte> message, int block, Span<uint> lane, int stride, int prior)
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
            var bits = ((ulong)message.Length + (ulong)prior) * 8;
            lane[(BlockWords - 2) * stride] = (uint)(bits >> 32);
            lane[(BlockWords - 1) * stride] = (uint)(bits & uint.MaxValue);
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
