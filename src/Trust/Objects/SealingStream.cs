using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>Seals what is written to it. <see cref="Complete"/> writes the last chunk; without it the object is cut and opens nowhere.</summary>
internal sealed class SealingStream : Stream
{
    private readonly Stream _target;
    private readonly ObjectKeys _keys;
    private readonly ContentRoot _root;
    private readonly byte[] _plain;
    private readonly byte[] _sealed;
    private uint _counter;
    private int _held;
    private bool _completed;

    public SealingStream(Stream target, Suite suite, DataKey key, string kind, int chunkLog)
    {
        _target = target;
        _root = new ContentRoot(suite);
        _plain = new byte[1 << chunkLog];
        _sealed = new byte[(1 << chunkLog) + AeadKey.TagLength];
        (var header, _keys) = ObjectHeader.Make(suite, key, kind, chunkLog);
        Name = _keys.Name;
        _target.Write(header);
        SealedLength = header.Length;
    }

    public string Name { get; }

    public long SealedLength { get; private set; }

    public long PlainLength => _root.Length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => !_completed;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Writes the last chunk and returns the commitment to the content.</summary>
    public string Complete()
    {
        Emit(_plain.AsSpan(0, _held), true);
        _completed = true;
        return _keys.Commit(_root.Length, _root.Finish());
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        _root.Append(buffer);
        while (!buffer.IsEmpty)
        {
            // A full chunk waits until more comes, because only then it is known not to be the last.
            if (_held == _plain.Length)
            {
                Emit(_plain, false);
            }

            if (_held == 0 && buffer.Length > _plain.Length)
            {
                Emit(buffer[.._plain.Length], false);
                buffer = buffer[_plain.Length..];
                continue;
            }

            var taken = Math.Min(_plain.Length - _held, buffer.Length);
            buffer[..taken].CopyTo(_plain.AsSpan(_held));
            _held += taken;
            buffer = buffer[taken..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _completed = true;
            CryptographicOperations.ZeroMemory(_plain);
            _root.Dispose();
            _keys.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Emit(ReadOnlySpan<byte> plain, bool last)
    {
        var output = _sealed.AsSpan(0, plain.Length + AeadKey.TagLength);
        _keys.SealChunk(_counter, last, plain, output);
        _target.Write(output);
        SealedLength += output.Length;
        // Overflow checks are on: an object of more than 2^32 chunks fails here instead of using a nonce twice.
        _counter++;
        _held = 0;
    }
}
