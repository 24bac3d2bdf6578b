using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Enclave.Rounds;

/// <summary>The result of signing or reading terms.</summary>
public abstract record TermsResult
{
    private TermsResult()
    {
    }

    /// <summary>The terms hold and are signed.</summary>
    public sealed record Accepted(SignedRound Round) : TermsResult;

    /// <summary>They do not.</summary>
    public sealed record Refused(IReadOnlyList<Refusal> Refusals) : TermsResult;
}

/// <summary>Terms with the platform's signature: the only form in which any step of a round takes them.</summary>
public sealed class SignedRound
{
    /// <summary>What the platform's signature over terms is for.</summary>
    public const string Label = "sandbox/he-terms/v1";

    private readonly SignedStatement _statement;

    private SignedRound(RoundTerms terms, SignedStatement statement)
    {
        Terms = terms;
        _statement = statement;
        Digest = Convert.ToHexStringLower(Suite.Hash(CanonicalJson.Serialize(statement.Payload)));
        Keys = terms.Contributors.ToDictionary(contributor => PublicKey.Parse(contributor.Key));
    }

    /// <summary>The terms.</summary>
    public RoundTerms Terms { get; }

    /// <summary>Lower-case hex digest of the terms' canonical form; contributions, sums and permits name it.</summary>
    public string Digest { get; }

    /// <summary>The platform's key, which signed the terms and must sign the sum.</summary>
    public PublicKey Platform => _statement.Key;

    internal Suite Suite => _statement.Key.Suite;

    /// <summary>The admitted contributors by their parsed keys.</summary>
    internal Dictionary<PublicKey, RoundContributor> Keys { get; }

    /// <summary>Digest of a homomorphic public key as terms name it.</summary>
    public static string DigestOfKey(Suite suite, ReadOnlySpan<byte> publicKey)
    {
        ArgumentNullException.ThrowIfNull(suite);
        return Convert.ToHexStringLower(suite.Hash(publicKey));
    }

    /// <summary>Checks and signs terms.</summary>
    public static TermsResult Sign(RoundTerms terms, SigningKey platform)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(platform);
        var refusals = TermsRules.Check(terms);
        return refusals.Count == 0
            ? new TermsResult.Accepted(new(terms, SignedStatement.Sign(platform, Label, TermsForm.Write(terms))))
            : new TermsResult.Refused(refusals);
    }

    /// <summary>Reads terms that somebody sent and checks signature and rules again.</summary>
    public static TermsResult FromUntrusted(ReadOnlySpan<byte> bytes, PublicKey platform)
    {
        if (Statements.Verify(bytes, Label, platform) is not { } statement)
        {
            return new TermsResult.Refused([RoundRefusals.Statement()]);
        }

        if (TermsForm.Read(statement.Payload) is not { } terms)
        {
            return new TermsResult.Refused([RoundRefusals.Terms("they are not in the form of this release")]);
        }

        var refusals = TermsRules.Check(terms);
        return refusals.Count == 0 ? new TermsResult.Accepted(new(terms, statement)) : new TermsResult.Refused(refusals);
    }

    /// <summary>The signed terms as bytes.</summary>
    public byte[] ToBytes() => _statement.ToBytes();

    /// <summary>The permit that the gate would have to sign for <paramref name="total"/>.</summary>
    public Policy.Disclosure.OpeningPermit PermitFor(EncryptedTotal total)
    {
        ArgumentNullException.ThrowIfNull(total);
        return new(Terms.RoundId, Digest, total.Digest, total.Contributors.Count, Terms.Cells);
    }

    /// <summary>What the total would tell beside others, for <see cref="Policy.Disclosure.RoundDifferencing"/>.</summary>
    public Policy.Disclosure.RoundFootprint FootprintOf(EncryptedTotal total)
    {
        ArgumentNullException.ThrowIfNull(total);
        var weights = Terms.Contributors.Where(contributor => total.Contributors.Contains(contributor.Id)).ToDictionary(contributor => contributor.Id, contributor => (long)contributor.Weight, StringComparer.Ordinal);
        return new(Terms.RoundId, Digest, [.. Terms.Measures.Select(measure => measure.Name)], Terms.From, Terms.Until, weights, Terms.MinimumContributors);
    }

    internal string DigestOf(IReadOnlyList<byte[]> ciphertexts) => DigestOf([.. ciphertexts.Select(one => (ReadOnlyMemory<byte>)one)]);

    internal string DigestOf(IReadOnlyList<ReadOnlyMemory<byte>> ciphertexts)
    {
        using var hash = Suite.StartHash();
        foreach (var ciphertext in ciphertexts)
        {
            hash.Append(ciphertext.Span);
        }

        Span<byte> digest = stackalloc byte[Suite.HashLength];
        hash.Finish(digest);
        return Convert.ToHexStringLower(digest);
    }
}
