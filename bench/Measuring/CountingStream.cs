using System.Diagnostics;

namespace Sandbox.Bench.Measuring;

/// <summary>A sink that counts, and knows when the first and the last byte came.</summary>
internal sealed class CountingStream : Stream
{
    private long _first;
    private long _last;
    private long _bytes;

    /// <summary>Seconds between the first and the last write.</summary>
    public double Flowing => Stopwatch.GetElapsedTime(_first, _last).TotalSeconds;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _bytes;

    public override long Position { get => _bytes; set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _last = Stopwatch.GetTimestamp();
        _first = _first == 0 ? _last : _first;
        _bytes += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
