using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Sandbox.Vault.Arrow;

namespace Sandbox.Vault.Tests.Arrow;

/// <summary>Compares a table with the integration JSON that comes with each gold file.</summary>
internal static class GoldValues
{
    internal static JsonDocument Open(string path)
    {
        using var file = File.OpenRead(path);
        using var plain = new GZipStream(file, CompressionMode.Decompress);
        return JsonDocument.Parse(plain);
    }

    /// <summary>Fails at the first value that differs.</summary>
    internal static int Compare(JsonElement gold, ArrowTable table)
    {
        var compared = 0;
        var fields = gold.GetProperty("schema").GetProperty("fields").EnumerateArray().ToArray();
        Assert.Equal(fields.Select(field => field.GetProperty("name").GetString()), table.Schema.Fields.Select(field => field.Name));
        var batches = gold.GetProperty("batches").EnumerateArray().ToArray();
        Assert.Equal(batches.Length, table.Batches.Count);
        for (var b = 0; b < batches.Length; b++)
        {
            Assert.Equal(batches[b].GetProperty("count").GetInt32(), table.Batches[b].Rows);
            var columns = batches[b].GetProperty("columns").EnumerateArray().ToArray();
            for (var c = 0; c < columns.Length; c++)
            {
                compared += CompareColumn(columns[c], table.Batches[b].Columns[c]);
            }
        }

        return compared;
    }

    private static int CompareColumn(JsonElement gold, ArrowColumn column)
    {
        if (column.Field.Type.Kind == ArrowKind.Null)
        {
            Assert.Equal(gold.GetProperty("count").GetInt32(), column.MissingCount);
            return column.Length;
        }

        var present = gold.GetProperty("VALIDITY").EnumerateArray().Select(bit => bit.GetInt32() == 1).ToArray();
        var data = gold.GetProperty("DATA").EnumerateArray().ToArray();
        for (var row = 0; row < present.Length; row++)
        {
            Assert.Equal(present[row], !column.IsMissing(row));
            if (present[row])
            {
                Assert.Equal(Text(data[row]), Text(column, row));
            }
        }

        return present.Length;
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "1",
        JsonValueKind.False => "0",
        _ => value.GetRawText().Contains('.', StringComparison.Ordinal) || value.GetRawText().Contains('e', StringComparison.Ordinal)
            ? value.GetDouble().ToString("R", CultureInfo.InvariantCulture)
            : value.GetRawText(),
    };

    private static string Text(ArrowColumn column, int row) => column switch
    {
        { Dictionary: not null } => column.Index(row).ToString(CultureInfo.InvariantCulture),
        { Field.Type.Kind: ArrowKind.Bool } => column.GetBool(row) ? "1" : "0",
        { Field.Type.Kind: ArrowKind.Utf8 or ArrowKind.LargeUtf8 } => column.GetText(row)!,
        { Field.Type.Kind: ArrowKind.Binary or ArrowKind.LargeBinary or ArrowKind.FixedBinary } => Convert.ToHexString(column.GetBytes(row)),
        { Field.Type.Kind: ArrowKind.Decimal128 } => column.GetDecimalUnscaled(row)!.Value.ToString(CultureInfo.InvariantCulture),
        { Field.Type.Kind: ArrowKind.Float16 or ArrowKind.Float32 or ArrowKind.Float64 } => Round(column, row),
        { Field.Type.Kind: ArrowKind.UInt64 } => column.Values<ulong>()[row].ToString(CultureInfo.InvariantCulture),
        _ => column.GetInt64(row)!.Value.ToString(CultureInfo.InvariantCulture),
    };

    // The JSON holds three decimals of a 32-bit float.
    private static string Round(ArrowColumn column, int row) => column.Field.Type.Kind == ArrowKind.Float64
        ? column.GetDouble(row)!.Value.ToString("R", CultureInfo.InvariantCulture)
        : Math.Round(column.GetDouble(row)!.Value, 3).ToString("R", CultureInfo.InvariantCulture);
}
