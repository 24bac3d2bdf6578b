using System.Diagnostics;
using Sandbox.Bench.Measuring;
using Sandbox.Jail;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Scanning;
using Sandbox.Vault.Workers;

namespace Sandbox.Bench.Subjects;

/// <summary>The scan that feeds a model: sealed objects opened, read in a jailed child, handed on as Arrow. The stream's rate has the target; unsealing and the child's end, which are not part of the stream, stand in the line of the whole call.</summary>
internal sealed class ScanSubject : ISubject
{
    private const double Wanted = 0.5;

    public string Name => "scan";

    public string Words => "all columns of the flights as Arrow through the jail, against DuckDB's own scan into chunks";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        var flights = await prepared.FlightsAsync(cancellation).ConfigureAwait(false);
        var zone = await prepared.ProductionAsync(cancellation).ConfigureAwait(false);
        using var plainSegment = prepared.Plain(flights.Segments[0].ObjectRef, prepared.DataKey);
        using var plainZone = prepared.Plain(zone, prepared.ZoneKey);
        return
        [
            .. await LinesAsync(
                prepared, "scan-zone", "a production zone", new ScanSource.ZoneTable(zone, prepared.ZoneKey, Preparation.Table),
                () => OverZone(plainZone), runs, cancellation).ConfigureAwait(false),
            .. await LinesAsync(
                prepared, "scan-segments", "loaded segments", new ScanSource.LoadedSegments(flights.Segments, prepared.DataKey),
                () => OverSegment(plainSegment), runs, cancellation).ConfigureAwait(false),
        ];
    }

    private async Task<IReadOnlyList<BenchLine>> LinesAsync(
        Preparation prepared, string name, string words, ScanSource source, Func<(DuckDbConnection, string)> rival, int runs, CancellationToken cancellation)
    {
        var pool = new WorkerPool(prepared.Place.Jailer);
        await using var closing = pool.ConfigureAwait(false);
        var service = new ScanService(prepared.Place.Jailer, prepared.Place.Store(Suite.Nist), pool);
        long bytes = 0;
        var flowing = new List<double>();
        async Task<double> OursAsync(CancellationToken token)
        {
            pool.PrepareScan();
            await pool.ReadyAsync().ConfigureAwait(false);
            using var sink = new CountingStream();
            var start = Stopwatch.GetTimestamp();
            if (await service.StreamAsync(source, [], sink, token).ConfigureAwait(false) is ScanResult.Refused refused)
            {
                throw new BenchBrokenException("The scan", refused.Refusal.Rule);
            }

            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            bytes = sink.Length;
            flowing.Add(sink.Flowing);
            return seconds;
        }

        var (ours, theirs) = await Contest.RunAsync(runs, OursAsync, _ => Task.FromResult(RivalOnce(rival)), cancellation).ConfigureAwait(false);
        double Rate(double seconds) => bytes / seconds / 1e9;
        const string Engine = "DuckDB in process, plain, into chunks, 2 threads";
        return
        [
            new BenchLine(
                Name, name, $"stream {bytes / 1e6:0} MB of Arrow from {words} through the jail, first byte to last", "GB/s", true,
                new Series([.. flowing.Skip(1)]).Map(Rate), Engine, theirs.Map(Rate), new Target(Judged.Ours, Wanted, AtLeast: true)),
            new BenchLine(
                Name, name + "-whole", "the whole call in a jail built ahead: unsealing, stream, end of the child", "s", false, ours, Engine, theirs, null),
        ];
    }

    private static (DuckDbConnection, string) OverSegment(SealedMemory plain) =>
        (Workplace.RivalEngine(), $"read_parquet({DuckDbConnection.Literal(Preparation.PathOf(plain))})");

    private static (DuckDbConnection, string) OverZone(SealedMemory plain)
    {
        var connection = Workplace.RivalEngine();
        connection.Execute($"ATTACH {DuckDbConnection.Literal(Preparation.PathOf(plain))} AS zone (READ_ONLY)");
        return (connection, $"zone.main.{Preparation.Table}");
    }

    private static double RivalOnce(Func<(DuckDbConnection Connection, string Relation)> open)
    {
        var start = Stopwatch.GetTimestamp();
        var (connection, relation) = open();
        using (connection)
        using (var result = connection.Stream($"SELECT * FROM {relation}"))
        {
            while (result.Fetch() is { } chunk)
            {
                chunk.Dispose();
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
