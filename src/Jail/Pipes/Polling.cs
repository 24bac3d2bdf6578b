using System.Runtime.InteropServices;
using Sandbox.Jail.Native;

namespace Sandbox.Jail.Pipes;

/// <summary>The blocking wait behind synchronous reads and writes; looks up again each second so that a closed stream is noticed.</summary>
internal static unsafe class Polling
{
    private const short PollIn = 1, PollOut = 4;

    /// <summary>Waits until the descriptor is ready or the time is over.</summary>
    /// <returns>False when the time was over first.</returns>
    public static bool Wait(SafeHandle handle, bool forWriting, int milliseconds = 1000)
    {
        var added = false;
        try
        {
            handle.DangerousAddRef(ref added);
            var entry = new LibC.PollEntry { Fd = (int)handle.DangerousGetHandle(), Events = forWriting ? PollOut : PollIn };
            var end = Environment.TickCount64 + milliseconds;
            while (true)
            {
                var ready = LibC.poll(&entry, 1, (int)Math.Max(0, end - Environment.TickCount64));
                if (ready >= 0 || Marshal.GetLastPInvokeError() != LibC.EINTR)
                {
                    return ready > 0;
                }

                // A signal to this thread, such as the end of another child: no call restarts a poll, and the time is not over.
            }
        }
        finally
        {
            if (added)
            {
                handle.DangerousRelease();
            }
        }
    }
}
