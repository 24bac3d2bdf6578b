namespace Sandbox.Jail.Launching;

/// <summary>The reason of an end from what the parent did and what the kernel reports.</summary>
internal static class ExitReasons
{
    private const int ShellSignalBase = 128, SIGSYS = 31, SIGXCPU = 24, SIGXFSZ = 25, SIGKILL = 9;

    /// <summary>ILL, TRAP, ABRT, BUS, FPE, KILL, SEGV, PIPE, TERM, XCPU, XFSZ, SYS and INT.</summary>
    private static readonly int[] Deadly = [4, 5, 6, 7, 8, SIGKILL, 11, 13, 15, SIGXCPU, SIGXFSZ, SIGSYS, 2];

    private static readonly string[] MemoryWords = ["out of memory", "OutOfMemoryException", "std::bad_alloc", "heap limit", "Allocation failed"];

    /// <summary>
    /// bubblewrap reports a signal of the engine as 128 + number: undo that for the signals that end programs. 137 stays open to doubt: it is
    /// SIGKILL or the low byte of a .NET host error.
    /// </summary>
    public static (int? Code, int? Signal) Split(int status)
    {
        var signal = status & 0x7f;
        if (signal != 0)
        {
            return (null, signal);
        }

        var code = (status >> 8) & 0xff;
        return code > ShellSignalBase && Deadly.Contains(code - ShellSignalBase) ? (null, code - ShellSignalBase) : (code, null);
    }

    /// <param name="forced">Why the parent ended it, or null if it did not.</param>
    /// <param name="code">Exit code, if any.</param>
    /// <param name="signal">Signal, if any.</param>
    /// <param name="cpuUsedUp">Whether the processor limit was reached.</param>
    /// <param name="outputTooLarge">Whether the output passed its limit.</param>
    /// <param name="stderr">The child's own last words; trusted only to make the reason more exact.</param>
    public static ExitReason Of(ExitReason? forced, int? code, int? signal, bool cpuUsedUp, bool outputTooLarge, string stderr)
    {
        if (forced is { } reason)
        {
            return reason;
        }

        if (outputTooLarge || signal == SIGXFSZ)
        {
            return ExitReason.OutputTooLarge;
        }

        return (code, signal) switch
        {
            (0, _) => ExitReason.Completed,
            (JailExitCodes.Refused, _) => ExitReason.Refused,
            (JailExitCodes.Trapped, _) => ExitReason.Trapped,
            (JailExitCodes.OutOfFuel, _) => ExitReason.OutOfFuel,
            (JailExitCodes.OutOfMemory, _) => ExitReason.OutOfMemory,
            (_, SIGSYS) => ExitReason.Trapped,
            (_, SIGXCPU) => ExitReason.TimedOut,
            (_, SIGKILL) when cpuUsedUp => ExitReason.TimedOut,
            _ when MemoryWords.Any(word => stderr.Contains(word, StringComparison.OrdinalIgnoreCase)) => ExitReason.OutOfMemory,
            _ => ExitReason.Crashed,
        };
    }
}
