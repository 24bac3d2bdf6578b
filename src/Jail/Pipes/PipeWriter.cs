using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Jail.Native;

namespace Sandbox.Jail.Pipes;

/// <summary>Our end of a child's standard input. Disposing it is the child's end of file. One writer at a time.</summary>
internal sealed class PipeWriter(SafeFileHandle end) : WriteOnlyStream, IChildInput
{
    private readonly SafeFileHandle _end = Pipe.NonBlocking(end);
    private readonly CancellationTokenSource _closing = new();
    private long _count;

    /// <summary>Bytes handed to the child so far.</summary>
    public long Count => Interlocked.Read(ref _count);

    public override bool CanWrite => !_end.IsClosed;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var taken = TryWrite(buffer.Span);
            if (taken == 0)
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
                await Readiness.Writable(_end, either.Token).ConfigureAwait(false);
            }

            buffer = buffer[taken..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public async ValueTask<int> MoveFromAsync(Stream output, int count, CancellationToken cancellation)
    {
        var source = output as PipeReader ?? throw new ArgumentException("Only the output of a child can be moved.", nameof(output));
        var moved = 0;
        while (moved < count)
        {
            cancellation.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_end.IsClosed, this);
            switch (source.TryMove(_end, count - moved))
            {
                case null:
                    // Nothing there, or no room here.
                    using (var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closing.Token))
                    {
                        await (source.HasPending ? Readiness.Writable(_end, either.Token) : source.ReadableAsync(either.Token)).ConfigureAwait(false);
                    }

                    break;
                case <= 0:
                    return moved;
                case { } taken:
                    moved += taken;
                    Interlocked.Add(ref _count, taken);
                    break;
            }
        }

        return moved;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var taken = TryWrite(buffer);
            if (taken == 0)
            {
                Polling.Wait(_end, forWriting: true);
            }

            buffer = buffer[taken..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _closing.Cancel();
            _end.Dispose();
        }

        base.Dispose(disposing);
    }

    private unsafe int TryWrite(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_end.IsClosed, this);
        fixed (byte* start = buffer)
        {
            var written = LibC.write(_end, start, buffer.Length);
            if (written >= 0)
            {
                Interlocked.Add(ref _count, written);
                return (int)written;
            }
        }

        var error = Marshal.GetLastPInvokeError();
        return error is LibC.EAGAIN or LibC.EINTR ? 0 : throw NativeError.Io("write to the jailed child", error);
    }
}
