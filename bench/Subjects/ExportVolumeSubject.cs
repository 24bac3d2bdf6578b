using System.Diagnostics;
using System.Globalization;
using Sandbox.Bench.Measuring;
using Sandbox.Export.Artefacts;
using Sandbox.Export.Checks;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;
using Sandbox.Trust;
using Sandbox.Vault.Atoms;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Overlap;
using Sandbox.Vault.Subjects;
using Sandbox.Vault.Zones;

namespace Sandbox.Bench.Subjects;

/// <summary>The gate over 10,000,000 rows: a table of four dimensions from the evidence to the checked report, and an output of 1,000,000 rows held against the raw values.</summary>
internal sealed class ExportVolumeSubject : ISubject
{
    private const int Rows = 10_000_000;
    private const int Subjects = Rows / 4;
    private const int Output = 1_000_000;
    private const double WantedSeconds = 15;
    private const double WantedMebibytes = 2048;
    private const double WantedOverlapSeconds = 10;

    private static readonly int[] Sizes = [12, 10, 8, 6];

    public string Name => "export-volume";

    public string Words => "a table of four dimensions over 10 M rows with all checks; an output of 1 M rows against 10 M raw rows";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        using var key = DataKey.ThrowAway(Suite.Nist, "volume");
        var source = await SealAsync(prepared, key, cancellation).ConfigureAwait(false);
        var lines = new List<BenchLine>();
        foreach (var (name, subject) in new[] { ("rows", (string?)null), ("subjects", "s") })
        {
            var (seconds, mebibytes) = (new List<double>(), new List<double>());
            for (var run = 0; run <= runs; run++)
            {
                var memory = new ChildMemory();
                await using (memory.ConfigureAwait(false))
                {
                    var start = Stopwatch.GetTimestamp();
                    await TableAsync(prepared, source, subject, cancellation).ConfigureAwait(false);
                    if (run > 0)
                    {
                        seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                        mebibytes.Add(memory.Peak);
                    }
                }
            }

            lines.Add(new BenchLine(
                Name, $"table-{name}", $"sums of {string.Join(" by ", Sizes)} cells over 10,000,000 rows: unsealing, evidence and margins, differences, every check of the gate; contributors: {name}", "s", false, new Series(seconds), null, null,
                new Target(Judged.Ours, WantedSeconds, AtLeast: false)));
            lines.Add(new BenchLine(
                Name, $"table-{name}-memory", "peak memory of its largest process", "MiB", false, new Series(mebibytes), null, null, new Target(Judged.Ours, WantedMebibytes, AtLeast: false)));
        }

        var overlaps = new List<double>();
        for (var run = 0; run <= runs; run++)
        {
            var seconds = await OverlapAsync(prepared, source, cancellation).ConfigureAwait(false);
            if (run > 0)
            {
                overlaps.Add(seconds);
            }
        }

        lines.Add(new BenchLine(
            Name, "overlap", "group names and figures of an output of 1,000,000 rows against every raw value of 10,000,000 rows, in the jail", "s", false, new Series(overlaps), null, null, new Target(Judged.Ours, WantedOverlapSeconds, AtLeast: false)));
        return lines;
    }

    // Four texts without a pattern between them, a measure, and subjects with four rows each.
    private static async Task<EvidenceSource> SealAsync(Preparation prepared, DataKey key, CancellationToken cancellation)
    {
        var path = prepared.Place.NewFile("volume.parquet");
        using (var engine = Workplace.RivalEngine())
        {
            var dimensions = string.Concat(Sizes.Select((size, at) => FormattableString.Invariant($"'{(char)('a' + at)}' || (hash(i + {at}) % {size}) AS d{at}, ")));
            engine.Execute(FormattableString.Invariant($"COPY (SELECT {dimensions}(hash(i + 7) % 100000)::DOUBLE / 7 AS v, 'p' || lpad(((i * 7919) % {Subjects})::VARCHAR, 8, '0') AS s FROM range({Rows}) t(i)) TO {DuckDbConnection.Literal(path)} (FORMAT parquet)"));
        }

        var store = prepared.Place.Store(Suite.Nist);
        EvidenceSource source;
        using (var file = File.OpenRead(path))
        using (var staged = await store.StageAsync("segment", key, file, cancellation).ConfigureAwait(false))
        {
            source = new EvidenceSource([new ZoneSegment(staged.Commit(), null)], key);
        }

        File.Delete(path);
        if (await new SubjectNumbering(prepared.Place.Jailer, store).BuildAsync(source, "s", cancellation).ConfigureAwait(false) is not NumberingResult.Made { Numbers: var numbers })
        {
            throw new BenchBrokenException("The numbering", "refused");
        }

        using (numbers)
        {
            return source with { Subjects = numbers.Commit() };
        }
    }

    private static async Task TableAsync(Preparation prepared, EvidenceSource source, string? subject, CancellationToken cancellation)
    {
        string[] names = [.. Sizes.Select((_, at) => string.Create(CultureInfo.InvariantCulture, $"d{at}"))];
        EvidenceDimension[] dimensions = [.. names.Select(name => new EvidenceDimension(name))];
        var store = prepared.Place.Store(Suite.Nist);
        var given = subject is null ? source with { Subjects = null } : source;
        if (await new EvidenceService(prepared.Place.Jailer, store).CellsAsync(
            new TableRequest { Dimensions = dimensions, Measure = "v", Aggregation = Aggregation.Sum, SubjectColumn = subject }, given, cancellation).ConfigureAwait(false) is not EvidenceResult.Cells cells)
        {
            throw new BenchBrokenException("The evidence", "refused");
        }

        var atoms = await new AtomService(prepared.Place.Jailer, store).SearchAsync(
            new AtomSearch { Source = given, SubjectColumn = subject, Minimum = 10, Earlier = [], Wanted = [new PublishedTable { Label = "volume/t", Dimensions = dimensions, CountsRows = false, SumsOf = ["v"], Segments = 1 }] }, cancellation).ConfigureAwait(false);
        var now = DateTimeOffset.UnixEpoch.AddDays(1);
        var report = ExportChecker.Check(new ExportCase
        {
            ExportId = "volume", Purpose = "measure", Recipient = new Recipient("x", "Institute", "CN"), Now = now, Rules = new DisclosureRules(),
            Scope = new GrantedScope("volume", true, "measure", names.Append("v").Select(name => "t." + name).ToHashSet(), now.AddDays(-1), now.AddDays(1)),
            Tables =
            [
                new RequestedTable
                {
                    Name = "t", Evidence = [new MeasureEvidence("total", cells.Values)],
                    Columns = [.. names.Select(name => new DimensionColumn(name, ValueKind.Text, "t." + name)), new MeasureColumn("total", ValueKind.Real, "t.v", MeasureKind.Sum, 6)],
                    Sources = names.Append("v").ToDictionary(name => "t." + name, _ => new SourceColumn(false, false)),
                    Differencing = atoms is AtomResult.Found { Tables: [{ Outcome: Policy.Disclosure.Differencing.SpanOutcome.Safe }] } ? DifferencingSearch.Safe : DifferencingSearch.Undecided,
                },
            ],
        });
        if (report.Verdict == Verdict.Fail)
        {
            throw new BenchBrokenException("The table", report.Findings.First(finding => finding.Verdict == Verdict.Fail).Words.Rule);
        }
    }

    private static async Task<double> OverlapAsync(Preparation prepared, EvidenceSource source, CancellationToken cancellation)
    {
        string[] groups = [.. Enumerable.Range(0, Output).Select(at => string.Create(CultureInfo.InvariantCulture, $"street {at * 7919L % 9_999_991}"))];
        string[] figures = [.. Enumerable.Range(0, Output).Select(at => (at * 104729L % 9_999_991 / 8.0).ToString("R", CultureInfo.InvariantCulture))];
        var start = Stopwatch.GetTimestamp();
        return await new OverlapService(prepared.Place.Jailer, prepared.Place.Store(Suite.Nist)).SearchAsync(groups, figures, 10, source, cancellation).ConfigureAwait(false) is OverlapResult.Found { Texts.Count: 0 }
            ? Stopwatch.GetElapsedTime(start).TotalSeconds
            : throw new BenchBrokenException("The comparison", "refused or found");
    }
}
