using System.Globalization;
using Sandbox.Jail;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.DuckDb.Native;

namespace Sandbox.Bench;

/// <summary>A temporary folder with a store for each suite, the jailer, and the engine loaded into this process for the rivals. Removed when disposed.</summary>
internal sealed class Workplace : IDisposable
{
    /// <summary>Threads of the engine, ours and the rivals'.</summary>
    public const int Threads = 2;

    /// <summary>Memory of the engine in bytes, ours and the rivals'.</summary>
    public const long EngineBytes = 1L << 30;

    private readonly Dictionary<string, ObjectStore> _stores = new(StringComparer.Ordinal);

    public Workplace()
    {
        Engines = EnginePaths.Locate();
        Environment.SetEnvironmentVariable(DuckDbNative.PathVariable, Engines.DuckDbLibrary);
        Jailer = new Jailer(Engines, new JailOptions());
        Flights = Path.Combine(Engines.NodeModules("vega-datasets"), "data", "flights-3m.parquet");
        if (!File.Exists(Engines.DuckDbLibrary) || !File.Exists(Flights))
        {
            throw new FileNotFoundException("The engines are not restored. Run ./sandbox once, or npm ci in the folder engines.");
        }

        Folder = Directory.CreateTempSubdirectory("sandbox-bench-").FullName;
    }

    public EnginePaths Engines { get; }

    public Jailer Jailer { get; }

    /// <summary>The real Parquet file of 3,000,000 flights.</summary>
    public string Flights { get; }

    public string Folder { get; }

    /// <summary>The store of a suite, in a folder of its own.</summary>
    public ObjectStore Store(Suite suite)
    {
        if (!_stores.TryGetValue(suite.Name, out var store))
        {
            store = new ObjectStore(Directory.CreateDirectory(Path.Combine(Folder, suite.Name)).FullName, suite);
            _stores.Add(suite.Name, store);
        }

        return store;
    }

    public string NewFile(string name) => Path.Combine(Folder, name);

    /// <summary>DuckDB alone in this process, with the threads and the memory that ours has in its jail.</summary>
    public static DuckDbConnection RivalEngine(long memoryBytes = EngineBytes)
    {
        using var database = DuckDbDatabase.Open(
            ":memory:",
            ("threads", Threads.ToString(CultureInfo.InvariantCulture)),
            ("memory_limit", string.Create(CultureInfo.InvariantCulture, $"{memoryBytes >> 10}KiB")),
            ("autoinstall_known_extensions", "false"),
            ("autoload_known_extensions", "false"));
        return database.Connect();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
