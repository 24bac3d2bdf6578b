using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sandbox.Vault.Workers;

/// <summary>One received frame. <see cref="Payload"/> is valid until the next read.</summary>
internal readonly record struct Frame(FrameKind Kind, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The payload as strict JSON (no unknown or doubled names).</summary>
    /// <exception cref="FrameException">It is not.</exception>
    internal T Json<T>(JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(Payload.Span, type) ?? throw new FrameException("A control frame is empty.");
        }
        catch (JsonException)
        {
            throw new FrameException("A control frame is not what was agreed.");
        }
    }
}

/// <summary>Reads frames from a pipe into one reused buffer. Not for two readers at once.</summary>
internal sealed class FrameReader(Stream source)
{
    private readonly byte[] _header = new byte[FrameProtocol.HeaderLength];
    private byte[] _payload = new byte[64 * 1024];

    /// <summary>The next frame; null when the stream ends between two frames.</summary>
    /// <exception cref="FrameException">The stream ends inside a frame, or the header is not allowed.</exception>
    internal async ValueTask<Frame?> ReadAsync(CancellationToken cancellation) =>
        await ReadHeaderAsync(cancellation).ConfigureAwait(false) is { } head ? await ReadPayloadAsync(head.Length, cancellation).ConfigureAwait(false) : null;

    /// <summary>Kind and length of the next frame, whose payload the caller takes next; null when the stream ends between two frames.</summary>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    internal async ValueTask<(FrameKind Kind, int Length)?> ReadHeaderAsync(CancellationToken cancellation)
    {
        var got = await source.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        if (got == 0)
        {
            return null;
        }

        var length = CheckHeader(got);
        return ((FrameKind)_header[4], length);
    }

    /// <summary>The frame whose header was read.</summary>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    internal async ValueTask<Frame> ReadPayloadAsync(int length, CancellationToken cancellation)
    {
        var payload = Room(length);
        return await source.ReadAtLeastAsync(payload, length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false) < length ? throw Cut() : new Frame((FrameKind)_header[4], payload);
    }

    /// <summary>As <see cref="ReadAsync"/>, blocking: for the worker, whose main thread has nothing else to do.</summary>
    internal Frame? Read()
    {
        var got = source.ReadAtLeast(_header, _header.Length, throwOnEndOfStream: false);
        if (got == 0)
        {
            return null;
        }

        var length = CheckHeader(got);
        var payload = Room(length);
        return source.ReadAtLeast(payload.Span, length, throwOnEndOfStream: false) < length ? throw Cut() : new Frame((FrameKind)_header[4], payload);
    }

    private Memory<byte> Room(int length)
    {
        if (length > _payload.Length)
        {
            _payload = new byte[length];
        }

        return _payload.AsMemory(0, length);
    }

    private int CheckHeader(int got)
    {
        if (got < _header.Length)
        {
            throw Cut();
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(_header);
        var limit = FrameProtocol.LimitOf((FrameKind)_header[4]);
        if (limit < 0 || length > (uint)limit)
        {
            throw new FrameException("A frame's kind or length is not allowed.");
        }

        return (int)length;
    }

    private static FrameException Cut() => new("The stream ends inside a frame.");
}
