using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Sandbox.Vault.Arrow;

namespace Sandbox.Judge.Loading;

/// <summary>
/// The integration JSON of the Arrow project, value by value in a canonical spelling. It knows nothing of the product's reader: buffers come from the JSON.
/// </summary>
internal sealed class GoldJson
{
    internal const string Missing = "∅";

    private readonly Dictionary<long, JsonElement> _dictionaries = [];

    private GoldJson(JsonElement gold)
    {
        if (gold.TryGetProperty("dictionaries", out var dictionaries))
        {
            foreach (var dictionary in dictionaries.EnumerateArray())
            {
                _dictionaries[dictionary.GetProperty("id").GetInt64()] = dictionary.GetProperty("data").GetProperty("columns")[0];
            }
        }
    }

    internal static JsonDocument Open(string path)
    {
        using var file = File.OpenRead(path);
        using var plain = new GZipStream(file, CompressionMode.Decompress);
        return JsonDocument.Parse(plain);
    }

    /// <summary>Where the first value differs that was read back, or null.</summary>
    internal static string? FirstDifference(JsonElement gold, ArrowTable back)
    {
        var reading = new GoldJson(gold);
        var fields = gold.GetProperty("schema").GetProperty("fields").EnumerateArray().ToArray();
        if (fields.Length != back.Schema.Fields.Count)
        {
            return "other columns";
        }

        for (var c = 0; c < fields.Length; c++)
        {
            var field = fields[c];
            var wanted = gold.GetProperty("batches").EnumerateArray().SelectMany(batch =>
                Enumerable.Range(0, batch.GetProperty("count").GetInt32()).Select(row => reading.Value(field, batch.GetProperty("columns")[c], row))).ToArray();
            var got = back.Batches.SelectMany(batch => Enumerable.Range(0, batch.Rows).Select(row => ReadBack.Value(field, batch.Columns[c], row))).ToArray();
            if (wanted.Length != got.Length)
            {
                return $"column {c}: {got.Length} rows instead of {wanted.Length}";
            }

            for (var row = 0; row < wanted.Length; row++)
            {
                if (wanted[row] != got[row])
                {
                    return $"column {c} ({Type(field)}), row {row}: {got[row]} instead of {wanted[row]}";
                }
            }
        }

        return null;
    }

    internal static string Type(JsonElement field) => field.GetProperty("type").GetProperty("name").GetString()!;

    internal static string Unit(JsonElement field) => field.GetProperty("type").TryGetProperty("unit", out var unit) ? unit.GetString()! : "";

    internal static JsonElement[] Children(JsonElement field) => field.TryGetProperty("children", out var children) ? [.. children.EnumerateArray()] : [];

    /// <summary>Floats of 16 and 32 bits stand in the JSON with three decimals.</summary>
    internal static string Float(JsonElement field, double value) => double.IsFinite(value) && field.GetProperty("type").GetProperty("precision").GetString() != "DOUBLE"
        ? Math.Round(value, 3).ToString("R", CultureInfo.InvariantCulture)
        : value.ToString("R", CultureInfo.InvariantCulture);

    internal string Value(JsonElement field, JsonElement column, int row)
    {
        if (Type(field) == "null" || !Present(column, row))
        {
            return Missing;
        }

        if (field.TryGetProperty("dictionary", out var dictionary))
        {
            var values = _dictionaries[dictionary.GetProperty("id").GetInt64()];
            return Decoded(field, values, int.Parse(Text(column.GetProperty("DATA")[row]), CultureInfo.InvariantCulture));
        }

        return Decoded(field, column, row);
    }

    // The value itself, whether or not the field says that it stands in a dictionary.
    private string Decoded(JsonElement field, JsonElement column, int row)
    {
        if (Type(field) == "null" || !Present(column, row))
        {
            return Missing;
        }

        var children = Children(field);
        string Child(int child, int at) => Value(children[child], column.GetProperty("children")[child], at);
        string List(int from, int count) => "[" + string.Join(',', Enumerable.Range(from, count).Select(at => Child(0, at))) + "]";
        switch (Type(field))
        {
            case "list" or "largelist":
                return List(Number(column, "OFFSET", row), Number(column, "OFFSET", row + 1) - Number(column, "OFFSET", row));
            case "listview" or "largelistview":
                return List(Number(column, "OFFSET", row), Number(column, "SIZE", row));
            case "fixedsizelist":
                var size = field.GetProperty("type").GetProperty("listSize").GetInt32();
                return List(row * size, size);
            case "map":
                return List(Number(column, "OFFSET", row), Number(column, "OFFSET", row + 1) - Number(column, "OFFSET", row));
            case "struct":
                return "{" + string.Join(',', Enumerable.Range(0, children.Length).Select(child => Child(child, row))) + "}";
            case "union":
                var tag = column.GetProperty(column.TryGetProperty("TYPE_ID", out _) ? "TYPE_ID" : "TYPE")[row].GetInt32();
                var member = field.GetProperty("type").GetProperty("typeIds").EnumerateArray().Select(id => id.GetInt32()).ToList().IndexOf(tag);
                return $"{tag}:{Child(member, field.GetProperty("type").GetProperty("mode").GetString() == "DENSE" ? Number(column, "OFFSET", row) : row)}";
            case "runendencoded":
                var ends = column.GetProperty("children")[0].GetProperty("DATA").EnumerateArray().Select(end => long.Parse(Text(end), CultureInfo.InvariantCulture)).ToList();
                return Child(1, ends.FindIndex(end => end > row));
            case "utf8view" or "binaryview":
                return View(column, column.GetProperty("VIEWS")[row], Type(field) == "utf8view");
            default:
                return Leaf(field, column.GetProperty("DATA")[row]);
        }
    }

    private static string Leaf(JsonElement field, JsonElement value) => Type(field) switch
    {
        "floatingpoint" => Float(field, value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetDouble()),
        "bool" => value.ValueKind is JsonValueKind.True || (value.ValueKind == JsonValueKind.Number && value.GetInt32() == 1) ? "1" : "0",
        "interval" when Unit(field) == "DAY_TIME" => $"{{{value.GetProperty("days").GetRawText()},{value.GetProperty("milliseconds").GetRawText()}}}",
        "interval" when Unit(field) == "MONTH_DAY_NANO" => $"{{{value.GetProperty("months").GetRawText()},{value.GetProperty("days").GetRawText()},{Text(value.GetProperty("nanoseconds"))}}}",
        _ => Text(value),
    };

    private static string View(JsonElement column, JsonElement view, bool text)
    {
        if (view.TryGetProperty("INLINED", out var inlined))
        {
            return inlined.GetString()!;
        }

        var pool = Convert.FromHexString(column.GetProperty("VARIADIC_DATA_BUFFERS")[view.GetProperty("BUFFER_INDEX").GetInt32()].GetString()!);
        var bytes = pool.AsSpan(view.GetProperty("OFFSET").GetInt32(), view.GetProperty("SIZE").GetInt32());
        return text ? Encoding.UTF8.GetString(bytes) : Convert.ToHexString(bytes);
    }

    private static bool Present(JsonElement column, int row) => !column.TryGetProperty("VALIDITY", out var validity) || validity.GetArrayLength() == 0 || validity[row].GetInt32() == 1;

    private static int Number(JsonElement column, string name, int at) => column.GetProperty(name).GetArrayLength() == 0 ? 0 : int.Parse(Text(column.GetProperty(name)[at]), CultureInfo.InvariantCulture);

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
