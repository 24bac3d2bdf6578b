using Sandbox.Jail;

namespace Sandbox.Enclave.Runs;

/// <summary>How a model run ended and what it used. The output exists only when <see cref="Reason"/> is <see cref="ExitReason.Completed"/>.</summary>
public sealed record RunOutcome
{
    /// <summary>Why it ended; anything but Completed gives no output.</summary>
    public required ExitReason Reason { get; init; }

    /// <summary>The code with which the model itself ended; 0 when it completed, null when it was ended. 40 stands for 40 and more.</summary>
    public required int? ModelExitCode { get; init; }

    /// <summary>The guest's exit code as the worker states it, unshortened; null when it did not end by itself. For the owner of module and data only: a guest chooses it.</summary>
    public uint? GuestExitCode { get; init; }

    /// <summary>Units of fuel used, or null without a meter and where the run was killed. A trapped run's is that of its last call or turn back from one.</summary>
    public long? FuelUsed { get; init; }

    /// <summary>Units of fuel that it might use, in each of its jails, or null without a meter.</summary>
    public long? FuelLimit { get; init; }

    /// <summary>Processor time of the jail, or of all of them together.</summary>
    public required TimeSpan Cpu { get; init; }

    /// <summary>Time from start to end.</summary>
    public required TimeSpan Wall { get; init; }

    /// <summary>Partitions that count; null for a run in one jail. After a bad end those up to the first that ended badly.</summary>
    public int? Partitions { get; init; }

    /// <summary>Largest resident size seen of one jail, in bytes.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>Bytes of input that was handed to the jail, or to those of all partitions.</summary>
    public required long BytesIn { get; init; }

    /// <summary>Bytes of output.</summary>
    public required long BytesOut { get; init; }

    /// <summary>The Arrow IPC stream that the model wrote: hostile until Vault's reader has read it. Null unless completed.</summary>
    public required byte[]? Output { get; init; }

    /// <summary>What the model wrote to standard error: may carry data; held with the output, never shown or logged.</summary>
    public required string HeldStderr { get; init; }

    /// <summary>Jail level that was in force.</summary>
    public required int JailLevel { get; init; }

    /// <summary>Seed and clock of the run: with module, parameters and input they make it repeatable.</summary>
    public required RunSettings Settings { get; init; }

    /// <summary>Everything but the output and the held text.</summary>
    public override string ToString() => $"{Reason} model code {ModelExitCode} cpu {Cpu.TotalSeconds:0.000} s wall {Wall.TotalSeconds:0.000} s in {BytesIn} out {BytesOut} level {JailLevel}";
}

/// <summary>What a run sees as time and chance.</summary>
/// <param name="ClockNanoseconds">The run's real-time clock at its start, nanoseconds since 1970; each look moves it by a microsecond.</param>
/// <param name="Seed">Seed of the run's random numbers.</param>
public sealed record RunSettings(long ClockNanoseconds, ulong Seed)
{
    /// <summary>2000-01-01T00:00:00Z and seed 1: a run that states nothing is still repeatable.</summary>
    public static RunSettings Default { get; } = new(946_684_800_000_000_000, 1);
}

/// <summary>A model run that was asked for: the outcome of the jail, or the reasons why nothing was started.</summary>
public abstract record RunResult
{
    private RunResult()
    {
    }

    /// <summary>The jail was started and has ended.</summary>
    public sealed record Ended(RunOutcome Outcome) : RunResult;

    /// <summary>Nothing was started.</summary>
    public sealed record Refused(IReadOnlyList<Policy.Refusal> Refusals) : RunResult;
}
