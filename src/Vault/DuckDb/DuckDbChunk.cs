using System.Runtime.InteropServices;
using Sandbox.Vault.DuckDb.Native;

namespace Sandbox.Vault.DuckDb;

/// <summary>A data chunk of at most <see cref="DuckDbDatabase.VectorSize"/> rows. Vectors taken from it die with it.</summary>
internal sealed unsafe class DuckDbChunk : SafeHandle
{
    private DuckDbChunk(nint native, bool owns)
        : base(0, owns) => SetHandle(native);

    public override bool IsInvalid => handle == 0;

    internal nint Native => handle;

    /// <summary>Number of rows; setting it is for chunks that we fill.</summary>
    internal int Rows
    {
        get => checked((int)DuckDbNative.DataChunkSize(handle));
        set => DuckDbNative.DataChunkSetSize(handle, checked((ulong)value));
    }

    internal int Columns => checked((int)DuckDbNative.DataChunkColumnCount(handle));

    internal DuckDbVector this[int column] => new(DuckDbNative.DataChunkVector(handle, (ulong)column), Rows);

    /// <summary>Takes over a chunk that the C API has given us.</summary>
    internal static DuckDbChunk Own(nint native) => new(native, owns: true);

    /// <summary>Views a chunk that the engine keeps, such as a scalar function's input.</summary>
    internal static DuckDbChunk Borrow(nint native) => new(native, owns: false);

    /// <summary>An empty chunk of the given column types, to be filled and appended.</summary>
    internal static DuckDbChunk Create(params ReadOnlySpan<DuckDbTypeId> columns)
    {
        var types = new DuckDbType[columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            types[i] = DuckDbType.Of(columns[i]);
        }

        return Create(types);
    }

    /// <summary>The same with types that are made already; they are disposed here.</summary>
    internal static DuckDbChunk Create(DuckDbType[] types)
    {
        try
        {
            var natives = types.Select(type => type.Native).ToArray();
            fixed (nint* pointer = natives)
            {
                var chunk = DuckDbNative.CreateDataChunk(pointer, (ulong)natives.Length);
                return chunk == 0 ? throw new EngineException(EngineFault.OutOfMemory) : Own(chunk);
            }
        }
        finally
        {
            foreach (var type in types)
            {
                type.Dispose();
            }
        }
    }

    /// <summary>A vector to be written: spans cover the full capacity, not the present number of rows.</summary>
    internal DuckDbVector Writable(int column) => new(DuckDbNative.DataChunkVector(handle, (ulong)column), DuckDbDatabase.VectorSize);

    /// <summary>Empties the chunk for the next batch.</summary>
    internal void Reset() => DuckDbNative.DataChunkReset(handle);

    protected override bool ReleaseHandle()
    {
        DuckDbNative.DestroyDataChunk(ref handle);
        return true;
    }
}
