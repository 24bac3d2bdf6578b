using Sandbox.Enclave.Models;
using Sandbox.Enclave.Runs;
using Sandbox.Host.Models;
using Sandbox.Jail;
using Sandbox.Policy;

namespace Sandbox.Host.Jails;

/// <summary>What a person wants to run without a domain.</summary>
/// <param name="Module">Path of a WebAssembly module.</param>
/// <param name="Arguments">The guest's arguments after its own name.</param>
/// <param name="Fuel">Units of fuel, or null for no meter.</param>
/// <param name="MemoryMib">Linear memory in MiB.</param>
/// <param name="Time">Time from start to kill, and processor time.</param>
/// <param name="OutputMib">Output in MiB.</param>
/// <param name="Settings">Clock and seed.</param>
public sealed record NewJailRun(string Module, IReadOnlyList<string> Arguments, long? Fuel, int MemoryMib, TimeSpan Time, int OutputMib, RunSettings Settings);

/// <summary>How a domain-less run ended: of the jail, or by refusals before one was built.</summary>
public sealed record JailRunReport(ExitReason Reason, RunOutcome? Outcome, IReadOnlyList<Refusal> Refusals);

/// <summary>
/// Runs one module in the jail of the models without a domain: no rows, no ledger, nothing held. Code, input and output are the caller's own, so everything is told.
/// </summary>
public static class JailRun
{
    private static readonly InspectionLimits Widest = new() { NeedsMemory = false };

    public static async Task<JailRunReport> RunAsync(Jailer jailer, NewJailRun wanted, Stream input, Stream output, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        var limits = Widest with { MemoryBytes = (long)wanted.MemoryMib << 20 };
        if (Read(wanted.Module, limits.ModuleBytes) is not { } module)
        {
            return new(ExitReason.Refused, null, [ModelWords.ModuleTooLarge(limits.ModuleBytes)]);
        }

        if (ModelInspector.Inspect(module, limits) is { IsAccepted: false } inspection)
        {
            return new(ExitReason.Refused, null, inspection.Refusals);
        }

        var outcome = await new ModuleRunner(jailer).RunAsync(
            new ModuleJob
            {
                Module = module,
                Arguments = [Path.GetFileName(wanted.Module), .. wanted.Arguments],
                MemoryMib = wanted.MemoryMib,
                CpuLimit = wanted.Time,
                WallLimit = wanted.Time,
                OutputBytes = (long)wanted.OutputMib << 20,
                Fuel = wanted.Fuel,
                Settings = wanted.Settings,
            },
            (target, token) => PumpAsync(input, target, token),
            (part, token) => output.WriteAsync(part, token),
            cancel).ConfigureAwait(false);
        await output.FlushAsync(cancel).ConfigureAwait(false);

        // A guest that ends by itself has come to its end, whatever code it chose; the code is told beside the reason.
        var ended = outcome is { Reason: ExitReason.Trapped, GuestExitCode: not null };
        return new(ended ? ExitReason.Completed : outcome.Reason, outcome, []);
    }

    private static async Task PumpAsync(Stream input, Stream target, CancellationToken token)
    {
        var buffer = new byte[1 << 18];
        while (true)
        {
            // A terminal or a silent pipe can't be interrupted: the wait for it can.
            var read = await Task.Run(() => input.Read(buffer), CancellationToken.None).WaitAsync(token).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }

            await target.WriteAsync(buffer.AsMemory(0, read), token).ConfigureAwait(false);
        }
    }

    /// <summary>Null when the file is larger than <paramref name="most"/>.</summary>
    private static byte[]? Read(string path, int most)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (file.Length > most)
        {
            return null;
        }

        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
