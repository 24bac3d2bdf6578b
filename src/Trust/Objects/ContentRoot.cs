namespace Sandbox.Trust;

/// <summary>RFC 9162 root over 4 KiB pieces of a stream: independent pieces, so that it can be computed in parallel.</summary>
internal sealed class ContentRoot : IDisposable
{
    public const int LeafLength = 4096;

    private const int Batch = 64;

    private readonly TreeHasher _hasher;
    private readonly Frontier _frontier;
    private readonly byte[] _leaves = new byte[Batch * Suite.HashLength];
    private readonly byte[] _held = new byte[LeafLength];
    private int _count;

    public ContentRoot(Suite suite)
    {
        _hasher = new TreeHasher(suite);
        _frontier = new Frontier(_hasher);
    }

    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> data)
    {
        Length += data.Length;
        while (!data.IsEmpty)
        {
            if (_count == 0 && data.Length >= LeafLength)
            {
                var leaves = Math.Min(data.Length / LeafLength, Batch);
                _hasher.Suite.HashPieces(0, data[..(leaves * LeafLength)], LeafLength, _leaves);
                for (var i = 0; i < leaves; i++)
                {
                    _frontier.Append(_leaves.AsSpan(i * Suite.HashLength, Suite.HashLength).ToArray());
                }

                data = data[(leaves * LeafLength)..];
                continue;
            }

            var taken = Math.Min(LeafLength - _count, data.Length);
            data[..taken].CopyTo(_held.AsSpan(_count));
            _count += taken;
            data = data[taken..];
            if (_count == LeafLength)
            {
                _frontier.Append(_hasher.Leaf(_held));
                _count = 0;
            }
        }
    }

    public byte[] Finish()
    {
        if (_count > 0)
        {
            _frontier.Append(_hasher.Leaf(_held.AsSpan(0, _count)));
            _count = 0;
        }

        return _frontier.Root();
    }

    public void Dispose()
    {
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(_held);
        _hasher.Forget();
    }
}
