using System.Buffers.Binary;
using Sandbox.Jail;
using Sandbox.Vault.Arrow.Flat;

namespace Sandbox.Vault.Arrow;

/// <summary>
/// Takes one Arrow IPC stream, however it is cut into writes, and hands it on as several, each a whole stream of the same columns with <paramref name="rows"/> rows, the last one with what is left (none,
/// where there are no rows at all). Bodies pass through as they come; only a batch that lies across an edge is gathered, checked and cut. A stream without its end mark gives a last part without one.
/// </summary>
/// <param name="rows">Rows of a part, at least 1. Nothing else decides where an edge lies.</param>
/// <param name="next">Gives the target of the next part; the part before has got everything then. Nothing is disposed here.</param>
public sealed class PartitioningStream(int rows, Func<CancellationToken, ValueTask<Stream>> next) : WriteOnlyStream
{
    private static readonly byte[] EndMark = [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];

    // A scan's rows are bounded by its zone, not here; what is gathered at once is.
    private readonly MessageReading _messages = new(new ArrowLimits { Rows = long.MaxValue, TotalBytes = long.MaxValue });
    private readonly MemoryStream _head = new();
    private readonly MemoryStream _opening = new();
    private Stream? _part;
    private long _left;
    private long _body;
    private byte[]? _gathered;
    private int _gatheredBytes;
    private bool _ended;

    /// <exception cref="ArrowFormatException">The bytes are no stream that is taken; the parts so far must be dropped.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            if (_ended)
            {
                throw ArrowFormatException.Malformed("There are bytes after the end of the stream.");
            }

            if (_body > 0)
            {
                var part = buffer[..(int)Math.Min(_body, buffer.Length)];
                await BodyAsync(part, cancellationToken).ConfigureAwait(false);
                buffer = buffer[part.Length..];
            }
            else
            {
                var wanted = (int)Math.Min(HeadLeft(), buffer.Length);
                _head.Write(buffer.Span[..wanted]);
                buffer = buffer[wanted..];
                if (HeadLeft() == 0)
                {
                    await MessageAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    protected override void Dispose(bool disposing)
    {
        _head.Dispose();
        _opening.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Bytes that the prefix and metadata of the current message still lack. Only streams with the 8-byte prefix are taken.</summary>
    private long HeadLeft()
    {
        const int Prefix = 8;
        if (_head.Length < Prefix)
        {
            return Prefix - _head.Length;
        }

        var prefix = _head.GetBuffer();
        return BinaryPrimitives.ReadUInt32LittleEndian(prefix) == ArrowFormat.Continuation
            ? Prefix + _messages.MetadataLength(BinaryPrimitives.ReadUInt32LittleEndian(prefix.AsSpan(4))) - _head.Length
            : throw ArrowFormatException.Malformed("A message has no prefix of 8 bytes.");
    }

    private async ValueTask MessageAsync(CancellationToken cancellation)
    {
        const int Prefix = 8;
        if (_head.Length == Prefix)
        {
            _part ??= await BeginAsync(cancellation).ConfigureAwait(false);
            await _part.WriteAsync(EndMark, cancellation).ConfigureAwait(false);
            _ended = true;
            return;
        }

        var (kind, batchRows, body) = Shape(_head.GetBuffer().AsSpan(Prefix, (int)_head.Length - Prefix));
        _body = body;
        if (kind == ArrowFormat.HeaderBatch)
        {
            // An edge is crossed only when there is a row behind it.
            if (batchRows > 0 && (_part is null || _left == 0))
            {
                await TurnAsync(cancellation).ConfigureAwait(false);
            }

            _part ??= await BeginAsync(cancellation).ConfigureAwait(false);
            if (batchRows <= _left)
            {
                _left -= batchRows;
                await _part.WriteAsync(_head.GetBuffer().AsMemory(0, (int)_head.Length), cancellation).ConfigureAwait(false);
                _head.SetLength(0);
                return;
            }
        }

        _gathered = new byte[body];
        _gatheredBytes = 0;
        if (body == 0)
        {
            await GatheredAsync(cancellation).ConfigureAwait(false);
        }
    }

    private (byte Kind, long Rows, long Body) Shape(ReadOnlySpan<byte> metadata)
    {
        var body = _messages.BodyLength(metadata);
        var message = FlatTable.Root(metadata);
        var kind = message.Byte(1);
        var batchRows = kind == ArrowFormat.HeaderBatch && message.Table(2, out var header) ? header.Int64(0) : 0;
        return batchRows < 0 || (kind == ArrowFormat.HeaderBatch && _messages.Schema is null)
            ? throw ArrowFormatException.Malformed("A batch is damaged.")
            : (kind, batchRows, body);
    }

    private async ValueTask BodyAsync(ReadOnlyMemory<byte> part, CancellationToken cancellation)
    {
        _body -= part.Length;
        if (_gathered is null)
        {
            await _part!.WriteAsync(part, cancellation).ConfigureAwait(false);
            return;
        }

        part.CopyTo(_gathered.AsMemory(_gatheredBytes));
        _gatheredBytes += part.Length;
        if (_body == 0)
        {
            await GatheredAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>A whole message: the schema or a dictionary, with which each part begins, or a batch that lies across an edge.</summary>
    private async ValueTask GatheredAsync(CancellationToken cancellation)
    {
        const int Prefix = 8;
        var body = _gathered!;
        _gathered = null;
        var batch = _messages.Take(_head.GetBuffer().AsSpan(Prefix, (int)_head.Length - Prefix), body);
        var whole = batch is null ? [.. _head.GetBuffer().AsSpan(0, (int)_head.Length), .. body] : Array.Empty<byte>();
        _head.SetLength(0);
        if (batch is not null)
        {
            await CutAsync(batch, cancellation).ConfigureAwait(false);
            return;
        }

        _opening.Write(whole);
        if (_part is not null)
        {
            await _part.WriteAsync(whole, cancellation).ConfigureAwait(false);
        }
    }

    private async ValueTask CutAsync(ArrowBatch batch, CancellationToken cancellation)
    {
        for (var at = 0; at < batch.Rows;)
        {
            if (_left == 0)
            {
                await TurnAsync(cancellation).ConfigureAwait(false);
            }

            var count = (int)Math.Min(_left, batch.Rows - at);
            using var cut = new MemoryStream();
            ArrowStreamWriter.WriteBatch(cut, batch.Slice(at, count));
            await _part!.WriteAsync(cut.GetBuffer().AsMemory(0, (int)cut.Length), cancellation).ConfigureAwait(false);
            at += count;
            _left -= count;
        }
    }

    private async ValueTask TurnAsync(CancellationToken cancellation)
    {
        if (_part is not null)
        {
            await _part.WriteAsync(EndMark, cancellation).ConfigureAwait(false);
        }

        _part = await BeginAsync(cancellation).ConfigureAwait(false);
    }

    private async ValueTask<Stream> BeginAsync(CancellationToken cancellation)
    {
        var part = await next(cancellation).ConfigureAwait(false);
        _left = rows;
        await part.WriteAsync(_opening.GetBuffer().AsMemory(0, (int)_opening.Length), cancellation).ConfigureAwait(false);
        return part;
    }
}
