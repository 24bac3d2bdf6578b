using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sandbox.Trust;

/// <summary>
/// A sign-in token of a unified authentication service: a JSON web token (RFC 7519) in compact form, signed with ES256 (RFC 7518, 3.4: ECDSA on P-256 with SHA-256).
/// No other algorithm is accepted, whatever the header says; the header names no key and no extension.
/// </summary>
public static class SignInToken
{
    private const int Longest = 8192;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Whether a text is the public key of such a service: PEM, on P-256.</summary>
    public static bool IsKey(string pem)
    {
        using var key = Key(pem);
        return key is not null;
    }

    /// <summary>The subject of a genuine token; null for one that is malformed, of another issuer or audience, not signed by the key, not begun or over.</summary>
    /// <param name="token">Compact form: header, payload and signature in base64url.</param>
    /// <param name="pem">Public key of the service.</param>
    /// <param name="issuer">The issuer that counts.</param>
    /// <param name="audience">The audience that the token must name.</param>
    /// <param name="now">The moment of use.</param>
    public static string? Subject(string token, string pem, string issuer, string audience, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(token);
        var parts = token.Split('.');
        if (token.Length > Longest || parts.Length != 3 || Bytes(parts[0]) is not { } header || Bytes(parts[1]) is not { } payload || Bytes(parts[2]) is not { Length: 64 } signature)
        {
            return null;
        }

        using var key = Key(pem);
        if (key is null || !HeaderHolds(header) || !key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
        {
            return null;
        }

        try
        {
            using var claims = JsonDocument.Parse(payload, Strict);
            var root = claims.RootElement;
            var seconds = now.ToUnixTimeSeconds();
            return root.ValueKind == JsonValueKind.Object && Text(root, "iss") == issuer && Names(root, audience)
                && Number(root, "exp") is { } end && seconds < end
                && (!root.TryGetProperty("nbf", out _) || (Number(root, "nbf") is { } start && seconds >= start))
                    ? Text(root, "sub")
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool HeaderHolds(byte[] header)
    {
        try
        {
            using var read = JsonDocument.Parse(header, Strict);
            return read.RootElement.ValueKind == JsonValueKind.Object && Text(read.RootElement, "alg") == "ES256" && !read.RootElement.TryGetProperty("crit", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Names(JsonElement root, string audience) => root.TryGetProperty("aud", out var named) && named.ValueKind switch
    {
        JsonValueKind.String => named.ValueEquals(audience),
        JsonValueKind.Array => named.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.String && item.ValueEquals(audience)),
        _ => false,
    };

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private static byte[]? Bytes(string part) => part.Length > 0 && Base64Url.IsValid(part) && !part.Contains('=', StringComparison.Ordinal) ? Base64Url.DecodeFromChars(part) : null;

    private static ECDsa? Key(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.KeySize == 256 && key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == "1.2.840.10045.3.1.7")
            {
                return key;
            }
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
        }

        key.Dispose();
        return null;
    }
}
