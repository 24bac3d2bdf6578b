using System.Globalization;

namespace Sandbox.Jail.Launching;

/// <summary>What is visible inside a jail, and the engine's command line and variables there.</summary>
internal sealed record JailLayout
{
    private const string DotnetFolder = "/dotnet", EngineNode = "/engines/node", DuckDb = "/engines/libduckdb.so", Extra = "/files";
    internal const string Addon = "/engines/stage2.node";

    /// <summary>Where a program lies inside.</summary>
    internal const string App = "/app";

    /// <summary>Pairs of (host path, inside path), each read-only.</summary>
    public required IReadOnlyList<(string Host, string Inside)> Binds { get; init; }

    /// <summary>Whether the engine needs /proc.</summary>
    public required bool Proc { get; init; }

    /// <summary>Engine, its flags, the program and its arguments.</summary>
    public required IReadOnlyList<string> CommandLine { get; init; }

    /// <summary>Variables inside.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The jailed layout, or with <paramref name="inPlace"/> the development one that runs everything where it lies.</summary>
    public static JailLayout For(JailCommand command, EnginePaths engines, string? addon, bool inPlace) => command.Policy.Engine switch
    {
        JailEngine.Dotnet => ForDotnet(command, engines, inPlace),
        JailEngine.Node => ForNode(command, engines, addon, inPlace),
        _ => throw new ArgumentException("The policy names no engine.", nameof(command)),
    };

    private static JailLayout ForDotnet(JailCommand command, EnginePaths engines, bool inPlace)
    {
        var program = Path.GetFullPath(command.Program);
        var root = EnginePaths.DotnetRoot;
        var binds = new List<(string, string)>
        {
            (Path.Combine(root, "dotnet"), DotnetFolder + "/dotnet"),
            (Path.Combine(root, "host", "fxr"), DotnetFolder + "/host/fxr"),
            (Path.Combine(root, "shared", "Microsoft.NETCore.App"), DotnetFolder + "/shared/Microsoft.NETCore.App"),
            (Path.GetDirectoryName(program)!, App),
        };
        if (File.Exists(engines.DuckDbLibrary))
        {
            binds.Add((engines.DuckDbLibrary, DuckDb));
        }

        binds.AddRange(Mounts(command, Extra));
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_gcConcurrent"] = "0",

            // The second mapping of code pages needs memory files of the child's own, which the filter refuses.
            ["DOTNET_EnableWriteXorExecute"] = "0",
            ["DOTNET_GCHeapHardLimit"] = (command.Policy.DataLimitBytes / 2).ToString("X", CultureInfo.InvariantCulture),
            ["SANDBOX_DUCKDB"] = inPlace ? engines.DuckDbLibrary : DuckDb,
            ["SANDBOX_FILES"] = Extra,
            ["TMPDIR"] = "/tmp",

            // Certificate stores of a user are looked for there; without it a jailed user, who has no entry in any list of users, is an error.
            ["HOME"] = "/",
        };
        var dotnet = inPlace ? Path.Combine(root, "dotnet") : DotnetFolder + "/dotnet";
        var inside = inPlace ? program : App + "/" + Path.GetFileName(program);
        return new JailLayout { Binds = binds, Proc = true, CommandLine = [dotnet, inside, .. command.Arguments], Environment = Merge(environment, command) };
    }

    private static JailLayout ForNode(JailCommand command, EnginePaths engines, string? addon, bool inPlace)
    {
        var program = Path.GetFullPath(command.Program);
        var inside = inPlace ? program : App + "/" + Path.GetFileName(program);
        var binds = new List<(string, string)> { (engines.Node, EngineNode), (program, App + "/" + Path.GetFileName(program)) };
        binds.AddRange(Mounts(command, App));
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        var flags = new List<string>
        {
            "--permission",
            "--allow-fs-read=" + (inPlace ? Path.GetDirectoryName(program) + "/*" : App + "/*"),
            "--disable-proto=throw",
            "--no-warnings",
            Flag("--stack-size", command.Policy.NodeStackKib),
            Flag("--max-old-space-size", command.Policy.NodeHeapMegabytes),
            Flag("--wasm-max-mem-pages", command.Policy.WasmPages),
            "--wasm-max-table-size=100000",
            "--wasm-max-module-size=33554432",
            "--wasm-max-committed-code-mb=256",

            // A background compiler of scripts may wait for the main thread to collect garbage while the main thread, at its exit, waits for
            // the compiler to end: neither would ever go on, and the run would last until its wall-clock limit.
            "--no-concurrent-sparkplug",
            "--no-concurrent-recompilation",
        };
        flags.AddRange(command.Policy.EngineFlags);
        if (addon is not null)
        {
            binds.Add((addon, Addon));
            flags.Add("--allow-addons");
            environment["SANDBOX_STAGE2"] = inPlace ? addon : Addon;
        }

        var node = inPlace ? engines.Node : EngineNode;
        return new JailLayout { Binds = binds, Proc = false, CommandLine = [node, .. flags, inside, .. command.Arguments], Environment = Merge(environment, command) };
    }

    private static IEnumerable<(string, string)> Mounts(JailCommand command, string below)
    {
        foreach (var mount in command.Mounts)
        {
            var parts = mount.InsideName.Split('/');
            if (Path.IsPathRooted(mount.InsideName) || parts.Any(part => part is "" or "." or ".."))
            {
                throw new ArgumentException("A mount's inside name is a relative path without dot segments.", nameof(command));
            }

            yield return (Path.GetFullPath(mount.HostPath), below + "/" + mount.InsideName);
        }
    }

    private static Dictionary<string, string> Merge(Dictionary<string, string> environment, JailCommand command)
    {
        foreach (var (name, value) in command.Environment)
        {
            environment[name] = value;
        }

        return environment;
    }

    private static string Flag(string name, int value) => name + "=" + value.ToString(CultureInfo.InvariantCulture);
}
