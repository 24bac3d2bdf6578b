using System.Runtime.InteropServices;
using Sandbox.Vault.DuckDb.Native;

namespace Sandbox.Vault.DuckDb;

/// <summary>An open database; owns the native handle. Always opened through the process-wide instance cache: two plain opens of one file lose data silently.</summary>
internal sealed class DuckDbDatabase : SafeHandle
{
    private static readonly Lazy<nint> Cache = new(() =>
    {
        DuckDbNative.EnsureLoaded();
        return DuckDbNative.CreateInstanceCache();
    });

    private DuckDbDatabase(nint native)
        : base(0, ownsHandle: true) => SetHandle(native);

    public override bool IsInvalid => handle == 0;

    /// <summary>Version words of the loaded engine, such as <c>v1.5.0</c>.</summary>
    internal static string EngineVersion
    {
        get
        {
            DuckDbNative.EnsureLoaded();
            return Marshal.PtrToStringUTF8(DuckDbNative.LibraryVersion()) ?? "";
        }
    }

    /// <summary>Rows in one full vector (2048 in this build).</summary>
    internal static int VectorSize { get; } = GetVectorSize();

    /// <param name="path"><c>:memory:</c> or a file path.</param>
    /// <param name="settings">Configuration applied before opening, such as <c>threads</c>.</param>
    /// <exception cref="EngineException">Not a database, not readable, or an unknown setting.</exception>
    internal static DuckDbDatabase Open(string path, params IEnumerable<(string Name, string Value)> settings)
    {
        DuckDbNative.EnsureLoaded();
        if (DuckDbNative.CreateConfig(out var config) != 0)
        {
            DuckDbNative.DestroyConfig(ref config);
            throw new EngineException(EngineFault.OutOfMemory);
        }

        try
        {
            foreach (var (name, value) in settings)
            {
                if (DuckDbNative.SetConfig(config, name, value) != 0)
                {
                    throw new EngineException(EngineFault.Permission);
                }
            }

            var state = DuckDbNative.GetOrCreateFromCache(Cache.Value, path, out var database, config, out var error);
            if (state != 0)
            {
                var thrown = EngineException.FromNative(28, error);
                DuckDbNative.Free(error);
                throw thrown;
            }

            return new DuckDbDatabase(database);
        }
        finally
        {
            DuckDbNative.DestroyConfig(ref config);
        }
    }

    /// <exception cref="EngineException">The engine could not make a connection.</exception>
    internal DuckDbConnection Connect() =>
        DuckDbNative.Connect(handle, out var connection) == 0
            ? new DuckDbConnection(this, connection)
            : throw new EngineException(EngineFault.Internal);

    protected override bool ReleaseHandle()
    {
        DuckDbNative.Close(ref handle);
        return true;
    }

    private static int GetVectorSize()
    {
        DuckDbNative.EnsureLoaded();
        return checked((int)DuckDbNative.VectorSize());
    }
}
