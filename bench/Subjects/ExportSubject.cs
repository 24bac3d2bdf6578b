using System.Diagnostics;
using System.Globalization;
using Sandbox.Bench.Measuring;
using Sandbox.Export.Suppression;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;
using Sandbox.Policy.Disclosure.Differencing;
using Sandbox.Trust;
using Sandbox.Vault.Atoms;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Subjects;
using Sandbox.Vault.Zones;

namespace Sandbox.Bench.Subjects;

/// <summary>What the gate computes: a table with every primary check and all margins against a bare cross table of pandas, the comparison with what left, and the mending of a cube.</summary>
internal sealed class ExportSubject : ISubject
{
    private const int Rows = 1_000_000;
    private const double WantedWithRows = 1;
    private const double WantedWithSubjects = 0.25;
    private const double WantedMendingSeconds = 120;
    private const int CubeSide = 21;

    public string Name => "export";

    public string Words => "tables with all checks against pandas.crosstab; differences from earlier releases; withholding in a cube";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        using var key = DataKey.ThrowAway(Suite.Nist, "export");
        var store = prepared.Place.Store(Suite.Nist);
        var file = prepared.Place.NewFile("table.parquet");
        using (var connection = Workplace.RivalEngine())
        {
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"COPY (SELECT 'r' || (hash(i) % 100) AS r, 'c' || (hash(i + 1) % 100) AS c, (hash(i + 2) % 100000)::DOUBLE / 7 AS v, 's' || (hash(i + 3) % 600000) AS s FROM range({Rows}) t(i)) TO {DuckDbConnection.Literal(file)} (FORMAT parquet)"));
        }

        ObjectRef sealedFile;
        using (var source = File.OpenRead(file))
        using (var staged = await store.StageAsync("segment", key, source, cancellation).ConfigureAwait(false))
        {
            sealedFile = staged.Commit();
        }

        var evidence = await NumberedAsync(prepared, store, new EvidenceSource([new ZoneSegment(sealedFile, null)], key), cancellation).ConfigureAwait(false);
        var lines = new List<BenchLine>();
        foreach (var (name, subject, wanted) in new[] { ("rows", (string?)null, WantedWithRows), ("subjects", "s", WantedWithSubjects) })
        {
            var (ours, rival) = await Contest.RunAsync(runs, token => TableAsync(prepared, store, evidence, subject, token), token => CrossTableAsync(file, token), cancellation).ConfigureAwait(false);
            lines.Add(new BenchLine(
                Name, $"table-{name}", $"sums of 100 by 100 cells over 1,000,000 rows in the jail, margins, dominance, every primary check; contributors: {name}{(subject is null ? "" : ", numbered once an epoch")}", "s", false, ours,
                "pandas.crosstab of the same Parquet in memory, no margin, no check", rival, new Target(Judged.Ratio, wanted, AtLeast: true)));
        }

        var differences = new List<double>();
        var mendings = new List<double>();
        for (var run = 0; run < runs; run++)
        {
            differences.Add(await DifferenceAsync(prepared, store, evidence, cancellation).ConfigureAwait(false));
            mendings.Add(Mend());
        }

        lines.Add(new BenchLine(Name, "differences", "compare a table of 1,000,000 rows with two earlier releases, in the jail", "s", false, new Series(differences), null, null, null));
        lines.Add(new BenchLine(Name, "withhold", $"secondary suppression of {(CubeSide + 1) * (CubeSide + 1) * (CubeSide + 1):N0} cells in three dimensions, audited by linear programming", "s", false, new Series(mendings), null, null, new Target(Judged.Ours, WantedMendingSeconds, AtLeast: false)));
        return lines;
    }

    // As at the door: subjects are numbered at the first request of an epoch.
    private static async Task<EvidenceSource> NumberedAsync(Preparation prepared, ObjectStore store, EvidenceSource source, CancellationToken cancellation)
    {
        if (await new SubjectNumbering(prepared.Place.Jailer, store).BuildAsync(source, "s", cancellation).ConfigureAwait(false) is not NumberingResult.Made { Numbers: var numbers })
        {
            throw new BenchBrokenException("The numbering", "refused");
        }

        using (numbers)
        {
            return source with { Subjects = numbers.Commit() };
        }
    }

    private static async Task<double> TableAsync(Preparation prepared, ObjectStore store, EvidenceSource source, string? subject, CancellationToken cancellation)
    {
        source = subject is null ? source with { Subjects = null } : source;
        var start = Stopwatch.GetTimestamp();
        var result = await new EvidenceService(prepared.Place.Jailer, store).CellsAsync(
            new TableRequest { Dimensions = [new("r"), new("c")], Measure = "v", Aggregation = Aggregation.Sum, SubjectColumn = subject }, source, cancellation).ConfigureAwait(false);
        if (result is not EvidenceResult.Cells cells || TableCheck.Evaluate(new DisclosureRules(), cells.Values, Aggregation.Sum).Verdict != Verdict.Pass)
        {
            throw new BenchBrokenException("The table", result is EvidenceResult.Refused refused ? refused.Reason.Rule : "its checks");
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> DifferenceAsync(Preparation prepared, ObjectStore store, EvidenceSource source, CancellationToken cancellation)
    {
        PublishedTable Table(string label, string dimension) => new() { Label = label, Dimensions = [new(dimension)], CountsRows = true, SumsOf = ["v"], Segments = 1 };
        var start = Stopwatch.GetTimestamp();
        var result = await new AtomService(prepared.Place.Jailer, store).SearchAsync(
            new AtomSearch { Source = source, Minimum = 10, Earlier = [Table("rows", "r"), Table("columns", "c")], Wanted = [Table("again", "r")] }, cancellation).ConfigureAwait(false);
        return result is AtomResult.Found { Tables: [{ Outcome: SpanOutcome.Safe }] } ? Stopwatch.GetElapsedTime(start).TotalSeconds : throw new BenchBrokenException("The comparison", "SB-EXP-15");
    }

    private static double Mend()
    {
        var values = new double[CubeSide + 1, CubeSide + 1, CubeSide + 1];
        for (var at = 0; at < CubeSide * CubeSide * CubeSide; at++)
        {
            var (x, y, z) = (at % CubeSide, at / CubeSide % CubeSide, at / CubeSide / CubeSide);
            var value = (at * 7919L % 1000) is var mixed && mixed < 50 ? 1 + (mixed % 9) : 10 + (mixed * 31 % 500);
            foreach (var i in new[] { x, CubeSide })
            {
                foreach (var j in new[] { y, CubeSide })
                {
                    values[i, j, z] += value;
                    values[i, j, CubeSide] += value;
                }
            }
        }

        string? Level(int at) => at == CubeSide ? null : at.ToString(CultureInfo.InvariantCulture);
        TableCell[] cells =
        [
            .. from x in Enumerable.Range(0, CubeSide + 1) from y in Enumerable.Range(0, CubeSide + 1) from z in Enumerable.Range(0, CubeSide + 1)
               select new TableCell([Level(x), Level(y), Level(z)], values[x, y, z], false),
        ];
        var start = Stopwatch.GetTimestamp();
        var result = SecondarySuppression.Protect(cells, [.. cells.Where(cell => !cell.Key.Contains(null) && cell.Value < 10).Select(cell => new PrimaryCell(cell.Key, 1))]);
        return result is SuppressionResult.Protected ? Stopwatch.GetElapsedTime(start).TotalSeconds : throw new BenchBrokenException("The cube", "no pattern");
    }

    /// <summary>The rival tells its own time, without its start and without reading the file.</summary>
    private static async Task<double> CrossTableAsync(string file, CancellationToken cancellation)
    {
        const string Script = """
            import sys, time, pandas
            frame = pandas.read_csv(sys.argv[1])
            start = time.perf_counter()
            pandas.crosstab(frame.r, frame.c, values=frame.v, aggfunc='sum')
            print(time.perf_counter() - start)
            """;
        var text = Path.ChangeExtension(file, ".csv");
        if (!File.Exists(text))
        {
            using var connection = Workplace.RivalEngine();
            connection.Execute($"COPY (SELECT r, c, v FROM read_parquet({DuckDbConnection.Literal(file)})) TO {DuckDbConnection.Literal(text)} (FORMAT csv, HEADER)");
        }

        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Script, text]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellation).ConfigureAwait(false);
        await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        return process.ExitCode == 0 && double.TryParse(output, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : throw new BenchBrokenException("pandas (sudo apt-get install python3-pandas)", "no answer");
    }
}
