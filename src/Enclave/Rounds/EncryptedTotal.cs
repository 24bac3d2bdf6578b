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

    private EncryptedTotal(SignedStatement statement, IReadOnlyList<byte[]> ciphertexts, IReadOnlyList<string> contributors, string digest, byte[] receiver)
    {
        _statement = statement;
        Ciphertexts = ciphertexts;
        Contributors = contributors;
        Digest = digest;
        Receiver = receiver;
    }

    /// <summary>Ids of those whose contributions are in the sum, in ordinal order; those of weight 0 are not.</summary>
    public IReadOnlyList<string> Contributors { get; }

    /// <summary>Lower-case hex digest of the summed ciphertexts; a permit names it.</summary>
    public string Digest { get; }

    /// <summary>Point of the gate's envelope key: the opened table goes there and nowhere else.</summary>
    public ReadOnlyMemory<byte> Receiver { get; }

    /// <summary>The platform's signed statement.</summary>
    public byte[] Statement => _statement.ToBytes();

    /// <summary>The summed ciphertexts.</summary>
    public IReadOnlyList<byte[]> Ciphertexts { get; }

    internal static EncryptedTotal Sign(SignedRound round, IReadOnlyList<string> contributors, IReadOnlyList<byte[]> ciphertexts, byte[] receiver, SigningKey platform)
    {
        var digest = round.DigestOf(ciphertexts);
        var statement = SignedStatement.Sign(platform, Label, new JsonObject
        {
            ["contributors"] = new JsonArray([.. contributors.Select(id => (JsonNode)id)]),
            ["receiver"] = Convert.ToHexStringLower(receiver),
            ["round"] = round.Terms.RoundId,
            ["sum"] = digest,
            ["terms"] = round.Digest,
        });
        return new(statement, ciphertexts, contributors, digest, receiver);
    }

    /// <summary>Reads a total that was stored or sent. Null unless the platform signed exactly this for exactly this round with enough admitted contributors.</summary>
    public static EncryptedTotal? FromUntrusted(SignedRound round, ReadOnlySpan<byte> statement, IReadOnlyList<byte[]> ciphertexts)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(ciphertexts);
        var admitted = round.Terms.Contributors.Where(contributor => contributor.Weight > 0).Select(contributor => contributor.Id).ToHashSet(StringComparer.Ordinal);
        return Statements.Verify(statement, Label, round.Platform) is { } signed
            && ReadContributors(signed.Payload) is { } contributors
            && Statements.Text(signed.Payload, "receiver") is { Length: 128 } receiver && receiver.All(char.IsAsciiHexDigitLower)
            && Statements.Text(signed.Payload, "round") == round.Terms.RoundId
            && Statements.Text(signed.Payload, "terms") == round.Digest
            && ciphertexts.Count == round.Terms.Ciphertexts
            && ciphertexts.All(ciphertext => CiphertextFormat.Check(round.Terms.Parameters, ciphertext) == CiphertextProblem.None)
            && Statements.Text(signed.Payload, "sum") == round.DigestOf(ciphertexts)
            && contributors.Length >= Math.Max(round.Terms.MinimumContributors, RoundTerms.FewestContributors)
            && contributors.Distinct(StringComparer.Ordinal).Count() == contributors.Length
            && contributors.All(admitted.Contains)
            ? new(signed, [.. ciphertexts.Select(ciphertext => (byte[])ciphertext.Clone())], contributors, round.DigestOf(ciphertexts), Convert.FromHexString(receiver))
            : null;
    }

    private static string[]? ReadContributors(JsonObject payload) =>
        payload["contributors"] is JsonArray array && array.All(item => item is JsonValue value && value.TryGetValue<string>(out _))
            ? [.. array.Select(item => item!.GetValue<string>())]
            : null;
}
