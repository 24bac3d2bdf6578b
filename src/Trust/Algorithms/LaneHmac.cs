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
    /// <param name="w"><see cref="LaneBlocks{THash}.Words"/> vectors, of which the first 16 hold the block; overwritten.</param>
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
    private const int Words = LaneBlocks<THash>.Words;
    private const int StateWords = LaneBlocks<THash>.StateWords;
    private const int BlockLength = LaneBlocks<THash>.BlockLength;
    private const int BlockWords = LaneBlocks<THash>.BlockWords;

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
        LaneBlocks<THash>.Load<TLanes, T>(_states.AsSpan(0, StateWords), state);
        LaneBlocks<THash>.Absorb<TLanes, T>(state, before, w, messages, ends, from, count, prior: BlockLength);

        // The outer hash takes the 32 bytes of the inner one after the key's block.
        state.CopyTo(w);
        w[StateWords] = TLanes.All(0x80000000);
        w[(StateWords + 1)..(BlockWords - 1)].Clear();
        w[BlockWords - 1] = TLanes.All((BlockLength + Suite.HashLength) * 8);
        LaneBlocks<THash>.Load<TLanes, T>(_states.AsSpan(StateWords), state);
        THash.Compress<TLanes, T>(state, w);
        LaneBlocks<THash>.Store<TLanes, T>(state, count, codes[(from * Suite.HashLength)..]);
        w.Clear();
        before.Clear();
        state.Clear();
    }
}
