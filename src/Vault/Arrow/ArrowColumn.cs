using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Sandbox.Vault.Arrow;

/// <summary>The values of one column in one batch. Made only by the reader, which has checked every length, offset, index and text, or by <see cref="ArrowColumns"/>.</summary>
public sealed class ArrowColumn
{
    private readonly ReadOnlyMemory<byte> _offsets;
    private readonly ReadOnlyMemory<byte> _data;

    internal ArrowColumn(ArrowField field, int length, int missing, ReadOnlyMemory<byte> validity, ReadOnlyMemory<byte> offsets, ReadOnlyMemory<byte> data, ArrowColumn? dictionary)
    {
        Field = field;
        Length = length;
        MissingCount = missing;
        Validity = validity;
        _offsets = offsets;
        _data = data;
        Dictionary = dictionary;
    }

    /// <summary>Name and type.</summary>
    public ArrowField Field { get; }

    /// <summary>Number of rows.</summary>
    public int Length { get; }

    /// <summary>Number of rows without a value.</summary>
    public int MissingCount { get; }

    /// <summary>The dictionary's values, for a dictionary column.</summary>
    public ArrowColumn? Dictionary { get; }

    /// <summary>The parts of a nested column: items, members, or run ends and values.</summary>
    internal IReadOnlyList<ArrowColumn> Children { get; init; } = [];

    /// <summary>For views of lists: the number of items of each row.</summary>
    internal ReadOnlyMemory<byte> Sizes { get; init; }

    /// <summary>For views of texts or bytes: the buffers that the views point into.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> Pools { get; init; } = [];

    /// <summary>One bit a row, set = present; empty when no value is missing.</summary>
    internal ReadOnlyMemory<byte> Validity { get; }

    internal ReadOnlyMemory<byte> Offsets => _offsets;

    internal ReadOnlyMemory<byte> Data => _data;

    /// <summary>Whether the row has no value.</summary>
    public bool IsMissing(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Length, nameof(row));
        return Field.Type.Kind == ArrowKind.Null || (!Validity.IsEmpty && (Validity.Span[row >> 3] & (1 << (row & 7))) == 0);
    }

    /// <summary>Fixed-width values as they lie there (indices for a dictionary column); rows without a value hold anything.</summary>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> has another width.</exception>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged
    {
        var width = Field.Dictionary is { } encoding ? new ArrowType(encoding.Index).ValueBytes : Field.Type.ValueBytes;
        return Marshal.SizeOf<T>() == width && width != 0
            ? MemoryMarshal.Cast<byte, T>(_data.Span)[..Length]
            : throw new InvalidOperationException("The column's values have another width.");
    }

    /// <summary>A boolean row; a row without a value gives anything.</summary>
    public bool GetBool(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Length, nameof(row));
        return Field.Type.Kind == ArrowKind.Bool && Field.Dictionary is null
            ? (_data.Span[row >> 3] & (1 << (row & 7))) != 0
            : throw new InvalidOperationException("The column is not boolean.");
    }

    /// <summary>The bytes of a text, binary or fixed-width row (through the dictionary when there is one).</summary>
    public ReadOnlySpan<byte> GetBytes(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Length, nameof(row));
        if (Dictionary is not null)
        {
            return IsMissing(row) ? default : Dictionary.GetBytes((int)Index(row));
        }

        if (Field.Type.IsView)
        {
            return IsMissing(row) ? default : View(row);
        }

        switch (Field.Type.OffsetBytes)
        {
            case 4:
                var at = MemoryMarshal.Cast<byte, int>(_offsets.Span);
                return at.IsEmpty ? default : _data.Span[at[row]..at[row + 1]];
            case 8:
                var wide = MemoryMarshal.Cast<byte, long>(_offsets.Span);
                return wide.IsEmpty ? default : _data.Span[(int)wide[row]..(int)wide[row + 1]];
            default:
                var width = Field.Type.ValueBytes;
                return width == 0 ? throw new InvalidOperationException("The column holds no bytes.") : _data.Span.Slice(row * width, width);
        }
    }

    /// <summary>Text of a row; null for a missing value.</summary>
    public string? GetText(int row) => IsMissing(row) ? null : Encoding.UTF8.GetString(GetBytes(row));

    /// <summary>An integer, date or time row as a number; null for a missing value.</summary>
    /// <exception cref="InvalidOperationException">The column is of another kind.</exception>
    public long? GetInt64(int row) => IsMissing(row)
        ? null
        : Dictionary is not null ? Dictionary.GetInt64((int)Index(row)) : checked((long)ReadInteger(Field.Type.Kind, row));

    /// <summary>A numeric row as a double; null for a missing value.</summary>
    /// <exception cref="InvalidOperationException">The column is of another kind.</exception>
    public double? GetDouble(int row) => IsMissing(row)
        ? null
        : Dictionary is not null
            ? Dictionary.GetDouble((int)Index(row))
            : Field.Type.Kind switch
            {
                ArrowKind.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(GetBytes(row)),
                ArrowKind.Float32 => BinaryPrimitives.ReadSingleLittleEndian(GetBytes(row)),
                ArrowKind.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(GetBytes(row)),
                ArrowKind.Decimal128 => (double)BinaryPrimitives.ReadInt128LittleEndian(GetBytes(row)) / Math.Pow(10, Field.Type.Scale),
                var kind => (double)ReadInteger(kind, row),
            };

    /// <summary>The unscaled 128-bit number of a decimal row; null for a missing value.</summary>
    public Int128? GetDecimalUnscaled(int row) => IsMissing(row)
        ? null
        : Field.Type.Kind == ArrowKind.Decimal128 ? BinaryPrimitives.ReadInt128LittleEndian(GetBytes(row)) : throw new InvalidOperationException("The column is not decimal.");

    /// <summary>Where the items of a list row lie in the child, and how many there are.</summary>
    internal (int From, int Count) Items(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Length, nameof(row));
        if (Field.Type.Kind == ArrowKind.FixedList)
        {
            return (row * Field.Type.ListSize, Field.Type.ListSize);
        }

        var from = Offset(_offsets, row);
        return Field.Type.Kind is ArrowKind.ListView or ArrowKind.LargeListView ? (from, Offset(Sizes, row)) : (from, Offset(_offsets, row + 1) - from);
    }

    /// <summary>The child of a union row, and its row there.</summary>
    internal (int Child, int Row) Member(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Length, nameof(row));
        var tag = _data.Span[row];
        var child = 0;
        while (Field.Tags[child] != tag)
        {
            child++;
        }

        return (child, Field.Type.Kind == ArrowKind.DenseUnion ? MemoryMarshal.Cast<byte, int>(_offsets.Span)[row] : row);
    }

    /// <summary>The run that a row of a run-end encoded column lies in.</summary>
    internal int Run(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Length, nameof(row));
        var ends = Children[0];
        var (low, high) = (0, ends.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = (long)ends.ReadInteger(ends.Field.Type.Kind, middle) > row ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private int Offset(ReadOnlyMemory<byte> of, int index) => of.IsEmpty
        ? 0
        : Field.Type.OffsetBytes == 4 ? MemoryMarshal.Cast<byte, int>(of.Span)[index] : checked((int)MemoryMarshal.Cast<byte, long>(of.Span)[index]);

    private ReadOnlySpan<byte> View(int row)
    {
        var view = _data.Span.Slice(row * Flat.ArrowFormat.ViewBytes, Flat.ArrowFormat.ViewBytes);
        var length = BinaryPrimitives.ReadInt32LittleEndian(view);
        return length <= Flat.ArrowFormat.ViewInline
            ? view.Slice(4, length)
            : Pools[BinaryPrimitives.ReadInt32LittleEndian(view[8..])].Span.Slice(BinaryPrimitives.ReadInt32LittleEndian(view[12..]), length);
    }

    /// <summary>The dictionary index of a row that has a value.</summary>
    internal Int128 Index(int row) => ReadInteger(Field.Dictionary!.Index, row);

    internal Int128 ReadInteger(ArrowKind kind, int row)
    {
        var data = _data.Span;
        return kind switch
        {
            ArrowKind.Bool => GetBool(row) ? 1 : 0,
            ArrowKind.Int8 => unchecked((sbyte)data[row]),
            ArrowKind.UInt8 => data[row],
            ArrowKind.Int16 => BinaryPrimitives.ReadInt16LittleEndian(data[(row * 2)..]),
            ArrowKind.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(data[(row * 2)..]),
            ArrowKind.Int32 or ArrowKind.Date32 or ArrowKind.Time32 or ArrowKind.IntervalMonths or ArrowKind.Decimal32 => BinaryPrimitives.ReadInt32LittleEndian(data[(row * 4)..]),
            ArrowKind.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(data[(row * 4)..]),
            ArrowKind.Int64 or ArrowKind.Date64 or ArrowKind.Time64 or ArrowKind.Timestamp or ArrowKind.Duration or ArrowKind.Decimal64 => BinaryPrimitives.ReadInt64LittleEndian(data[(row * 8)..]),
            ArrowKind.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(data[(row * 8)..]),
            _ => throw new InvalidOperationException("The column holds no whole numbers."),
        };
    }
}
