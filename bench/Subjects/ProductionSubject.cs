using System.Diagnostics;
using Sandbox.Bench.Measuring;
using Sandbox.Policy.Disclosure;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Atoms;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Subjects;
using Sandbox.Vault.Zones;

namespace Sandbox.Bench.Subjects;

/// <summary>
/// What a production answer costs over 10,000,000 rows: the figures with everything that the disclosure rules ask of them, where each subject has one row and where it has four, and the split of all
/// subjects by one more table. The numbers of the subjects are made once an epoch, before; what that takes is a line of its own.
/// </summary>
internal sealed class ProductionSubject : ISubject
{
    private const int Rows = 10_000_000;
    private const double WantedOfChecks = 1.0 / 12;
    private const double WantedMilliseconds = 20;

    public string Name => "production";

    public string Words => "checks of a production answer over 10 M rows, against the bare aggregate; the atom split of 10 M subjects";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        using var key = DataKey.ThrowAway(Suite.Nist, "production");
        var path = prepared.Place.NewFile("production.parquet");
        var lines = new List<BenchLine>();
        try
        {
            var source = await SealAsync(prepared, key, path, Rows, cancellation).ConfigureAwait(false);
            lines.Add(await NumbersAsync(prepared, source, path, runs, cancellation).ConfigureAwait(false));
            source = await NumberedAsync(prepared, source, cancellation).ConfigureAwait(false);
            lines.Add(await ChecksAsync(prepared, source, path, "production-checks", "each subject with one", runs, cancellation).ConfigureAwait(false));
            lines.Add(await SplitAsync(prepared, source, path, runs, cancellation).ConfigureAwait(false));
            File.Delete(path);
            source = await NumberedAsync(prepared, await SealAsync(prepared, key, path, Rows / 4, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            lines.Add(await ChecksAsync(prepared, source, path, "production-checks-several", "each subject with four", runs, cancellation).ConfigureAwait(false));
            return lines;
        }
        finally
        {
            File.Delete(path);
        }
    }

    // 128 groups; the measure has no pattern with the groups, the subjects none with the order of the rows.
    private static async Task<EvidenceSource> SealAsync(Preparation prepared, DataKey key, string path, int subjects, CancellationToken cancellation)
    {
        using (var engine = Workplace.RivalEngine())
        {
            var sql = FormattableString.Invariant($"SELECT 'p' || lpad(((i * 7919) % {subjects})::VARCHAR, 8, '0') AS subject, (i % 128)::SMALLINT AS district, (i % 2)::TINYINT AS sex, ((i * 104729) % 9973)::INTEGER AS income FROM range({Rows}) t(i)");
            engine.Execute($"COPY ({sql}) TO {DuckDbConnection.Literal(path)} (FORMAT parquet)");
        }

        using var file = File.OpenRead(path);
        using var staged = await prepared.Place.Store(Suite.Nist).StageAsync("segment", key, file, cancellation).ConfigureAwait(false);
        return new EvidenceSource([new ZoneSegment(staged.Commit(), null)], key);
    }

    private static async Task<EvidenceSource> NumberedAsync(Preparation prepared, EvidenceSource source, CancellationToken cancellation)
    {
        if (await new SubjectNumbering(prepared.Place.Jailer, prepared.Place.Store(Suite.Nist)).BuildAsync(source, "subject", cancellation).ConfigureAwait(false) is not NumberingResult.Made { Numbers: var staged })
        {
            throw new BenchBrokenException("The numbering", "refused");
        }

        using (staged)
        {
            return source with { Subjects = staged.Commit() };
        }
    }

    private async Task<BenchLine> NumbersAsync(Preparation prepared, EvidenceSource source, string path, int runs, CancellationToken cancellation)
    {
        async Task<double> OursAsync(CancellationToken token)
        {
            var start = Stopwatch.GetTimestamp();
            var made = await NumberedAsync(prepared, source, token).ConfigureAwait(false);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            prepared.Place.Store(Suite.Nist).Delete(made.Subjects!);
            return seconds;
        }

        double Bare()
        {
            var start = Stopwatch.GetTimestamp();
            using var engine = Workplace.RivalEngine();
            QuerySubject.RivalOnce(engine, $"SELECT count(DISTINCT subject) FROM read_parquet({DuckDbConnection.Literal(path)})");
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        var (ours, theirs) = await Contest.RunAsync(runs, OursAsync, _ => Task.FromResult(Bare()), cancellation).ConfigureAwait(false);
        return new BenchLine(
            Name, "subject-numbers", "once an epoch: unsealing, jail, 10 M subjects numbered and sealed", "s", false, ours, "DuckDB in process, plain: how many distinct subjects there are, 2 threads", theirs, null);
    }

    private async Task<BenchLine> ChecksAsync(Preparation prepared, EvidenceSource source, string path, string name, string subjects, int runs, CancellationToken cancellation)
    {
        var service = new EvidenceService(prepared.Place.Jailer, prepared.Place.Store(Suite.Nist));
        var request = new TableRequest { Dimensions = [new EvidenceDimension("district")], Measure = "income", Aggregation = Aggregation.Sum, SubjectColumn = "subject" };
        async Task<double> OursAsync(CancellationToken token)
        {
            var start = Stopwatch.GetTimestamp();
            var result = await service.CellsAsync(request, source, token).ConfigureAwait(false);
            return result is EvidenceResult.Cells { Values.Count: 129 } ? Stopwatch.GetElapsedTime(start).TotalSeconds : throw new BenchBrokenException("The evidence", result is EvidenceResult.Refused refused ? refused.Reason.Rule : "other cells");
        }

        double Bare()
        {
            var start = Stopwatch.GetTimestamp();
            using var engine = Workplace.RivalEngine();
            QuerySubject.RivalOnce(engine, $"SELECT district, count(*), sum(income) FROM read_parquet({DuckDbConnection.Literal(path)}) GROUP BY district");
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        var (ours, theirs) = await Contest.RunAsync(runs, OursAsync, _ => Task.FromResult(Bare()), cancellation).ConfigureAwait(false);
        return new BenchLine(
            Name, name, $"unsealing, jail, cells and margins with distinct subjects and largest contributions, 10 M rows, {subjects}, numbered before", "s", false, ours,
            "DuckDB in process, plain, count and sum of the same groups, 2 threads", theirs, new Target(Judged.Ratio, WantedOfChecks, AtLeast: true));
    }

    // The whole call unseals, scans and judges; what one more table adds to it is the split.
    private async Task<BenchLine> SplitAsync(Preparation prepared, EvidenceSource source, string path, int runs, CancellationToken cancellation)
    {
        var service = new AtomService(prepared.Place.Jailer, prepared.Place.Store(Suite.Nist));
        PublishedTable Table(string label, params RowFilter[] filters) => new() { Label = label, Dimensions = [], Filters = filters, CountsRows = true, Segments = 1 };
        PublishedTable[] one = [Table("all")];
        PublishedTable[] two = [.. one, Table("men", new RowFilter.OneOf("sex", ["1"]))];
        async Task<double> SearchAsync(PublishedTable[] wanted, CancellationToken token)
        {
            var start = Stopwatch.GetTimestamp();
            var answer = await service.SearchAsync(new AtomSearch { Source = source, SubjectColumn = "subject", Minimum = 10, Earlier = [], Wanted = wanted }, token).ConfigureAwait(false);
            return answer is AtomResult.Found ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : throw new BenchBrokenException("The atoms", "refused");
        }

        async Task<double> OursAsync(CancellationToken token) => -await SearchAsync(one, token).ConfigureAwait(false) + await SearchAsync(two, token).ConfigureAwait(false);
        double Bare()
        {
            using var engine = Workplace.RivalEngine();
            var read = $"read_parquet({DuckDbConnection.Literal(path)})";
            var start = Stopwatch.GetTimestamp();
            QuerySubject.RivalOnce(engine, $"SELECT count(*) FROM {read}");
            var without = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            start = Stopwatch.GetTimestamp();
            QuerySubject.RivalOnce(engine, $"SELECT sex = 1, count(*) FROM {read} GROUP BY ALL");
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds - without;
        }

        var (ours, theirs) = await Contest.RunAsync(runs, OursAsync, _ => Task.FromResult(Bare()), cancellation).ConfigureAwait(false);
        return new BenchLine(
            Name, "atom-split", "what one more table adds to the atom search over 10 M subjects", "ms", false, ours,
            "DuckDB in process, plain: what one condition adds to a count", theirs, new Target(Judged.Ours, WantedMilliseconds, AtLeast: false));
    }
}
