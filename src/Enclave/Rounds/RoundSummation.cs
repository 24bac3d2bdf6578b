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

/// <summary>Adds the contributions of a round under encryption. Runs at the platform, without any key that opens.</summary>
public sealed class RoundSummation(HomomorphicBackend backend)
{
    /// <summary>Checks every submission, leaves out what does not hold and adds the rest.</summary>
    /// <param name="round">The signed terms.</param>
    /// <param name="submissions">The contributions as they came, in the order in which they came.</param>
    /// <param name="platform">The platform's key, the same that signed the terms.</param>
    /// <param name="cancellation">Ends the summing.</param>
    public async Task<SumResult> SumAsync(
        SignedRound round, IReadOnlyList<ReadOnlyMemory<byte>> submissions, SigningKey platform, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(submissions);
        ArgumentNullException.ThrowIfNull(platform);
        if (!platform.Public.Equals(round.Platform))
        {
            return new SumResult.NotSummed(RoundRefusals.Statement(), []);
        }

        List<RefusedContribution> refused = [];
        List<(int Index, string Id, IReadOnlyList<byte[]> Ciphertexts)> accepted = [];
        for (var i = 0; i < submissions.Count; i++)
        {
            var (id, ciphertexts, refusal) = Check(round, submissions[i].Span);
            refusal ??= accepted.Any(other => other.Id == id) ? RoundRefusals.Duplicate() : null;
            if (refusal is null)
            {
                accepted.Add((i, id!, ciphertexts!));
            }
            else
            {
                refused.Add(new(i, id, refusal));
            }
        }

        while (accepted.Count >= round.Terms.MinimumContributors)
        {
            var (sums, bad) = await AddAsync(round, accepted, cancellation).ConfigureAwait(false);
            if (bad.Count == 0)
            {
                string[] ids = [.. accepted.Select(one => one.Id).Order(StringComparer.Ordinal)];
                return new SumResult.Summed(EncryptedTotal.Sign(round, ids, sums, platform), refused);
            }

            // The engine itself did not take it although its form held: leave it out and start again.
            foreach (var index in bad.OrderDescending())
            {
                refused.Add(new(accepted[index].Index, accepted[index].Id, RoundRefusals.ForeignParameters()));
                accepted.RemoveAt(index);
            }
        }

        return new SumResult.NotSummed(RoundRefusals.TooFew(round.Terms.MinimumContributors), refused);
    }

    /// <summary>Whether one submission would be taken: for an answer at the door, before the round ends.</summary>
    /// <param name="round">The signed terms.</param>
    /// <param name="submission">The contribution as it came.</param>
    /// <param name="now">The time of arrival.</param>
    /// <returns>The contributor, and null or the refusal.</returns>
    public static (string? Contributor, Refusal? Refusal) CheckArrival(SignedRound round, ReadOnlySpan<byte> submission, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(round);
        var (id, _, refusal) = Check(round, submission);
        return (id, refusal ?? (now.ToUnixTimeSeconds() >= round.Terms.ClosesAt ? RoundRefusals.Late() : null));
    }

    private static (string? Id, IReadOnlyList<byte[]>? Ciphertexts, Refusal? Refusal) Check(SignedRound round, ReadOnlySpan<byte> submission)
    {
        if (Contribution.FromUntrusted(submission) is not { } contribution)
        {
            return (null, null, RoundRefusals.WrongLength());
        }

        var keys = round.Terms.Contributors.Select(admitted => Statements.Key(admitted.Key)).OfType<PublicKey>().ToArray();
        if (Statements.Verify(contribution.Statement, Contribution.Label, keys) is not { } statement)
        {
            return (null, null, RoundRefusals.NotAdmitted());
        }

        var contributor = round.Terms.Contributors.FirstOrDefault(admitted => admitted.Key == statement.Key.ToString());

        // The id in the statement must be the one that the terms give to the signing key: nobody signs for another.
        if (contributor is null || Statements.Text(statement.Payload, "contributor") != contributor.Id
            || Statements.Text(statement.Payload, "round") != round.Terms.RoundId || Statements.Text(statement.Payload, "terms") != round.Digest)
        {
            return (contributor?.Id, null, RoundRefusals.NotAdmitted());
        }

        if (contribution.Ciphertexts.Count != round.Terms.Ciphertexts)
        {
            return (contributor.Id, null, RoundRefusals.WrongLength());
        }

        if (Statements.Text(statement.Payload, "ciphertexts") != round.DigestOf(contribution.Ciphertexts))
        {
            return (contributor.Id, null, RoundRefusals.Changed());
        }

        return contribution.Ciphertexts.All(ciphertext => CiphertextFormat.Check(ciphertext) == CiphertextProblem.None)
            ? (contributor.Id, contribution.Ciphertexts, null)
            : (contributor.Id, null, RoundRefusals.ForeignParameters());
    }

    private async Task<(IReadOnlyList<byte[]> Sums, IReadOnlyCollection<int> Bad)> AddAsync(
        SignedRound round, List<(int Index, string Id, IReadOnlyList<byte[]> Ciphertexts)> accepted, CancellationToken cancellation)
    {
        var groups = Enumerable.Range(0, round.Terms.Ciphertexts).Select(part => (IReadOnlyList<byte[]>)[.. accepted.Select(one => one.Ciphertexts[part])]).ToArray();
        var results = await backend.SumGroupsAsync(groups, cancellation).ConfigureAwait(false);
        HashSet<int> bad = [.. results.SelectMany(result => Enumerable.Range(0, result.Taken.Count).Where(i => !result.Taken[i]))];
        byte[][] sums = [.. results.Select(result => result.Sum ?? [])];
        return (sums, bad);
    }
}
