using System.Runtime.InteropServices;
using Sandbox.Vault.DuckDb.Native;

namespace Sandbox.Vault.DuckDb;

/// <summary>A result, materialised or streaming. Owns the native result and keeps the connection open; each fetched chunk is owned by the caller.</summary>
internal sealed unsafe class DuckDbResult : SafeHandle
{
    private readonly DuckDbConnection _connection;

    internal DuckDbResult(DuckDbConnection connection)
        : base(0, ownsHandle: true)
    {
        var added = false;
        connection.DangerousAddRef(ref added);
        _connection = connection;
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(NativeResult)));
    }

    public override bool IsInvalid => handle == 0;

    internal NativeResult* Native => IsClosed ? throw new ObjectDisposedException(nameof(DuckDbResult)) : (NativeResult*)handle;

    internal int ColumnCount => checked((int)DuckDbNative.ColumnCount(Native));

    internal long RowsChanged => checked((long)DuckDbNative.RowsChanged(Native));

    internal string ColumnName(int column) => Marshal.PtrToStringUTF8(DuckDbNative.ColumnName(Native, (ulong)column)) ?? "";

    /// <summary>The column's type; the caller owns it.</summary>
    internal DuckDbType ColumnType(int column) => DuckDbType.Own(DuckDbNative.ColumnLogicalType(Native, (ulong)column));

    /// <summary>The next chunk, owned by the caller; null at the end.</summary>
    /// <exception cref="EngineException">The statement failed while running: a missing chunk alone does not tell.</exception>
    internal DuckDbChunk? Fetch()
    {
        var chunk = DuckDbNative.FetchChunk(*Native);
        if (chunk != 0)
        {
            return DuckDbChunk.Own(chunk);
        }

        var text = DuckDbNative.ResultError(Native);
        return text == 0 ? null : throw EngineException.FromResult(Native);
    }

    /// <summary>Reads the error into an exception and frees this result.</summary>
    internal EngineException TakeError()
    {
        var thrown = EngineException.FromResult(Native);
        Dispose();
        return thrown;
    }

    protected override bool ReleaseHandle()
    {
        DuckDbNative.DestroyResult((NativeResult*)handle);
        NativeMemory.Free((void*)handle);
        _connection.DangerousRelease();
        return true;
    }
}
