using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sandbox.Vault.Workers;

/// <summary>Writes frames to a pipe. Safe for two threads (progress comes from a timer).</summary>
internal sealed class FrameWriter(Stream target)
{
    private readonly Lock _gate = new();

    /// <exception cref="ArgumentOutOfRangeException">The message is larger than a control frame may be.</exception>
    internal void Json<T>(FrameKind kind, T message, JsonTypeInfo<T> type) => Write(kind, JsonSerializer.SerializeToUtf8Bytes(message, type));

    /// <summary>A message that is JSON already.</summary>
    /// <inheritdoc cref="Json{T}" path="/exception"/>
    internal void Json(FrameKind kind, ReadOnlySpan<byte> json) => Write(kind, json);

    internal void Ready() => Write(FrameKind.Ready, []);

    /// <summary>Writes data, in as many frames as it takes.</summary>
    internal void Data(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > FrameProtocol.MaxData)
        {
            Write(FrameKind.Data, bytes[..FrameProtocol.MaxData]);
            bytes = bytes[FrameProtocol.MaxData..];
        }

        Write(FrameKind.Data, bytes);
    }

    private void Write(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, FrameProtocol.LimitOf(kind), nameof(payload));
        Span<byte> header = stackalloc byte[FrameProtocol.HeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)payload.Length);
        header[4] = (byte)kind;
        lock (_gate)
        {
            target.Write(header);
            target.Write(payload);
            target.Flush();
        }
    }
}
