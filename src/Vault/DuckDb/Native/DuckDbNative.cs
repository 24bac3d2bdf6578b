using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sandbox.Vault.DuckDb.Native;

/// <summary>
/// Declarations of the DuckDB C API (1.5), one chapter a file. Nothing here owns anything: ownership is in the handle types one folder up.
/// The engine is loaded only from the path in <c>SANDBOX_DUCKDB</c>, which the jail sets to the pinned library; without it every call fails.
/// </summary>
internal static partial class DuckDbNative
{
    internal const string Library = "sandbox-duckdb";
    internal const string PathVariable = "SANDBOX_DUCKDB";

    static DuckDbNative() => NativeLibrary.SetDllImportResolver(typeof(DuckDbNative).Assembly, Resolve);

    /// <summary>Makes sure that the resolver is in place before the first call of any chapter.</summary>
    internal static void EnsureLoaded() => RuntimeHelpers.RunClassConstructor(typeof(DuckDbNative).TypeHandle);

    /// <summary>Loads the library ahead of its first use. A failure is left to the first call, which tells it where it can be handled.</summary>
    internal static void Preload()
    {
        try
        {
            EnsureLoaded();
            _ = LibraryVersion();
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            // Told by the first call.
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search)
    {
        if (name != Library)
        {
            return 0;
        }

        var path = Environment.GetEnvironmentVariable(PathVariable);
        return string.IsNullOrEmpty(path)
            ? throw new DllNotFoundException($"{PathVariable} does not name the engine's library.")
            : NativeLibrary.Load(path);
    }
}
