using System.Runtime.InteropServices;

namespace Sandbox.Jail.Native;

/// <summary>Turns the thread's errno into an exception that names the call and the system's own words, never a data value.</summary>
internal static class NativeError
{
    public static IOException Io(string call) => Io(call, Marshal.GetLastPInvokeError());

    public static IOException Io(string call, int error) => new($"{call}: {Marshal.GetPInvokeErrorMessage(error)}");
}
