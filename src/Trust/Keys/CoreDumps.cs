using System.Runtime.InteropServices;

namespace Sandbox.Trust;

/// <summary>Keeps the memory of this process, which holds keys, out of core dumps and away from debuggers of the same user.</summary>
public static partial class CoreDumps
{
    private const int SetDumpable = 4;
    private const int CoreLimit = 4;

    /// <summary>Call it first in a process that opens keys. Children start dumpable again when they load their own program.</summary>
    /// <returns>False where the kernel refused one of the two: not dumpable (which also holds for handlers behind a pipe), and no core file.</returns>
    public static bool Forbid()
    {
        var none = default(Limit);
        // Both are tried: each alone already helps.
        return (ProcessControl(SetDumpable, 0, 0, 0, 0) == 0) & (SetLimit(CoreLimit, in none) == 0);
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ProcessControl(int option, nuint argument, nuint unused3, nuint unused4, nuint unused5);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
