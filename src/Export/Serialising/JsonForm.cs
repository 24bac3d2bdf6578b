using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sandbox.Export.Artefacts;

namespace Sandbox.Export.Serialising;

/// <summary>
/// The table as JSON: <c>{"columns":[{name,role,kind,measure?,digits?,rounded_to?}],"rows":[[…]]}</c>. A missing value is null, a margin and a withheld value are
/// the objects <c>{"mark":"all"}</c> and <c>{"mark":"withheld"}</c>, so that no category text can be taken for one.
/// </summary>
public static class JsonForm
{
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The bytes of the table; the same table gives the same bytes.</summary>
    public static byte[] Write(TableArtefact table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Format))
        {
            json.WriteStartObject();
            json.WriteStartArray("columns");
            foreach (var column in table.Columns)
            {
                WriteColumn(json, column);
            }

            json.WriteEndArray();
            json.WriteStartArray("rows");
            foreach (var row in table.Rows)
            {
                json.WriteStartArray();
                for (var at = 0; at < row.Count; at++)
                {
                    WriteCell(json, row[at], table.Columns[at]);
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static void WriteColumn(Utf8JsonWriter json, ArtefactColumn column)
    {
        json.WriteStartObject();
        json.WriteString("name", column.Name);
        json.WriteString("role", column is DimensionColumn ? "dimension" : "measure");
        json.WriteString("kind", column.Kind.ToString());
        if (column is MeasureColumn measure)
        {
            json.WriteString("measure", measure.Measure.ToString());
            json.WriteNumber("digits", measure.SignificantDigits);
            if (measure.RoundedTo is { } multiple)
            {
                json.WriteNumber("rounded_to", multiple);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteCell(Utf8JsonWriter json, Cell cell, ArtefactColumn column)
    {
        switch (cell)
        {
            case Cell.Missing:
                json.WriteNullValue();
                break;
            case Cell.Total:
                Mark(json, "all");
                break;
            case Cell.Withheld:
                Mark(json, "withheld");
                break;
            case Cell.Text text:
                json.WriteStringValue(text.Value);
                break;
            case Cell.Day:
                json.WriteStringValue(CellForm.Plain(cell, column));
                break;
            default:
                json.WriteRawValue(CellForm.Plain(cell, column));
                break;
        }
    }

    private static void Mark(Utf8JsonWriter json, string mark)
    {
        json.WriteStartObject();
        json.WriteString("mark", mark);
        json.WriteEndObject();
    }
}
