namespace Sandbox.Jail.Filters;

/// <summary>
/// The filter under which an engine starts. Default: kill. Every call that is allowed was seen to be needed; calls that a runtime tries and can do
/// without fail with an error instead.
/// </summary>
internal static class FirstStage
{
    private const uint CloneVm = 0x100, CloneThread = 0x1_0000;

    /// <summary>CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET and NEWTIME.</summary>
    private const uint CloneNamespaces = 0x7E02_0080;

    /// <summary>Both engines: streams, memory, threads, signals of their own, clocks, and what they read to start.</summary>
    private const string Both = """
        read write readv writev pread64 close futex munmap mprotect madvise mremap brk rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack
        clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday gettid getpid sched_yield sched_getaffinity exit exit_group getrandom
        poll ppoll rseq set_robust_list membarrier restart_syscall getrusage sysinfo fstat lseek
        mmap execve openat open newfstatat stat lstat statx access faccessat faccessat2 readlink readlinkat getcwd getdents64 uname arch_prctl
        set_tid_address getrlimit getuid geteuid getgid getegid pipe2 dup dup3 wait4 getppid
        sched_getscheduler sched_getparam sched_setscheduler
        """;

    /// <summary>V8 and libuv: the event loop, protection keys, and the way to the second filter.</summary>
    private const string NodeOnly = "epoll_wait epoll_pwait epoll_ctl epoll_create1 eventfd2 pkey_alloc pkey_mprotect pkey_free capget times";

    /// <summary>.NET and DuckDB: files in the private /tmp and in memory files, locks, threads bound to processors.</summary>
    private const string DotnetOnly = """
        pwrite64 ftruncate fallocate fsync fdatasync fadvise64 flock mkdir unlink rename rmdir msync mincore statfs fstatfs
        sched_setaffinity sched_get_priority_max sched_get_priority_min preadv pwritev umask getsid getpgrp chmod fchmod utimensat
        """;

    private const string RefusedByBoth = """
        socket socketpair connect fork vfork kill io_uring_enter mbind set_mempolicy get_mempolicy perf_event_open
        """;

    private const string AbsentInBoth = "clone3 io_uring_setup";

    private static readonly FilterRule[] Common =
    [
        .. CallList.Allow(Both),
        .. CallList.Refuse(RefusedByBoth),
        .. CallList.Absent(AbsentInBoth),
        new FilterRule("clone", FilterAction.Allow, new ArgumentTest(0, CloneVm | CloneThread | CloneNamespaces, CloneVm | CloneThread)),
        new FilterRule("clone", FilterAction.NotPermitted),

        // Limits of the caller itself only: another process would be named by its number.
        new FilterRule("prlimit64", FilterAction.Allow, ArgumentTest.Int(0, 0)),
        new FilterRule("prlimit64", FilterAction.NotPermitted),
        // Signals to its own threads, as abort sends them: the engine is always the second process of its namespace.
        .. CallList.AllowValues("tgkill", 0, FilterAction.NotPermitted, 2),
        .. CallList.AllowValues("prctl", 0, FilterAction.Invalid, 3, 15, 16, 23, 38, 39, 0x5356_4d41),
        .. CallList.AllowValues("ioctl", 1, FilterAction.Invalid, 0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451),
    ];

    private static readonly FilterRule[] NodeRules =
    [
        .. Common,
        .. CallList.Allow(NodeOnly),
        .. CallList.Refuse("mkdir unlink statfs sched_setaffinity"),
        .. CallList.AllowValues("fcntl", 1, FilterAction.Invalid, 0, 1, 2, 3, 4, 1030),

        // One more filter may be laid on top, nothing else.
        .. CallList.AllowValues("seccomp", 0, FilterAction.Invalid, 1),
        new FilterRule("memfd_create", FilterAction.NotPermitted),
    ];

    private static readonly FilterRule[] DotnetRules =
    [
        .. Common,
        .. CallList.Allow(DotnetOnly),
        .. CallList.Refuse("epoll_create1 eventfd2 capget times seccomp select"),
        .. CallList.Absent("copy_file_range sendfile pkey_alloc pkey_mprotect pkey_free"),

        // Also record locks, which a database takes on its file, and the size of a pipe.
        .. CallList.AllowValues("fcntl", 1, FilterAction.Invalid, 0, 1, 2, 3, 4, 5, 6, 7, 1030, 1031, 1032, 1034),
    ];

    private static readonly byte[] Node = FilterProgram.Compile(NodeRules).ToBytes();
    private static readonly byte[] DotnetWithMemory = FilterProgram.Compile([.. DotnetRules, .. CallList.Allow("memfd_create")]).ToBytes();
    private static readonly byte[] Dotnet = FilterProgram.Compile([.. DotnetRules, .. CallList.Refuse("memfd_create")]).ToBytes();

    /// <summary>The program for bubblewrap's <c>--seccomp</c>.</summary>
    public static byte[] For(JailPolicy policy) => policy.Engine switch
    {
        JailEngine.Dotnet => policy.OwnMemoryFiles ? DotnetWithMemory : Dotnet,
        _ => Node,
    };
}
