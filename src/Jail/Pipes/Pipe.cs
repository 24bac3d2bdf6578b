using Microsoft.Win32.SafeHandles;
using Sandbox.Jail.Native;

namespace Sandbox.Jail.Pipes;

/// <summary>One anonymous pipe between us and a child. Whoever takes an end owns it.</summary>
/// <param name="Read">The reading end.</param>
/// <param name="Write">The writing end.</param>
internal sealed record Pipe(SafeFileHandle Read, SafeFileHandle Write) : IDisposable
{
    /// <summary>Both ends close on exec; a child gets its end by an explicit file action only.</summary>
    /// <param name="capacity">Wanted capacity in bytes, 0 for the system's default; a smaller one is accepted silently since it costs speed only.</param>
    public static unsafe Pipe Create(int capacity = 0)
    {
        var ends = stackalloc int[2];
        if (LibC.pipe2(ends, LibC.O_CLOEXEC) != 0)
        {
            throw NativeError.Io("pipe2");
        }

        var pipe = new Pipe(new SafeFileHandle(ends[0], true), new SafeFileHandle(ends[1], true));
        if (capacity > 0)
        {
            _ = LibC.fcntl(pipe.Write, LibC.F_SETPIPE_SZ, capacity);
        }

        return pipe;
    }

    /// <summary>Makes our end non-blocking; the child's end is another open file and stays blocking.</summary>
    public static SafeFileHandle NonBlocking(SafeFileHandle end) =>
        LibC.fcntl(end, LibC.F_SETFL, LibC.O_NONBLOCK) == 0 ? end : throw NativeError.Io("fcntl(F_SETFL)");

    /// <summary>Takes an end out of its pipe: the new owner has a duplicate, and the pipe closes its own when it is disposed.</summary>
    public static SafeFileHandle Duplicate(SafeFileHandle end)
    {
        var copy = LibC.fcntl(end, LibC.F_DUPFD_CLOEXEC, 0);
        return copy >= 0 ? new SafeFileHandle(copy, true) : throw NativeError.Io("fcntl(F_DUPFD_CLOEXEC)");
    }

    public void Dispose()
    {
        Read.Dispose();
        Write.Dispose();
    }
}
