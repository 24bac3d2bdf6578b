using System.Text.Json;
using Sandbox.Enclave.Models;
using Sandbox.Jail;

namespace Sandbox.Enclave.Runs;

/// <summary>Runs one module in one jail: module and settings as sealed memory, input and output as pipes, one process that ends with the run.</summary>
/// <param name="jailer">Starts the jail, where none waits.</param>
/// <param name="pool">Jails that may wait, or null.</param>
public sealed class ModuleRunner(Jailer jailer, ModulePool? pool = null)
{
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
        var jail = await ModulePool.TakeAsync(pool, jailer, job.Jail, cancellation).ConfigureAwait(false);
        var accounted = false;
        RunOutcome outcome;
        try
        {
            outcome = await RunAsync(jail, job, Prepare(job), feedInput, takeOutput, cancellation).ConfigureAwait(false);
            accounted = true;
        }
        finally
        {
            // The outcome needn't wait until the kernel has taken the dead jail apart; without a pool nobody else would.
            if (accounted && pool is not null)
            {
                await pool.BuryAsync(jail).ConfigureAwait(false);
            }
            else
            {
                await jail.DisposeAsync().ConfigureAwait(false);
            }
        }

        cancellation.ThrowIfCancellationRequested();
        return outcome;
    }

    /// <summary>The job's module as its jail gets it.</summary>
    internal static PreparedModule Prepare(ModuleJob job) => PreparedModule.Of(job.Module.Span, new((uint)job.MemoryMib * 16, job.Fuel));

    /// <summary>
    /// The same with a module that was prepared before, for this job's limits, and nothing is left of the jail afterwards; a run that was cancelled once its jail was there has an outcome,
    /// too, for what it used.
    /// </summary>
    internal async Task<RunOutcome> RunToEndAsync(
        ModuleJob job,
        PreparedModule prepared,
        Func<Stream, CancellationToken, Task> feedInput,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> takeOutput,
        CancellationToken cancellation)
    {
        var jail = await ModulePool.TakeAsync(pool, jailer, job.Jail, cancellation).ConfigureAwait(false);
        await using var _ = jail.ConfigureAwait(false);
        return await RunAsync(jail, job, prepared, feedInput, takeOutput, cancellation).ConfigureAwait(false);
    }

    private static async Task<RunOutcome> RunAsync(
        WaitingJail jail,
        ModuleJob job,
        PreparedModule prepared,
        Func<Stream, CancellationToken, Task> feedInput,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> takeOutput,
        CancellationToken cancellation)
    {
        jail.Give(prepared.Bytes, SettingsOf(job, prepared), job.Trained, cancellation);
        return await FollowAsync(jail.Process, job, feedInput, takeOutput, cancellation).ConfigureAwait(false);
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
        if (sourceFailed is not null && !cancellation.IsCancellationRequested)
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
            BytesIn = Math.Max(0, exit.BytesIn - 1), // without the byte that began it
            BytesOut = exit.BytesOut,
            Output = null,
            HeldStderr = exit.HeldStderr,
            JailLevel = exit.Level,
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
            await pipe.WriteAsync(new byte[1], cancellation).ConfigureAwait(false);
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
}
