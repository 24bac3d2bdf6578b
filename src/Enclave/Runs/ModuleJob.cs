using Sandbox.Jail;

namespace Sandbox.Enclave.Runs;

/// <summary>One module and everything that its run may see and use.</summary>
public sealed record ModuleJob
{
    /// <summary>A module that <see cref="Models.ModelInspector"/> accepted.</summary>
    public required ReadOnlyMemory<byte> Module { get; init; }

    /// <summary>The guest's argument list; the first is its own name. No NUL characters.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Linear memory in MiB, 1 to 4096.</summary>
    public required int MemoryMib { get; init; }

    /// <summary>Processor time.</summary>
    public required TimeSpan CpuLimit { get; init; }

    /// <summary>Time from start to kill; the policy's own when null.</summary>
    public TimeSpan? WallLimit { get; init; }

    /// <summary>Bytes of output, at least 1.</summary>
    public required long OutputBytes { get; init; }

    /// <summary>Units of fuel, at least 1; null runs the code without a meter and without our own limit on the depth of calls.</summary>
    public required long? Fuel { get; init; }

    /// <summary>What the guest reads as descriptor 3, or null.</summary>
    public byte[]? Trained { get; init; }

    /// <summary>Clock and seed.</summary>
    public RunSettings Settings { get; init; } = RunSettings.Default;

    /// <summary>The jail; processor, memory and output are narrowed to the limits above.</summary>
    public JailPolicy Policy { get; init; } = JailPolicies.Model with { WasmPages = 65536, DataLimitBytes = EngineBytes + (4L << 30) };

    /// <summary>Private memory that the engine itself may have beside the guest's, in bytes.</summary>
    public const long EngineBytes = 1280L << 20;

    /// <summary>The policy narrowed to this job's limits.</summary>
    internal JailPolicy Jail => Policy with
    {
        CpuLimit = Least(Policy.CpuLimit, CpuLimit),
        WallLimit = WallLimit is { } wall ? Least(Policy.WallLimit, wall) : Policy.WallLimit,
        MaxOutputBytes = Math.Min(Policy.MaxOutputBytes, OutputBytes),
        WasmPages = Math.Min(Policy.WasmPages, MemoryMib * 16),

        // The engine counts the guest's memory against its own heap and collects garbage at every growth once it is past half of that.
        NodeHeapMegabytes = Policy.NodeHeapMegabytes + (3 * MemoryMib),
        DataLimitBytes = Math.Min(Policy.DataLimitBytes, EngineBytes + ((long)MemoryMib << 20)),
    };

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
