namespace Sandbox.Jail;

/// <summary>Ranges of a policy's numbers: a negative or absurd one could mean "no limit" further down, so it is refused here.</summary>
internal static class PolicyCheck
{
    private const int LeastFiles = 50;
    private const long LeastData = 64L << 20, MostBytes = 1L << 50;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <exception cref="ArgumentOutOfRangeException">A limit is out of its range.</exception>
    public static void Demand(JailPolicy policy)
    {
        Range(policy.DataLimitBytes, LeastData, MostBytes, nameof(policy.DataLimitBytes));
        Range(policy.TmpfsBytes, 0, MostBytes, nameof(policy.TmpfsBytes));
        Range(policy.FileSizeLimit, 0, MostBytes, nameof(policy.FileSizeLimit));
        Range(policy.MaxOutputBytes, 0, long.MaxValue, nameof(policy.MaxOutputBytes));
        Range(policy.CpuLimit.Ticks, 1, Longest.Ticks, nameof(policy.CpuLimit));
        Range(policy.WallLimit.Ticks, 1, Longest.Ticks, nameof(policy.WallLimit));
        Range(policy.Threads, 16, 4096, nameof(policy.Threads));
        Range(policy.OpenFiles, LeastFiles, 65536, nameof(policy.OpenFiles));
        Range(policy.NodeHeapMegabytes, 16, 65536, nameof(policy.NodeHeapMegabytes));
        if (!policy.EngineFlags.All(IsEngineFlag))
        {
            throw new ArgumentOutOfRangeException(nameof(policy), "An engine flag is not one.");
        }

        Range(policy.NodeStackKib, 256, 7000, nameof(policy.NodeStackKib));
        Range(policy.WasmPages, 1, 65536, nameof(policy.WasmPages));
    }

    /// <summary>Flags of the engine widen nothing by accident: small words and numbers only, and none of the runtime's own permissions.</summary>
    private static bool IsEngineFlag(string flag) =>
        flag.StartsWith("--", StringComparison.Ordinal) && !flag.StartsWith("--allow", StringComparison.Ordinal) && flag.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '=');

    private static void Range(long value, long least, long most, string name)
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(name, $"The jail limit {name} is outside {least} to {most}.");
        }
    }
}
