using System.Runtime.InteropServices;

namespace Sandbox.Vault.DuckDb.Native;

/// <summary><c>duckdb_result</c>: five retired fields and one pointer; passed by value to <c>duckdb_fetch_chunk</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeResult
{
    private ulong _columns;
    private ulong _rows;
    private ulong _changed;
    private nint _columnData;
    private nint _error;
    private nint _internal;
}

/// <summary><c>duckdb_query_progress_type</c>. <see cref="Percentage"/> is -1 when unknown.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct QueryProgress
{
    public double Percentage;
    public ulong RowsDone;
    public ulong RowsTotal;
}
