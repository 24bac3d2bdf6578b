using System.Runtime.InteropServices;

namespace Sandbox.Trust.Tests;

public sealed partial class CoreDumpTests
{
    private const int GetDumpable = 3;
    private const int SetDumpable = 4;

    [Fact]
    public void A_process_that_forbids_them_is_not_dumpable()
    {
        Assert.True(CoreDumps.Forbid());
        try
        {
            Assert.Equal(0, ProcessControl(GetDumpable, 0, 0, 0, 0));
        }
        finally
        {
            // The test host itself may be debugged.
            Assert.Equal(0, ProcessControl(SetDumpable, 1, 0, 0, 0));
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ProcessControl(int option, nuint argument, nuint unused3, nuint unused4, nuint unused5);
}
