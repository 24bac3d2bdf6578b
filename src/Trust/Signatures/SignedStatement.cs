using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;

namespace Sandbox.Trust;

/// <summary>A JSON object signed for one purpose: <c>{"alg","key","label","payload","sig"}</c> in canonical form, so that a statement has exactly one spelling.</summary>
public sealed class SignedStatement
{
    private SignedStatement(string label, JsonObject payload, PublicKey key, byte[] signature)
    {
        Label = label;
        Payload = payload;
        Key = key;
        Signature = signature;
    }

    /// <summary>What the statement is for, for example <c>sandbox/release/v1</c>.</summary>
    public string Label { get; }

    public JsonObject Payload { get; }

    public PublicKey Key { get; }

    public byte[] Signature { get; }

    /// <param name="key">Whose statement it is.</param>
    /// <param name="label">What it is for; a verifier asks for the same label.</param>
    /// <param name="payload">Strings, whole numbers, booleans, arrays and objects only.</param>
    public static SignedStatement Sign(SigningKey key, string label, JsonObject payload)
    {
        ArgumentNullException.ThrowIfNull(key);
        var bytes = CanonicalJson.Serialize(payload);
        return new SignedStatement(label, JsonNode.Parse(bytes)!.AsObject(), key.Public, key.Sign(label, bytes));
    }

    /// <summary>Reads and verifies a statement of one expected signer.</summary>
    /// <exception cref="TrustException">TRUST-SIGN-2 form, TRUST-SIGN-3 signature, purpose or key.</exception>
    public static SignedStatement Verify(ReadOnlySpan<byte> text, string label, PublicKey expected) => VerifyAnyOf(text, label, [expected]);

    /// <summary>Reads and verifies a statement of one of several expected signers; <see cref="Key"/> says which.</summary>
    /// <inheritdoc cref="Verify" path="/exception"/>
    public static SignedStatement VerifyAnyOf(ReadOnlySpan<byte> text, string label, IReadOnlyCollection<PublicKey> expected)
    {
        if (CanonicalJson.ParseExact(text) is not JsonObject { Count: 5 } envelope
            || Text(envelope, "alg") is not { } algorithm || Text(envelope, "key") is not { } keyText || Text(envelope, "label") is not { } signedLabel
            || Text(envelope, "sig") is not { } signatureText || envelope["payload"] is not JsonObject payload)
        {
            throw new TrustException(TrustRules.StatementForm);
        }

        var signature = ExactBase64Url.Decode(signatureText, Suite.SignatureLength) ?? throw new TrustException(TrustRules.StatementForm);
        var key = PublicKey.Parse(keyText);
        if (key.ToString() != keyText || key.Suite.SignatureAlgorithm != algorithm)
        {
            throw new TrustException(TrustRules.StatementForm);
        }

        if (signedLabel != label || !expected.Contains(key) || !key.Verify(label, CanonicalJson.Serialize(payload), signature))
        {
            throw new TrustException(TrustRules.StatementSignature);
        }

        return new SignedStatement(label, (JsonObject)payload.DeepClone(), key, signature);
    }

    /// <summary>The canonical envelope; what <see cref="Verify"/> reads.</summary>
    public byte[] ToBytes() => CanonicalJson.Serialize(new JsonObject
    {
        ["alg"] = Key.Suite.SignatureAlgorithm,
        ["key"] = Key.ToString(),
        ["label"] = Label,
        ["payload"] = Payload.DeepClone(),
        ["sig"] = Base64Url.EncodeToString(Signature),
    });

    public override string ToString() => Encoding.UTF8.GetString(ToBytes());

    private static string? Text(JsonObject envelope, string name) =>
        envelope[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
