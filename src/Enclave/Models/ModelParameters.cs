using System.Buffers;
using System.Text;
using System.Text.Json;
using Sandbox.Policy;

namespace Sandbox.Enclave.Models;

/// <summary>The parameters of one run, checked against the manifest and written in one form: every declared parameter, in the manifest's order.</summary>
public static class ModelParameters
{
    /// <summary>Binds a JSON object of values (or an empty text for all defaults) to the manifest.</summary>
    /// <returns>The canonical JSON that the module receives, or the refusals.</returns>
    public static (string? Json, IReadOnlyList<Refusal> Refusals) Bind(ModelManifest manifest, string? json)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var given = new Dictionary<string, ParameterValue>(StringComparer.Ordinal);
        try
        {
            given = string.IsNullOrWhiteSpace(json) ? given : JsonSerializer.Deserialize<Dictionary<string, ParameterValue>>(json, JsonSerializerOptions.Strict) ?? given;
        }
        catch (JsonException)
        {
            return (null, [ModelRefusals.Parameters("$", "is not a JSON object of numbers and words")]);
        }

        List<Refusal> refusals = [];
        foreach (var name in given.Keys.Except(manifest.Parameters.Select(parameter => parameter.Name), StringComparer.Ordinal))
        {
            refusals.Add(ModelRefusals.Parameters(name, "is not declared by the model"));
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var parameter in manifest.Parameters)
            {
                var value = given.GetValueOrDefault(parameter.Name, parameter.Default);
                if (!value.Fits(parameter))
                {
                    refusals.Add(ModelRefusals.Parameters(parameter.Name, "is outside the bounds that the model declares"));
                }

                writer.WritePropertyName(parameter.Name);
                JsonSerializer.Serialize(writer, value);
            }

            writer.WriteEndObject();
        }

        return refusals.Count == 0 ? (Encoding.UTF8.GetString(buffer.WrittenSpan), []) : (null, refusals);
    }
}
