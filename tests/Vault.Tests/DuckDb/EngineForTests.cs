using System.Runtime.CompilerServices;
using Sandbox.Fixtures;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.DuckDb.Native;

namespace Sandbox.Vault.Tests.DuckDb;

/// <summary>The tests of the binding load the engine into the test process itself, over made-up values only.</summary>
internal static class EngineForTests
{
    [ModuleInitializer]
    internal static void SetLibrary() => Environment.SetEnvironmentVariable(
        DuckDbNative.PathVariable,
        Path.Combine(Checkout.Engines, "@duckdb", "node-bindings-linux-x64", "libduckdb.so"));

    internal static DuckDbConnection Memory()
    {
        using var database = DuckDbDatabase.Open(":memory:", ("threads", "2"));
        return database.Connect();
    }
}
