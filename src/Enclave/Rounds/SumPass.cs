using Sandbox.Enclave.Homomorphic;

namespace Sandbox.Enclave.Rounds;

/// <summary>One way through the submissions of a round. Several are checked at once, as many as there are processors, and added in their order.</summary>
internal sealed class SumPass(SignedRound round, CiphertextSum sum, HashSet<int> bad) : IAsyncDisposable
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Ids of those that are in the sums.</summary>
    public List<string> Contributors { get; } = [];

    public List<RefusedContribution> Refused { get; } = [];

    /// <summary>False when a submission had to be struck off in the middle: then the pass is repeated.</summary>
    public async Task<bool> AddAllAsync(IEnumerable<ReadOnlyMemory<byte>> submissions, IProgress<int>? progress, CancellationToken cancellation)
    {
        var first = 0;
        foreach (var batch in submissions.Chunk(Environment.ProcessorCount))
        {
            cancellation.ThrowIfCancellationRequested();
            var found = new (RoundContributor? Contributor, Contribution? Contribution, Policy.Refusal? Refusal)[batch.Length];
            Parallel.For(0, batch.Length, i => found[i] = RoundSummation.Check(round, batch[i]));
            for (var i = 0; i < batch.Length; i++)
            {
                var (contributor, contribution, refusal) = found[i];
                refusal ??= bad.Contains(first + i) ? RoundRefusals.ForeignParameters() : _seen.Contains(contributor!.Id) ? RoundRefusals.Duplicate() : null;
                if (refusal is null && !await AddAsync(first + i, contributor!, contribution!, cancellation).ConfigureAwait(false))
                {
                    return false;
                }

                if (refusal is not null)
                {
                    Refused.Add(new(first + i, contributor?.Id, refusal));
                }
            }

            first += batch.Length;
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

    private async Task<bool> AddAsync(int index, RoundContributor contributor, Contribution contribution, CancellationToken cancellation)
    {
        for (var part = 0; contributor.Weight > 0 && part < contribution.Count; part++)
        {
            if (await sum.AddAsync(part, contribution.Ciphertext(part), contributor.Weight, cancellation).ConfigureAwait(false) == CiphertextProblem.None)
            {
                continue;
            }

            bad.Add(index);
            return false;
        }

        _seen.Add(contributor.Id);
        if (contributor.Weight > 0)
        {
            Contributors.Add(contributor.Id);
        }

        return true;
    }
}
