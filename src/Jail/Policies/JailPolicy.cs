namespace Sandbox.Jail;

/// <summary>Which engine a jail is built for.</summary>
public enum JailEngine
{
    /// <summary>None: such a policy is refused.</summary>
    None = 0,

    /// <summary>The .NET runtime with DuckDB's library beside it.</summary>
    Dotnet,

    /// <summary>Node, that is V8, for WebAssembly and node modules.</summary>
    Node,

    /// <summary>A program of the machine's own kind in the place of Node, under Node's filters: shows what the jail holds.</summary>
    Native,
}

/// <summary>What a jailed child may use. Plain data; every limit is enforced by the operating system or by the parent, none by the child.</summary>
public sealed record JailPolicy
{
    /// <summary>The policy's name in reports, for example <c>query</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The engine inside.</summary>
    public required JailEngine Engine { get; init; }

    /// <summary>Private writable memory in bytes (RLIMIT_DATA); at least 600 MB for Node. Memory files and the tmpfs do not count here.</summary>
    public required long DataLimitBytes { get; init; }

    /// <summary>Size of the private /tmp in bytes; 0 means that there is none and nothing can be written anywhere.</summary>
    public long TmpfsBytes { get; init; }

    /// <summary>Largest file in bytes that the child may grow (RLIMIT_FSIZE): its files in /tmp and the memory files that it was given. 0 = it writes to pipes only.</summary>
    public long FileSizeLimit { get; init; }

    /// <summary>Processor time of all its threads together, in whole seconds rounded up.</summary>
    public required TimeSpan CpuLimit { get; init; }

    /// <summary>Time from start to kill.</summary>
    public required TimeSpan WallLimit { get; init; }

    /// <summary>Threads and processes inside, the jail's own first process included (RLIMIT_NPROC in the jail's user namespace); at least 16.</summary>
    public int Threads { get; init; } = 32;

    /// <summary>Open files (RLIMIT_NOFILE); .NET keeps two for each loaded library.</summary>
    public int OpenFiles { get; init; } = 64;

    /// <summary>Bytes on standard output over the child's whole life.</summary>
    public required long MaxOutputBytes { get; init; }

    /// <summary>The jail level without which the child is not started: 1 = namespaces and the first call filter, 2 = also the second filter.</summary>
    public int MinimumLevel { get; init; } = 1;

    /// <summary>Node: bind the addon by which the worker script locks itself down further before it parses foreign code. Native: the program starts under the second filter.</summary>
    public bool Stage2 { get; init; }

    /// <summary>Whether the child may make memory files of its own (they are bounded by nothing but the machine).</summary>
    public bool OwnMemoryFiles { get; init; }

    /// <summary>Whether the child sees <c>/dev/urandom</c>, from which .NET takes the numbers of its traces; no other device is ever shown.</summary>
    public bool RandomDevice { get; init; }

    /// <summary>Node only: V8's own heap in MiB.</summary>
    public int NodeHeapMegabytes { get; init; } = 64;

    /// <summary>Node only: further flags of V8, words like <c>--no-liftoff</c>; ours, never a user's.</summary>
    public IReadOnlyList<string> EngineFlags { get; init; } = [];

    /// <summary>Node only: stack of script and WebAssembly in KiB; the process may have 8 MiB.</summary>
    public int NodeStackKib { get; init; } = 984;

    /// <summary>Node only: largest WebAssembly memory in pages of 64 KiB.</summary>
    public int WasmPages { get; init; } = 8192;
}
