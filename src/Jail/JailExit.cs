namespace Sandbox.Jail;

/// <summary>Why a child ended.</summary>
public enum ExitReason
{
    /// <summary>It ended by itself with an error code or a signal that no other reason explains.</summary>
    Crashed = 0,

    /// <summary>The worker declared that it will not do the work (exit code <see cref="JailExitCodes.Refused"/>).</summary>
    Refused,

    /// <summary>Exit code 0, within all limits.</summary>
    Completed,

    /// <summary>The call filter killed it, or the worker declared a trap of the model (<see cref="JailExitCodes.Trapped"/>).</summary>
    Trapped,

    /// <summary>The worker declared that the model's fuel is used up (<see cref="JailExitCodes.OutOfFuel"/>).</summary>
    OutOfFuel,

    /// <summary>It ended because it could get no more memory (its own word, or <see cref="JailExitCodes.OutOfMemory"/>).</summary>
    OutOfMemory,

    /// <summary>The processor or wall-clock limit was reached.</summary>
    TimedOut,

    /// <summary>It wrote more than its policy allows.</summary>
    OutputTooLarge,

    /// <summary>The parent ended it: cancelled, killed or disposed.</summary>
    Cancelled,
}

/// <summary>Exit codes by which a worker names its own end. They can only make a result worse: none of them means success.</summary>
public static class JailExitCodes
{
    /// <summary>The worker will not do the work.</summary>
    public const int Refused = 77;

    /// <summary>The model trapped.</summary>
    public const int Trapped = 76;

    /// <summary>The model's fuel is used up.</summary>
    public const int OutOfFuel = 75;

    /// <summary>The model's or the worker's memory is used up.</summary>
    public const int OutOfMemory = 74;
}

/// <summary>How a child ended and what it used.</summary>
public sealed record JailExit
{
    /// <summary>Bytes that are kept of a worker's last word.</summary>
    public const int MostWordBytes = 512;

    /// <summary>Why it ended.</summary>
    public required ExitReason Reason { get; init; }

    /// <summary>Exit code, or null when a signal ended it.</summary>
    public required int? Code { get; init; }

    /// <summary>The signal that ended it, or null.</summary>
    public required int? Signal { get; init; }

    /// <summary>Processor time of the whole tree, launcher included (about 5 ms); after a last word up to that word, without the death of the tree.</summary>
    public required TimeSpan Cpu { get; init; }

    /// <summary>Time from start to end.</summary>
    public required TimeSpan Wall { get; init; }

    /// <summary>Largest resident size of a process of the tree, in bytes; memory files count while they are mapped.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>Bytes that it was handed on standard input.</summary>
    public required long BytesIn { get; init; }

    /// <summary>Bytes that it wrote to standard output.</summary>
    public required long BytesOut { get; init; }

    /// <summary>Standard error, at most 64 KiB. Written by code that saw data: hold it with the output, never show or log it.</summary>
    public required string HeldStderr { get; init; }

    /// <summary>The text of the worker's last word on <see cref="JailCommand.WordNumber"/>; empty when it said none. Written inside the jail.</summary>
    public string Word { get; init; } = "";

    /// <summary>The level that was in force: 0 (development override only), 1, or 2 when the second filter was seen in the kernel.</summary>
    public required int Level { get; init; }

    /// <summary>Everything but the held text.</summary>
    public override string ToString() => $"{Reason} code {Code} signal {Signal} cpu {Cpu.TotalSeconds:0.000} s wall {Wall.TotalSeconds:0.000} s peak {PeakMemoryBytes} in {BytesIn} out {BytesOut} level {Level}";
}
