using System.Runtime.InteropServices;
using Sandbox.Vault.DuckDb.Native;

namespace Sandbox.Vault.DuckDb;

/// <summary>A logical type; owns the native handle.</summary>
internal sealed class DuckDbType : SafeHandle
{
    private DuckDbType(nint native)
        : base(0, ownsHandle: true) => SetHandle(native);

    public override bool IsInvalid => handle == 0;

    internal nint Native => handle;

    internal DuckDbTypeId Id => DuckDbNative.TypeId(handle);

    internal int DecimalWidth => DuckDbNative.DecimalWidth(handle);

    internal int DecimalScale => DuckDbNative.DecimalScale(handle);

    /// <summary>How the values lie in a vector: decimals as 16- to 128-bit integers, enums as 8- to 32-bit codes, others as themselves.</summary>
    internal DuckDbTypeId StorageId => Id switch
    {
        DuckDbTypeId.Decimal => DuckDbNative.DecimalInternalType(handle),
        DuckDbTypeId.Enum => DuckDbNative.EnumInternalType(handle),
        var id => id,
    };

    /// <summary>Takes over a handle that the C API has given us.</summary>
    internal static DuckDbType Own(nint native) => new(native);

    internal static DuckDbType Of(DuckDbTypeId id)
    {
        DuckDbNative.EnsureLoaded();
        return new(DuckDbNative.CreateLogicalType(id));
    }

    internal static DuckDbType Decimal(int width, int scale)
    {
        DuckDbNative.EnsureLoaded();
        return new(DuckDbNative.CreateDecimalType(checked((byte)width), checked((byte)scale)));
    }

    /// <summary>The texts of an enum type in code order.</summary>
    internal string[] EnumEntries()
    {
        var entries = new string[DuckDbNative.EnumDictionarySize(handle)];
        for (var i = 0; i < entries.Length; i++)
        {
            var text = DuckDbNative.EnumDictionaryValue(handle, (ulong)i);
            entries[i] = Marshal.PtrToStringUTF8(text) ?? "";
            DuckDbNative.Free(text);
        }

        return entries;
    }

    protected override bool ReleaseHandle()
    {
        DuckDbNative.DestroyLogicalType(ref handle);
        return true;
    }
}
