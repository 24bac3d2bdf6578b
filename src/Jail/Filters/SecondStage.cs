using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sandbox.Jail.Launching;
using Sandbox.Jail.Probing;

namespace Sandbox.Jail.Filters;

/// <summary>
/// The second filter, for foreign WebAssembly: what is left when the model's bytes are read. Installed for all threads by a small native addon
/// that is compiled once for each filter and kept in the cache folder.
/// </summary>
internal static class SecondStage
{
    /// <summary>Where stage2_start.c puts the program's path.</summary>
    private const ulong StartPathAddress = 0x5A5A_5A5A_0000;

    private const string Running = """
        read write readv writev pread64 close futex munmap mprotect madvise mremap brk rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack
        clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday gettid getpid sched_yield sched_getaffinity exit exit_group getrandom
        epoll_wait epoll_pwait epoll_ctl poll ppoll rseq set_robust_list membarrier restart_syscall getrusage sysinfo times fstat lseek
        pkey_alloc pkey_mprotect pkey_free sched_getparam sched_getscheduler
        """;

    private static readonly FilterRule[] Rules =
    [
        .. CallList.Allow(Running),

        // Anonymous memory only: descriptor -1.
        new FilterRule("mmap", FilterAction.Allow, ArgumentTest.Int(4, uint.MaxValue)),
        .. CallList.AllowValues("fcntl", 1, FilterAction.Invalid, 1, 2, 3, 4),
        new FilterRule("clone", FilterAction.TryAgain),
        .. CallList.Absent("clone3 io_uring_setup"),
        .. CallList.Refuse("openat open prctl ioctl statx newfstatat readlink"),
    ];

    /// <summary>
    /// For a native program that is started under this stage: the one start itself, named by an address that only the starter's path has, and what a C library
    /// does before main. The limits are read only; all of it is about the caller itself.
    /// </summary>
    private static readonly FilterRule[] StartRules =
    [
        .. Rules,
        new FilterRule("execve", FilterAction.Allow, new ArgumentTest(0, ulong.MaxValue, StartPathAddress)),
        .. CallList.AllowValues("arch_prctl", 0, FilterAction.Invalid, 0x1002),
        .. CallList.Allow("set_tid_address"),
        new FilterRule("prlimit64", FilterAction.Allow, ArgumentTest.Int(0, 0), ArgumentTest.Int(1, 3), ArgumentTest.Zero(2)),
        .. CallList.Refuse("readlinkat"),
    ];

    private static readonly string[] Compilers = ["cc", "gcc", "clang"];

    /// <summary>The compiler, or null.</summary>
    public static string? FindCompiler() => Compilers.Select(HostTools.Find).FirstOrDefault(path => path is not null);

    /// <summary>The path of the compiled addon, or null when it is not there and can't be compiled.</summary>
    public static string? BuildAddon(Staging staging) => Build(staging, new("stage2", ".node", ["-fPIC", "-shared"], Rules));

    /// <summary>The path of the program that starts another one under the second stage, or null.</summary>
    public static string? BuildStarter(Staging staging) => Build(staging, new("stage2_start", "", [], StartRules));

    private static string? Build(Staging staging, Part part)
    {
        try
        {
            var source = Source(part.Name + ".c");
            var filter = Encoding.ASCII.GetBytes(Initialiser(FilterProgram.Compile(part.Rules).ToBytes()));
            var name = part.Name + "-" + Convert.ToHexStringLower(SHA256.HashData([.. source, .. filter]))[..24] + part.Extension;
            var target = Path.Combine(staging.Folder, name);
            return File.Exists(target) || Compile(staging.Folder, target, part, source, filter) ? target : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool Compile(string folder, string target, Part part, byte[] source, byte[] filter)
    {
        if (FindCompiler() is not { } compiler)
        {
            return false;
        }

        var work = Directory.CreateDirectory(Path.Combine(folder, "build-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)))).FullName;
        try
        {
            var (input, output) = (Path.Combine(work, part.Name + ".c"), Path.Combine(work, "built"));
            File.WriteAllBytes(input, source);
            File.WriteAllBytes(Path.Combine(work, "stage2_filter.h"), filter);
            if (ToolRun.Output([compiler, "-O2", "-Wall", "-Werror", .. part.Flags, "-s", "-o", output, input]) is null)
            {
                return false;
            }

            const UnixFileMode Public = UnixFileMode.UserRead | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
            File.SetUnixFileMode(output, Public);
            File.Move(output, target, overwrite: true);
            return true;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static byte[] Source(string name)
    {
        using var stream = typeof(SecondStage).Assembly.GetManifestResourceStream(name)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private sealed record Part(string Name, string Extension, string[] Flags, FilterRule[] Rules);

    private static string Initialiser(byte[] program)
    {
        var text = new StringBuilder();
        for (var at = 0; at < program.Length; at += 8)
        {
            var code = BinaryPrimitives.ReadUInt16LittleEndian(program.AsSpan(at));
            var value = BinaryPrimitives.ReadUInt32LittleEndian(program.AsSpan(at + 4));
            text.Append(CultureInfo.InvariantCulture, $"{{ {code}, {program[at + 2]}, {program[at + 3]}, {value}u }},\n");
        }

        return text.ToString();
    }
}
