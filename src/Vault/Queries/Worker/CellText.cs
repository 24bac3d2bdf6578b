using System.Globalization;
using System.Text;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Queries;

/// <summary>Text of one value, without culture. Numbers can be read back exactly; nested values are for the eye.</summary>
internal static class CellText
{
    private static readonly DateTime Epoch = DateTime.UnixEpoch;

    /// <summary>Appends the value; false as soon as the text is longer than <paramref name="budget"/> bytes.</summary>
    public static bool Append(StringBuilder text, DuckDbVector vector, int row, CellShape shape, int budget)
    {
        if (text.Length > budget)
        {
            return false;
        }

        if (vector.IsNull(row))
        {
            text.Append("NULL");
            return true;
        }

        switch (shape.Id)
        {
            case DuckDbTypeId.Varchar:
                return AppendText(text, vector.Bytes(row), budget);
            case DuckDbTypeId.Blob:
                return AppendBlob(text, vector.Bytes(row), budget);
            case DuckDbTypeId.List or DuckDbTypeId.Map:
                return AppendList(text, vector, row, shape, budget);
            case DuckDbTypeId.Struct:
                return AppendStruct(text, vector, row, shape, budget);
            default:
                text.Append(Scalar(vector, row, shape));
                return text.Length <= budget;
        }
    }

    private static bool AppendText(StringBuilder text, ReadOnlySpan<byte> utf8, int budget)
    {
        if (utf8.Length > budget)
        {
            return false;
        }

        text.Append(Encoding.UTF8.GetString(utf8));
        return true;
    }

    private static bool AppendBlob(StringBuilder text, ReadOnlySpan<byte> bytes, int budget)
    {
        if (bytes.Length > budget / 2)
        {
            return false;
        }

        text.Append(Convert.ToHexStringLower(bytes));
        return true;
    }

    private static bool AppendList(StringBuilder text, DuckDbVector vector, int row, CellShape shape, int budget)
    {
        var entry = vector.Values<ListEntry>()[row];
        var child = vector.ListChild();
        var isMap = shape.Id == DuckDbTypeId.Map;
        text.Append(isMap ? '{' : '[');
        for (ulong i = 0; i < entry.Length; i++)
        {
            if (i > 0)
            {
                text.Append(", ");
            }

            var at = checked((int)(entry.Offset + i));
            if (isMap)
            {
                if (!Append(text, child.StructChild(0), at, shape.Parts[0].Shape, budget))
                {
                    return false;
                }

                text.Append('=');
                if (!Append(text, child.StructChild(1), at, shape.Parts[1].Shape, budget))
                {
                    return false;
                }
            }
            else if (!Append(text, child, at, shape.Parts[0].Shape, budget))
            {
                return false;
            }
        }

        text.Append(isMap ? '}' : ']');
        return text.Length <= budget;
    }

    private static bool AppendStruct(StringBuilder text, DuckDbVector vector, int row, CellShape shape, int budget)
    {
        text.Append('{');
        for (var i = 0; i < shape.Parts.Count; i++)
        {
            text.Append(i > 0 ? ", " : "").Append('\'').Append(shape.Parts[i].Name).Append("': ");
            if (!Append(text, vector.StructChild(i), row, shape.Parts[i].Shape, budget))
            {
                return false;
            }
        }

        text.Append('}');
        return text.Length <= budget;
    }

    private static string Scalar(DuckDbVector vector, int row, CellShape shape)
    {
        var invariant = CultureInfo.InvariantCulture;
        return shape.Id switch
        {
            DuckDbTypeId.Boolean => vector.Values<byte>()[row] != 0 ? "true" : "false",
            DuckDbTypeId.Float => vector.Values<float>()[row].ToString("R", invariant),
            DuckDbTypeId.Double => vector.Values<double>()[row].ToString("R", invariant),
            DuckDbTypeId.Decimal => Decimal(Whole(vector, row, shape.Storage), shape.Scale),
            DuckDbTypeId.Enum => shape.EnumEntries[checked((int)Whole(vector, row, shape.Storage))],
            DuckDbTypeId.Uuid => Uuid(vector.Values<UInt128>()[row]),
            DuckDbTypeId.Date => Day(vector.Values<int>()[row]),
            DuckDbTypeId.Time => TimeOfDay(vector.Values<long>()[row]),
            DuckDbTypeId.Timestamp or DuckDbTypeId.TimestampTz => Moment(vector.Values<long>()[row], shape.Id == DuckDbTypeId.TimestampTz),
            DuckDbTypeId.TimestampS => Moment((Int128)vector.Values<long>()[row] * 1_000_000, false),
            DuckDbTypeId.TimestampMs => Moment((Int128)vector.Values<long>()[row] * 1000, false),
            DuckDbTypeId.TimestampNs => Moment(vector.Values<long>()[row] / 1000, false),
            DuckDbTypeId.Interval => Interval(vector.Values<IntervalValue>()[row]),
            DuckDbTypeId.SqlNull => "NULL",
            _ => Whole(vector, row, shape.Id).ToString(invariant) is var whole && shape.Id == DuckDbTypeId.UHugeInt ? vector.Values<UInt128>()[row].ToString(invariant) : whole,
        };
    }

    private static Int128 Whole(DuckDbVector vector, int row, DuckDbTypeId type) => type switch
    {
        DuckDbTypeId.TinyInt => vector.Values<sbyte>()[row],
        DuckDbTypeId.SmallInt => vector.Values<short>()[row],
        DuckDbTypeId.Integer => vector.Values<int>()[row],
        DuckDbTypeId.BigInt => vector.Values<long>()[row],
        DuckDbTypeId.UTinyInt => vector.Values<byte>()[row],
        DuckDbTypeId.USmallInt => vector.Values<ushort>()[row],
        DuckDbTypeId.UInteger => vector.Values<uint>()[row],
        DuckDbTypeId.UBigInt => vector.Values<ulong>()[row],
        DuckDbTypeId.HugeInt => vector.Values<Int128>()[row],
        _ => 0,
    };

    private static string Decimal(Int128 value, int scale)
    {
        var digits = value.ToString(CultureInfo.InvariantCulture).AsSpan();
        var negative = digits[0] == '-';
        var padded = (negative ? digits[1..] : digits).ToString().PadLeft(scale + 1, '0');
        var text = scale == 0 ? padded : $"{padded[..^scale]}.{padded[^scale..]}";
        return negative ? "-" + text : text;
    }

    private static string Uuid(UInt128 stored)
    {
        // The engine keeps the top bit flipped so that its order is the text's order.
        var hex = (stored ^ ((UInt128)1 << 127)).ToString("x32", CultureInfo.InvariantCulture);
        return $"{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..]}";
    }

    private static string Day(int days) => days switch
    {
        int.MaxValue => "infinity",
        -int.MaxValue => "-infinity",
        < -719162 or > 2932896 => "(outside the years 1 to 9999)",
        _ => DateOnly.FromDayNumber(719162 + days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    private static string TimeOfDay(long micros) =>
        micros is >= 0 and < 86_400_000_000 ? new TimeOnly(micros * 10).ToString(micros % 1_000_000 == 0 ? "HH:mm:ss" : "HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture) : "24:00:00";

    private static string Moment(Int128 micros, bool zoned)
    {
        if (micros == long.MaxValue || micros == -long.MaxValue)
        {
            return micros > 0 ? "infinity" : "-infinity";
        }

        var ticks = (micros * 10) + Epoch.Ticks;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks)
        {
            return "(outside the years 1 to 9999)";
        }

        return new DateTime((long)ticks, DateTimeKind.Utc).ToString(micros % 1_000_000 == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture) + (zoned ? "+00" : "");
    }

    private static string Interval(IntervalValue value) =>
        string.Create(CultureInfo.InvariantCulture, $"{value.Months} months {value.Days} days {value.Micros / 1e6} s");

    private readonly record struct ListEntry(ulong Offset, ulong Length);

    private readonly record struct IntervalValue(int Months, int Days, long Micros);
}
