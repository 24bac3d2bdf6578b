using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sandbox.Enclave.Scoring;

/// <summary>Strict JSON of parameters: unknown, missing and repeated members are refused, whatever they might mean to a tool.</summary>
internal static class ParameterJson
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, MaxDepth = 16, Converters = { new FlagConverter() } };

    /// <exception cref="MalformedParametersException">It is not of this form.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Strict) ?? throw new MalformedParametersException("an empty document");
        }
        catch (JsonException)
        {
            // The parser's own sentence and path may quote what the file holds.
            throw new MalformedParametersException("a document of another form: a member is missing, repeated, unknown or of another type");
        }
    }

    /// <summary>Older writers say true and false, newer ones 1 and 0.</summary>
    private sealed class FlagConverter : JsonConverter<bool>
    {
        public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.Number when reader.TryGetInt32(out var number) && number is 0 or 1 => number == 1,
            _ => throw new JsonException(),
        };

        public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
    }
}
