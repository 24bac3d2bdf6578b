using System.Globalization;
using Sandbox.Bench.Measuring;
using Sandbox.Bench.Reporting;
using Sandbox.Bench.Subjects;

namespace Sandbox.Bench;

/// <summary>Runs the chosen subjects one after the other and reports.</summary>
internal static class BenchRun
{
    public static IReadOnlyList<ISubject> Subjects { get; } =
    [
        new LoadSubject(), new CsvSubject(), new ScanSubject(), new QuerySubject(), new SessionSubject(), new ProductionSubject(), new ExportSubject(), new ExportVolumeSubject(), new ZoneSubject(), new CryptoSubject(),
        new TokenSubject(), new ClassifySubject(), new RegisterZoneSubject(), new ObjectSubject(), new LedgerSubject(), new ProofSubject(), new LineageSubject(), new HomomorphicSubject(), new HomomorphicTimingSubject(),
        new JailSubject(), new ModelRunSubject(),
    ];

    /// <returns>Exit code: 0, or 1 when <paramref name="strict"/> and a target was missed.</returns>
    public static async Task<int> RunAsync(IReadOnlyCollection<string> only, int runs, bool json, bool strict, CancellationToken cancellation)
    {
        using var place = new Workplace();
        using var prepared = new Preparation(place);
        var machine = Machine.Describe(place);
        var lines = new List<BenchLine>();
        var chosen = Subjects.Where(subject => only.Count == 0 || only.Contains(subject.Name)).ToArray();
        for (var i = 0; i < chosen.Length; i++)
        {
            Tell(string.Create(CultureInfo.InvariantCulture, $"[{i + 1}/{chosen.Length}] {chosen[i].Name}: {chosen[i].Words}"));
            lines.AddRange(await chosen[i].MeasureAsync(prepared, runs, cancellation).ConfigureAwait(false));
        }

        if (json)
        {
            Console.Out.WriteLine(JsonReport.Of(machine, runs, lines));
        }
        else
        {
            TableReport.Print(machine, runs, lines);
        }

        return strict && lines.Any(line => line.Verdict == LineVerdict.BelowTarget) ? 1 : 0;
    }

    // Beside the report, so that a pipe gets the report alone.
    private static void Tell(string words) => Console.Error.WriteLine(words);
}
