using System.Runtime.InteropServices;
using Sandbox.Vault.DuckDb.Native;

namespace Sandbox.Vault.DuckDb;

/// <summary>Appends whole chunks to a table. <see cref="Complete"/> must be called and may fail: a failed close drops the batch, and disposing alone says nothing about it.</summary>
internal sealed class DuckDbAppender : SafeHandle
{
    private readonly DuckDbConnection _connection;

    private DuckDbAppender(DuckDbConnection connection, nint native)
        : base(0, ownsHandle: true)
    {
        var added = false;
        connection.DangerousAddRef(ref added);
        _connection = connection;
        SetHandle(native);
    }

    public override bool IsInvalid => handle == 0;

    /// <exception cref="EngineException">There is no such table.</exception>
    internal static DuckDbAppender Create(DuckDbConnection connection, string? schema, string table)
    {
        if (DuckDbNative.AppenderCreate(connection.Native, schema, table, out var native) != 0)
        {
            var thrown = Error(native);
            _ = DuckDbNative.AppenderDestroy(ref native);
            throw thrown;
        }

        return new DuckDbAppender(connection, native);
    }

    /// <exception cref="EngineException">The chunk does not fit the table.</exception>
    internal void Append(DuckDbChunk chunk)
    {
        if (DuckDbNative.AppendDataChunk(handle, chunk.Native) != 0)
        {
            throw Error(handle);
        }
    }

    /// <summary>Writes what is left into the table.</summary>
    /// <exception cref="EngineException">The last batch was dropped.</exception>
    internal void Complete()
    {
        if (DuckDbNative.AppenderClose(handle) != 0)
        {
            throw Error(handle);
        }
    }

    protected override bool ReleaseHandle()
    {
        _ = DuckDbNative.AppenderDestroy(ref handle);
        _connection.DangerousRelease();
        return true;
    }

    private static EngineException Error(nint appender)
    {
        if (appender == 0)
        {
            return new EngineException(EngineFault.Internal);
        }

        var data = DuckDbNative.AppenderErrorData(appender);
        var thrown = EngineException.FromNative(DuckDbNative.ErrorDataType(data), DuckDbNative.ErrorDataMessage(data));
        DuckDbNative.DestroyErrorData(ref data);
        return thrown;
    }
}
