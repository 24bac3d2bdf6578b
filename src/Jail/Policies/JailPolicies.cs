namespace Sandbox.Jail;

/// <summary>The named policies with defaults for a machine of 8 GB or more; callers narrow or widen one limit by <c>with</c>.</summary>
public static class JailPolicies
{
    private const long MiB = 1L << 20;
    private const long GiB = 1L << 30;

    /// <summary>Parses a provider's file into Parquet.</summary>
    public static JailPolicy Load { get; } = Dotnet("load") with { DataLimitBytes = 4 * GiB, TmpfsBytes = 4 * GiB, FileSizeLimit = 4 * GiB };

    /// <summary>Reads what a provider's interface answers over one connection that it is given; it can open none. The wall-clock limit also bounds an other side that answers drop by drop.</summary>
    public static JailPolicy Fetch { get; } = Dotnet("fetch") with { DataLimitBytes = 2 * GiB, RandomDevice = true, WallLimit = TimeSpan.FromHours(2) };

    /// <summary>Builds a masked zone from opened segments.</summary>
    public static JailPolicy Build { get; } = Dotnet("build") with { DataLimitBytes = 6 * GiB, TmpfsBytes = 4 * GiB, FileSizeLimit = 4 * GiB };

    /// <summary>Runs a user's SQL over one zone; lives as long as the session, so its times are a ceiling for a working day.</summary>
    public static JailPolicy Query { get; } = Dotnet("query") with
    {
        DataLimitBytes = 2 * GiB,
        TmpfsBytes = 256 * MiB,
        FileSizeLimit = 256 * MiB,
        CpuLimit = TimeSpan.FromHours(4),
        WallLimit = TimeSpan.FromHours(12),
    };

    /// <summary>
    /// Runs a foreign WebAssembly model. Compiled by the optimising compiler from the first call on: a model is often one long loop, and the engine
    /// can't change the code of a loop that is running. Inlining and unrolling were done by whatever compiler made the module; once more they double the time of compiling.
    /// </summary>
    public static JailPolicy Model { get; } = Node("model") with { Stage2 = true, NodeStackKib = 7000, EngineFlags = ["--no-liftoff", "--no-wasm-inlining", "--no-wasm-loop-unrolling", "--no-wasm-loop-peeling"], MaxOutputBytes = 256 * MiB };

    /// <summary>Runs a native program where a model's engine would run, to show what the jail holds.</summary>
    public static JailPolicy Probe { get; } = Node("probe") with { Engine = JailEngine.Native, MaxOutputBytes = 16 * MiB, CpuLimit = TimeSpan.FromSeconds(60), WallLimit = TimeSpan.FromSeconds(60) };

    /// <summary>Adds encrypted numbers with node-seal: trusted code, foreign ciphertexts.</summary>
    public static JailPolicy Homomorphic { get; } = Node("homomorphic") with { NodeHeapMegabytes = 256, WasmPages = 16384, DataLimitBytes = 3 * GiB };

    /// <summary>Recomputes the cells behind an export.</summary>
    public static JailPolicy Evidence { get; } = Dotnet("evidence") with { DataLimitBytes = 4 * GiB, TmpfsBytes = GiB, FileSizeLimit = GiB };

    private static JailPolicy Dotnet(string name) => new()
    {
        Name = name,
        Engine = JailEngine.Dotnet,
        DataLimitBytes = 2 * GiB,
        CpuLimit = TimeSpan.FromMinutes(30),
        WallLimit = TimeSpan.FromMinutes(30),
        Threads = 128,

        // Each file that it gets is opened once more by whoever reads it.
        OpenFiles = 1024,
        MaxOutputBytes = 64 * GiB,
    };

    private static JailPolicy Node(string name) => new()
    {
        Name = name,
        Engine = JailEngine.Node,
        DataLimitBytes = 2 * GiB,
        CpuLimit = TimeSpan.FromMinutes(10),
        WallLimit = TimeSpan.FromMinutes(10),
        MaxOutputBytes = GiB,
    };
}
