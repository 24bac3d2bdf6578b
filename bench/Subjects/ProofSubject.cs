using System.Diagnostics;
using Sandbox.Bench.Measuring;
using Sandbox.Trust;

namespace Sandbox.Bench.Subjects;

/// <summary>Inclusion and consistency proofs over ten million entries.</summary>
internal sealed class ProofSubject : ISubject
{
    private const long Many = 10_000_000;
    private const int Proofs = 200;

    public string Name => "proofs";

    public string Words => "proofs over a ledger of 10,000,000 entries (makes 3 GB and takes some minutes)";

    public Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        using var many = new LedgerFixture(prepared.Place, Suite.Sm);
        many.Fill(Many, cancellation);
        var (inclusion, consistency) = (new List<double>(), new List<double>());
        // Places are spread evenly over the whole ledger, so that pages are as cold as they are for anybody who asks.
        for (var run = 0; run < runs; run++)
        {
            cancellation.ThrowIfCancellationRequested();
            inclusion.Add(Milliseconds(i => many.Ledger.ProveInclusion(Place(run, i))));
            consistency.Add(Milliseconds(i => many.Ledger.ProveConsistency(Place(run, i) + 1)));
        }

        return Task.FromResult<IReadOnlyList<BenchLine>>(
        [
            new BenchLine(Name, "ledger-inclusion", "inclusion proof at 10,000,000 entries (SM3)", "ms", false, new Series(inclusion), null, null, new Target(Judged.Ours, 1, false)),
            new BenchLine(Name, "ledger-consistency", "consistency proof at 10,000,000 entries (SM3)", "ms", false, new Series(consistency), null, null, null),
        ]);
    }

    private static long Place(int run, int i) => (i * 2 + 1) * (Many / (Proofs * 2)) + run * 7919 % 20_000;

    private static double Milliseconds(Action<int> prove)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Proofs; i++)
        {
            prove(i);
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / Proofs;
    }
}
