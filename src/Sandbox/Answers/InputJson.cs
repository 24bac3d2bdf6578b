using System.Text.Json;

namespace Sandbox.Host.Answers;

/// <summary>Files of people, read strictly into records: what the serialiser's strict mode lets through is refused here.</summary>
internal static class InputJson
{
    public const int Longest = 1 << 20;

    /// <exception cref="JsonException">Too long, not of the form, or a list with an empty place (which the serialiser would hand on as a null).</exception>
    public static T Read<T>(ReadOnlySpan<byte> json, JsonSerializerOptions format)
        where T : class =>
        json.Length <= Longest && JsonSerializer.Deserialize<T>(json, format) is { } read && !HasNullItem(json, format) ? read : throw new JsonException();

    private static bool HasNullItem(ReadOnlySpan<byte> json, JsonSerializerOptions format)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = format.MaxDepth });
        var inList = new Stack<bool>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    inList.Push(reader.TokenType == JsonTokenType.StartArray);
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    inList.Pop();
                    break;
                case JsonTokenType.Null when inList.TryPeek(out var list) && list:
                    return true;
            }
        }

        return false;
    }
}
