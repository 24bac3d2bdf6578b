using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>Leaf and node hashes of RFC 9162, section 2.1.1: H(0x00‖leaf), H(0x01‖left‖right).</summary>
internal sealed class TreeHasher(Suite suite)
{
    private byte[] _buffer = new byte[1024];

    public Suite Suite => suite;

    public byte[] Empty() => suite.Hash([]);

    public byte[] Leaf(ReadOnlySpan<byte> data)
    {
        if (_buffer.Length <= data.Length)
        {
            _buffer = new byte[data.Length + 1];
        }

        _buffer[0] = 0;
        data.CopyTo(_buffer.AsSpan(1));
        return suite.Hash(_buffer.AsSpan(0, data.Length + 1));
    }

    /// <summary>Leaf hashes of several entries, 32 bytes each.</summary>
    public byte[] Leaves(ReadOnlySpan<byte[]> entries)
    {
        var length = 0;
        var ends = new int[entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            ends[i] = length += 1 + entries[i].Length;
        }

        if (_buffer.Length < length)
        {
            _buffer = new byte[length];
        }

        var at = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            _buffer[at] = 0;
            entries[i].CopyTo(_buffer, at + 1);
            at = ends[i];
        }

        var hashes = new byte[entries.Length * Suite.HashLength];
        suite.HashEach(_buffer.AsSpan(0, length), ends, hashes);
        return hashes;
    }

    /// <summary>The nodes over pairs of nodes that follow one another.</summary>
    /// <param name="pairs">64 bytes a pair.</param>
    /// <returns>32 bytes a node.</returns>
    public byte[] Nodes(ReadOnlySpan<byte> pairs)
    {
        var hashes = new byte[pairs.Length / 2];
        suite.HashPieces(1, pairs, 2 * Suite.HashLength, hashes);
        return hashes;
    }

    /// <summary>Zeroes what the last leaf left behind, for leaves that are data.</summary>
    public void Forget() => CryptographicOperations.ZeroMemory(_buffer);

    public byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> both = stackalloc byte[1 + 2 * Suite.HashLength];
        both[0] = 1;
        left.CopyTo(both[1..]);
        right.CopyTo(both[(1 + Suite.HashLength)..]);
        return suite.Hash(both);
    }
}
