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
