using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Sandbox.Jail.Native;
using Sandbox.Jail.Pipes;

namespace Sandbox.Jail.Launching;

/// <summary>The handshake with bubblewrap: it tells us the process id of the jail's first process and waits for our word before it goes on.</summary>
internal static class JailInfo
{
    private const int MaxLength = 4096;

    /// <summary>The id of the jail's first process as we see it, or null when the jail was not built (bubblewrap ended, or did not answer in ten seconds).</summary>
    public static unsafe int? ReadFirstProcess(SafeFileHandle end)
    {
        var buffer = stackalloc byte[MaxLength];
        var length = 0;
        while (length < MaxLength)
        {
            if (!Polling.Wait(end, forWriting: false, 10_000))
            {
                return null;
            }

            var taken = (int)LibC.read(end, buffer + length, MaxLength - length);
            if (taken < 0 && Marshal.GetLastPInvokeError() == LibC.EINTR)
            {
                continue;
            }

            if (taken <= 0)
            {
                return null;
            }

            length += taken;
            if (buffer[length - 1] is (byte)'}' or (byte)'\n' && new ReadOnlySpan<byte>(buffer, length).Contains((byte)'}'))
            {
                using var info = JsonDocument.Parse(new ReadOnlySpan<byte>(buffer, length).ToArray());
                return info.RootElement.GetProperty("child-pid").GetInt32();
            }
        }

        return null;
    }

    /// <summary>Lets the jail go on.</summary>
    public static unsafe void Release(SafeFileHandle end)
    {
        byte go = 1;
        while (LibC.write(end, &go, 1) != 1)
        {
            if (Marshal.GetLastPInvokeError() != LibC.EINTR)
            {
                throw NativeError.Io("write to the jail's block");
            }
        }
    }
}
