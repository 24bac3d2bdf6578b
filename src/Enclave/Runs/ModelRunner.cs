using Sandbox.Enclave.Models;
using Sandbox.Jail;
using Sandbox.Policy;

namespace Sandbox.Enclave.Runs;

/// <summary>Runs a reviewed model package within the limits and parameters of its manifest, always with a meter, and collects its output.</summary>
/// <param name="jailer">Starts the jail, where none waits.</param>
/// <param name="pool">Jails that may wait, or null.</param>
/// <param name="partitioner">Cuts and joins for a partitionable model; without one such a model is not run.</param>
/// <param name="atOnce">Jails at once for a partitionable model; as many as the machine has processors, and memory for, when null. The output does not depend on it.</param>
public sealed class ModelRunner(Jailer jailer, ModulePool? pool = null, IPartitioner? partitioner = null, int? atOnce = null)
{
    /// <summary>Fuel of a model whose manifest states none: more than any run uses within an hour of processor time.</summary>
    public const long UnstatedFuel = 1_000_000_000_000_000;

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
        var (parameters, refusals) = ModelParameters.Bind(package.Manifest, parametersJson);
        if (parameters is null)
        {
            return new RunResult.Refused(refusals);
        }

        if (package.Manifest.NeedsTrained != trainedParameters is not null)
        {
            return new RunResult.Refused([TrainedRefusal(package.Manifest.NeedsTrained)]);
        }

        var job = JobOf(package) with { Arguments = [package.Manifest.Name, parameters], Settings = settings ?? RunSettings.Default };
        job = trainedParameters is null ? job : job with { Trained = trainedParameters };
        job = policy is null ? job : job with { Policy = policy };
        var runner = new ModuleRunner(jailer, pool);
        if (package.Manifest.Partitionable is { } plan)
        {
            var parts = partitioner ?? throw new InvalidOperationException("A partitionable model needs a partitioner.");
            using var run = new PartitionedRun(runner, pool, parts, plan, job, atOnce ?? PartitionedRun.AtOnce(job));
            return new RunResult.Ended(await run.RunAsync(feedInput, cancellation).ConfigureAwait(false));
        }

        using var output = new MemoryStream();
        var outcome = await runner.RunAsync(
            job,
            feedInput,
            (part, _) =>
            {
                output.Write(part.Span);
                return ValueTask.CompletedTask;
            },
            cancellation).ConfigureAwait(false);
        return new RunResult.Ended(outcome with { Output = outcome.Reason == ExitReason.Completed ? output.ToArray() : null });
    }

    /// <summary>The job as far as the package alone states it: without the parameters of a run.</summary>
    internal static ModuleJob JobOf(ModelPackage package)
    {
        var limits = package.Manifest.Limits;
        return new ModuleJob
        {
            Module = package.Module,
            Arguments = [package.Manifest.Name],
            MemoryMib = limits.MemoryMib,
            CpuLimit = TimeSpan.FromSeconds(limits.CpuSeconds),
            OutputBytes = limits.OutputBytes,
            Fuel = limits.Fuel ?? UnstatedFuel,
            Trained = package.Scoring?.Form.ToArray(),
        };
    }

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
