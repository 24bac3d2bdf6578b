using System.Buffers.Binary;

namespace Sandbox.Vault.Arrow.Flat;

/// <summary>State of a reader over messages: the schema, the dictionaries so far and what the limits still allow. Used by the stream and the file reader.</summary>
internal sealed class MessageReading(ArrowLimits limits)
{
    private readonly MessageContext _context = new(limits);
    private long _rowsLeft = limits.Rows;
    private long _bytesLeft = limits.TotalBytes;
    private int _batchesLeft = limits.Batches;

    internal ArrowLimits Limits => limits;

    internal ArrowSchema? Schema { get; set; }

    /// <summary>Body length that the metadata states, checked against the limits.</summary>
    internal int BodyLength(ReadOnlySpan<byte> metadata)
    {
        var message = FlatTable.Root(metadata);
        var length = message.Int64(3);
        if (length < 0)
        {
            throw ArrowFormatException.Malformed("A message's body length is damaged.");
        }

        if (length > limits.BodyBytes || (_bytesLeft -= metadata.Length + length) < 0)
        {
            throw ArrowFormatException.TooLarge("There are more bytes than are taken.");
        }

        return (int)length;
    }

    /// <summary>Takes one message; a record batch comes back, a schema or dictionary is kept.</summary>
    internal ArrowBatch? Take(ReadOnlySpan<byte> metadata, ReadOnlyMemory<byte> body)
    {
        var message = FlatTable.Root(metadata);
        var version = message.Int16(0);
        if (version is not (ArrowFormat.VersionV4 or ArrowFormat.VersionV5))
        {
            throw ArrowFormatException.NotSupported("The format's version is not taken.");
        }

        _context.OldUnions = version == ArrowFormat.VersionV4;

        if (!message.Table(2, out var header))
        {
            throw ArrowFormatException.Malformed("A message is empty.");
        }

        var kind = message.Byte(1);
        if (kind == ArrowFormat.HeaderSchema)
        {
            Schema = Schema is null ? SchemaReading.Read(header, limits) : throw ArrowFormatException.Malformed("There is a second schema.");
            return null;
        }

        if (Schema is null)
        {
            throw ArrowFormatException.Malformed("There is data before the schema.");
        }

        if (_batchesLeft-- == 0)
        {
            throw ArrowFormatException.TooLarge("There are more batches than are taken.");
        }

        switch (kind)
        {
            case ArrowFormat.HeaderDictionary:
                TakeDictionary(header, body);
                return null;
            case ArrowFormat.HeaderBatch:
                var (rows, columns) = BatchReading.Read(header, body, Schema.Fields, _context, _rowsLeft);
                _rowsLeft -= rows;
                return new ArrowBatch(Schema, rows, columns);
            default:
                throw ArrowFormatException.NotSupported("A message is of a kind that is not taken.");
        }
    }

    /// <summary>Length of a message's metadata after its prefix; 0 at the end mark.</summary>
    internal int MetadataLength(uint stated) =>
        stated > int.MaxValue
            ? throw ArrowFormatException.Malformed("A message's length is damaged.")
            : stated > (uint)limits.MetadataBytes
                ? throw ArrowFormatException.TooLarge("A message's metadata is larger than is taken.")
                : (int)stated;

    private void TakeDictionary(FlatTable header, ReadOnlyMemory<byte> body)
    {
        if (header.Bool(2))
        {
            throw ArrowFormatException.NotSupported("Delta dictionaries are not taken.");
        }

        var id = header.Int64(0);
        var field = Find(Schema!.Fields, id) ?? throw ArrowFormatException.Malformed("A dictionary belongs to no column.");
        if (!header.Table(1, out var batch))
        {
            throw ArrowFormatException.Malformed("A dictionary is empty.");
        }

        var (rows, columns) = BatchReading.Read(batch, body, [field with { Dictionary = null }], _context, _rowsLeft);
        _rowsLeft -= rows;
        _context.Dictionaries[id] = columns[0];
    }

    private static ArrowField? Find(IReadOnlyList<ArrowField> fields, long id)
    {
        foreach (var field in fields)
        {
            if (field.Dictionary?.Id == id)
            {
                return field;
            }

            if (Find(field.Children, id) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
