using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Rounds;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Enclave.Matching;

/// <summary>What a count of common identifiers is about, fixed and signed by the platform beforehand.</summary>
/// <param name="Match">Its id.</param>
/// <param name="Purpose">Purpose in one line.</param>
/// <param name="Identifier">What is compared, for example <c>id-number</c>; part of the hashing, so that two matches over different identifiers have nothing in common.</param>
/// <param name="First">One party.</param>
/// <param name="Second">The other.</param>
/// <param name="PaddedSize">Points that each party hands over, whatever it has: nobody learns the size of a set.</param>
/// <param name="ClosesAt">End, seconds since 1970.</param>
public sealed record MatchTerms(string Match, string Purpose, string Identifier, RoundParty First, RoundParty Second, int PaddedSize, long ClosesAt)
{
    /// <summary>Most points of a set.</summary>
    public const int MostPoints = 1 << 20;

    internal Refusal? Problem =>
        Match is { Length: >= 1 and <= 64 } && Purpose.Length <= 400 && Identifier is { Length: >= 1 and <= 64 } && First is not null && Second is not null
        && First.Id != Second.Id && First.Key != Second.Key && Statements.Key(First.Key) is not null && Statements.Key(Second.Key) is not null && PaddedSize is >= 16 and <= MostPoints
            ? null
            : MatchRefusals.Terms();
}

/// <summary>Terms with the platform's signature.</summary>
public sealed class SignedMatch
{
    /// <summary>What the platform's signature is for.</summary>
    public const string Label = "sandbox/match-terms/v1";

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, MaxDepth = 4 };

    private readonly SignedStatement _statement;

    private SignedMatch(MatchTerms terms, SignedStatement statement)
    {
        Terms = terms;
        _statement = statement;
        Digest = Convert.ToHexStringLower(statement.Key.Suite.Hash(CanonicalJson.Serialize(statement.Payload)));
    }

    public MatchTerms Terms { get; }

    /// <summary>Lower-case hex digest that every set names.</summary>
    public string Digest { get; }

    /// <exception cref="EnclaveException">SB-MATCH-1.</exception>
    public static SignedMatch Sign(MatchTerms terms, SigningKey platform)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(platform);
        return terms.Problem is { } problem
            ? throw new EnclaveException(problem)
            : new(terms, SignedStatement.Sign(platform, Label, JsonSerializer.SerializeToNode(terms, Strict)!.AsObject()));
    }

    /// <summary>Reads terms that somebody sent.</summary>
    /// <exception cref="EnclaveException">SB-HE-3, SB-MATCH-1.</exception>
    public static SignedMatch FromUntrusted(ReadOnlySpan<byte> bytes, PublicKey platform)
    {
        var statement = Statements.Verify(bytes, Label, platform) ?? throw new EnclaveException(RoundRefusals.Statement());
        try
        {
            return statement.Payload.Deserialize<MatchTerms>(Strict) is { Problem: null } terms ? new(terms, statement) : throw new EnclaveException(MatchRefusals.Terms());
        }
        catch (JsonException)
        {
            throw new EnclaveException(MatchRefusals.Terms());
        }
    }

    public byte[] ToBytes() => _statement.ToBytes();

    /// <summary>The other party; null where this is none of the two.</summary>
    internal RoundParty? OtherOf(PublicKey key) => key.ToString() == Terms.First.Key ? Terms.Second : key.ToString() == Terms.Second.Key ? Terms.First : null;
}
