using System.Text;
using System.Text.Json;
using Sandbox.Enclave.Models;
using Sandbox.Jail;
using Sandbox.Policy;

namespace Sandbox.Enclave.Runs;

/// <summary>Runs one model in one jail: module and settings as sealed memory, input and output as pipes, one process that ends with the run.</summary>
public sealed class ModelRunner(Jailer jailer)
{
    private const int ModuleDescriptor = 3, SettingsDescriptor = 4, TrainedDescriptor = 5;
    private const int OutputTooLargeCode = 73, GuestCodes = 80, MostGuestCode = 40;
    private const long EngineBytes = 1280L << 20;

    /// <summary>Room for the largest memory that a manifest may declare; every run is narrowed to its own.</summary>
    private static readonly JailPolicy Widest = JailPolicies.Model with { WasmPages = 16384, DataLimitBytes = EngineBytes + (1L << 30) };

    /// <summary>Runs <paramref name="package"/> on the Arrow stream that <paramref name="feedInput"/> writes.</summary>
    /// <param name="package">The accepted package.</param>
    /// <param name="feedInput">Writes the input and returns; the stream is closed for it. May see <see cref="IOException"/> when the model stops reading: let it pass.</param>
    /// <param name="parametersJson">A JSON object of parameters, or null for the defaults.</param>
    /// <param name="trainedParameters">The trained parameters for a model that declared to need them, else null.</param>
    /// <param name="cancellation">Kills the jail.</param>
    /// <param name="settings">Clock and seed of the run.</param>
    /// <param name="policy">The jail; <see cref="JailPolicies.Model"/> with room for the largest memory when null. Processor, memory and output limits are narrowed to the package's.</param>
    /// <exception cref="JailRefusedException">No jail can be built; nothing was started.</exception>
    public async Task<RunResult> RunAsync(
        ModelPackage package,
        Func<Stream, CancellationToken, Task> feedInput,
        string? parametersJson,
        byte[]? trainedParameters,
        CancellationToken cancellation,
        RunSettings? settings = null,
        JailPolicy? policy = null)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(feedInput);
        settings ??= RunSettings.Default;
        policy ??= Widest;
        var (parameters, refusals) = ModelParameters.Bind(package.Manifest, parametersJson);
        if (parameters is null)
        {
            return new RunResult.Refused(refusals);
        }

        if (package.Manifest.NeedsTrained != trainedParameters is not null)
        {
            return new RunResult.Refused([TrainedRefusal(package.Manifest.NeedsTrained)]);
        }

        var limits = package.Manifest.Limits;
        using var module = InMemory("module", MemoryClamp.Apply(package.Module.Span, (uint)limits.MemoryMib * 16));
        using var run = InMemory("settings", SettingsOf(package, parameters, trainedParameters is not null, settings));
        using var trained = trainedParameters is null ? null : InMemory("trained", trainedParameters);
        List<InheritedFile> inherit = [InheritedFile.Of(module, ModuleDescriptor), InheritedFile.Of(run, SettingsDescriptor)];
        if (trained is not null)
        {
            inherit.Add(InheritedFile.Of(trained, TrainedDescriptor));
        }

        var process = jailer.Start(
            new JailCommand
            {
                Policy = policy with
                {
                    CpuLimit = Least(policy.CpuLimit, TimeSpan.FromSeconds(limits.CpuSeconds)),
                    MaxOutputBytes = Math.Min(policy.MaxOutputBytes, limits.OutputBytes),
                    WasmPages = Math.Min(policy.WasmPages, limits.MemoryMib * 16),
                    DataLimitBytes = Math.Min(policy.DataLimitBytes, EngineBytes + ((long)limits.MemoryMib << 20)),
                },
                Program = WorkerScripts.Model,
                Inherit = inherit,
            },
            cancellation);
        await using var _ = process.ConfigureAwait(false);
        return new RunResult.Ended(await FollowAsync(process, feedInput, limits, settings, cancellation).ConfigureAwait(false));
    }

    private static async Task<RunOutcome> FollowAsync(
        JailedProcess process, Func<Stream, CancellationToken, Task> feedInput, ModelRunLimits limits, RunSettings settings, CancellationToken cancellation)
    {
        using var stopFeeding = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var feeding = FeedAsync(process, feedInput, stopFeeding.Token);
        var output = await CollectAsync(process.Output, limits.OutputBytes).ConfigureAwait(false);
        if (output is null)
        {
            process.Kill();
        }

        var exit = await process.Exit.ConfigureAwait(false);

        // A model may end before it has read everything: the source is then told to stop.
        await stopFeeding.CancelAsync().ConfigureAwait(false);
        var sourceFailed = await feeding.ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if (sourceFailed is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(sourceFailed);
        }

        var (reason, code) = Explain(exit, output is null);
        return new RunOutcome
        {
            Reason = reason,
            ModelExitCode = code,
            Cpu = exit.Cpu,
            Wall = exit.Wall,
            PeakMemoryBytes = exit.PeakMemoryBytes,
            BytesIn = exit.BytesIn,
            BytesOut = exit.BytesOut,
            Output = reason == ExitReason.Completed ? output : null,
            HeldStderr = exit.HeldStderr,
            JailLevel = exit.Level,
            Settings = settings,
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

    /// <summary>Null, or what the source itself failed with; a pipe that the model closed is no failure.</summary>
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

            // An unfinished input must not look like a finished one to the model.
            process.Kill();
            return error;
        }
    }

    /// <summary>Null when there was more than <paramref name="most"/>.</summary>
    private static async Task<byte[]?> CollectAsync(Stream output, long most)
    {
        using var collected = new MemoryStream();
        var buffer = new byte[1 << 16];
        try
        {
            int read;
            while ((read = await output.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false)) > 0)
            {
                if (collected.Length + read > most)
                {
                    return null;
                }

                collected.Write(buffer, 0, read);
            }
        }
        catch (IOException)
        {
            // The jail's own cap was passed, or the child died: its exit reason says which, and nothing of the output is used.
        }

        return collected.ToArray();
    }

    private static byte[] SettingsOf(ModelPackage package, string parameters, bool trained, RunSettings settings) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        args = new[] { package.Manifest.Name, parameters },
        clock = settings.ClockNanoseconds.ToString(System.Globalization.CultureInfo.InvariantCulture),
        seed = new[] { (uint)(settings.Seed & uint.MaxValue), (uint)(settings.Seed >> 32), 0x9E3779B9u, 1u },
        outputLimit = package.Manifest.Limits.OutputBytes,
        memoryLimit = (long)package.Manifest.Limits.MemoryMib << 20,
        trained,
    });

    private static SealedMemory InMemory(string name, ReadOnlySpan<byte> content)
    {
        var memory = SealedMemory.Create(name);
        try
        {
            using (var stream = memory.OpenWrite())
            {
                stream.Write(content);
            }

            memory.Seal();
            return memory;
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static Refusal TrainedRefusal(bool needed) => needed
        ? new(
            "SB-RUN-1",
            "The model needs trained parameters and none were given.",
            "Train the model first and name the held parameters.",
            "该模型需要训练参数，但未提供。",
            "请先完成训练，并指定留存的训练参数。")
        : new(
            "SB-RUN-2",
            "Trained parameters were given to a model that did not declare that it takes any.",
            "Leave them out, or submit a model whose model.json says needs_trained.",
            "向未声明需要训练参数的模型提供了训练参数。",
            "请不要提供训练参数，或提交在 model.json 中声明 needs_trained 的模型。");
}
