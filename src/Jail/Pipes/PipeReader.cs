using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Jail.Native;

namespace Sandbox.Jail.Pipes;

/// <summary>
/// Our end of a child's output. It ends where the child's output ends; a child that sends more than <paramref name="limit"/> bytes is
/// stopped through <paramref name="exceeded"/> and the reader gets an <see cref="IOException"/>, never a silently shortened stream. One reader at a time;
/// <see cref="Seal"/> may come from anywhere.
/// </summary>
internal sealed class PipeReader(SafeFileHandle end, long limit, Action exceeded) : Stream
{
    private readonly SafeFileHandle _end = Pipe.NonBlocking(end);
    private readonly CancellationTokenSource _closing = new(), _sealing = new();
    private readonly Lock _gate = new();
    private long _count, _sealed = long.MaxValue;

    /// <summary>Bytes read so far plus those that wait in the pipe, or those that counted when it was sealed.</summary>
    public long CountWithPending
    {
        get
        {
            lock (_gate)
            {
                return Math.Min(_sealed, _count + Pending());
            }
        }
    }

    /// <summary>Whether bytes wait in the pipe.</summary>
    public bool HasPending => Pending() > 0;

    public override bool CanRead => !_end.IsClosed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryRead(buffer.Span) is { } taken)
            {
                return taken;
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
            await Readiness.Readable(_end, either.Token, _sealing.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the stream behind what waits in the pipe now, though the child still holds its end: whatever it writes later is nobody's.</summary>
    /// <returns>The length of the whole stream in bytes.</returns>
    public long Seal()
    {
        lock (_gate)
        {
            _sealed = Math.Min(_sealed, _count + Pending());
        }

        _sealing.Cancel();
        return _sealed;
    }

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            if (TryRead(buffer) is { } taken)
            {
                return taken;
            }

            Polling.Wait(_end, forWriting: false);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Completes when there is something to read, or the end.</summary>
    public Task ReadableAsync(CancellationToken cancellation) => Readiness.Readable(_end, cancellation, _sealing.Token);

    /// <summary>Moves what there is, at most <paramref name="count"/> bytes, into another pipe.</summary>
    /// <returns>How many; 0 at the end, -1 once the limit was passed, null when one of the two pipes must be waited for.</returns>
    /// <exception cref="IOException">The other pipe is closed.</exception>
    public int? TryMove(SafeFileHandle target, int count)
    {
        ObjectDisposedException.ThrowIf(_end.IsClosed, this);
        nint moved;
        lock (_gate)
        {
            count = (int)Math.Min(count, _sealed - _count);
            if (count == 0)
            {
                return 0;
            }

            moved = LibC.splice(_end, 0, target, 0, count, LibC.SPLICE_F_MOVE | LibC.SPLICE_F_NONBLOCK);
            if (moved < 0)
            {
                var error = Marshal.GetLastPInvokeError();
                return error is LibC.EAGAIN or LibC.EINTR ? null : throw NativeError.Io("splice to the jailed child", error);
            }

            _count += moved;
        }

        return WithinLimit() ? (int)moved : -1;
    }

    public override void Flush()
    {
        // Nothing is buffered.
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _closing.Cancel();
            _end.Dispose();
        }

        base.Dispose(disposing);
    }

    private unsafe int Pending()
    {
        var pending = 0;
        try
        {
            return LibC.ioctl(_end, LibC.FIONREAD, &pending) == 0 ? pending : 0;
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    private unsafe int? TryRead(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_end.IsClosed, this);
        nint taken;
        lock (_gate)
        {
            buffer = buffer[..(int)Math.Min(buffer.Length, _sealed - _count)];
            if (buffer.IsEmpty)
            {
                return 0;
            }

            fixed (byte* start = buffer)
            {
                taken = LibC.read(_end, start, buffer.Length);
            }

            if (taken < 0)
            {
                var error = Marshal.GetLastPInvokeError();
                return error is LibC.EAGAIN or LibC.EINTR ? null : throw NativeError.Io("read from the jailed child", error);
            }

            _count += taken;
        }

        return WithinLimit() ? (int)taken : throw new IOException("The jailed child sent more than its policy allows.");
    }

    private bool WithinLimit()
    {
        if (_count <= limit)
        {
            return true;
        }

        exceeded();
        return false;
    }
}
