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
            lines.Add(await SearchAsync(prepared, source, path, runs, cancellation).ConfigureAwait(false));
            lines.Add(await SplitAsync(runs, cancellation).ConfigureAwait(false));
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

    // The atoms of 10 M subjects after some tables, and the bit of one more: what the child does once the engine has read the bit of every row.
    private async Task<BenchLine> SplitAsync(int runs, CancellationToken cancellation)
    {
        const int Atoms = 1000;
        using var engine = Workplace.RivalEngine();
        engine.Execute(FormattableString.Invariant($"CREATE TABLE atoms AS SELECT ((i * 7919) % {Atoms})::INTEGER AS a, (i % 2)::UTINYINT AS w FROM range({Rows}) t(i)"));
        var (atoms, bits, places) = (new int[Rows], new byte[Rows], new long[Rows]);
        for (var row = 0; row < Rows; row++)
        {
            (atoms[row], bits[row], places[row]) = ((int)(row * 7919L % Atoms), (byte)(row % 2), row);
        }

        double Ours()
        {
            var start = Stopwatch.GetTimestamp();
            var counts = new long[Atoms << 1];
            Parallel.For(0, Environment.ProcessorCount, part =>
            {
                var own = new BitCounts(counts.Length, 1);
                var (at, to) = ((int)((long)Rows * part / Environment.ProcessorCount), (int)((long)Rows * (part + 1) / Environment.ProcessorCount));
                for (; at < to; at += DuckDbDatabase.VectorSize)
                {
                    var length = Math.Min(DuckDbDatabase.VectorSize, to - at);
                    own.Add(bits.AsSpan(at, length), places.AsSpan(at, length), atoms);
                }

                lock (counts)
                {
                    own.AddTo(counts);
                }
            });
            return counts.Sum() == Rows ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : throw new BenchBrokenException("The split", "lost rows");
        }

        double Bare()
        {
            var start = Stopwatch.GetTimestamp();
            QuerySubject.RivalOnce(engine, "SELECT a, w, count(*) FROM atoms GROUP BY ALL");
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        var (ours, theirs) = await Contest.RunAsync(runs, _ => Task.FromResult(Ours()), _ => Task.FromResult(Bare()), cancellation).ConfigureAwait(false);
        return new BenchLine(
            Name, "atom-split", "1,000 atoms of 10 M subjects split by the bit of one more table, in memory", "ms", false, ours,
            "DuckDB in process, plain: the same grouping of a table in memory, 2 threads", theirs, new Target(Judged.Ours, WantedMilliseconds, AtLeast: false));
    }

    // The whole call unseals, scans and judges; what one more table adds to it is the reading of its columns and the split.
    private async Task<BenchLine> SearchAsync(Preparation prepared, EvidenceSource source, string path, int runs, CancellationToken cancellation)
    {
        var service = new AtomService(prepared.Place.Jailer, prepared.Place.Store(Suite.Nist));
        PublishedTable Table(string label, params RowFilter[] filters) => new() { Label = label, Dimensions = [], Filters = filters, CountsRows = true, Segments = 1 };
        PublishedTable[] one = [Table("all")];
        PublishedTable[] two = [.. one, Table("men", new RowFilter.OneOf("sex", ["1"]))];
        async Task<double> OnceAsync(PublishedTable[] wanted, CancellationToken token)
        {
            var start = Stopwatch.GetTimestamp();
            var answer = await service.SearchAsync(new AtomSearch { Source = source, SubjectColumn = "subject", Minimum = 10, Earlier = [], Wanted = wanted }, token).ConfigureAwait(false);
            return answer is AtomResult.Found ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : throw new BenchBrokenException("The atoms", "refused");
        }

        async Task<double> OursAsync(CancellationToken token) => -await OnceAsync(one, token).ConfigureAwait(false) + await OnceAsync(two, token).ConfigureAwait(false);
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
            Name, "atom-search", "what one more table adds to the whole atom search over 10 M subjects, its column read from the sealed rows", "ms", false, ours,
            "DuckDB in process, plain: what one condition adds to a count", theirs, null);
    }
}
