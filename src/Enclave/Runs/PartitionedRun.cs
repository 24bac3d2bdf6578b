using System.Diagnostics;
using Sandbox.Enclave.Models;
using Sandbox.Jail;

namespace Sandbox.Enclave.Runs;

/// <summary>
/// One run in several jails: each takes a partition of the rows, some at a time, and a last step puts their outputs together in the order of the partitions. What comes out depends on the rows,
/// the module and its settings alone: the first partition, in their order, that ends badly gives the run its reason, and its fuel is the sum of those up to it, however many ran at once.
/// </summary>
/// <param name="runner">Runs one jail.</param>
/// <param name="pool">Where the jail of the next step may come up meanwhile, or null.</param>
/// <param name="partitioner">Cuts and joins.</param>
/// <param name="plan">The manifest's word on partitions.</param>
/// <param name="job">The job of each step but for its word and seed; the limits hold for each.</param>
/// <param name="atOnce">Jails at once, at least 1.</param>
internal sealed class PartitionedRun(ModuleRunner runner, ModulePool? pool, IPartitioner partitioner, ModelPartitions plan, ModuleJob job, int atOnce) : IDisposable
{
    /// <summary>The third word of the argument list, after the parameters.</summary>
    public const string PartitionWord = "partition", ReduceWord = "reduce";

    private const long MostWaitingInput = 512L << 20;
    private const int HeldStderr = 64 * 1024;

    private readonly PreparedModule _prepared = ModuleRunner.Prepare(job);
    private readonly WaitingRoom _room = new(MostWaitingInput);
    private readonly SemaphoreSlim _places = new(atOnce);
    private readonly Lock _gate = new();
    private readonly List<Part> _parts = [];
    private PartitionInput? _filling;
    private int _first = int.MaxValue;
    private int _counted;
    private long _held;

    /// <summary>Bytes that the outputs of all partitions together may have: what the manifest allows for the run where their rows are the output, the most that any manifest may allow where a step follows.</summary>
    private long MostHeld => plan.Reduce ? ManifestReader.MostOutputBytes : job.OutputBytes;

    /// <summary>Jails that a machine has room for: one for each processor, and half its memory for all.</summary>
    public static int AtOnce(ModuleJob job) =>
        (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / (((long)job.MemoryMib + 128) << 20), 1, Environment.ProcessorCount);

    /// <summary>Runs it; every jail has ended when this returns or throws.</summary>
    /// <param name="feedInput">Writes the whole input.</param>
    /// <param name="cancellation">Kills all jails.</param>
    /// <exception cref="JailRefusedException">A jail could not be built; the others were ended.</exception>
    public async Task<RunOutcome> RunAsync(Func<Stream, CancellationToken, Task> feedInput, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await FeedAsync(feedInput, source, cancellation).ConfigureAwait(false);
            foreach (var part in _parts)
            {
                await part.Ended!.ConfigureAwait(false);
            }
        }
        finally
        {
            // Whatever happened, neither a jail nor a task is left behind.
            await StopAfterAsync(-1).ConfigureAwait(false);
            foreach (var part in _parts)
            {
                await part.Ended!.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                part.Stop.Dispose();
            }
        }

        cancellation.ThrowIfCancellationRequested();
        var counted = _parts.Take(_first == int.MaxValue ? _parts.Count : _first + 1).Select(part => part.Outcome!).ToArray();
        if (counted[^1].Reason != ExitReason.Completed)
        {
            return Together(counted, counted[^1], null, Stopwatch.GetElapsedTime(started));
        }

        var outputs = _parts.Select(part => (ReadOnlyMemory<byte>)part.Output.GetBuffer().AsMemory(0, (int)part.Output.Length)).ToArray();
        return plan.Reduce
            ? await ReduceAsync(counted, outputs, started, cancellation).ConfigureAwait(false)
            : Join(counted, outputs, started);
    }

    public void Dispose() => _places.Dispose();

    private async Task<RunOutcome> ReduceAsync(RunOutcome[] counted, ReadOnlyMemory<byte>[] outputs, long started, CancellationToken cancellation)
    {
        using var target = new MemoryStream();
        var last = await StepAsync(ReduceWord, job.Settings.Seed, (stream, token) => WriteAllAsync(outputs, stream, token), target, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return Together([.. counted, last], last, last.Reason == ExitReason.Completed ? target.ToArray() : null, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Outputs that can't be put together are the module's fault, the same each time.</summary>
    private RunOutcome Join(RunOutcome[] counted, ReadOnlyMemory<byte>[] outputs, long started)
    {
        var joined = partitioner.Join(outputs);
        var reason = joined is null ? ExitReason.Trapped : joined.LongLength > job.OutputBytes ? ExitReason.OutputTooLarge : ExitReason.Completed;
        var last = reason == ExitReason.Completed ? counted[^1] : counted[^1] with { Reason = reason, ModelExitCode = null, GuestExitCode = null };
        return Together(counted, last with { BytesOut = joined?.LongLength ?? 0 }, reason == ExitReason.Completed ? joined : null, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Feeds until the input ends, or until the end of the run is decided: the rest of the input changes nothing then.</summary>
    private async Task FeedAsync(Func<Stream, CancellationToken, Task> feedInput, CancellationTokenSource source, CancellationToken cancellation)
    {
        try
        {
            var cutter = partitioner.Cut(plan.Rows, token => BeginAsync(source, cancellation, token));
            await using (cutter.ConfigureAwait(false))
            {
                await feedInput(cutter, source.Token).ConfigureAwait(false);
            }

            if (_parts.Count == 0)
            {
                // A source that gave nothing, not even columns: the module sees the same.
                await BeginAsync(source, cancellation, source.Token).ConfigureAwait(false);
            }

            _filling!.Complete();
        }
        catch (Exception) when (source.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // One that began while the others were told to end.
            await StopAfterAsync(_first == int.MaxValue ? -1 : _first).ConfigureAwait(false);
        }
    }

    private async ValueTask<Stream> BeginAsync(CancellationTokenSource source, CancellationToken whole, CancellationToken cancellation)
    {
        _filling?.Complete();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(source.Token, cancellation);
        await _places.WaitAsync(either.Token).ConfigureAwait(false);

        // One slow partition does not let outputs of later ones pile up without end.
        var index = _parts.Count;
        if (index >= 2 * atOnce)
        {
            await _parts[index - (2 * atOnce)].Ended!.WaitAsync(either.Token).ConfigureAwait(false);
        }

        either.Token.ThrowIfCancellationRequested();
        var input = new PartitionInput(_room);
        var part = new Part(index, CancellationTokenSource.CreateLinkedTokenSource(whole));
        lock (_gate)
        {
            _parts.Add(part);
        }

        part.Ended = Task.Run(() => RunPartAsync(part, input, source), CancellationToken.None);
        return _filling = input;
    }

    private async Task RunPartAsync(Part part, PartitionInput input, CancellationTokenSource source)
    {
        try
        {
            part.Outcome = await StepAsync(PartitionWord, unchecked(job.Settings.Seed + 1 + (ulong)part.Index), input.FeedAsync, part.Output, part.Stop.Token).ConfigureAwait(false);
            if (Count())
            {
                await source.CancelAsync().ConfigureAwait(false);
                await StopAfterAsync(_first).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (part.Stop.IsCancellationRequested)
        {
            // Stopped before its jail was there: another partition, the source or the caller has decided, and nobody counts this one.
        }
        catch
        {
            await source.CancelAsync().ConfigureAwait(false);
            await StopAfterAsync(-1).ConfigureAwait(false);
            throw;
        }
        finally
        {
            input.Abandon();
            _places.Release();
        }
    }

    private Task<RunOutcome> StepAsync(string word, ulong seed, Func<Stream, CancellationToken, Task> feed, MemoryStream output, CancellationToken cancellation)
    {
        var step = job with { Arguments = [.. job.Arguments, word], Settings = job.Settings with { Seed = seed } };
        var running = runner.RunToEndAsync(
            step,
            _prepared,
            feed,
            (part, _) =>
            {
                output.Write(part.Span);
                return ValueTask.CompletedTask;
            },
            cancellation);

        // The jail of the next step comes up while this one works.
        if (word == PartitionWord)
        {
            pool?.Prepare(step);
        }

        return running;
    }

    private static async Task WriteAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> outputs, Stream target, CancellationToken cancellation)
    {
        foreach (var output in outputs)
        {
            await target.WriteAsync(output, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Takes stock; true when the first bad partition has become known or has become an earlier one.</summary>
    private bool Count()
    {
        lock (_gate)
        {
            var before = _first;
            for (; _counted < _parts.Count && _counted < _first && _parts[_counted].Outcome is { Reason: ExitReason.Completed } outcome; _counted++)
            {
                _held += _parts[_counted].Output.Length;
                if (_held > MostHeld)
                {
                    _parts[_counted].Outcome = outcome with { Reason = ExitReason.OutputTooLarge, ModelExitCode = null };
                    _first = _counted;
                    return true;
                }
            }

            _first = Math.Min(_first, _parts.Where(part => part.Outcome is { Reason: not (ExitReason.Completed or ExitReason.Cancelled) }).Select(part => part.Index).DefaultIfEmpty(int.MaxValue).Min());
            return _first != before;
        }
    }

    /// <summary>Ends every partition behind <paramref name="index"/>; earlier ones go on, for one of them may be the first that ends badly.</summary>
    private async Task StopAfterAsync(int index)
    {
        Part[] behind;
        lock (_gate)
        {
            behind = [.. _parts.Where(part => part.Index > index)];
        }

        foreach (var part in behind)
        {
            await part.Stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private RunOutcome Together(RunOutcome[] counted, RunOutcome last, byte[]? output, TimeSpan wall)
    {
        var partitions = counted.Length - (counted.Length > _parts.Count ? 1 : 0);
        var stderr = string.Concat(counted.Select(outcome => outcome.HeldStderr));
        return last with
        {
            FuelUsed = counted.Any(outcome => outcome.FuelUsed is null) ? null : counted.Sum(outcome => outcome.FuelUsed),
            Cpu = TimeSpan.FromTicks(_parts.Where(part => part.Outcome is not null).Sum(part => part.Outcome!.Cpu.Ticks) + counted.Skip(_parts.Count).Sum(outcome => outcome.Cpu.Ticks)),
            Wall = wall,
            PeakMemoryBytes = counted.Max(outcome => outcome.PeakMemoryBytes),
            BytesIn = counted.Take(partitions).Sum(outcome => outcome.BytesIn),
            Output = output,
            HeldStderr = stderr.Length > HeldStderr ? stderr[..HeldStderr] : stderr,
            JailLevel = counted.Min(outcome => outcome.JailLevel),
            Settings = job.Settings,
            Partitions = partitions,
        };
    }

    private sealed class Part(int index, CancellationTokenSource stop)
    {
        public int Index => index;

        public CancellationTokenSource Stop => stop;

        public MemoryStream Output { get; } = new();

        public Task? Ended { get; set; }

        public RunOutcome? Outcome { get; set; }
    }
}
