using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>Reads a sealed object front to back. A chunk is handed out only after it authenticated; a cut, extended or rearranged object throws before its first wrong byte.</summary>
internal sealed class OpeningStream : Stream
{
    private readonly Stream _source;
    private readonly ObjectKeys _keys;
    private readonly ContentRoot? _root;
    private readonly ObjectRef _reference;
    private readonly byte[] _sealed;
    private readonly byte[] _plain;
    private long _left;
    private long _given;
    private uint _counter;
    private int _held;
    private int _taken;
    private bool _failed;

    /// <param name="source">The sealed bytes; closed with this stream.</param>
    /// <param name="suite">The suite of the domain.</param>
    /// <param name="key">The data key.</param>
    /// <param name="reference">What the registry says about the object.</param>
    /// <param name="checkCommitment">Whether the end also holds the content against the commitment, which costs a hash of everything.</param>
    public OpeningStream(Stream source, Suite suite, DataKey key, ObjectRef reference, bool checkCommitment)
    {
        _source = source;
        _reference = reference;
        var header = new byte[ObjectHeader.Length];
        if (_source.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) != header.Length)
        {
            throw new TrustException(TrustRules.ObjectDamaged);
        }

        (var log, _keys) = ObjectHeader.Open(suite, key, reference, header);
        _left = reference.SealedLength - header.Length;
        _plain = new byte[1 << log];
        _sealed = new byte[(1 << log) + AeadKey.TagLength];
        _root = checkCommitment ? new ContentRoot(suite) : null;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    /// <summary>Bytes of content.</summary>
    public override long Length => _reference.PlainLength;

    public override long Position { get => _given; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        if (_taken == _held && !NextChunk())
        {
            return 0;
        }

        var count = Math.Min(buffer.Length, _held - _taken);
        _plain.AsSpan(_taken, count).CopyTo(buffer);
        _taken += count;
        _given += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            CryptographicOperations.ZeroMemory(_plain);
            _root?.Dispose();
            _keys.Dispose();
            _source.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool NextChunk()
    {
        if (_failed)
        {
            throw new TrustException(TrustRules.ObjectDamaged);
        }

        if (_left == 0)
        {
            return false;
        }

        var length = (int)Math.Min(_sealed.Length, _left);
        var input = _sealed.AsSpan(0, length);
        _failed = true;
        if (_source.ReadAtLeast(input, length, throwOnEndOfStream: false) != length
            || !_keys.OpenChunk(_counter, length == _left, input, _plain)
            || (length == _left && _source.ReadByte() >= 0))
        {
            throw new TrustException(TrustRules.ObjectDamaged);
        }

        _left -= length;
        _counter++;
        var plain = length - AeadKey.TagLength;
        _root?.Append(_plain.AsSpan(0, plain));
        if (_left == 0 && _root is not null && _keys.Commit(_root.Length, _root.Finish()) != _reference.Commitment)
        {
            CryptographicOperations.ZeroMemory(_plain);
            throw new TrustException(TrustRules.ObjectDamaged);
        }

        _failed = false;
        _held = plain;
        _taken = 0;
        return plain > 0;
    }
}
