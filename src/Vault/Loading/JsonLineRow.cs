using System.Text.Json;

namespace Sandbox.Vault.Loading;

/// <summary>The members of one line of JSON lines, each with its text: numbers and nested values as they stand there, so that no digit is lost.</summary>
internal sealed class JsonLineRow
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    internal List<(string Name, JsonTokenType Kind, byte[]? Text)> Members { get; } = [];

    /// <returns>False when the line is not exactly one JSON object, has a name twice, or text that is no Unicode.</returns>
    internal bool Read(ReadOnlySpan<byte> line)
    {
        Members.Clear();
        _seen.Clear();
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 64 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (!_seen.Add(name) || !reader.Read())
                {
                    return false;
                }

                Members.Add((name, reader.TokenType, Text(ref reader, line)));
            }

            return reader.TokenType == JsonTokenType.EndObject && !reader.Read();
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static byte[]? Text(ref Utf8JsonReader reader, ReadOnlySpan<byte> line)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                var buffer = new byte[reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length];
                return buffer[..reader.CopyString(buffer)];
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                return line[start..(int)reader.BytesConsumed].ToArray();
            default:
                return reader.ValueSpan.ToArray();
        }
    }
}
