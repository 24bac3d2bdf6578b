using Sandbox.Vault.Arrow;

namespace Sandbox.Vault.Loading;

/// <summary>Where a value really lies, after dictionaries and runs.</summary>
internal readonly record struct ArrowCell(ArrowColumn Column, int Row)
{
    /// <summary>False when there is no value.</summary>
    internal static bool Find(ArrowColumn column, int row, out ArrowCell cell)
    {
        while (true)
        {
            if (column.IsMissing(row))
            {
                cell = default;
                return false;
            }

            if (column.Field.Dictionary is not null)
            {
                (column, row) = (column.Dictionary!, (int)column.Index(row));
            }
            else if (column.Field.Type.Kind == ArrowKind.RunEnds)
            {
                (column, row) = (column.Children[1], column.Run(row));
            }
            else
            {
                cell = new ArrowCell(column, row);
                return true;
            }
        }
    }

    /// <summary>The field that says what the values are, below runs.</summary>
    internal static ArrowField Meaning(ArrowField field)
    {
        while (field.Type.Kind == ArrowKind.RunEnds)
        {
            field = field.Children[1];
        }

        return field;
    }

    internal long Whole => Column.GetInt64(Row)!.Value;

    internal ReadOnlySpan<byte> Bytes => Column.GetBytes(Row);
}
