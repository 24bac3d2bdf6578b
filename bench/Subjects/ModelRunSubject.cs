using System.Diagnostics;
using System.Text;
using Sandbox.Bench.Measuring;
using Sandbox.Enclave.Models;
using Sandbox.Enclave.Runs;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Arrow;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Scanning;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Bench.Subjects;

/// <summary>
/// Whole runs of a model over 10,000,000 rows of eight doubles: from the sealed zone through the jails to the held output, and one partition against two at once where the model has work to do.
/// Both run the meter.
/// </summary>
internal sealed class ModelRunSubject : ISubject
{
    private const int Rows = 10_000_000, Width = 8;

    public string Name => "model";

    public string Words => "a model over 10 M rows of 8 doubles: zone, jails, held output; two partitions against one";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        var module = await KernelBuild.ModuleAsync(prepared.Place, "scores", cancellation).ConfigureAwait(false);
        var zone = await ZoneAsync(prepared, cancellation).ConfigureAwait(false);
        try
        {
            return
            [
                await WholeAsync(prepared, zone, module, "model-run", null, runs, cancellation).ConfigureAwait(false),
                await WholeAsync(prepared, zone, module, "model-run-partitions", Rows / 4, runs, cancellation).ConfigureAwait(false),
                await TwoAsync(prepared, module, runs, cancellation).ConfigureAwait(false),
            ];
        }
        finally
        {
            prepared.Place.Store(Suite.Nist).Delete(zone);
        }
    }

    private async Task<BenchLine> WholeAsync(Preparation prepared, ObjectRef zone, byte[] module, string name, int? partition, int runs, CancellationToken cancellation)
    {
        var package = Package(module, partition);
        var scans = new WorkerPool(prepared.Place.Jailer);
        await using var closingScans = scans.ConfigureAwait(false);
        var jails = new ModulePool(prepared.Place.Jailer);
        await using var closingJails = jails.ConfigureAwait(false);
        var store = prepared.Place.Store(Suite.Nist);
        var seconds = new List<double>();
        for (var run = 0; run <= runs; run++)
        {
            scans.PrepareScan();
            jails.Prepare(package);
            await scans.ReadyAsync().ConfigureAwait(false);
            await jails.ReadyAsync().ConfigureAwait(false);
            var start = Stopwatch.GetTimestamp();
            var source = new ScanSource.ZoneTable(zone, prepared.ZoneKey, "wide");
            var outcome = await RunAsync(
                prepared.Place,
                package,
                jails,
                null,
                0,
                async (target, token) =>
                {
                    if (await new ScanService(prepared.Place.Jailer, store, scans).StreamAsync(source, [], target, token).ConfigureAwait(false) is ScanResult.Refused refused)
                    {
                        throw new BenchBrokenException("The scan", refused.Refusal.Rule);
                    }
                },
                cancellation).ConfigureAwait(false);
            using var output = new MemoryStream(outcome.Output!);
            using var held = await store.StageAsync("held", prepared.ZoneKey, output, cancellation).ConfigureAwait(false);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        const double Bytes = 8.0 * Width * Rows;
        return new BenchLine(
            Name, name, $"zone → {(partition is null ? "jail" : $"{Rows / partition} partitions, reduce")} → held output, 10 M rows × 8 doubles, sums", "GB/s", true,
            new Series([.. seconds[1..]]).Map(taken => Bytes / taken / 1e9), null, null, partition is null ? new Target(Judged.Ours, 0.6, AtLeast: true) : null);
    }

    /// <summary>The same rows in one jail and in two at once; the rows come from this process.</summary>
    private async Task<BenchLine> TwoAsync(Preparation prepared, byte[] module, int runs, CancellationToken cancellation)
    {
        const int Few = 2_000_000;
        var stream = StreamOf(Few);
        async Task<double> OnceAsync(int partition, CancellationToken token)
        {
            var jails = new ModulePool(prepared.Place.Jailer);
            await using var closing = jails.ConfigureAwait(false);
            var package = Package(module, partition);
            jails.Prepare(package);
            await jails.ReadyAsync().ConfigureAwait(false);
            var start = Stopwatch.GetTimestamp();
            await RunAsync(prepared.Place, package, jails, 2, 64, async (target, stop) => await target.WriteAsync(stream, stop).ConfigureAwait(false), token).ConfigureAwait(false);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        var (two, one) = await Contest.RunAsync(runs, token => OnceAsync(Few / 2, token), token => OnceAsync(Few, token), cancellation).ConfigureAwait(false);
        return new BenchLine(Name, "model-partitions", "2 M rows scored 64 times, two partitions at once", "s", false, two, "the same in one partition", one, new Target(Judged.Ratio, 1.7, AtLeast: true));
    }

    private static async Task<RunOutcome> RunAsync(
        Workplace place, ModelPackage package, ModulePool jails, int? atOnce, int passes, Func<Stream, CancellationToken, Task> feed, CancellationToken cancellation) =>
        await new ModelRunner(place.Jailer, jails, new Partitions(), atOnce).RunAsync(package, feed, FormattableString.Invariant($$"""{"passes":{{passes}}}"""), null, cancellation).ConfigureAwait(false) switch
        {
            RunResult.Ended { Outcome: { Reason: ExitReason.Completed } outcome } => outcome,
            RunResult.Ended { Outcome: var outcome } => throw new BenchBrokenException("The model", outcome.ToString()),
            _ => throw new BenchBrokenException("The model", "refused"),
        };

    private static ModelPackage Package(byte[] module, int? partition)
    {
        var columns = string.Join(',', Enumerable.Range(0, Width).Select(i => $"\"a{i}\""));
        var partitionable = partition is { } rows ? FormattableString.Invariant($$""" "partitionable":{"rows":{{rows}},"reduce":true}, """) : "";
        var manifest = $$"""
            {"name":"scores","version":"1","kind":"apply","inputs":[{"table":"wide","columns":[{{columns}}]}],
             "output":{"kind":"report","columns":[{"name":"r","type":"int64"},{"name":"s","type":"float64"},{"name":"p","type":"float64"}],"dimensions":[],"measures":[]},
             "parameters":[{"name":"passes","type":"integer","minimum":0,"maximum":1000,"default":0}],{{partitionable}}"limits":{"memory_mib":64,"cpu_seconds":600,"output_bytes":65536} }
            """;
        return ModelPackage.FromUntrusted(module, Encoding.UTF8.GetBytes(manifest)) is PackageResult.Accepted accepted ? accepted.Package : throw new BenchBrokenException("The model", "refused");
    }

    private static byte[] StreamOf(int rows)
    {
        const int Batch = 50_000;
        var columns = Enumerable.Range(0, Width).Select(column => ArrowColumns.OfFloat64($"a{column}", [.. Enumerable.Range(0, Batch).Select(i => (double?)((((i * 7919) + column) % 1000) / 1000.0))])).ToArray();
        var schema = new ArrowSchema([.. columns.Select(column => column.Field)]);
        using var target = new MemoryStream();
        new ArrowTable(schema, [.. Enumerable.Repeat(new ArrowBatch(schema, Batch, columns), rows / Batch)]).WriteTo(target);
        return target.ToArray();
    }

    private static async Task<ObjectRef> ZoneAsync(Preparation prepared, CancellationToken cancellation)
    {
        var path = prepared.Place.NewFile("wide.parquet");
        using (var engine = Workplace.RivalEngine())
        {
            var list = string.Join(", ", Enumerable.Range(0, Width).Select(i => FormattableString.Invariant($"((i * {7919 + i}) % 1000003) / 1000.0 AS a{i}")));
            engine.Execute($"COPY (SELECT {list} FROM range({Rows}) t(i)) TO {DuckDbConnection.Literal(path)} (FORMAT parquet)");
        }

        using var key = DataKey.ThrowAway(Suite.Nist, "wide");
        var store = prepared.Place.Store(Suite.Nist);
        LoadResult.Loaded loaded;
        using (loaded = await prepared.LoadAsync(Suite.Nist, key, cancellation, file: path).ConfigureAwait(false))
        {
            File.Delete(path);
        }

        var request = new ZoneRequest
        {
            ZoneId = "wide",
            Kind = ZoneKind.Production,
            K = 1,
            ZoneKey = prepared.ZoneKey,
            Tables =
            [
                new ZoneTable
                {
                    Name = "wide",
                    Segments = [new ZoneSegment(loaded.Segments[0].ObjectRef, null)],
                    DataKey = key,
                    Columns = [.. loaded.Columns.Select(column => new ZoneColumn(column.Name, new MaskRule.Keep(), column.IdentifierKind, ColumnGrade.General))],
                },
            ],
        };
        var built = await new ZoneBuilder(prepared.Place.Jailer, store).BuildAsync(request, null, cancellation).ConfigureAwait(false);
        return built is ZoneResult.Built done ? done.Zone : throw new BenchBrokenException("Building a zone", built is ZoneResult.Refused refused ? refused.Reasons[0].Rule : "?");
    }

    private sealed class Partitions : IPartitioner
    {
        public Stream Cut(int rows, Func<CancellationToken, ValueTask<Stream>> next) => new PartitioningStream(rows, next);

        public byte[]? Join(IReadOnlyList<ReadOnlyMemory<byte>> outputs) => ArrowJoin.FromUntrusted(outputs, ArrowLimits.Default);
    }
}
