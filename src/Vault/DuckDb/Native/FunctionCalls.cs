using System.Runtime.InteropServices;

namespace Sandbox.Vault.DuckDb.Native;

/// <content>Scalar functions.</content>
internal static unsafe partial class DuckDbNative
{
    [LibraryImport(Library, EntryPoint = "duckdb_create_scalar_function")]
    internal static partial nint CreateScalarFunction();

    [LibraryImport(Library, EntryPoint = "duckdb_destroy_scalar_function")]
    internal static partial void DestroyScalarFunction(ref nint function);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_set_name", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void ScalarSetName(nint function, string name);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_set_special_handling")]
    internal static partial void ScalarSetSpecialHandling(nint function);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_set_volatile")]
    internal static partial void ScalarSetVolatile(nint function);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_add_parameter")]
    internal static partial void ScalarAddParameter(nint function, nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_set_varargs")]
    internal static partial void ScalarSetRest(nint function, nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_set_return_type")]
    internal static partial void ScalarSetReturnType(nint function, nint type);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_set_extra_info")]
    internal static partial void ScalarSetExtraInfo(nint function, nint extra, delegate* unmanaged<nint, void> free);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_set_function")]
    internal static partial void ScalarSetFunction(nint function, delegate* unmanaged<nint, nint, nint, void> body);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_set_init")]
    internal static partial void ScalarSetInit(nint function, delegate* unmanaged<nint, void> init);

    [LibraryImport(Library, EntryPoint = "duckdb_register_scalar_function")]
    internal static partial int RegisterScalarFunction(nint connection, nint function);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_get_extra_info")]
    internal static partial nint ScalarExtraInfo(nint info);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_get_state")]
    internal static partial nint ScalarState(nint info);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_set_error")]
    internal static partial void ScalarSetError(nint info, byte* error);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_init_get_extra_info")]
    internal static partial nint ScalarInitExtraInfo(nint info);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_init_set_state")]
    internal static partial void ScalarInitSetState(nint info, nint state, delegate* unmanaged<nint, void> free);

    [LibraryImport(Library, EntryPoint = "duckdb_scalar_function_init_set_error")]
    internal static partial void ScalarInitSetError(nint info, byte* error);
}
