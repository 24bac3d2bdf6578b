using System.Buffers.Binary;

namespace Sandbox.Vault.Arrow.Flat;

/// <summary>Cuts one batch's body into columns and has all of it checked: counts, buffer bounds, offsets, UTF-8, dictionary indices. As deep as the schema, whose depth is bounded.</summary>
internal ref struct BatchReading
{
    private readonly MessageContext _context;
    private readonly ReadOnlySpan<byte> _nodes;
    private readonly ReadOnlySpan<byte> _buffers;
    private readonly ReadOnlySpan<byte> _pools;
    private readonly ReadOnlyMemory<byte> _body;
    private readonly BodyDecoding? _decoding;
    private int _node;
    private int _buffer;
    private int _pool;

    private BatchReading(FlatTable batch, ReadOnlyMemory<byte> body, MessageContext context)
    {
        _context = context;
        if (batch.Table(3, out var compression))
        {
            _decoding = context.Limits.AllTypes ? new BodyDecoding(compression, context.Limits) : throw ArrowFormatException.NotSupported("Compressed batches are not taken.");
        }

        _nodes = batch.Structs(1, ArrowFormat.FieldNodeBytes);
        _buffers = batch.Structs(2, ArrowFormat.BufferBytes);
        _pools = batch.Structs(4, 8);
        _body = body;
    }

    /// <param name="batch">The record batch's metadata.</param>
    /// <param name="body">Its body.</param>
    /// <param name="fields">What columns it must hold.</param>
    /// <param name="context">Dictionaries seen so far, limits and the format's version.</param>
    /// <param name="rowsLeft">How many rows may still come.</param>
    internal static (int Rows, ArrowColumn[] Columns) Read(FlatTable batch, ReadOnlyMemory<byte> body, IReadOnlyList<ArrowField> fields, MessageContext context, long rowsLeft)
    {
        var rows = batch.Int64(0);
        if (rows < 0)
        {
            throw ArrowFormatException.Malformed("A batch's length is damaged.");
        }

        if (rows > Math.Min(rowsLeft, int.MaxValue / 2))
        {
            throw ArrowFormatException.TooLarge("There are more rows than are taken.");
        }

        var reading = new BatchReading(batch, body, context);
        var columns = new ArrowColumn[fields.Count];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = reading.Column(fields[i]);
            if (columns[i].Length != rows)
            {
                throw WrongLength();
            }
        }

        return reading._node * ArrowFormat.FieldNodeBytes == reading._nodes.Length && reading._buffer * ArrowFormat.BufferBytes == reading._buffers.Length
            ? ((int)rows, columns)
            : throw ArrowFormatException.Malformed("A batch has more parts than its columns.");
    }

    private ArrowColumn Column(ArrowField field)
    {
        var node = Take(_nodes, ref _node, ArrowFormat.FieldNodeBytes);
        var (length, missing) = (BinaryPrimitives.ReadInt64LittleEndian(node), BinaryPrimitives.ReadInt64LittleEndian(node[8..]));
        if (length is < 0 or > int.MaxValue / 2 || missing < 0 || missing > length)
        {
            throw WrongLength();
        }

        var rows = (int)length;
        return field.Dictionary is { } encoding ? Indices(field, encoding, rows, (int)missing) : field.Type.Kind switch
        {
            ArrowKind.Null => new ArrowColumn(field, rows, rows, default, default, default, null),
            ArrowKind.RunEnds => Runs(field, rows),
            ArrowKind.SparseUnion or ArrowKind.DenseUnion => Union(field, rows, (int)missing),
            >= ArrowKind.List and <= ArrowKind.Map => Nested(field, rows, (int)missing),
            ArrowKind.Utf8View or ArrowKind.BinaryView => Views(field, rows, (int)missing),
            _ => Plain(field, rows, (int)missing),
        };
    }

    private ArrowColumn Plain(ArrowField field, int rows, int missing)
    {
        var validity = Validity(rows, missing);
        ReadOnlyMemory<byte> offsets = default;
        if (field.Type.OffsetBytes != 0)
        {
            offsets = NextBuffer();
            var text = NextBuffer();
            BatchChecks.Texts(field.Type, rows, ref offsets, text.Span);
            return new ArrowColumn(field, rows, missing, validity, offsets, text, null);
        }

        return new ArrowColumn(field, rows, missing, validity, offsets, Values(field.Type, rows), null);
    }

    private ArrowColumn Indices(ArrowField field, ArrowDictionaryEncoding encoding, int rows, int missing)
    {
        var validity = Validity(rows, missing);
        var data = Values(new ArrowType(encoding.Index), rows);
        if (!_context.Dictionaries.TryGetValue(encoding.Id, out var dictionary))
        {
            throw ArrowFormatException.Malformed("A column's dictionary is missing.");
        }

        var column = new ArrowColumn(field, rows, missing, validity, default, data, dictionary);
        BatchChecks.Indices(column, dictionary);
        return column;
    }

    private ArrowColumn Views(ArrowField field, int rows, int missing)
    {
        var validity = Validity(rows, missing);
        var views = NextBuffer();
        views = views.Length >= (long)rows * ArrowFormat.ViewBytes ? views[..(rows * ArrowFormat.ViewBytes)] : throw Cut();
        var count = BinaryPrimitives.ReadInt64LittleEndian(Take(_pools, ref _pool, 8));
        if (count < 0 || count > (_buffers.Length / ArrowFormat.BufferBytes) - _buffer)
        {
            throw ArrowFormatException.Malformed("A batch has fewer parts than its columns.");
        }

        var pools = new ReadOnlyMemory<byte>[(int)count];
        for (var i = 0; i < pools.Length; i++)
        {
            pools[i] = NextBuffer();
        }

        var column = new ArrowColumn(field, rows, missing, validity, default, views, null) { Pools = pools };
        BatchChecks.Views(column, views.Span, pools);
        return column;
    }

    private ArrowColumn Nested(ArrowField field, int rows, int missing)
    {
        var kind = field.Type.Kind;
        var validity = Validity(rows, missing);
        ReadOnlyMemory<byte> offsets = default, sizes = default;
        long needed = kind == ArrowKind.FixedList ? (long)rows * field.Type.ListSize : kind == ArrowKind.Struct ? rows : 0;
        if (kind is ArrowKind.ListView or ArrowKind.LargeListView)
        {
            (offsets, sizes) = (NextBuffer(), NextBuffer());
        }
        else if (field.Type.OffsetBytes != 0)
        {
            offsets = NextBuffer();
            needed = BatchChecks.ListOffsets(field.Type, rows, ref offsets);
        }

        var children = Children(field, needed);
        var column = new ArrowColumn(field, rows, missing, validity, offsets, default, null) { Sizes = sizes, Children = children };
        if (kind is ArrowKind.ListView or ArrowKind.LargeListView)
        {
            BatchChecks.ListViews(column, children[0].Length);
        }

        return column;
    }

    private ArrowColumn Union(ArrowField field, int rows, int missing)
    {
        // Up to version 4 of the metadata a union had a validity of its own.
        var validity = _context.OldUnions ? Validity(rows, missing) : default;
        var tags = Values(new ArrowType(ArrowKind.Int8), rows);
        var offsets = field.Type.Kind == ArrowKind.DenseUnion ? Values(new ArrowType(ArrowKind.Int32), rows) : default;
        var children = Children(field, field.Type.Kind == ArrowKind.SparseUnion ? rows : 0);
        var column = new ArrowColumn(field, rows, validity.IsEmpty ? 0 : missing, validity, offsets, tags, null) { Children = children };
        BatchChecks.Union(column);
        return column;
    }

    private ArrowColumn Runs(ArrowField field, int rows)
    {
        var children = Children(field, 0);
        var column = new ArrowColumn(field, rows, 0, default, default, default, null) { Children = children };
        BatchChecks.Runs(column);
        return column;
    }

    private ArrowColumn[] Children(ArrowField field, long needed)
    {
        var children = new ArrowColumn[field.Children.Count];
        for (var i = 0; i < children.Length; i++)
        {
            children[i] = Column(field.Children[i]);
            if (children[i].Length < needed)
            {
                throw WrongLength();
            }
        }

        return children;
    }

    private ReadOnlyMemory<byte> Values(ArrowType type, int rows)
    {
        var data = NextBuffer();
        var needed = type.Kind == ArrowKind.Bool ? (rows + 7) / 8 : (long)rows * type.ValueBytes;
        return data.Length >= needed ? data[..(int)needed] : throw Cut();
    }

    private ReadOnlyMemory<byte> Validity(int rows, int missing)
    {
        var bits = NextBuffer();
        return BatchChecks.Validity(bits, rows, missing);
    }

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> entries, ref int index, int bytes)
    {
        var at = index++ * bytes;
        return at + bytes <= entries.Length ? entries.Slice(at, bytes) : throw ArrowFormatException.Malformed("A batch has fewer parts than its columns.");
    }

    private ReadOnlyMemory<byte> NextBuffer()
    {
        var entry = Take(_buffers, ref _buffer, ArrowFormat.BufferBytes);
        var (offset, length) = (BinaryPrimitives.ReadInt64LittleEndian(entry), BinaryPrimitives.ReadInt64LittleEndian(entry[8..]));
        if (offset < 0 || length < 0 || length > _body.Length || offset > _body.Length - length)
        {
            throw ArrowFormatException.Malformed("A buffer lies outside its batch.");
        }

        var stored = _body.Slice((int)offset, (int)length);
        return _decoding is null ? stored : _decoding.Decode(stored);
    }

    private static ArrowFormatException WrongLength() => ArrowFormatException.Malformed("A column's length differs from its batch's.");

    private static ArrowFormatException Cut() => ArrowFormatException.Malformed("A column's values are cut.");
}
