using System.Runtime.InteropServices;
using Sandbox.Vault.DuckDb.Native;

namespace Sandbox.Vault.DuckDb;

/// <summary>Registers <see cref="ScalarFunction"/>s and owns their native callbacks. The definition lives (by a GC handle) until the engine drops the function.</summary>
internal static unsafe class ScalarFunctionHost
{
    /// <exception cref="EngineException">The name is taken or a type is unknown.</exception>
    internal static void Register(DuckDbConnection connection, ScalarFunction definition)
    {
        var function = DuckDbNative.CreateScalarFunction();
        try
        {
            DuckDbNative.ScalarSetName(function, definition.Name);
            foreach (var parameter in definition.Parameters)
            {
                using var type = DuckDbType.Of(parameter);
                DuckDbNative.ScalarAddParameter(function, type.Native);
            }

            if (definition.Rest is { } rest)
            {
                using var type = DuckDbType.Of(rest);
                DuckDbNative.ScalarSetRest(function, type.Native);
            }

            using var result = DuckDbType.Of(definition.Result);
            DuckDbNative.ScalarSetReturnType(function, result.Native);
            if (definition.SeesMissing)
            {
                DuckDbNative.ScalarSetSpecialHandling(function);
            }

            if (definition.Volatile)
            {
                DuckDbNative.ScalarSetVolatile(function);
            }

            DuckDbNative.ScalarSetExtraInfo(function, GCHandle.ToIntPtr(GCHandle.Alloc(definition)), &FreeHandle);
            DuckDbNative.ScalarSetFunction(function, &Invoke);
            if (definition.ThreadState is not null)
            {
                DuckDbNative.ScalarSetInit(function, &InitThread);
            }

            if (DuckDbNative.RegisterScalarFunction(connection.Native, function) != 0)
            {
                throw new EngineException(EngineFault.Binding);
            }
        }
        finally
        {
            DuckDbNative.DestroyScalarFunction(ref function);
        }
    }

    // No exception may cross into the engine: it would end the process.
    [UnmanagedCallersOnly]
    private static void Invoke(nint info, nint input, nint output)
    {
        try
        {
            var definition = (ScalarFunction)GCHandle.FromIntPtr(DuckDbNative.ScalarExtraInfo(info)).Target!;
            var state = definition.ThreadState is null ? 0 : DuckDbNative.ScalarState(info);
            using var chunk = DuckDbChunk.Borrow(input);
            definition.Body(chunk, new DuckDbVector(output, chunk.Rows), state == 0 ? null : GCHandle.FromIntPtr(state).Target);
        }
        catch (Exception)
        {
            fixed (byte* text = "function failed\0"u8)
            {
                DuckDbNative.ScalarSetError(info, text);
            }
        }
    }

    [UnmanagedCallersOnly]
    private static void InitThread(nint info)
    {
        try
        {
            var definition = (ScalarFunction)GCHandle.FromIntPtr(DuckDbNative.ScalarInitExtraInfo(info)).Target!;
            DuckDbNative.ScalarInitSetState(info, GCHandle.ToIntPtr(GCHandle.Alloc(definition.ThreadState!())), &FreeHandle);
        }
        catch (Exception)
        {
            fixed (byte* text = "function failed\0"u8)
            {
                DuckDbNative.ScalarInitSetError(info, text);
            }
        }
    }

    [UnmanagedCallersOnly]
    private static void FreeHandle(nint handle)
    {
        try
        {
            var freed = GCHandle.FromIntPtr(handle);
            (freed.Target as IDisposable)?.Dispose();
            freed.Free();
        }
        catch (Exception)
        {
            // Nothing can be told from here, and nothing may cross into the engine.
        }
    }
}
