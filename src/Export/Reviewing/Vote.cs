using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Policy;
using Sandbox.Policy.Review;
using Sandbox.Trust;

namespace Sandbox.Export.Reviewing;

/// <summary>What a reviewer decides. Unknown is refused.</summary>
public enum VoteDecision
{
    Unknown = 0,
    Approve,
    Return,
    Reject,
}

/// <summary>One reviewer's decision about exactly one content of one request, signed with the reviewer's own key.</summary>
/// <param name="ExportId">The request.</param>
/// <param name="ContentDigest">The content that the reviewer saw, lower-case hex.</param>
/// <param name="By">Person, role and organisation.</param>
/// <param name="Decision">What was decided.</param>
/// <param name="At">When, UTC to the second.</param>
public sealed record Vote(string ExportId, string ContentDigest, Reviewer By, VoteDecision Decision, DateTimeOffset At)
{
    /// <summary>Label of the signature.</summary>
    public const string Label = "sandbox/export-vote/v1";

    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>The vote as its reviewer signs it.</summary>
    public SignedStatement Sign(SigningKey key) => SignedStatement.Sign(key, Label, new JsonObject
    {
        ["export"] = ExportId,
        ["content"] = ContentDigest,
        ["reviewer"] = By.Id,
        ["role"] = By.Role.ToString(),
        ["organisation"] = By.Organisation,
        ["decision"] = Decision.ToString(),
        ["at"] = At.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture),
    });

    /// <summary>The vote of a statement that the given key signed; null for anything else.</summary>
    public static Vote? FromUntrusted(ReadOnlySpan<byte> statement, PublicKey key)
    {
        try
        {
            return Read(SignedStatement.Verify(statement, Label, key).Payload);
        }
        catch (Exception error) when (error is TrustException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The vote of a statement together with the key that it names: good for counting distinct signers, not for knowing who they are.</summary>
    internal static (Vote Vote, PublicKey Key)? FromUntrusted(JsonObject envelope)
    {
        try
        {
            if (envelope["key"] is JsonValue named && named.TryGetValue<string>(out var text))
            {
                var key = PublicKey.Parse(text);
                return Read(SignedStatement.Verify(CanonicalJson.Serialize(envelope), Label, key).Payload) is { } vote ? (vote, key) : null;
            }
        }
        catch (Exception error) when (error is TrustException or FormatException or ArgumentException or InvalidOperationException)
        {
            return null;
        }

        return null;
    }

    private static Vote? Read(JsonObject payload) =>
        payload.Count == 7
        && Text(payload, "export") is { } export && Text(payload, "content") is { } content && Text(payload, "reviewer") is { } reviewer
        && Text(payload, "organisation") is { } organisation
        && Enum.TryParse<Role>(Text(payload, "role"), out var role) && role.ToString() == Text(payload, "role") && role != Role.Unknown
        && Enum.TryParse<VoteDecision>(Text(payload, "decision"), out var decision) && decision.ToString() == Text(payload, "decision") && decision != VoteDecision.Unknown
        && DateTimeOffset.TryParseExact(Text(payload, "at"), TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? new Vote(export, content, new Reviewer(reviewer, role, organisation), decision, at)
            : null;

    private static string? Text(JsonObject payload, string name) =>
        payload[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
