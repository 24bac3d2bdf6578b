using System.Buffers.Binary;
using Sandbox.Vault.Arrow.Flat;

namespace Sandbox.Vault.Arrow;

/// <summary>Reads the IPC file format (magic, messages, footer with their places, magic) from an untrusted source that can seek. One batch is in memory at a time, beside the dictionaries.</summary>
internal sealed class ArrowFileReader : IArrowReader
{
    private const int LeadIn = 8;

    private readonly Stream _source;
    private readonly MessageReading _messages;
    private readonly byte[] _batches;
    private readonly long _end;
    private int _next;

    /// <summary>Reads the footer and the dictionaries.</summary>
    /// <exception cref="ArrowFormatException">The bytes are not taken.</exception>
    internal ArrowFileReader(Stream hostile, ArrowLimits limits)
    {
        _source = hostile;
        _messages = new MessageReading(limits);
        var tail = Magic.Length + 4;
        var total = hostile.Length;
        if (total < LeadIn + tail || !Read(total - Magic.Length, Magic.Length).AsSpan().SequenceEqual(Magic))
        {
            throw ArrowFormatException.Malformed("The file is cut.");
        }

        var length = _messages.MetadataLength(BinaryPrimitives.ReadUInt32LittleEndian(Read(total - tail, 4)));
        if (length > total - LeadIn - tail)
        {
            throw ArrowFormatException.Malformed("The file's footer is damaged.");
        }

        _end = total - tail - length;
        var footer = FlatTable.Root(Read(_end, length));
        Schema = footer.Table(1, out var schema) ? SchemaReading.Read(schema, limits) : throw ArrowFormatException.Malformed("The file has no schema.");
        _messages.Schema = Schema;
        var dictionaries = footer.Structs(2, ArrowFormat.BlockBytes);
        for (; !dictionaries.IsEmpty; dictionaries = dictionaries[ArrowFormat.BlockBytes..])
        {
            if (ReadBlock(dictionaries) is not null)
            {
                throw ArrowFormatException.Malformed("A dictionary is no dictionary.");
            }
        }

        _batches = footer.Structs(3, ArrowFormat.BlockBytes).ToArray();
    }

    public ArrowSchema Schema { get; }

    private static ReadOnlySpan<byte> Magic => "ARROW1"u8;

    public ArrowBatch? Next()
    {
        if (_next == _batches.Length)
        {
            return null;
        }

        var block = _batches.AsSpan(_next);
        _next += ArrowFormat.BlockBytes;
        return ReadBlock(block) ?? throw ArrowFormatException.Malformed("A batch is no batch.");
    }

    internal static bool LooksLikeFile(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Magic);

    private ArrowBatch? ReadBlock(ReadOnlySpan<byte> block)
    {
        var offset = BinaryPrimitives.ReadInt64LittleEndian(block);
        var metadataLength = BinaryPrimitives.ReadInt32LittleEndian(block[8..]);
        var bodyLength = BinaryPrimitives.ReadInt64LittleEndian(block[16..]);
        if (offset < LeadIn || metadataLength < 8 || bodyLength < 0 || offset > _end - metadataLength || bodyLength > _end - offset - metadataLength)
        {
            throw ArrowFormatException.Malformed("A batch lies outside the file.");
        }

        _messages.MetadataLength((uint)metadataLength - 8);
        var message = Read(offset, metadataLength);
        var stated = BinaryPrimitives.ReadUInt32LittleEndian(message);
        var prefix = 4;
        if (stated == ArrowFormat.Continuation)
        {
            stated = BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(4));
            prefix = 8;
        }

        var length = _messages.MetadataLength(stated);
        if (length == 0 || length > metadataLength - prefix)
        {
            throw ArrowFormatException.Malformed("A batch's metadata is cut.");
        }

        var metadata = message.AsSpan(prefix, length);
        if (_messages.BodyLength(metadata) != bodyLength)
        {
            throw ArrowFormatException.Malformed("A batch's length differs from the footer's.");
        }

        return _messages.Take(metadata, Read(offset + metadataLength, (int)bodyLength));
    }

    private byte[] Read(long offset, int length)
    {
        var bytes = new byte[length];
        _source.Position = offset;
        return _source.ReadAtLeast(bytes, length, throwOnEndOfStream: false) == length ? bytes : throw ArrowFormatException.Malformed("The file is cut.");
    }
}
