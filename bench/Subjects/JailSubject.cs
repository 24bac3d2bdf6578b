using System.Diagnostics;
using Sandbox.Bench.Measuring;
using Sandbox.Enclave.Runs;
using Sandbox.Jail;

namespace Sandbox.Bench.Subjects;

/// <summary>
/// The models' jail: a cold run, a stream through it, and three kernels in C, as WebAssembly with and without a meter and natively, the same flags for both (clang -O3, with
/// -msimd128 for WebAssembly). Kernels are compared by processor time, less that of an empty run, in the same kind of jail.
/// </summary>
internal sealed class JailSubject : ISubject
{
    private const long StreamBytes = 1L << 30;
    private const long Fuel = 1_000_000_000_000;

    private static readonly string[] Kernels = ["logistic", "groups", "product"];

    public string Name => "jail";

    public string Words => "the models' jail: cold start, 1 GiB through it, and kernels with and without fuel against native code";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        var place = prepared.Place;
        var built = new Dictionary<string, (byte[] Module, string Native)>(StringComparer.Ordinal);
        foreach (var name in Kernels.Concat(["drain", "empty"]))
        {
            built[name] = (await KernelBuild.ModuleAsync(place, name, cancellation).ConfigureAwait(false), await KernelBuild.NativeAsync(place, name, cancellation).ConfigureAwait(false));
        }

        var lines = new List<BenchLine>();
        var (cold, warm) = (new List<double>(), new List<double>());
        var stream = new List<double>();
        for (var run = 0; run <= runs; run++)
        {
            cold.Add((await RunAsync(place, built["empty"].Module, Fuel, 0, cancellation).ConfigureAwait(false)).Wall.TotalMilliseconds);
            warm.Add(await WarmAsync(place, built["empty"].Module, cancellation).ConfigureAwait(false));
            stream.Add((await RunAsync(place, built["drain"].Module, Fuel, StreamBytes, cancellation).ConfigureAwait(false)).Wall.TotalSeconds);
        }

        lines.Add(new BenchLine(Name, "jail-cold", "build a jail, run an empty module, account for it", "ms", false, new Series(cold[1..]), null, null, new Target(Judged.Ours, 100, AtLeast: false)));
        lines.Add(new BenchLine(Name, "jail-warm", "the same from a jail that waits: from the call to the job's account", "ms", false, new Series(warm[1..]), "cold", new Series(cold[1..]), new Target(Judged.Ours, 3, AtLeast: false)));
        lines.Add(new BenchLine(Name, "jail-stream", "1 GiB through standard input, metered", "s", false, new Series(stream[1..]), null, null, new Target(Judged.Ours, 0.8, AtLeast: false)));

        var (off, on, native) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run <= runs; run++)
        {
            var empty = (await RunAsync(place, built["empty"].Module, null, 0, cancellation).ConfigureAwait(false)).Cpu.TotalSeconds;
            var bare = await NativeAsync(place, built["empty"].Native, cancellation).ConfigureAwait(false);
            var (offs, ons, natives) = (new List<double>(), new List<double>(), new List<double>());
            foreach (var name in Kernels)
            {
                offs.Add((await RunAsync(place, built[name].Module, null, 0, cancellation).ConfigureAwait(false)).Cpu.TotalSeconds - empty);
                ons.Add((await RunAsync(place, built[name].Module, Fuel, 0, cancellation).ConfigureAwait(false)).Cpu.TotalSeconds - empty);
                natives.Add(await NativeAsync(place, built[name].Native, cancellation).ConfigureAwait(false) - bare);
            }

            off.Add(GeometricMean(offs));
            on.Add(GeometricMean(ons));
            native.Add(GeometricMean(natives));
        }

        var (without, with, rival) = (new Series(off[1..]), new Series(on[1..]), new Series(native[1..]));
        lines.Add(new BenchLine(Name, "jail-kernels", "geometric mean of three kernels, fuel off", "s", false, without, "the same C, clang -O3, native in the same jail", rival, new Target(Judged.Ratio, 1 / 1.6, AtLeast: true)));
        lines.Add(new BenchLine(Name, "jail-kernels-fuel", "the same with fuel", "s", false, with, "native", rival, null));
        lines.Add(new BenchLine(Name, "jail-fuel", "what the meter adds to that mean", "s", false, with, "fuel off", without, new Target(Judged.Ratio, 1 / 1.15, AtLeast: true)));
        return lines;
    }

    private static double GeometricMean(IReadOnlyList<double> values) => Math.Exp(values.Average(value => Math.Log(Math.Max(value, 1e-6))));

    /// <summary>Median of twenty dispatches in milliseconds, each to a jail of its own that had come up before.</summary>
    private static async Task<double> WarmAsync(Workplace place, byte[] module, CancellationToken cancellation)
    {
        var pool = new ModulePool(place.Jailer);
        await using var _ = pool.ConfigureAwait(false);
        var job = JobOf(module, Fuel);
        var took = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            pool.Prepare(job);
            await pool.ReadyAsync().ConfigureAwait(false);
            await Task.Delay(20, cancellation).ConfigureAwait(false);
            var started = Stopwatch.GetTimestamp();
            var outcome = await new ModuleRunner(place.Jailer, pool).RunAsync(job, (_, _) => Task.CompletedTask, (_, _) => ValueTask.CompletedTask, cancellation).ConfigureAwait(false);
            took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (outcome.Reason != ExitReason.Completed)
            {
                throw new BenchBrokenException("A warm run", outcome.Reason.ToString());
            }
        }

        took.Sort();
        return took[took.Count / 2];
    }

    private static ModuleJob JobOf(byte[] module, long? fuel) =>
        new() { Module = module, Arguments = ["kernel"], MemoryMib = 64, CpuLimit = TimeSpan.FromMinutes(2), OutputBytes = 1 << 20, Fuel = fuel };

    private static async Task<RunOutcome> RunAsync(Workplace place, byte[] module, long? fuel, long input, CancellationToken cancellation)
    {
        var outcome = await new ModuleRunner(place.Jailer).RunAsync(
            JobOf(module, fuel),
            async (target, token) =>
            {
                var piece = new byte[1 << 20];
                for (long sent = 0; sent < input; sent += piece.Length)
                {
                    await target.WriteAsync(piece, token).ConfigureAwait(false);
                }
            },
            (_, _) => ValueTask.CompletedTask,
            cancellation).ConfigureAwait(false);
        return outcome.Reason == ExitReason.Completed && outcome.BytesIn == input ? outcome : throw new BenchBrokenException("A kernel", outcome.Reason.ToString());
    }

    private static async Task<double> NativeAsync(Workplace place, string program, CancellationToken cancellation)
    {
        var process = place.Jailer.Start(new JailCommand { Policy = JailPolicies.Probe, Program = program }, cancellation);
        await using var _ = process.ConfigureAwait(false);
        await process.Output.CopyToAsync(Stream.Null, cancellation).ConfigureAwait(false);
        var exit = await process.Exit.ConfigureAwait(false);
        return exit.Reason == ExitReason.Completed ? exit.Cpu.TotalSeconds : throw new BenchBrokenException("A native kernel", exit.Reason.ToString());
    }
}
