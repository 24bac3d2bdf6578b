using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Jail.Native;

/// <summary>Calls of the C library for child processes. Numbers are those of x86-64 Linux.</summary>
internal static unsafe partial class LibCProcess
{
    public const short POSIX_SPAWN_SETPGROUP = 2, POSIX_SPAWN_SETSIGDEF = 4, POSIX_SPAWN_SETSIGMASK = 8;

    /// <summary>Generous rooms for glibc's opaque types (80, 336 and 128 bytes on x86-64).</summary>
    public const int FileActionsSize = 256, AttributesSize = 512, SignalSetSize = 128;

    public const int SIGINT = 2, SIGKILL = 9;
    public const int WNOHANG = 1;
    public const int RLIMIT_NPROC = 6;
    public const int PR_SET_CHILD_SUBREAPER = 36;
    public const long SYS_pidfd_send_signal = 424, SYS_pidfd_open = 434;

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_addclose(byte* actions, int fd);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_addclosefrom_np(byte* actions, int from);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setpgroup(byte* attributes, int group);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* set);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigmask(byte* attributes, byte* set);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn(out int pid, string path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int wait4(int pid, out int status, int options, out ResourceUsage usage);

    /// <summary>Waits for the end of a child, however many signals come meanwhile; with <see cref="WNOHANG"/> answers 0 at once where it has not ended.</summary>
    public static int Wait(int pid, out int status, out ResourceUsage usage, int options = 0)
    {
        int ended;
        do
        {
            ended = wait4(pid, out status, options, out usage);
        }
        while (ended < 0 && Marshal.GetLastPInvokeError() == LibC.EINTR);

        return ended;
    }

    [LibraryImport("libc")]
    public static partial int clock_gettime(int clock, out TimeValue time);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int prlimit64(int pid, int resource, ResourceLimit* limit, ResourceLimit* previous);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial long pidfd_open(long number, long pid, long flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial long pidfd_send_signal(long number, SafeFileHandle pidfd, long signal, nint info, long flags);

    public struct TimeValue
    {
        public long Seconds;
        public long Nanoseconds;
    }

    public struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }

    /// <summary>struct rusage: two time values (seconds, microseconds), then fourteen counters of which the first is the peak resident size in KiB.</summary>
    public struct ResourceUsage
    {
        public long UserSeconds, UserMicroseconds, SystemSeconds, SystemMicroseconds, MaxResidentKib;
        public fixed long Rest[13];
    }
}
