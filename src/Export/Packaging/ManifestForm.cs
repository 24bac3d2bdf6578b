using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Sandbox.Trust;

namespace Sandbox.Export.Packaging;

/// <summary>The manifest as a JSON object and back. Reading is strict: a manifest that would not be written the same way again is none.</summary>
internal static class ManifestForm
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 32,
    };

    public static JsonObject Write(ReleaseManifest manifest) => JsonSerializer.SerializeToNode(manifest, Form)!.AsObject();

    /// <summary>Null for anything that is not a manifest of this form.</summary>
    public static ReleaseManifest? FromUntrusted(JsonObject payload)
    {
        try
        {
            var manifest = payload.Deserialize<ReleaseManifest>(Form);
            return manifest is { Format: ReleaseManifest.FormatName } && CanonicalJson.Serialize(Write(manifest)).AsSpan().SequenceEqual(CanonicalJson.Serialize(payload))
                ? manifest
                : null;
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }
}
