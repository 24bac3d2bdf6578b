using System.Runtime.InteropServices;

namespace Sandbox.Sandbox.Tests.Service;

/// <summary>Signals to a process of a test's own.</summary>
internal static partial class Signals
{
    public static void Interrupt(int process) => Assert.Equal(0, Send(process, 15));

    public static void Kill(int process) => Assert.Equal(0, Send(process, 9));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
