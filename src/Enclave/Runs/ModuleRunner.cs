using System.Text.Json;
using Sandbox.Enclave.Models;
using Sandbox.Jail;

namespace Sandbox.Enclave.Runs;

/// <summary>Runs one module in one jail: module and settings as sealed memory, input and output as pipes, one process that ends with the run.</summary>
public sealed class ModuleRunner(Jailer jailer)
{
    private const int ModuleDescriptor = 3, SettingsDescriptor = 4, TrainedDescriptor = 5, WordDescriptor = 6;
    private const int OutputTooLargeCode = 73, GuestCodes = 80, MostGuestCode = 40;

    /// <summary>Runs <paramref name="job"/> on the bytes that <paramref name="feedInput"/> writes and hands its output on as it comes.</summary>
    /// <param name="job">The module and its limits.</param>
    /// <param name="feedInput">Writes the input and returns; the stream is closed for it. May see <see cref="IOException"/> when the module stops reading: let it pass.</param>
    /// <param name="takeOutput">Takes one piece of output. What it got is worth something only when the outcome's reason is Completed.</param>
    /// <param name="cancellation">Kills the jail.</param>
    /// <returns>The outcome without output.</returns>
    /// <exception cref="JailRefusedException">No jail can be built; nothing was started.</exception>
    public async Task<RunOutcome> RunAsync(
        ModuleJob job,
        Func<Stream, CancellationToken, Task> feedInput,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> takeOutput,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(feedInput);
        ArgumentNullException.ThrowIfNull(takeOutput);
        var pages = job.MemoryMib * 16;
        var prepared = PreparedModule.Of(job.Module.Span, new((uint)pages, job.Fuel));
        using var module = SealedMemory.Of("module", target => target.Write(prepared.Bytes));
        using var run = SealedMemory.Of("settings", target => target.Write(SettingsOf(job, prepared)));
        using var trained = job.Trained is not { } parameters ? null : SealedMemory.Of("trained", target => target.Write(parameters));
        List<InheritedFile> inherit = [InheritedFile.Of(module, ModuleDescriptor), InheritedFile.Of(run, SettingsDescriptor)];
        if (trained is not null)
        {
            inherit.Add(InheritedFile.Of(trained, TrainedDescriptor));
        }

        var policy = job.Policy;
        var process = jailer.Start(
            new JailCommand
            {
                Policy = policy with
                {
                    CpuLimit = Least(policy.CpuLimit, job.CpuLimit),
                    WallLimit = job.WallLimit is { } wall ? Least(policy.WallLimit, wall) : policy.WallLimit,
                    MaxOutputBytes = Math.Min(policy.MaxOutputBytes, job.OutputBytes),
                    WasmPages = Math.Min(policy.WasmPages, pages),

                    // The engine counts the guest's memory against its own heap and collects garbage at every growth once it is past half of that.
                    NodeHeapMegabytes = policy.NodeHeapMegabytes + (3 * job.MemoryMib),
                    DataLimitBytes = Math.Min(policy.DataLimitBytes, ModuleJob.EngineBytes + ((long)job.MemoryMib << 20)),
                },
                Program = WorkerScripts.Model,
                Inherit = inherit,
                WordNumber = WordDescriptor,
            },
            cancellation);
        await using var _ = process.ConfigureAwait(false);
        return await FollowAsync(process, job, feedInput, takeOutput, cancellation).ConfigureAwait(false);
    }

    private static async Task<RunOutcome> FollowAsync(
        JailedProcess process,
        ModuleJob job,
        Func<Stream, CancellationToken, Task> feedInput,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> takeOutput,
        CancellationToken cancellation)
    {
        using var stopFeeding = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var feeding = FeedAsync(process, feedInput, stopFeeding.Token);
        var within = await CollectAsync(process, takeOutput, job.OutputBytes, cancellation).ConfigureAwait(false);
        if (!within)
        {
            process.Kill();
        }

        var exit = await process.Exit.ConfigureAwait(false);

        // A module may end before it has read everything: the source is then told to stop.
        await stopFeeding.CancelAsync().ConfigureAwait(false);
        var sourceFailed = await feeding.ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if (sourceFailed is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(sourceFailed);
        }

        var (reason, code) = Explain(exit, !within);
        var word = WorkerWord.FromUntrusted(exit.Word);
        return new RunOutcome
        {
            Reason = reason,
            ModelExitCode = code,
            GuestExitCode = word.GuestCode,
            FuelLimit = job.Fuel,
            FuelUsed = job.Fuel is { } limit && word.FuelLeft is { } left && left <= limit ? limit - Math.Max(0, left) : null,
            Cpu = exit.Cpu,
            Wall = exit.Wall,
            PeakMemoryBytes = exit.PeakMemoryBytes,
            BytesIn = exit.BytesIn,
            BytesOut = exit.BytesOut,
            Output = null,
            HeldStderr = exit.HeldStderr,
            JailLevel = word.Locked && job.Policy.Stage2 ? Math.Max(exit.Level, 2) : exit.Level,
            Settings = job.Settings,
        };
    }

    private static (ExitReason Reason, int? Code) Explain(JailExit exit, bool outputTooLarge) => exit.Code switch
    {
        _ when outputTooLarge => (ExitReason.OutputTooLarge, null),
        0 when exit.Reason == ExitReason.Completed => (ExitReason.Completed, 0),
        OutputTooLargeCode => (ExitReason.OutputTooLarge, null),
        > GuestCodes and <= GuestCodes + MostGuestCode => (ExitReason.Trapped, exit.Code - GuestCodes),
        _ => (exit.Reason == ExitReason.Completed ? ExitReason.Crashed : exit.Reason, null),
    };

    /// <summary>Null, or what the source itself failed with; a pipe that the module closed is no failure.</summary>
    private static async Task<Exception?> FeedAsync(JailedProcess process, Func<Stream, CancellationToken, Task> feedInput, CancellationToken cancellation)
    {
        var pipe = new InputPipe(process.Input);
        try
        {
            await feedInput(pipe, cancellation).ConfigureAwait(false);
            await process.Input.DisposeAsync().ConfigureAwait(false);
            return null;
        }
        catch (Exception error)
        {
            if (pipe.ClosedByReader || (cancellation.IsCancellationRequested && process.Exit.IsCompleted))
            {
                return null;
            }

            // An unfinished input must not look like a finished one to the module.
            process.Kill();
            return error;
        }
    }

    /// <summary>False when there was more than <paramref name="most"/>.</summary>
    private static async Task<bool> CollectAsync(JailedProcess process, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> takeOutput, long most, CancellationToken cancellation)
    {
        var buffer = new byte[1 << 18];
        long taken = 0;
        while (true)
        {
            int read;
            try
            {
                read = await process.Output.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false);
            }
            catch (IOException)
            {
                // The jail's own cap was passed, or the child died: its exit reason says which, and nothing of the output is used.
                return true;
            }

            if (read == 0)
            {
                return true;
            }

            if ((taken += read) > most)
            {
                return false;
            }

            try
            {
                await takeOutput(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            }
            catch
            {
                process.Kill();
                throw;
            }
        }
    }

    private static byte[] SettingsOf(ModuleJob job, PreparedModule prepared) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        args = job.Arguments,
        clock = job.Settings.ClockNanoseconds.ToString(System.Globalization.CultureInfo.InvariantCulture),
        seed = new[] { (uint)(job.Settings.Seed & uint.MaxValue), (uint)(job.Settings.Seed >> 32), 0x9E3779B9u, 1u },
        outputLimit = job.OutputBytes,
        denied = prepared.DeniedGlobal,
        fuel = prepared.FuelGlobal,
        trained = job.Trained is not null,
    });

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
