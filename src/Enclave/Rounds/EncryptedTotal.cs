using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Trust;

namespace Sandbox.Enclave.Rounds;

/// <summary>The sum of a round's contributions, still encrypted, with the platform's signature that says whose it is. The only thing that can be opened.</summary>
public sealed class EncryptedTotal
{
    /// <summary>What the platform's signature over a sum is for.</summary>
    public const string Label = "sandbox/he-sum/v1";

    private readonly SignedStatement _statement;

    private EncryptedTotal(SignedStatement statement, IReadOnlyList<byte[]> ciphertexts, IReadOnlyList<string> contributors, string digest)
    {
        _statement = statement;
        Ciphertexts = ciphertexts;
        Contributors = contributors;
        Digest = digest;
    }

    /// <summary>Ids of those whose contributions are in the sum, in ordinal order.</summary>
    public IReadOnlyList<string> Contributors { get; }

    /// <summary>Lower-case hex digest of the summed ciphertexts; a permit names it.</summary>
    public string Digest { get; }

    /// <summary>The platform's signed statement.</summary>
    public byte[] Statement => _statement.ToBytes();

    /// <summary>The summed ciphertexts.</summary>
    public IReadOnlyList<byte[]> Ciphertexts { get; }

    internal static EncryptedTotal Sign(SignedRound round, IReadOnlyList<string> contributors, IReadOnlyList<byte[]> ciphertexts, SigningKey platform)
    {
        var digest = round.DigestOf(ciphertexts);
        var statement = SignedStatement.Sign(platform, Label, new JsonObject
        {
            ["contributors"] = new JsonArray([.. contributors.Select(id => (JsonNode)id)]),
            ["round"] = round.Terms.RoundId,
            ["sum"] = digest,
            ["terms"] = round.Digest,
        });
        return new(statement, ciphertexts, contributors, digest);
    }

    /// <summary>Reads a total that was stored or sent. Null unless the platform signed exactly this for exactly this round with enough admitted contributors.</summary>
    public static EncryptedTotal? FromUntrusted(SignedRound round, ReadOnlySpan<byte> statement, IReadOnlyList<byte[]> ciphertexts)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(ciphertexts);
        return Statements.Verify(statement, Label, round.Platform) is { } signed
            && ReadContributors(signed.Payload) is { } contributors
            && Statements.Text(signed.Payload, "round") == round.Terms.RoundId
            && Statements.Text(signed.Payload, "terms") == round.Digest
            && ciphertexts.Count == round.Terms.Ciphertexts
            && ciphertexts.All(ciphertext => CiphertextFormat.Check(ciphertext) == CiphertextProblem.None)
            && Statements.Text(signed.Payload, "sum") == round.DigestOf(ciphertexts)
            && contributors.Length >= Math.Max(round.Terms.MinimumContributors, RoundTerms.FewestContributors)
            && contributors.Distinct(StringComparer.Ordinal).Count() == contributors.Length
            && contributors.All(id => round.Terms.Contributors.Any(admitted => admitted.Id == id))
            ? new(signed, [.. ciphertexts.Select(ciphertext => (byte[])ciphertext.Clone())], contributors, round.DigestOf(ciphertexts))
            : null;
    }

    private static string[]? ReadContributors(JsonObject payload) =>
        payload["contributors"] is JsonArray array && array.All(item => item is JsonValue value && value.TryGetValue<string>(out _))
            ? [.. array.Select(item => item!.GetValue<string>())]
            : null;
}
