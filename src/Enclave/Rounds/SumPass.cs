using Sandbox.Enclave.Homomorphic;

namespace Sandbox.Enclave.Rounds;

/// <summary>One way through the submissions of a round. Several are checked at once, as many as there are processors, and added in their order.</summary>
internal sealed class SumPass(SignedRound round, CiphertextSum sum, HashSet<int> bad) : IAsyncDisposable
{
    private const int SmallBatch = 16;
    private const long SmallBytes = 64L << 20;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Ids of those that are in the sums.</summary>
    public List<string> Contributors { get; } = [];

    public List<RefusedContribution> Refused { get; } = [];

    /// <summary>False when a submission had to be struck off in the middle: then the pass is repeated.</summary>
    public async Task<bool> AddAllAsync(IEnumerable<ReadOnlyMemory<byte>> submissions, IProgress<int>? progress, CancellationToken cancellation)
    {
        var first = 0;
        foreach (var batch in Batches(submissions))
        {
            cancellation.ThrowIfCancellationRequested();
            var found = new (RoundContributor? Contributor, Contribution? Contribution, Policy.Refusal? Refusal)[batch.Count];
            Parallel.For(0, batch.Count, i => found[i] = RoundSummation.Check(round, batch[i]));
            List<(int Index, RoundContributor Contributor, Contribution Contribution)> sound = [];
            for (var i = 0; i < batch.Count; i++)
            {
                var (contributor, contribution, refusal) = found[i];
                refusal ??= bad.Contains(first + i) ? RoundRefusals.ForeignParameters() : _seen.Add(contributor!.Id) ? null : RoundRefusals.Duplicate();
                if (refusal is null)
                {
                    sound.Add((first + i, contributor!, contribution!));
                }
                else
                {
                    Refused.Add(new(first + i, contributor?.Id, refusal));
                }
            }

            if (!await AddAsync(sound, cancellation).ConfigureAwait(false))
            {
                return false;
            }

            first += batch.Count;
            progress?.Report(first);
        }

        return true;
    }

    /// <summary>Null where a sum has nothing in it.</summary>
    public async Task<byte[][]?> FinishAsync(CancellationToken cancellation)
    {
        var sums = await sum.FinishAsync(cancellation).ConfigureAwait(false);
        return sums.Any(one => one is null) ? null : [.. sums.Select(one => one!)];
    }

    public ValueTask DisposeAsync() => sum.DisposeAsync();

    // As many as there are processors, and up to sixteen while they are small: a sum that takes several at once passes through the caches once for all of them.
    private static IEnumerable<List<ReadOnlyMemory<byte>>> Batches(IEnumerable<ReadOnlyMemory<byte>> submissions)
    {
        List<ReadOnlyMemory<byte>> batch = [];
        var bytes = 0L;
        foreach (var submission in submissions)
        {
            batch.Add(submission);
            bytes += submission.Length;
            if (batch.Count >= Environment.ProcessorCount && (batch.Count >= SmallBatch || bytes >= SmallBytes))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private async Task<bool> AddAsync(List<(int Index, RoundContributor Contributor, Contribution Contribution)> sound, CancellationToken cancellation)
    {
        var once = sound.FindAll(one => one.Contributor.Weight == 1);
        for (var part = 0; part < round.Terms.Ciphertexts; part++)
        {
            var problems = once.Count == 0 ? [] : await sum.AddAsync(part, [.. once.Select(one => one.Contribution.Ciphertext(part))], cancellation).ConfigureAwait(false);
            bad.UnionWith(once.Where((_, i) => problems[i] != CiphertextProblem.None).Select(one => one.Index));
            foreach (var (index, contributor, contribution) in sound.Where(one => one.Contributor.Weight > 1))
            {
                if (await sum.AddAsync(part, contribution.Ciphertext(part), contributor.Weight, cancellation).ConfigureAwait(false) != CiphertextProblem.None)
                {
                    bad.Add(index);
                }
            }
        }

        Contributors.AddRange(sound.Where(one => one.Contributor.Weight > 0).Select(one => one.Contributor.Id));
        return !sound.Exists(one => bad.Contains(one.Index));
    }
}
