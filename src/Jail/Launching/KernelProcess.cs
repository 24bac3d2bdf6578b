using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sandbox.Jail.Native;

namespace Sandbox.Jail.Launching;

/// <summary>A process held by a pidfd: signals reach it and never a stranger that got its number later.</summary>
internal sealed class KernelProcess : IDisposable
{
    private KernelProcess(int id, SafeFileHandle handle) => (Id, Handle) = (id, handle);

    public int Id { get; }

    /// <summary>The pidfd; readable once the process has ended.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Takes hold of a process that is known to live (a child of ours not yet waited for, or one that waits for our word).</summary>
    public static KernelProcess Open(int id)
    {
        var fd = LibCProcess.pidfd_open(LibCProcess.SYS_pidfd_open, id, 0);
        return fd >= 0 ? new KernelProcess(id, new SafeFileHandle((nint)fd, true)) : throw NativeError.Io("pidfd_open");
    }

    /// <summary>Sends a signal; false when the process has ended.</summary>
    public bool Signal(int signal)
    {
        try
        {
            return LibCProcess.pidfd_send_signal(LibCProcess.SYS_pidfd_send_signal, Handle, signal, 0, 0) == 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>The first child of the process, or null. In a jail that is the engine.</summary>
    public static int? FirstChild(int id)
    {
        var text = TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/task/{id}/children"));
        var first = text?.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return int.TryParse(first, CultureInfo.InvariantCulture, out var child) ? child : null;
    }

    /// <summary>The text of <c>/proc/id/status</c>, or null.</summary>
    public static string? Status(int id) => TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/status"));

    /// <summary>A number from that text, or null.</summary>
    public static long? Number(string? text, string name)
    {
        var start = text?.IndexOf("\n" + name + ":", StringComparison.Ordinal) ?? -1;
        if (start < 0)
        {
            return null;
        }

        var words = text![(start + name.Length + 2)..].Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length > 0 && long.TryParse(words[0], CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    /// <summary>Processor time that all threads of a process have used, by its own clock in the kernel; null once it is gone.</summary>
    public static TimeSpan? Cpu(int id)
    {
        const int OfTheProcess = 2;
        const long NanosecondsPerTick = 100;
        return LibCProcess.clock_gettime((~id << 3) | OfTheProcess, out var time) == 0 ? new TimeSpan((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / NanosecondsPerTick)) : null;
    }

    public void Dispose() => Handle.Dispose();

    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
