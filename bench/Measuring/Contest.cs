namespace Sandbox.Bench.Measuring;

/// <summary>One attempt; returns what it measured, so that cleaning up can stay outside the measured time.</summary>
internal delegate Task<double> Attempt(CancellationToken cancellation);

/// <summary>Measures ours and a rival in turn within one process, so that noise of the machine meets both.</summary>
internal static class Contest
{
    /// <param name="runs">Measured runs of each side, after one run each to warm up.</param>
    /// <param name="ours">Our attempt.</param>
    /// <param name="rival">The rival's.</param>
    /// <param name="cancellation">Stops between attempts, and within ours.</param>
    public static async Task<(Series Ours, Series Rival)> RunAsync(int runs, Attempt ours, Attempt rival, CancellationToken cancellation)
    {
        var (we, they) = (new List<double>(runs), new List<double>(runs));
        await ours(cancellation).ConfigureAwait(false);
        await rival(cancellation).ConfigureAwait(false);
        for (var run = 0; run < runs; run++)
        {
            // Who goes first changes, so that neither always finds the machine as the other left it.
            foreach (var (attempt, list) in run % 2 == 0 ? [(ours, we), (rival, they)] : new[] { (rival, they), (ours, we) })
            {
                cancellation.ThrowIfCancellationRequested();
                list.Add(await attempt(cancellation).ConfigureAwait(false));
            }
        }

        return (new Series(we), new Series(they));
    }
}
