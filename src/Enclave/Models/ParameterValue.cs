using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sandbox.Enclave.Models;

/// <summary>A parameter's value: exactly one of a finite number and a word.</summary>
[JsonConverter(typeof(ParameterValueConverter))]
public readonly record struct ParameterValue(double? Number, string? Word)
{
    /// <summary>Whether the value is one that <paramref name="parameter"/> admits.</summary>
    public bool Fits(ModelParameter parameter) => parameter.Type switch
    {
        ModelParameterType.WholeNumber => Number is { } number && number == Math.Floor(number) && number >= parameter.Minimum && number <= parameter.Maximum,
        ModelParameterType.RealNumber => Number is { } number && number >= parameter.Minimum && number <= parameter.Maximum,
        ModelParameterType.Choice => Word is { } word && parameter.Choices?.Contains(word, StringComparer.Ordinal) == true,
        _ => false,
    };
}

internal sealed class ParameterValueConverter : JsonConverter<ParameterValue>
{
    public override ParameterValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number when reader.TryGetDouble(out var number) && double.IsFinite(number) => new(number, null),
        JsonTokenType.String => new(null, reader.GetString()),
        _ => throw new JsonException("a number or a word is expected"),
    };

    public override void Write(Utf8JsonWriter writer, ParameterValue value, JsonSerializerOptions options)
    {
        if (value.Number is { } number)
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteStringValue(value.Word);
        }
    }
}
