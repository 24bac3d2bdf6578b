using System.Text.Json.Nodes;
using Sandbox.Trust;

namespace Sandbox.Enclave.Rounds;

/// <summary>Reading of signed statements and keys that others sent: null for everything that does not hold, whatever the reason.</summary>
internal static class Statements
{
    public static SignedStatement? Verify(ReadOnlySpan<byte> text, string label, params IReadOnlyCollection<PublicKey> expected)
    {
        try
        {
            return SignedStatement.VerifyAnyOf(text, label, expected);
        }
        catch (Exception error) when (error is TrustException or FormatException)
        {
            return null;
        }
    }

    public static PublicKey? Key(string text)
    {
        try
        {
            return PublicKey.Parse(text);
        }
        catch (Exception error) when (error is TrustException or FormatException)
        {
            return null;
        }
    }

    public static string? Text(JsonObject payload, string name) => payload[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
