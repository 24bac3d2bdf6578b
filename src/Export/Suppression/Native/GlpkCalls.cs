using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sandbox.Export.Suppression.Native;

/// <summary>The calls of GLPK 5.0 that the audit needs (GNU Linear Programming Kit Reference Manual, chapters 2 and 4). A problem object is owned by <see cref="LinearProgram"/>.</summary>
internal static partial class GlpkCalls
{
    public const int Minimise = 1;
    public const int Maximise = 2;
    public const int Lower = 2;
    public const int Fixed = 5;
    public const int Both = 4;
    public const int Optimal = 5;
    public const int Unbounded = 6;

    private const string Library = "libglpk.so.40";

    [LibraryImport(Library, EntryPoint = "glp_term_out")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int TerminalOutput(int flag);

    [LibraryImport(Library, EntryPoint = "glp_create_prob")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial nint Create();

    [LibraryImport(Library, EntryPoint = "glp_delete_prob")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void Delete(nint problem);

    [LibraryImport(Library, EntryPoint = "glp_add_rows")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int AddRows(nint problem, int count);

    [LibraryImport(Library, EntryPoint = "glp_add_cols")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int AddColumns(nint problem, int count);

    [LibraryImport(Library, EntryPoint = "glp_set_row_bnds")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void SetRowBounds(nint problem, int row, int type, double lower, double upper);

    [LibraryImport(Library, EntryPoint = "glp_set_col_bnds")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void SetColumnBounds(nint problem, int column, int type, double lower, double upper);

    [LibraryImport(Library, EntryPoint = "glp_set_obj_coef")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void SetObjective(nint problem, int column, double coefficient);

    [LibraryImport(Library, EntryPoint = "glp_set_obj_dir")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void SetDirection(nint problem, int direction);

    /// <summary>Arrays begin at 1; element 0 is not read.</summary>
    [LibraryImport(Library, EntryPoint = "glp_load_matrix")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void LoadMatrix(nint problem, int count, ReadOnlySpan<int> rows, ReadOnlySpan<int> columns, ReadOnlySpan<double> values);

    [LibraryImport(Library, EntryPoint = "glp_init_smcp")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void InitialiseSimplex(ref SimplexParameters parameters);

    [LibraryImport(Library, EntryPoint = "glp_adv_basis")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void AdvancedBasis(nint problem, int flags);

    [LibraryImport(Library, EntryPoint = "glp_simplex")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int Simplex(nint problem, ref SimplexParameters parameters);

    [LibraryImport(Library, EntryPoint = "glp_get_status")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial int Status(nint problem);

    [LibraryImport(Library, EntryPoint = "glp_get_obj_val")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial double ObjectiveValue(nint problem);
}

/// <summary>The head of glp_smcp (glpk.h 5.0); the rest is room for the library's own fields.</summary>
[StructLayout(LayoutKind.Explicit, Size = 1024)]
internal struct SimplexParameters
{
    /// <summary>0 = no messages.</summary>
    [FieldOffset(0)]
    public int MessageLevel;

    /// <summary>Milliseconds.</summary>
    [FieldOffset(60)]
    public int TimeLimit;
}
