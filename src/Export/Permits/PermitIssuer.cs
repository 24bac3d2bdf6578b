using System.Text.Json.Nodes;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;
using Sandbox.Trust;

namespace Sandbox.Export.Permits;

/// <summary>An encrypted total that somebody wants opened, as the host knows it from the signed terms and contributions.</summary>
/// <param name="RoundId">The round.</param>
/// <param name="TermsDigest">Lower-case hex digest of the signed terms.</param>
/// <param name="SumDigest">Lower-case hex digest of the summed ciphertext.</param>
/// <param name="Contributors">Distinct providers whose signed contributions are in the sum.</param>
/// <param name="Minimum">Contributors that the terms ask for.</param>
/// <param name="Cells">Group cells in the sum.</param>
/// <param name="Closed">True when no further contribution is taken.</param>
public sealed record OpeningRequest(
    string RoundId, string TermsDigest, string SumDigest, IReadOnlyCollection<string> Contributors, int Minimum, int Cells, bool Closed);

/// <summary>A signed permit, or why there is none.</summary>
public abstract record PermitResult
{
    private PermitResult()
    {
    }

    /// <param name="Permit">What may be opened.</param>
    /// <param name="Statement">The permit signed by the gate's key with <see cref="OpeningPermit.Label"/>; its payload is <see cref="OpeningPermit.CanonicalBytes"/>.</param>
    public sealed record Issued(OpeningPermit Permit, SignedStatement Statement) : PermitResult;

    public sealed record Refused(Refusal Reason) : PermitResult;
}

/// <summary>Signs the gate's permission to open one encrypted total. Who holds the decryption key opens nothing without it.</summary>
public static class PermitIssuer
{
    /// <summary>Fewest contributors of any round: the difference of a total of two and one's own part is the other's part.</summary>
    public const int FewestContributors = 3;

    /// <summary>Checks the request and signs.</summary>
    /// <param name="request">The total.</param>
    /// <param name="minimum">Contributors that the profile asks for; the strictest of this, the terms' and <see cref="FewestContributors"/> holds.</param>
    /// <param name="gateKey">The key of the export gate.</param>
    public static PermitResult Issue(OpeningRequest request, int minimum, SigningKey gateKey)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(gateKey);
        if (!request.Closed)
        {
            return new PermitResult.Refused(PermitWords.Open);
        }

        var contributors = request.Contributors.Where(id => !string.IsNullOrWhiteSpace(id)).Distinct(StringComparer.Ordinal).Count();
        if (contributors != request.Contributors.Count || contributors < Math.Max(Math.Max(minimum, request.Minimum), FewestContributors))
        {
            return new PermitResult.Refused(PermitWords.TooFew);
        }

        var permit = new OpeningPermit(request.RoundId, request.TermsDigest, request.SumDigest, contributors, request.Cells);
        if (permit.Problem is { } problem)
        {
            return new PermitResult.Refused(problem);
        }

        var payload = JsonNode.Parse(permit.CanonicalBytes())!.AsObject();
        return CanonicalJson.Serialize(payload).AsSpan().SequenceEqual(permit.CanonicalBytes())
            ? new PermitResult.Issued(permit, SignedStatement.Sign(gateKey, OpeningPermit.Label, payload))
            : new PermitResult.Refused(PermitWords.RoundName);
    }

    /// <summary>The permit of a statement that the gate signed; null for anything else.</summary>
    public static OpeningPermit? FromUntrusted(ReadOnlySpan<byte> statement, PublicKey gateKey)
    {
        try
        {
            return OpeningPermit.FromUntrusted(CanonicalJson.Serialize(SignedStatement.Verify(statement, OpeningPermit.Label, gateKey).Payload));
        }
        catch (Exception error) when (error is TrustException or FormatException)
        {
            return null;
        }
    }
}
