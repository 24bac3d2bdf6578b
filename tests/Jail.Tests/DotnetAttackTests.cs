using System.Globalization;

namespace Sandbox.Jail.Tests;

/// <summary>What hostile code inside a dotnet jail can't do. Each row is one raw system call or one way of the runtime.</summary>
public sealed class DotnetAttackTests
{
    private const int Killed = -1, Permission = 1, Invalid = 22, Absent = 38;

    public static TheoryData<string, string, int> Calls => new()
    {
        { "socket", "41 2 1 0", Permission },
        { "socketpair", "53 1 1 0", Permission },
        { "connect", "42 0 0 0", Permission },
        { "bind", "49 0 0 0", Killed },
        { "fork", "57", Permission },
        { "vfork", "58", Permission },
        { "clone a process", "56 17 0 0", Permission },
        { "clone a thread into a new user namespace", "56 268501760 0 0", Permission },
        { "clone3", "435 0 0", Absent },
        { "ptrace the first process", "101 16 1 0 0", Killed },
        { "process_vm_readv", "310 1 0 0 0 0", Killed },
        { "kill the first process", "62 1 9", Permission },
        { "kill everybody", "62 -1 9", Permission },
        { "tkill", "200 1 9", Killed },
        { "mount", "165 0 0 0 0 0", Killed },
        { "umount2", "166 0 2", Killed },
        { "pivot_root", "155 0 0", Killed },
        { "chroot", "161 0", Killed },
        { "unshare a user namespace", "272 268435456", Killed },
        { "setns", "308 0 0", Killed },
        { "bpf", "321 0 0 0", Killed },
        { "perf_event_open", "298 0 0 0 0 0", Permission },
        { "add_key", "248 0 0 0 0 0", Killed },
        { "keyctl", "250 0 0 0", Killed },
        { "io_uring_setup", "425 1 0", Absent },
        { "io_uring_enter", "426 0 0 0 0", Permission },
        { "userfaultfd", "323 0", Killed },
        { "personality", "135 4294967295", Killed },
        { "memfd_create", "319 0 0", Permission },
        { "setuid", "105 0", Killed },
        { "init_module", "175 0 0 0", Killed },
        { "open_by_handle_at", "304 0 0 0", Killed },
        { "pidfd_open", "434 1 0", Killed },
        { "pidfd_getfd", "438 0 0 0", Killed },
        { "symlink", "88 0 0", Killed },
        { "mknod", "133 0 0 0", Killed },
        { "setsid, out of the guardian's group", "112", Killed },
        { "setpgid, out of the guardian's group", "109 0 0", Killed },
        { "sethostname", "170 0 0", Killed },
        { "shmget", "29 0 4096 950", Killed },
        { "mq_open", "240 0 0 0", Killed },
        { "seccomp", "317 0 0 0", Permission },
        { "prlimit of another process", "302 1 7 0 0", Permission },
        { "prctl SET_PTRACER", "157 1499557217 -1", Invalid },
        { "prctl SET_PDEATHSIG", "157 1 0", Invalid },
        { "ioctl TIOCSTI", "16 0 21522 0", Invalid },
        { "ioctl TUNSETIFF", "16 0 1074025674 0", Invalid },
        { "an x32 call", (0x4000_0000 + 39).ToString(CultureInfo.InvariantCulture), Killed },
        { "a call that no kernel has", "5000", Killed },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_raw_call_fails_or_kills(string name, string call, int expected)
    {
        var ended = await Children.ProbeAsync(["call", .. call.Split(' ')]);
        if (expected == Killed)
        {
            Assert.True(ended.Exit is { Reason: ExitReason.Trapped, Signal: 31 }, name + ": " + ended);
        }
        else
        {
            Assert.True(ended.Output == $"errno {expected}", name + ": " + ended);
        }
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("/etc/hostname")]
    [InlineData("/root/.bashrc")]
    [InlineData("/proc/1/root/etc/passwd")]
    [InlineData("/proc/self/root/etc/passwd")]
    [InlineData("/proc/1/mem")]
    [InlineData("/proc/kcore")]
    [InlineData("/sys/class/net/lo/address")]
    [InlineData("/dev/vda")]
    [InlineData("/dev/mem")]
    [InlineData("/usr/bin/bash")]
    public async Task No_file_of_the_host_can_be_read(string path)
    {
        var ended = await Children.ProbeAsync("read", path);
        Assert.True(ended.Output.StartsWith("failed ", StringComparison.Ordinal), ended.ToString());
    }

    [Theory]
    [InlineData("/x")]
    [InlineData("/app/x")]
    [InlineData("/app/Sandbox.JailProbe.dll")]
    [InlineData("/dotnet/x")]
    [InlineData("/dotnet/dotnet")]
    [InlineData("/engines/libduckdb.so")]
    [InlineData("/lib/x86_64-linux-gnu/x")]
    [InlineData("/proc/sys/kernel/core_pattern")]
    [InlineData("/proc/self/oom_score_adj2")]
    [InlineData("/proc/1/mem")]
    [InlineData("/dev/shm/x")]
    [InlineData("/var/tmp/x")]
    public async Task Nothing_can_be_written_but_the_private_tmp(string path)
    {
        var ended = await Children.ProbeAsync("write", path, "1");
        Assert.True(ended.Output.StartsWith("failed ", StringComparison.Ordinal), ended.ToString());
        Assert.Equal("wrote", (await Children.ProbeAsync("write", "/tmp/x", "1")).Output);
    }

    [Fact]
    public async Task Without_a_tmpfs_there_is_no_tmp()
    {
        var ended = await Children.ProbeAsync(Children.Dotnet with { TmpfsBytes = 0 }, "write", "/tmp/x", "1");
        Assert.StartsWith("failed ", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_runtime_can_start_no_process_and_open_no_socket()
    {
        Assert.StartsWith("failed ", (await Children.ProbeAsync("process")).Output, StringComparison.Ordinal);
        Assert.StartsWith("failed ", (await Children.ProbeAsync("socket")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_jail_itself_is_visible()
    {
        Assert.Equal("app dotnet engines lib lib64 proc tmp", (await Children.ProbeAsync("list", "/")).Output);
        Assert.Equal("libduckdb.so", (await Children.ProbeAsync("list", "/engines")).Output);
        Assert.Equal("", (await Children.ProbeAsync("list", "/tmp")).Output);
        var processes = (await Children.ProbeAsync("list", "/proc")).Output.Split(' ').Where(name => name.All(char.IsAsciiDigit));
        Assert.Equal(["1", "2"], processes);
    }

    [Fact]
    public async Task The_launcher_has_no_variables_to_read() => Assert.Equal("read 0", (await Children.ProbeAsync("read", "/proc/1/environ")).Output);

    [Fact]
    public async Task Only_the_named_variables_are_visible()
    {
        Environment.SetEnvironmentVariable("JAIL_TEST_SECRET", "planted");
        var command = new JailCommand
        {
            Policy = Children.Dotnet,
            Program = Children.Probe,
            Arguments = ["environment"],
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["GIVEN"] = "1" },
        };
        Assert.Equal(
            "DOTNET_EnableDiagnostics DOTNET_EnableWriteXorExecute DOTNET_GCHeapHardLimit DOTNET_SYSTEM_GLOBALIZATION_INVARIANT DOTNET_TieredPGO "
            + "DOTNET_gcConcurrent DOTNET_gcServer GIVEN HOME PWD SANDBOX_DUCKDB SANDBOX_FILES TMPDIR",
            (await Children.RunAsync(command)).Output);
    }
}
