using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Sandbox.Vault.Arrow;

namespace Sandbox.Vault.Loading;

/// <summary>Decimals of 32 to 256 bits.</summary>
internal static class ArrowDecimals
{
    /// <summary>Most digits that the engine's own decimals have.</summary>
    internal const int MostDigits = 38;

    private static readonly BigInteger[] Powers = [.. Enumerable.Range(0, 80).Select(exponent => BigInteger.Pow(10, exponent))];

    /// <summary>Precision and scale of the engine type that holds every value; null when there is none.</summary>
    /// <param name="type">The declared type.</param>
    /// <param name="digits">Most digits of any value: writers do not always keep to the precision that they declare.</param>
    internal static (int Precision, int Scale)? Engine(ArrowType type, int digits)
    {
        var declared = digits > type.Precision ? MostDigits + Math.Min(0, type.Scale) : type.Precision;
        var (precision, scale) = type.Scale < 0 ? (declared - type.Scale, 0) : (Math.Max(declared, type.Scale), type.Scale);
        return precision <= MostDigits && digits <= declared ? (precision, scale) : null;
    }

    /// <summary>Counts digits: the more of <paramref name="digits"/> and of what the column's values have.</summary>
    internal static int Longest(ArrowColumn column, int digits)
    {
        for (var row = 0; row < column.Length; row++)
        {
            if (ArrowCell.Find(column, row, out var cell))
            {
                for (var number = BigInteger.Abs(Number(cell)); number >= Powers[digits]; digits++)
                {
                }
            }
        }

        return digits;
    }

    /// <summary>The unscaled number for the engine's scale; only of a column whose digits were counted.</summary>
    internal static Int128 Unscaled(ArrowCell cell)
    {
        var scale = cell.Column.Field.Type.Scale;
        return (Int128)(scale < 0 ? Number(cell) * BigInteger.Pow(10, -scale) : Number(cell));
    }

    /// <summary>All digits, with the point where the scale says.</summary>
    internal static string Text(ArrowCell cell)
    {
        var scale = cell.Column.Field.Type.Scale;
        var number = Number(cell);
        if (scale <= 0)
        {
            return (number * BigInteger.Pow(10, -scale)).ToString(CultureInfo.InvariantCulture);
        }

        var digits = BigInteger.Abs(number).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        return string.Concat(number.Sign < 0 ? "-" : "", digits.AsSpan(0, digits.Length - scale), ".", digits.AsSpan(digits.Length - scale));
    }

    private static BigInteger Number(ArrowCell cell) => cell.Column.Field.Type.Kind switch
    {
        ArrowKind.Decimal32 => BinaryPrimitives.ReadInt32LittleEndian(cell.Bytes),
        ArrowKind.Decimal64 => BinaryPrimitives.ReadInt64LittleEndian(cell.Bytes),
        _ => new BigInteger(cell.Bytes),
    };
}
