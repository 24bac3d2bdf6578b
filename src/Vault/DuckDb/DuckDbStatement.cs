using System.Runtime.InteropServices;
using System.Text;
using Sandbox.Vault.DuckDb.Native;

namespace Sandbox.Vault.DuckDb;

/// <summary>A prepared statement; parameters are numbered from 1.</summary>
internal sealed unsafe class DuckDbStatement : SafeHandle
{
    private readonly DuckDbConnection _connection;

    private DuckDbStatement(DuckDbConnection connection, nint native)
        : base(0, ownsHandle: true)
    {
        var added = false;
        connection.DangerousAddRef(ref added);
        _connection = connection;
        SetHandle(native);
    }

    public override bool IsInvalid => handle == 0;

    internal int ParameterCount => checked((int)DuckDbNative.ParameterCount(handle));

    internal static DuckDbStatement Create(DuckDbConnection connection, string sql)
    {
        if (DuckDbNative.Prepare(connection.Native, sql, out var native) != 0)
        {
            // The C API gives no number for a failed preparation, only a text.
            var thrown = EngineException.FromNative(24, native == 0 ? 0 : DuckDbNative.PrepareError(native));
            DuckDbNative.DestroyPrepare(ref native);
            throw thrown;
        }

        return new DuckDbStatement(connection, native);
    }

    /// <summary>The number of a named parameter; null where the statement has none of that name.</summary>
    internal int? ParameterIndex(string name) => DuckDbNative.ParameterIndex(handle, out var index, name) == 0 ? checked((int)index) : null;

    internal DuckDbStatement Bind(int index, bool value) => Checked(DuckDbNative.BindBoolean(handle, (ulong)index, value ? (byte)1 : (byte)0));

    internal DuckDbStatement Bind(int index, long value) => Checked(DuckDbNative.BindInt64(handle, (ulong)index, value));

    internal DuckDbStatement Bind(int index, double value) => Checked(DuckDbNative.BindDouble(handle, (ulong)index, value));

    internal DuckDbStatement Bind(int index, string? value)
    {
        if (value is null)
        {
            return Checked(DuckDbNative.BindNull(handle, (ulong)index));
        }

        var bytes = Encoding.UTF8.GetBytes(value);
        fixed (byte* text = bytes)
        {
            return Checked(DuckDbNative.BindText(handle, (ulong)index, text, (ulong)bytes.Length));
        }
    }

    /// <summary>Runs it; the result is materialised in the engine.</summary>
    /// <exception cref="EngineException">It failed.</exception>
    internal DuckDbResult Execute()
    {
        var result = new DuckDbResult(_connection);
        if (DuckDbNative.ExecutePrepared(handle, result.Native) != 0)
        {
            throw result.TakeError();
        }

        return result;
    }

    /// <summary>Starts it; rows are made while they are fetched.</summary>
    /// <exception cref="EngineException">It failed, here or at a later chunk.</exception>
    internal DuckDbResult Stream()
    {
        var state = DuckDbNative.PendingStreaming(handle, out var pending);
        try
        {
            if (state != 0)
            {
                throw EngineException.FromNative(-1, pending == 0 ? 0 : DuckDbNative.PendingError(pending));
            }

            var result = new DuckDbResult(_connection);
            if (DuckDbNative.ExecutePending(pending, result.Native) != 0)
            {
                throw result.TakeError();
            }

            return result;
        }
        finally
        {
            DuckDbNative.DestroyPending(ref pending);
        }
    }

    protected override bool ReleaseHandle()
    {
        DuckDbNative.DestroyPrepare(ref handle);
        _connection.DangerousRelease();
        return true;
    }

    private DuckDbStatement Checked(int state) => state == 0 ? this : throw new EngineException(EngineFault.Binding);
}
