using System.Buffers.Binary;
using Sandbox.Vault.Arrow.Flat;

namespace Sandbox.Vault.Arrow;

/// <summary>Reads the IPC file format (magic, messages, footer with their places, magic) from untrusted bytes in memory.</summary>
internal static class ArrowFileReader
{
    private const int LeadIn = 8;

    private static ReadOnlySpan<byte> Magic => "ARROW1"u8;

    internal static bool LooksLikeFile(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Magic);

    /// <exception cref="ArrowFormatException">The bytes are not taken.</exception>
    internal static ArrowTable Read(ReadOnlyMemory<byte> hostile, ArrowLimits limits)
    {
        var bytes = hostile.Span;
        var tail = Magic.Length + 4;
        if (bytes.Length < LeadIn + tail || !bytes.EndsWith(Magic))
        {
            throw ArrowFormatException.Malformed("The file is cut.");
        }

        var messages = new MessageReading(limits);
        var length = messages.MetadataLength(BinaryPrimitives.ReadUInt32LittleEndian(bytes[^tail..]));
        if (length > bytes.Length - LeadIn - tail)
        {
            throw ArrowFormatException.Malformed("The file's footer is damaged.");
        }

        var end = bytes.Length - tail - length;
        var footer = FlatTable.Root(bytes.Slice(end, length));
        messages.Schema = footer.Table(1, out var schema) ? SchemaReading.Read(schema, limits) : throw ArrowFormatException.Malformed("The file has no schema.");
        ReadBlocks(hostile[..end], footer.Structs(2, ArrowFormat.BlockBytes), messages, static batch =>
        {
            if (batch is not null)
            {
                throw ArrowFormatException.Malformed("A dictionary is no dictionary.");
            }
        });
        var batches = new List<ArrowBatch>();
        ReadBlocks(hostile[..end], footer.Structs(3, ArrowFormat.BlockBytes), messages, batch =>
            batches.Add(batch ?? throw ArrowFormatException.Malformed("A batch is no batch.")));
        return new ArrowTable(messages.Schema, batches);
    }

    private static void ReadBlocks(ReadOnlyMemory<byte> file, ReadOnlySpan<byte> blocks, MessageReading messages, Action<ArrowBatch?> take)
    {
        for (; !blocks.IsEmpty; blocks = blocks[ArrowFormat.BlockBytes..])
        {
            var offset = BinaryPrimitives.ReadInt64LittleEndian(blocks);
            var metadataLength = BinaryPrimitives.ReadInt32LittleEndian(blocks[8..]);
            var bodyLength = BinaryPrimitives.ReadInt64LittleEndian(blocks[16..]);
            if (offset < LeadIn || metadataLength < 8 || bodyLength < 0 || offset > file.Length - (long)metadataLength || bodyLength > file.Length - offset - metadataLength)
            {
                throw ArrowFormatException.Malformed("A batch lies outside the file.");
            }

            var message = file.Slice((int)offset, metadataLength).Span;
            var stated = BinaryPrimitives.ReadUInt32LittleEndian(message);
            var prefix = 4;
            if (stated == ArrowFormat.Continuation)
            {
                stated = BinaryPrimitives.ReadUInt32LittleEndian(message[4..]);
                prefix = 8;
            }

            var length = messages.MetadataLength(stated);
            if (length == 0 || length > metadataLength - prefix)
            {
                throw ArrowFormatException.Malformed("A batch's metadata is cut.");
            }

            var metadata = message.Slice(prefix, length);
            if (messages.BodyLength(metadata) != bodyLength)
            {
                throw ArrowFormatException.Malformed("A batch's length differs from the footer's.");
            }

            take(messages.Take(metadata, file.Slice((int)offset + metadataLength, (int)bodyLength)));
        }
    }
}
