using Sandbox.Enclave.Homomorphic;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Enclave.Rounds;

/// <summary>A submission that is not part of the sum, and why.</summary>
/// <param name="Index">Its place among the submissions.</param>
/// <param name="Contributor">The admitted contributor that signed it, or null where the signature does not hold.</param>
/// <param name="Refusal">The reason.</param>
public sealed record RefusedContribution(int Index, string? Contributor, Refusal Refusal);

/// <summary>What summing gave.</summary>
/// <param name="Refused">Those left out, each by name; they stop nobody else.</param>
public abstract record SumResult(IReadOnlyList<RefusedContribution> Refused)
{
    /// <summary>Enough contributions held; their sum, still encrypted.</summary>
    public sealed record Summed(EncryptedTotal Total, IReadOnlyList<RefusedContribution> Refused) : SumResult(Refused);

    /// <summary>Nothing was summed.</summary>
    public sealed record NotSummed(Refusal Reason, IReadOnlyList<RefusedContribution> Refused) : SumResult(Refused);
}

/// <summary>
/// Adds the contributions of a round under encryption, without any key that opens: at the platform, and again at every witness. Contributions are taken one after another
/// and not kept, so memory does not grow with their number.
/// </summary>
public sealed class RoundSummation(HomomorphicBackend backend)
{
    /// <summary>Checks every submission, leaves out what does not hold, adds the rest, floods the sum where the terms say so, and signs.</summary>
    /// <param name="round">The signed terms.</param>
    /// <param name="submissions">The contributions as they came, in the order in which they came. Gone through again where the engine refuses what looked sound.</param>
    /// <param name="receiver">Point of the gate's envelope key.</param>
    /// <param name="platform">The platform's key, the same that signed the terms.</param>
    /// <param name="progress">Told the number of submissions seen.</param>
    /// <param name="cancellation">Ends the summing.</param>
    public async Task<SumResult> SumAsync(
        SignedRound round, IEnumerable<ReadOnlyMemory<byte>> submissions, ReadOnlyMemory<byte> receiver, SigningKey platform, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(platform);
        if (!platform.Public.Equals(round.Platform))
        {
            return new SumResult.NotSummed(RoundRefusals.Statement(), []);
        }

        var (sums, contributors, refused) = await AddAsync(round, submissions, progress, cancellation).ConfigureAwait(false);
        if (sums is null)
        {
            return new SumResult.NotSummed(RoundRefusals.TooFew(round.Terms.MinimumContributors), refused);
        }

        RoundFlooding.AddTo(round.Terms, sums);
        return new SumResult.Summed(EncryptedTotal.Sign(round, contributors, sums, receiver.ToArray(), platform), refused);
    }

    /// <summary>Whether one submission would be taken: for an answer at the door, before the round ends.</summary>
    /// <param name="round">The signed terms.</param>
    /// <param name="submission">The contribution as it came.</param>
    /// <param name="now">The time of arrival.</param>
    /// <returns>The contributor, and null or the refusal.</returns>
    public static (string? Contributor, Refusal? Refusal) CheckArrival(SignedRound round, ReadOnlyMemory<byte> submission, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(round);
        var (contributor, _, refusal) = Check(round, submission);
        return (contributor?.Id, refusal ?? (now.ToUnixTimeSeconds() >= round.Terms.ClosesAt ? RoundRefusals.Late() : null));
    }

    /// <summary>The sums, or null where too few contributions hold.</summary>
    internal async Task<(byte[][]? Sums, IReadOnlyList<string> Contributors, IReadOnlyList<RefusedContribution> Refused)> AddAsync(
        SignedRound round, IEnumerable<ReadOnlyMemory<byte>> submissions, IProgress<int>? progress, CancellationToken cancellation)
    {
        if (backend.Parameters != round.Terms.Parameters)
        {
            throw new ArgumentException("The engine was made for other parameters.", nameof(round));
        }

        // Submissions that the engine refused in the middle although their form held: their first parts stand in a sum already, so it starts again without them.
        HashSet<int> bad = [];
        while (true)
        {
            var pass = new SumPass(round, await backend.StartSumAsync(round.Terms.Ciphertexts, cancellation).ConfigureAwait(false), bad);
            await using var _ = pass.ConfigureAwait(false);
            if (await pass.AddAllAsync(submissions, progress, cancellation).ConfigureAwait(false))
            {
                var sums = pass.Contributors.Count >= Math.Max(round.Terms.MinimumContributors, RoundTerms.FewestContributors) ? await pass.FinishAsync(cancellation).ConfigureAwait(false) : null;
                return (sums, [.. pass.Contributors.Order(StringComparer.Ordinal)], [.. pass.Refused.OrderBy(refused => refused.Index)]);
            }
        }
    }

    internal static (RoundContributor? Contributor, Contribution? Contribution, Refusal? Refusal) Check(SignedRound round, ReadOnlyMemory<byte> submission)
    {
        if (Contribution.FromUntrusted(submission, round.Terms.Parameters) is not { } contribution)
        {
            return (null, null, RoundRefusals.WrongLength());
        }

        if (Statements.Verify(contribution.Statement.Span, Contribution.Label, round.Keys.Keys) is not { } statement || !round.Keys.TryGetValue(statement.Key, out var contributor))
        {
            return (null, null, RoundRefusals.NotAdmitted());
        }

        // The id in the statement must be the one that the terms give to the signing key: nobody signs for another.
        if (Statements.Text(statement.Payload, "contributor") != contributor.Id
            || Statements.Text(statement.Payload, "round") != round.Terms.RoundId || Statements.Text(statement.Payload, "terms") != round.Digest)
        {
            return (contributor, null, RoundRefusals.NotAdmitted());
        }

        if (contribution.Count != round.Terms.Ciphertexts)
        {
            return (contributor, null, RoundRefusals.WrongLength());
        }

        if (Statements.Text(statement.Payload, "ciphertexts") != round.DigestOf([contribution.Body]))
        {
            return (contributor, null, RoundRefusals.Changed());
        }

        return Enumerable.Range(0, contribution.Count).All(i => CiphertextFormat.Check(round.Terms.Parameters, contribution.Ciphertext(i).Span) == CiphertextProblem.None)
            ? (contributor, contribution, null)
            : (contributor, null, RoundRefusals.ForeignParameters());
    }
}
