using System.Diagnostics;
using Sandbox.Bench.Measuring;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Workers;

namespace Sandbox.Bench.Subjects;

/// <summary>Loading the flights: reading, classifying, writing compressed Parquet, sealing, fsync, in a jail that was built ahead as a host does it, and once more with the start of the jail. The rival compresses as the loader does.</summary>
internal sealed class LoadSubject : ISubject
{
    private const double Wanted = 0.7;
    private const string Rival = $"DuckDB in process: read that Parquet, write Parquet ({SegmentWriting.Codec}), 2 threads, no seal";

    public string Name => "load";

    public string Words => "flights-3m.parquet into sealed segments, against DuckDB rewriting the file";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation) =>
    [
        await LineAsync(prepared, Suite.Nist, ahead: true, new Target(Judged.Ratio, Wanted, AtLeast: true), runs, cancellation).ConfigureAwait(false),
        await LineAsync(prepared, Suite.Sm, ahead: true, null, runs, cancellation).ConfigureAwait(false),
        await LineAsync(prepared, Suite.Nist, ahead: false, null, runs, cancellation).ConfigureAwait(false),
    ];

    private async Task<BenchLine> LineAsync(Preparation prepared, Suite suite, bool ahead, Target? target, int runs, CancellationToken cancellation)
    {
        var cipher = suite.KeyLength == 16 ? "SM4-GCM" : "AES-256-GCM";
        var pool = ahead ? new WorkerPool(prepared.Place.Jailer) : null;
        try
        {
            var (ours, rival) = await Contest.RunAsync(
                runs, token => OursAsync(prepared, suite, pool, token), _ => Task.FromResult(RivalOnce(prepared.Place)), cancellation).ConfigureAwait(false);
            var where = ahead ? "in a jail built ahead" : "with the jail's start";
            return new BenchLine(
                Name, $"load-{suite.Name}{(ahead ? "" : "-cold")}", $"load 3,000,000 flights {where}: Parquet ({SegmentWriting.Codec}), sealed with {cipher}", "s", false, ours, Rival, rival, target);
        }
        finally
        {
            if (pool is not null)
            {
                await pool.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<double> OursAsync(Preparation prepared, Suite suite, WorkerPool? pool, CancellationToken cancellation)
    {
        using var key = DataKey.ThrowAway(suite, "bench");
        if (pool is not null)
        {
            pool.PrepareLoad(Workplace.EngineBytes);
            await pool.ReadyAsync().ConfigureAwait(false);
        }

        var start = Stopwatch.GetTimestamp();
        using var loaded = await prepared.LoadAsync(suite, key, cancellation, pool).ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (var segment in loaded.Segments)
        {
            prepared.Place.Store(suite).Delete(segment.ObjectRef);
        }

        return seconds;
    }

    private static double RivalOnce(Workplace place)
    {
        var target = place.NewFile("rival.parquet");
        var start = Stopwatch.GetTimestamp();
        using (var connection = Workplace.RivalEngine())
        {
            connection.Execute($"COPY (SELECT * FROM read_parquet({DuckDbConnection.Literal(place.Flights)})) TO {DuckDbConnection.Literal(target)} (FORMAT parquet, COMPRESSION {SegmentWriting.Codec})");
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        File.Delete(target);
        return seconds;
    }
}
