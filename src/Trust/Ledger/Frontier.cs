using System.Buffers.Binary;
using System.Numerics;

namespace Sandbox.Trust;

/// <summary>The right edge of a growing tree: one hash for every one-bit of its size, the largest subtree first. All that appending needs.</summary>
internal sealed class Frontier(TreeHasher hasher)
{
    private readonly List<byte[]> _hashes = [];

    public long Size { get; private set; }

    /// <param name="leaf">Leaf hash.</param>
    /// <param name="completed">Called for every subtree that this leaf completes: height above the leaves, index among its like, hash.</param>
    public void Append(byte[] leaf, Action<int, long, byte[]>? completed = null)
    {
        var hash = leaf;
        var height = 0;
        for (var size = Size; (size & 1) == 1; size >>= 1)
        {
            hash = hasher.Node(_hashes[^1], hash);
            _hashes.RemoveAt(_hashes.Count - 1);
            height++;
            completed?.Invoke(height, Size >> height, hash);
        }

        _hashes.Add(hash);
        Size++;
    }

    /// <summary>Appends several leaves, level by level, so that a suite can hash the nodes of a level together.</summary>
    /// <param name="leaves">Leaf hashes, 32 bytes each, at least one.</param>
    /// <param name="completed">As of <see cref="Append"/>; called level by level.</param>
    public void AppendAll(ReadOnlySpan<byte> leaves, Action<int, long, byte[]>? completed = null)
    {
        const int Length = Suite.HashLength;
        var (level, start, old) = (leaves.ToArray(), Size, _hashes.Count);
        var fresh = new List<byte[]>();
        for (var height = 0; ; height++)
        {
            // A subtree of this height that stood alone is the left half of the first pair.
            if (((Size >> height) & 1) == 1)
            {
                level = [.. _hashes[--old], .. level];
                start--;
            }

            var pairs = level.Length / (2 * Length);
            if ((level.Length / Length) % 2 == 1)
            {
                fresh.Add(level[^Length..]);
            }

            if (pairs == 0)
            {
                break;
            }

            level = hasher.Nodes(level.AsSpan(0, pairs * 2 * Length));
            start >>= 1;
            for (var i = 0; i < pairs && completed is not null; i++)
            {
                completed(height + 1, start + i, level[(i * Length)..((i + 1) * Length)]);
            }
        }

        fresh.Reverse();
        _hashes.RemoveRange(old, _hashes.Count - old);
        _hashes.AddRange(fresh);
        Size += leaves.Length / Length;
    }

    public byte[] Root()
    {
        if (_hashes.Count == 0)
        {
            return hasher.Empty();
        }

        var root = _hashes[^1];
        for (var i = _hashes.Count - 2; i >= 0; i--)
        {
            root = hasher.Node(_hashes[i], root);
        }

        return root;
    }

    /// <summary>The frontier of a tree whose largest whole subtrees are at hand.</summary>
    /// <param name="hasher">The tree's hashes.</param>
    /// <param name="size">Leaves.</param>
    /// <param name="subtree">Root of the leaves from start to end.</param>
    public static Frontier Of(TreeHasher hasher, long size, Func<long, long, byte[]> subtree)
    {
        var frontier = new Frontier(hasher) { Size = size };
        for (var (start, rest) = (0L, size); rest > 0;)
        {
            var count = 1L << BitOperations.Log2((ulong)rest);
            frontier._hashes.Add(subtree(start, start + count));
            start += count;
            rest -= count;
        }

        return frontier;
    }

    /// <summary>size(8, big-endian) then the hashes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[8 + _hashes.Count * Suite.HashLength];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Size);
        for (var i = 0; i < _hashes.Count; i++)
        {
            _hashes[i].CopyTo(bytes, 8 + i * Suite.HashLength);
        }

        return bytes;
    }

    /// <summary>Null for bytes that <see cref="ToBytes"/> cannot have written.</summary>
    public static Frontier? FromBytes(TreeHasher hasher, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8)
        {
            return null;
        }

        var size = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (size < 0 || bytes.Length != 8 + BitOperations.PopCount((ulong)size) * Suite.HashLength)
        {
            return null;
        }

        var frontier = new Frontier(hasher) { Size = size };
        for (var at = 8; at < bytes.Length; at += Suite.HashLength)
        {
            frontier._hashes.Add(bytes.Slice(at, Suite.HashLength).ToArray());
        }

        return frontier;
    }
}
