using System.Runtime.InteropServices;
using System.Text;

namespace Sandbox.Vault.Arrow;

/// <summary>Makes columns from managed values, for small results and for tests.</summary>
public static class ArrowColumns
{
    /// <summary>64-bit integers; null is a missing value.</summary>
    public static ArrowColumn OfInt64(string name, IReadOnlyList<long?> values) => Fixed(name, new ArrowType(ArrowKind.Int64), values);

    /// <summary>Doubles; null is a missing value.</summary>
    public static ArrowColumn OfFloat64(string name, IReadOnlyList<double?> values) => Fixed(name, new ArrowType(ArrowKind.Float64), values);

    /// <summary>Times without a zone, microseconds since 1970; null is a missing value.</summary>
    public static ArrowColumn OfTimestamp(string name, IReadOnlyList<long?> values) => Fixed(name, new ArrowType(ArrowKind.Timestamp) { Unit = ArrowUnit.Microsecond }, values);

    /// <summary>Decimals by their unscaled numbers; null is a missing value.</summary>
    public static ArrowColumn OfDecimal(string name, int precision, int scale, IReadOnlyList<Int128?> unscaled) =>
        Fixed(name, new ArrowType(ArrowKind.Decimal128) { Precision = precision, Scale = scale }, unscaled);

    /// <summary>Booleans; null is a missing value.</summary>
    public static ArrowColumn OfBool(string name, IReadOnlyList<bool?> values)
    {
        var data = new byte[(values.Count + 7) / 8];
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] == true)
            {
                data[i >> 3] |= (byte)(1 << (i & 7));
            }
        }

        var (validity, missing) = Validity(values);
        return new ArrowColumn(new ArrowField(name, new ArrowType(ArrowKind.Bool)), values.Count, missing, validity, default, data, null);
    }

    /// <summary>Texts; null is a missing value.</summary>
    public static ArrowColumn OfText(string name, IReadOnlyList<string?> values)
    {
        var offsets = new int[values.Count + 1];
        using var data = new MemoryStream();
        for (var i = 0; i < values.Count; i++)
        {
            data.Write(Encoding.UTF8.GetBytes(values[i] ?? ""));
            offsets[i + 1] = checked((int)data.Length);
        }

        var (validity, missing) = Validity(values);
        return new ArrowColumn(
            new ArrowField(name, new ArrowType(ArrowKind.Utf8)), values.Count, missing, validity, MemoryMarshal.AsBytes<int>(offsets).ToArray(), data.ToArray(), null);
    }

    /// <summary>Texts as indices into a dictionary of the distinct ones, in order of appearance.</summary>
    public static ArrowColumn OfDictionary(string name, long id, IReadOnlyList<string?> values)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var indices = values.Select(value => value is null ? 0 : places.TryGetValue(value, out var at) ? at : places[value] = places.Count).ToArray();
        var (validity, missing) = Validity(values);
        var field = new ArrowField(name, new ArrowType(ArrowKind.Utf8)) { Dictionary = new ArrowDictionaryEncoding(id, ArrowKind.Int32) };
        return new ArrowColumn(field, values.Count, missing, validity, default, MemoryMarshal.AsBytes<int>(indices).ToArray(), OfText(name, [.. places.Keys]));
    }

    /// <summary>One batch of columns of equal length.</summary>
    public static ArrowBatch ToBatch(params IReadOnlyList<ArrowColumn> columns) => new(
        new ArrowSchema([.. columns.Select(column => column.Field)]), columns.Count == 0 ? 0 : columns[0].Length, columns);

    private static ArrowColumn Fixed<T>(string name, ArrowType type, IReadOnlyList<T?> values)
        where T : unmanaged
    {
        var data = new T[values.Count];
        for (var i = 0; i < data.Length; i++)
        {
            data[i] = values[i].GetValueOrDefault();
        }

        var (validity, missing) = Validity(values);
        return new ArrowColumn(new ArrowField(name, type), data.Length, missing, validity, default, MemoryMarshal.AsBytes<T>(data).ToArray(), null);
    }

    private static (ReadOnlyMemory<byte> Bits, int Missing) Validity<T>(IReadOnlyList<T> values)
    {
        var bits = new byte[(values.Count + 7) / 8];
        var missing = 0;
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is null)
            {
                missing++;
            }
            else
            {
                bits[i >> 3] |= (byte)(1 << (i & 7));
            }
        }

        return (missing == 0 ? default : bits, missing);
    }
}
