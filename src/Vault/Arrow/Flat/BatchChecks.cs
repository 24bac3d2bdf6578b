using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace Sandbox.Vault.Arrow.Flat;

/// <summary>What must hold of a column's buffers before anybody reads a value: after these checks no access can leave them.</summary>
internal static class BatchChecks
{
    internal static ReadOnlyMemory<byte> Validity(ReadOnlyMemory<byte> bits, int rows, int missing)
    {
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

    internal static void Indices(ArrowColumn column, ArrowColumn dictionary)
    {
        if (!dictionary.Field.SameForm(column.Field))
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

    internal static void Texts(ArrowType type, int rows, ref ReadOnlyMemory<byte> offsets, ReadOnlySpan<byte> data)
    {
        // An empty column may leave the offsets out altogether.
        if (rows == 0 && offsets.IsEmpty)
        {
            return;
        }

        offsets = Cut(type, rows, offsets);
        var (first, last) = type.OffsetBytes == 4
            ? Rising(MemoryMarshal.Cast<byte, int>(offsets.Span), type.IsText ? data : default, data.Length)
            : Rising(MemoryMarshal.Cast<byte, long>(offsets.Span), type.IsText ? data : default, data.Length);
        if (type.IsText && !Utf8.IsValid(data[(int)first..(int)last]))
        {
            throw ArrowFormatException.Malformed("A text is not UTF-8.");
        }
    }

    /// <returns>How many items the child must have.</returns>
    internal static long ListOffsets(ArrowType type, int rows, ref ReadOnlyMemory<byte> offsets)
    {
        if (rows == 0 && offsets.IsEmpty)
        {
            return 0;
        }

        offsets = Cut(type, rows, offsets);
        return type.OffsetBytes == 4
            ? Rising(MemoryMarshal.Cast<byte, int>(offsets.Span), default, int.MaxValue).Last
            : Rising(MemoryMarshal.Cast<byte, long>(offsets.Span), default, int.MaxValue).Last;
    }

    internal static void ListViews(ArrowColumn column, int items)
    {
        var width = column.Field.Type.OffsetBytes;
        var bytes = (long)column.Length * width;
        if (column.Offsets.Length < bytes || column.Sizes.Length < bytes)
        {
            throw ArrowFormatException.Malformed("A column's offsets are cut.");
        }

        // The format asks it of missing rows too.
        for (var row = 0; row < column.Length; row++)
        {
            var (offset, size) = (Signed(column.Offsets.Span, row, width), Signed(column.Sizes.Span, row, width));
            if (offset < 0 || size < 0 || size > items || offset > items - size)
            {
                throw ArrowFormatException.Malformed("A column's offsets are damaged.");
            }
        }
    }

    internal static void Views(ArrowColumn column, ReadOnlySpan<byte> views, ReadOnlyMemory<byte>[] pools)
    {
        for (var row = 0; row < column.Length; row++)
        {
            if (column.IsMissing(row))
            {
                continue;
            }

            var view = views.Slice(row * ArrowFormat.ViewBytes, ArrowFormat.ViewBytes);
            var length = BinaryPrimitives.ReadInt32LittleEndian(view);
            var holds = length is >= 0 and <= ArrowFormat.ViewInline;
            if (length > ArrowFormat.ViewInline)
            {
                var (pool, offset) = (BinaryPrimitives.ReadInt32LittleEndian(view[8..]), BinaryPrimitives.ReadInt32LittleEndian(view[12..]));
                holds = pool >= 0 && pool < pools.Length && offset >= 0 && offset <= pools[pool].Length - length;
            }

            if (!holds || (column.Field.Type.IsText && !Utf8.IsValid(column.GetBytes(row))))
            {
                throw ArrowFormatException.Malformed("A view lies outside its buffers or is no text.");
            }
        }
    }

    internal static void Union(ArrowColumn column)
    {
        var tags = column.Data.Span;
        Span<int> children = stackalloc int[sbyte.MaxValue + 1];
        children.Fill(-1);
        for (var i = 0; i < column.Field.Tags.Count; i++)
        {
            children[column.Field.Tags[i]] = i;
        }

        var dense = column.Field.Type.Kind == ArrowKind.DenseUnion;
        var offsets = MemoryMarshal.Cast<byte, int>(column.Offsets.Span);
        for (var row = 0; row < column.Length; row++)
        {
            // Of a missing row too: readers ask for its member before they ask whether it is there.
            var child = tags[row] > sbyte.MaxValue ? -1 : children[tags[row]];
            if (child < 0 || (dense && (offsets[row] < 0 || offsets[row] >= column.Children[child].Length)))
            {
                throw ArrowFormatException.Malformed("A union's tag or offset is damaged.");
            }
        }
    }

    internal static void Runs(ArrowColumn column)
    {
        var (ends, values) = (column.Children[0], column.Children[1]);
        long before = 0;
        var bad = ends.MissingCount != 0 || values.Length < ends.Length;
        for (var run = 0; run < ends.Length && !bad; run++)
        {
            var end = ends.GetInt64(run)!.Value;
            bad = end <= before;
            before = end;
        }

        if (bad || before < column.Length)
        {
            throw ArrowFormatException.Malformed("A column's runs are damaged.");
        }
    }

    private static ReadOnlyMemory<byte> Cut(ArrowType type, int rows, ReadOnlyMemory<byte> offsets)
    {
        var needed = ((long)rows + 1) * type.OffsetBytes;
        return offsets.Length >= needed ? offsets[..(int)needed] : throw ArrowFormatException.Malformed("A column's offsets are cut.");
    }

    private static long Signed(ReadOnlySpan<byte> bytes, int row, int width) =>
        width == 4 ? BinaryPrimitives.ReadInt32LittleEndian(bytes[(row * 4)..]) : BinaryPrimitives.ReadInt64LittleEndian(bytes[(row * 8)..]);

    // Texts: the whole is checked as UTF-8 once; each must then only begin at the start of a character.
    private static (long First, long Last) Rising<T>(ReadOnlySpan<T> offsets, ReadOnlySpan<byte> text, int length)
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
}
