using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Sandbox.Vault.Arrow;

namespace Sandbox.Judge.Loading;

/// <summary>What came back out of the vault, in the canonical spelling of <see cref="GoldJson"/> for a value of the gold field's type.</summary>
internal static class ReadBack
{
    internal static string Value(JsonElement field, ArrowColumn column, int row)
    {
        if (column.IsMissing(row))
        {
            return GoldJson.Missing;
        }

        field = Meaning(field);
        return GoldJson.Type(field) switch
        {
            "list" or "largelist" or "listview" or "largelistview" or "fixedsizelist" or "map" or "struct" or "union" => Nested(field, column, row),
            "interval" when GoldJson.Unit(field) != "YEAR_MONTH" => Nested(field, column, row),
            "floatingpoint" => GoldJson.Float(field, column.GetDouble(row)!.Value),
            "bool" => column.GetBool(row) ? "1" : "0",
            "utf8" or "largeutf8" or "utf8view" => column.GetText(row)!,
            "binary" or "largebinary" or "binaryview" or "fixedsizebinary" => Convert.ToHexString(column.GetBytes(row)),
            "decimal" => Decimal(field, column, row),
            "date" or "time" or "timestamp" => Time(field, column, row),
            _ when column.Field.Type.Kind == ArrowKind.UInt64 => column.Values<ulong>()[row].ToString(CultureInfo.InvariantCulture),
            _ => column.GetInt64(row)!.Value.ToString(CultureInfo.InvariantCulture),
        };
    }

    private static JsonElement Meaning(JsonElement field)
    {
        while (GoldJson.Type(field) == "runendencoded")
        {
            field = GoldJson.Children(field)[1];
        }

        return field;
    }

    private static string Decimal(JsonElement field, ArrowColumn column, int row)
    {
        if (column.Field.Type.Kind == ArrowKind.Utf8)
        {
            return Digits(column.GetText(row)!);
        }

        var number = (BigInteger)column.GetDecimalUnscaled(row)!.Value;
        var scale = field.GetProperty("type").GetProperty("scale").GetInt32();
        return (scale < 0 ? number / BigInteger.Pow(10, -scale) : number).ToString(CultureInfo.InvariantCulture);
    }

    private static string Digits(string text) => BigInteger.Parse(text.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    // In the unit of the gold field; a rest would show as another number.
    private static string Time(JsonElement field, ArrowColumn column, int row)
    {
        var (type, number) = (column.Field.Type, (Int128)column.GetInt64(row)!.Value);
        if (type.Kind == ArrowKind.Int64)
        {
            return number.ToString(CultureInfo.InvariantCulture);
        }

        var nanoseconds = type.Kind == ArrowKind.Date32 ? number * 86_400_000_000_000 : number * type.Unit switch
        {
            ArrowUnit.Second => 1_000_000_000,
            ArrowUnit.Millisecond => 1_000_000,
            ArrowUnit.Microsecond => 1000,
            _ => 1,
        };
        Int128 unit = GoldJson.Unit(field) switch { "DAY" => 86_400_000_000_000, "SECOND" => 1_000_000_000, "MILLISECOND" => 1_000_000, "MICROSECOND" => 1000, _ => 1 };
        return nanoseconds % unit == 0 ? (nanoseconds / unit).ToString(CultureInfo.InvariantCulture) : $"{nanoseconds} ns";
    }

    private static string Nested(JsonElement field, ArrowColumn column, int row)
    {
        using var json = JsonDocument.Parse(column.GetText(row)!, new JsonDocumentOptions { MaxDepth = 256 });
        return Nested(field, json.RootElement);
    }

    private static string Nested(JsonElement field, JsonElement value)
    {
        field = Meaning(field);
        if (value.ValueKind == JsonValueKind.Null)
        {
            return GoldJson.Missing;
        }

        var children = GoldJson.Children(field);
        return GoldJson.Type(field) switch
        {
            "list" or "largelist" or "listview" or "largelistview" or "fixedsizelist" or "map" =>
                "[" + string.Join(',', value.EnumerateArray().Select(item => Nested(children[0], item))) + "]",
            "struct" => "{" + string.Join(',', value.EnumerateObject().Zip(children, (member, child) => Nested(child, member.Value))) + "}",
            "interval" when value.ValueKind == JsonValueKind.Object => "{" + string.Join(',', value.EnumerateObject().Select(member => member.Value.GetRawText())) + "}",
            "union" => $"{value.GetProperty("type").GetInt32()}:{Nested(children[Index(field, value.GetProperty("type").GetInt32())], value.GetProperty("value"))}",
            "floatingpoint" => GoldJson.Float(field, value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetDouble()),
            "bool" => value.ValueKind == JsonValueKind.True ? "1" : "0",
            "decimal" => Digits(value.GetRawText()),
            _ => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText(),
        };
    }

    private static int Index(JsonElement field, int tag) => field.GetProperty("type").GetProperty("typeIds").EnumerateArray().Select(id => id.GetInt32()).ToList().IndexOf(tag);
}
