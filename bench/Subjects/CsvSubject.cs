using System.Diagnostics;
using Sandbox.Bench.Measuring;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Workers;

namespace Sandbox.Bench.Subjects;

/// <summary>Loading the flights as CSV: every value read as text, typed without loss, classified, written as Parquet, sealed. The rival sniffs types from a sample, writes Parquet and seals nothing.</summary>
internal sealed class CsvSubject : ISubject
{
    private const double Wanted = 0.6;
    private const string Rival = $"DuckDB in process: COPY of its own read_csv to Parquet ({SegmentWriting.Codec}), 2 threads, no seal";

    public string Name => "csv";

    public string Words => "the flights as CSV into sealed segments, against DuckDB's own copy from CSV to Parquet";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        var file = prepared.Place.NewFile("flights.csv");
        using (var connection = Workplace.RivalEngine())
        {
            connection.Execute($"COPY (SELECT * FROM read_parquet({DuckDbConnection.Literal(prepared.Place.Flights)})) TO {DuckDbConnection.Literal(file)} (FORMAT csv, HEADER)");
        }

        try
        {
            return
            [
                await LineAsync(prepared, file, Suite.Nist, new Target(Judged.Ratio, Wanted, AtLeast: true), runs, cancellation).ConfigureAwait(false),
                await LineAsync(prepared, file, Suite.Sm, null, runs, cancellation).ConfigureAwait(false),
            ];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task<BenchLine> LineAsync(Preparation prepared, string file, Suite suite, Target? target, int runs, CancellationToken cancellation)
    {
        var pool = new WorkerPool(prepared.Place.Jailer);
        await using (pool.ConfigureAwait(false))
        {
            var (ours, rival) = await Contest.RunAsync(
                runs, token => OursAsync(prepared, file, suite, pool, token), _ => Task.FromResult(RivalOnce(prepared.Place, file)), cancellation).ConfigureAwait(false);
            return new BenchLine(
                Name, $"csv-{suite.Name}", $"load 3,000,000 flights from CSV in a jail built ahead: Parquet ({SegmentWriting.Codec}), sealed", "s", false, ours, Rival, rival, target);
        }
    }

    private static async Task<double> OursAsync(Preparation prepared, string file, Suite suite, WorkerPool pool, CancellationToken cancellation)
    {
        using var key = DataKey.ThrowAway(suite, "bench");
        pool.PrepareLoad(Workplace.EngineBytes);
        await pool.ReadyAsync().ConfigureAwait(false);
        var start = Stopwatch.GetTimestamp();
        using var loaded = await prepared.LoadAsync(suite, key, cancellation, pool, file).ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (var segment in loaded.Segments)
        {
            prepared.Place.Store(suite).Delete(segment.ObjectRef);
        }

        return seconds;
    }

    private static double RivalOnce(Workplace place, string file)
    {
        var target = place.NewFile("rival.parquet");
        var start = Stopwatch.GetTimestamp();
        using (var connection = Workplace.RivalEngine())
        {
            connection.Execute($"COPY (SELECT * FROM read_csv({DuckDbConnection.Literal(file)})) TO {DuckDbConnection.Literal(target)} (FORMAT parquet, COMPRESSION {SegmentWriting.Codec})");
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        File.Delete(target);
        return seconds;
    }
}
