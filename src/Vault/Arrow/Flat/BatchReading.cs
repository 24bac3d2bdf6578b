using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace Sandbox.Vault.Arrow.Flat;

/// <summary>Cuts one batch's body into columns and checks all of it: counts, buffer bounds, offsets, UTF-8, dictionary indices.</summary>
internal ref struct BatchReading
{
    private readonly ReadOnlySpan<byte> _nodes;
    private readonly ReadOnlySpan<byte> _buffers;
    private readonly ReadOnlyMemory<byte> _body;
    private int _node;
    private int _buffer;

    private BatchReading(FlatTable batch, ReadOnlyMemory<byte> body)
    {
        if (batch.Has(3))
        {
            throw ArrowFormatException.NotSupported("Compressed batches are not taken.");
        }

        _nodes = batch.Structs(1, ArrowFormat.FieldNodeBytes);
        _buffers = batch.Structs(2, ArrowFormat.BufferBytes);
        _body = body;
    }

    /// <param name="batch">The record batch's metadata.</param>
    /// <param name="body">Its body.</param>
    /// <param name="fields">What columns it must hold.</param>
    /// <param name="dictionaries">Dictionaries seen so far; for a dictionary's own values null.</param>
    /// <param name="rowsLeft">How many rows may still come.</param>
    internal static (int Rows, ArrowColumn[] Columns) Read(
        FlatTable batch, ReadOnlyMemory<byte> body, IReadOnlyList<ArrowField> fields, IReadOnlyDictionary<long, ArrowColumn>? dictionaries, long rowsLeft)
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

        var reading = new BatchReading(batch, body);
        var columns = new ArrowColumn[fields.Count];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = reading.Column(fields[i], (int)rows, dictionaries);
        }

        return reading._node * ArrowFormat.FieldNodeBytes == reading._nodes.Length && reading._buffer * ArrowFormat.BufferBytes == reading._buffers.Length
            ? ((int)rows, columns)
            : throw ArrowFormatException.Malformed("A batch has more parts than its columns.");
    }

    private ArrowColumn Column(ArrowField field, int rows, IReadOnlyDictionary<long, ArrowColumn>? dictionaries)
    {
        var node = Take(_nodes, ref _node, ArrowFormat.FieldNodeBytes);
        var (length, missing) = (BinaryPrimitives.ReadInt64LittleEndian(node), BinaryPrimitives.ReadInt64LittleEndian(node[8..]));
        if (length != rows || missing < 0 || missing > rows)
        {
            throw ArrowFormatException.Malformed("A column's length differs from its batch's.");
        }

        var stored = field.Dictionary is { } encoding ? new ArrowType(encoding.Index) : field.Type;
        if (stored.Kind == ArrowKind.Null)
        {
            return new ArrowColumn(field, rows, rows, default, default, default, null);
        }

        var validity = Validity(rows, (int)missing);
        ReadOnlyMemory<byte> offsets = default;
        ReadOnlyMemory<byte> data;
        if (stored.OffsetBytes != 0)
        {
            offsets = NextBuffer();
            data = NextBuffer();
            CheckOffsets(stored, rows, ref offsets, data.Span);
        }
        else
        {
            data = NextBuffer();
            var needed = stored.Kind == ArrowKind.Bool ? (rows + 7) / 8 : (long)rows * stored.ValueBytes;
            data = data.Length >= needed ? data[..(int)needed] : throw ArrowFormatException.Malformed("A column's values are cut.");
        }

        ArrowColumn? dictionary = null;
        if (field.Dictionary is not null && (dictionaries is null || !dictionaries.TryGetValue(field.Dictionary.Id, out dictionary)))
        {
            throw ArrowFormatException.Malformed("A column's dictionary is missing.");
        }

        var column = new ArrowColumn(field, rows, (int)missing, validity, offsets, data, dictionary);
        if (dictionary is not null)
        {
            CheckIndices(column, dictionary);
        }

        return column;
    }

    private static void CheckIndices(ArrowColumn column, ArrowColumn dictionary)
    {
        if (dictionary.Field.Type != column.Field.Type)
        {
            throw ArrowFormatException.Malformed("A dictionary has another type than its column.");
        }

        for (var row = 0; row < column.Length; row++)
        {
            if (!column.IsMissing(row) && column.Index(row) is var index && (index < 0 || index >= dictionary.Length))
            {
                throw ArrowFormatException.Malformed("A dictionary index lies outside its dictionary.");
            }
        }
    }

    private static void CheckOffsets(ArrowType type, int rows, ref ReadOnlyMemory<byte> offsets, ReadOnlySpan<byte> data)
    {
        // An empty column may leave the offsets out altogether.
        if (rows == 0 && offsets.IsEmpty)
        {
            return;
        }

        var needed = ((long)rows + 1) * type.OffsetBytes;
        offsets = offsets.Length >= needed ? offsets[..(int)needed] : throw ArrowFormatException.Malformed("A column's offsets are cut.");
        long first, last;
        if (type.OffsetBytes == 4)
        {
            (first, last) = CheckRising(MemoryMarshal.Cast<byte, int>(offsets.Span), type.IsText ? data : default, data.Length);
        }
        else
        {
            (first, last) = CheckRising(MemoryMarshal.Cast<byte, long>(offsets.Span), type.IsText ? data : default, data.Length);
        }

        if (type.IsText && !Utf8.IsValid(data[(int)first..(int)last]))
        {
            throw ArrowFormatException.Malformed("A text is not UTF-8.");
        }
    }

    // Texts: the whole is checked as UTF-8 once; each must then only begin at the start of a character.
    private static (long First, long Last) CheckRising<T>(ReadOnlySpan<T> offsets, ReadOnlySpan<byte> text, int length)
        where T : unmanaged, IBinaryInteger<T>
    {
        var first = long.CreateChecked(offsets[0]);
        var before = first;
        var bad = first < 0;
        foreach (var offset in offsets)
        {
            var at = long.CreateTruncating(offset);
            bad |= at < before || at > length;
            before = Math.Max(before, at);
            if (!bad && !text.IsEmpty && at < text.Length && at > first && (text[(int)at] & 0xC0) == 0x80)
            {
                // Only a break inside a character matters: the byte after the last text is nobody's.
                bad |= at != long.CreateTruncating(offsets[^1]);
            }
        }

        return bad ? throw ArrowFormatException.Malformed("A column's offsets are damaged.") : (first, before);
    }

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> entries, ref int index, int bytes)
    {
        var at = index++ * bytes;
        return at + bytes <= entries.Length ? entries.Slice(at, bytes) : throw ArrowFormatException.Malformed("A batch has fewer parts than its columns.");
    }

    private ReadOnlyMemory<byte> Validity(int rows, int missing)
    {
        var bits = NextBuffer();
        if (bits.IsEmpty)
        {
            return missing == 0 ? default : throw ArrowFormatException.Malformed("A column says that values are missing but not which.");
        }

        var bytes = (rows + 7) / 8;
        if (bits.Length < bytes)
        {
            throw ArrowFormatException.Malformed("A column's validity is cut.");
        }

        bits = bits[..bytes];
        long present = 0;
        for (var i = 0; i < bytes; i++)
        {
            var mask = i == bytes - 1 && (rows & 7) != 0 ? (1 << (rows & 7)) - 1 : 0xFF;
            present += BitOperations.PopCount((uint)(bits.Span[i] & mask));
        }

        return rows - present != missing
            ? throw ArrowFormatException.Malformed("A column's number of missing values is wrong.")
            : missing == 0 ? default : bits;
    }

    private ReadOnlyMemory<byte> NextBuffer()
    {
        var entry = Take(_buffers, ref _buffer, ArrowFormat.BufferBytes);
        var (offset, length) = (BinaryPrimitives.ReadInt64LittleEndian(entry), BinaryPrimitives.ReadInt64LittleEndian(entry[8..]));
        return offset >= 0 && length >= 0 && length <= _body.Length && offset <= _body.Length - length
            ? _body.Slice((int)offset, (int)length)
            : throw ArrowFormatException.Malformed("A buffer lies outside its batch.");
    }
}
