using System.Buffers;
using System.Text.Json;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Queries;

/// <summary>
/// The child's side of <see cref="QueryRequest"/>, <see cref="ZoneOpened"/> and <see cref="QueryReply"/>, by hand: the serializer builds its picture of these types at its first use, which is three quarters of what a fresh child has to
/// compile before its first answer. The host, to whom the child is hostile, reads and writes with the strict serializer.
/// </summary>
internal static class QueryWire
{
    /// <summary>A request of the host.</summary>
    /// <exception cref="FrameException">It is none.</exception>
    public static QueryRequest Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return new QueryRequest(
                Text(root, nameof(QueryRequest.ZonePath)),
                Part(root, nameof(QueryRequest.Caps)) is { } caps ? Caps(caps) : null,
                Text(root, nameof(QueryRequest.Sql)),
                List(root, nameof(QueryRequest.Parameters), item => new QueryParameter(Needed(item, nameof(QueryParameter.Name)), Enum.Parse<ParameterKind>(Needed(item, nameof(QueryParameter.Kind))), Needed(item, nameof(QueryParameter.Value)))),
                List(root, nameof(QueryRequest.Results), item => new ResultPath(Needed(item, nameof(ResultPath.Name)), Needed(item, nameof(ResultPath.Path)))),
                Part(root, nameof(QueryRequest.Keep)) is { } keep ? new KeepRequest(Needed(keep, nameof(KeepRequest.Name)), keep.GetProperty(nameof(KeepRequest.Rows)).GetInt64()) : null);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new FrameException("A request is not what was agreed.");
        }
    }

    /// <summary>What the zone holds.</summary>
    public static byte[] Write(ZoneOpened opened) => Written(writer =>
    {
        writer.WriteStartArray(nameof(ZoneOpened.Tables));
        foreach (var table in opened.Tables)
        {
            writer.WriteStartObject();
            writer.WriteString(nameof(OpenedTable.Schema), table.Schema);
            writer.WriteString(nameof(OpenedTable.Name), table.Name);
            Columns(writer, nameof(OpenedTable.Columns), table.Columns);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    /// <summary>The answer to a statement.</summary>
    public static byte[] Write(QueryReply reply) => Written(writer =>
    {
        if (reply.Rows is { } rows)
        {
            writer.WriteStartObject(nameof(QueryReply.Rows));
            Columns(writer, nameof(RowsReply.Columns), rows.Columns);
            writer.WriteStartArray(nameof(RowsReply.Rows));
            foreach (var row in rows.Rows)
            {
                writer.WriteStartArray();
                foreach (var cell in row)
                {
                    writer.WriteStringValue(cell);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndArray();
            writer.WriteBoolean(nameof(RowsReply.Truncated), rows.Truncated);
            Texts(writer, nameof(RowsReply.Tables), rows.Tables);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull(nameof(QueryReply.Rows));
        }

        if (reply.Refused is { } refused)
        {
            writer.WriteStartObject(nameof(QueryReply.Refused));
            writer.WriteStartObject(nameof(RefusedReply.Refusal));
            writer.WriteString(nameof(refused.Refusal.Rule), refused.Refusal.Rule);
            writer.WriteString(nameof(refused.Refusal.Why), refused.Refusal.Why);
            writer.WriteString(nameof(refused.Refusal.Remedy), refused.Refusal.Remedy);
            writer.WriteString(nameof(refused.Refusal.WhyZh), refused.Refusal.WhyZh);
            writer.WriteString(nameof(refused.Refusal.RemedyZh), refused.Refusal.RemedyZh);
            writer.WriteEndObject();
            if (refused.Position is { } position)
            {
                writer.WriteStartObject(nameof(RefusedReply.Position));
                writer.WriteNumber(nameof(TextPosition.Offset), position.Offset);
                writer.WriteNumber(nameof(TextPosition.Line), position.Line);
                writer.WriteNumber(nameof(TextPosition.Column), position.Column);
                writer.WriteEndObject();
            }
            else
            {
                writer.WriteNull(nameof(RefusedReply.Position));
            }

            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull(nameof(QueryReply.Refused));
        }

        writer.WriteString(nameof(QueryReply.Failed), reply.Failed?.ToString());
        if (reply.Kept is { } kept)
        {
            writer.WriteStartObject(nameof(QueryReply.Kept));
            writer.WriteNumber(nameof(KeptReply.Rows), kept.Rows);
            writer.WriteNumber(nameof(KeptReply.Columns), kept.Columns);
            Texts(writer, nameof(KeptReply.Tables), kept.Tables);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull(nameof(QueryReply.Kept));
        }
    });

    private static QueryCaps Caps(JsonElement caps)
    {
        int Number(string name) => caps.GetProperty(name).GetInt32();
        return new QueryCaps(
            Number(nameof(QueryCaps.TextCharacters)), Number(nameof(QueryCaps.Depth)), Number(nameof(QueryCaps.Parts)), Number(nameof(QueryCaps.Rows)), Number(nameof(QueryCaps.Bytes)),
            Number(nameof(QueryCaps.DeadlineMilliseconds)), caps.GetProperty(nameof(QueryCaps.EngineMemoryBytes)).GetInt64(), Number(nameof(QueryCaps.Threads)));
    }

    private static JsonElement? Part(JsonElement of, string name) => of.TryGetProperty(name, out var part) && part.ValueKind != JsonValueKind.Null ? part : null;

    private static string? Text(JsonElement of, string name) => Part(of, name)?.GetString();

    private static string Needed(JsonElement of, string name) => of.GetProperty(name).GetString() ?? throw new FrameException("A request is not what was agreed.");

    private static List<T>? List<T>(JsonElement of, string name, Func<JsonElement, T> item)
        where T : class
    {
        if (Part(of, name) is not { } list)
        {
            return null;
        }

        var items = new List<T>();
        foreach (var element in list.EnumerateArray())
        {
            items.Add(item(element));
        }

        return items;
    }

    private static void Columns(Utf8JsonWriter writer, string name, IReadOnlyList<QueryColumn> columns)
    {
        writer.WriteStartArray(name);
        foreach (var column in columns)
        {
            writer.WriteStartObject();
            writer.WriteString(nameof(QueryColumn.Name), column.Name);
            writer.WriteString(nameof(QueryColumn.Type), column.Type.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Texts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }
}
