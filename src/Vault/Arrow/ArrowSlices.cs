using System.Runtime.InteropServices;

namespace Sandbox.Vault.Arrow;

/// <summary>Some rows of a batch as a batch of their own. Flat columns only: what a scan or a model gives.</summary>
internal static class ArrowSlices
{
    /// <param name="batch">A checked batch.</param>
    /// <param name="from">First row.</param>
    /// <param name="rows">How many; <paramref name="from"/> + <paramref name="rows"/> lies within the batch.</param>
    /// <exception cref="ArrowFormatException">A column is nested or holds views.</exception>
    public static ArrowBatch Slice(this ArrowBatch batch, int from, int rows) => new(batch.Schema, rows, [.. batch.Columns.Select(column => Slice(column, from, rows))]);

    private static ArrowColumn Slice(ArrowColumn column, int from, int rows)
    {
        var validity = column.Validity.IsEmpty ? default : Bits(column.Validity.Span, from, rows);
        var missing = column.Field.Type.Kind == ArrowKind.Null && column.Field.Dictionary is null ? rows : validity.IsEmpty ? 0 : rows - Ones(validity.Span);
        validity = missing == 0 ? default : validity;
        var (offsets, data) = column.Field switch
        {
            { Dictionary: { } encoding } => (default, Fixed(column, new ArrowType(encoding.Index).ValueBytes, from, rows)),
            { Type: { IsNested: true } or { IsView: true } } => throw ArrowFormatException.NotSupported("A nested column can't be cut."),
            { Type.Kind: ArrowKind.Null } => default,
            { Type.Kind: ArrowKind.Bool } => (default, Bits(column.Data.Span, from, rows)),
            { Type.OffsetBytes: 4 } => Text<int>(column, from, rows),
            { Type.OffsetBytes: 8 } => Text<long>(column, from, rows),
            _ => (default, Fixed(column, column.Field.Type.ValueBytes, from, rows)),
        };
        return new ArrowColumn(column.Field, rows, missing, validity, offsets, data, column.Dictionary);
    }

    private static ReadOnlyMemory<byte> Fixed(ArrowColumn column, int width, int from, int rows) => column.Data.Slice(from * width, rows * width);

    /// <summary>Offsets that begin at 0, and the bytes between the first and the last.</summary>
    private static (ReadOnlyMemory<byte> Offsets, ReadOnlyMemory<byte> Data) Text<T>(ArrowColumn column, int from, int rows)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        // A column without rows may come without offsets.
        var offsets = new T[rows + 1];
        if (rows > 0)
        {
            MemoryMarshal.Cast<byte, T>(column.Offsets.Span).Slice(from, rows + 1).CopyTo(offsets);
        }

        var first = offsets[0];
        var (start, end) = (int.CreateChecked(first), int.CreateChecked(offsets[rows]));
        for (var i = 0; i <= rows; i++)
        {
            offsets[i] -= first;
        }

        return (MemoryMarshal.AsBytes<T>(offsets).ToArray(), column.Data[start..end]);
    }

    /// <summary>The bits moved to the start of their first byte; those behind the last row are 0.</summary>
    private static ReadOnlyMemory<byte> Bits(ReadOnlySpan<byte> bits, int from, int rows)
    {
        var moved = new byte[(rows + 7) / 8];
        for (var i = 0; i < rows; i++)
        {
            var at = from + i;
            moved[i >> 3] |= (byte)(((bits[at >> 3] >> (at & 7)) & 1) << (i & 7));
        }

        return moved;
    }

    private static int Ones(ReadOnlySpan<byte> bits)
    {
        var ones = 0;
        foreach (var part in bits)
        {
            ones += System.Numerics.BitOperations.PopCount(part);
        }

        return ones;
    }
}
