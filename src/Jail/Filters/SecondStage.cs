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

    private static readonly string[] Compilers = ["cc", "gcc", "clang"];

    /// <summary>The compiler, or null.</summary>
    public static string? FindCompiler() => Compilers.Select(HostTools.Find).FirstOrDefault(path => path is not null);

    /// <summary>The path of the compiled addon, or null when it is not there and can't be compiled.</summary>
    public static string? Build(Staging staging)
    {
        try
        {
            var source = Source();
            var filter = Encoding.ASCII.GetBytes(Initialiser(FilterProgram.Compile(Rules).ToBytes()));
            var name = "stage2-" + Convert.ToHexStringLower(SHA256.HashData([.. source, .. filter]))[..24] + ".node";
            var target = Path.Combine(staging.Folder, name);
            return File.Exists(target) || Compile(staging.Folder, target, source, filter) ? target : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool Compile(string folder, string target, byte[] source, byte[] filter)
    {
        if (FindCompiler() is not { } compiler)
        {
            return false;
        }

        var work = Directory.CreateDirectory(Path.Combine(folder, "build-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)))).FullName;
        try
        {
            var (input, output) = (Path.Combine(work, "stage2.c"), Path.Combine(work, "stage2.node"));
            File.WriteAllBytes(input, source);
            File.WriteAllBytes(Path.Combine(work, "stage2_filter.h"), filter);
            if (ToolRun.Output([compiler, "-O2", "-Wall", "-Werror", "-fPIC", "-shared", "-s", "-o", output, input]) is null)
            {
                return false;
            }

            const UnixFileMode Public = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
            File.SetUnixFileMode(output, Public);
            File.Move(output, target, overwrite: true);
            return true;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static byte[] Source()
    {
        using var stream = typeof(SecondStage).Assembly.GetManifestResourceStream("stage2.c")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

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
