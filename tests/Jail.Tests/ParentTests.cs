using System.Diagnostics;
using System.Security.Cryptography;
using Sandbox.Jail.Launching;
using Sandbox.Jail.Native;

namespace Sandbox.Jail.Tests;

/// <summary>The host process around the jails: its death, its user, its folders.</summary>
public sealed class ParentTests
{
    [Fact]
    public async Task Kill_9_of_the_parent_leaves_no_child()
    {
        var token = Token();
        using var host = new HostProcess([], [], "parent", "3", token, "sleep");
        Assert.Equal("level 2 child sleeping", await host.LineAsync());
        Assert.NotEmpty(host.Carrying(token));
        host.Kill();
        await NobodyCarriesAsync(host, token);
    }

    [Fact]
    public async Task Kill_9_at_any_moment_of_the_start_leaves_no_child()
    {
        for (var delay = 60; delay < 240; delay += 10)
        {
            var token = Token();
            using var host = new HostProcess([], [], "parent", "8", token, "sleep");
            await Task.Delay(delay);
            host.Kill();
            await NobodyCarriesAsync(host, token);
        }
    }

    [Fact]
    public async Task An_ordinary_user_gets_the_same_jail()
    {
        if (LibC.geteuid() != 0)
        {
            // Then every other test of this project is this test.
            return;
        }

        using var cache = new TemporaryFolder();
        File.SetUnixFileMode(cache.Path, (UnixFileMode)0b111_111_111);
        string[] asOrdinaryUser = [HostTools.Find("setpriv")!, "--reuid", "54321", "--regid", "54321", "--clear-groups", "--inh-caps=-all", "--"];
        using var host = new HostProcess(asOrdinaryUser, ["XDG_CACHE_HOME=" + cache.Path], "parent", "2", Token(), "sleep");
        Assert.Equal("level 2 child sleeping", await host.LineAsync());
    }

    [Fact]
    public async Task A_program_in_a_private_folder_is_started_all_the_same()
    {
        using var folder = new TemporaryFolder();
        using var cache = new TemporaryFolder();
        var jailer = new Jailer(EnginePaths.Locate(), new JailOptions { CacheFolder = cache.Path });
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Children.Probe)!))
        {
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        }

        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        for (var i = 0; i < 2; i++)
        {
            await using var child = jailer.Start(new JailCommand
            {
                Policy = Children.Dotnet,
                Program = Path.Combine(folder.Path, Path.GetFileName(Children.Probe)),
                Arguments = ["exit", "0"],
            });
            var exit = await child.Exit;
            Assert.True(exit.Reason == ExitReason.Completed, exit + exit.HeldStderr);
        }

        Assert.Equal(LibC.geteuid() == 0 ? 1 : 0, Directory.GetDirectories(cache.Path, "staged-*").Length);
    }

    [Fact]
    public void What_cannot_be_jailed_is_refused()
    {
        Assert.Equal("JAIL-PROGRAM", Refused(Children.Jailer, Children.Dotnet, "/nowhere/worker.dll"));
        Assert.Equal("JAIL-PROGRAM", Refused(Children.Jailer, Children.Dotnet with { Engine = JailEngine.None }, Children.Probe));
        Assert.Equal("JAIL-LEVEL", Refused(Children.Jailer, Children.Dotnet with { MinimumLevel = 3 }, Children.Probe));
        Assert.Equal("JAIL-LEVEL", Refused(new Jailer(EnginePaths.Locate(), new JailOptions { MinimumLevel = 3 }), Children.Dotnet, Children.Probe));
    }

    [Fact]
    public async Task Without_the_tools_only_the_development_override_starts_a_child_and_it_says_level_zero()
    {
        var nothing = new HostTools(null, null, null);
        var refused = Assert.Throws<JailRefusedException>(() => new Jailer(EnginePaths.Locate(), new JailOptions(), nothing).Start(Echo()));
        Assert.Contains("apt-get install bubblewrap", refused.Remedy, StringComparison.Ordinal);
        Assert.Contains("bubblewrap", refused.RemedyZh, StringComparison.Ordinal);
        var bare = new Jailer(EnginePaths.Locate(), new JailOptions { UnsafeNoJail = true }, nothing);
        Assert.Equal(0, bare.Probe().Level);
        await using var child = bare.Start(Echo());
        await child.Input.WriteAsync("hello"u8.ToArray());
        await child.Input.DisposeAsync();
        Assert.Equal("hello", await new StreamReader(child.Output).ReadLineAsync());
        var exit = await child.Exit;
        Assert.True(exit is { Level: 0, Reason: ExitReason.Completed }, exit.ToString());
    }

    [Fact]
    public async Task A_child_outlives_the_thread_that_started_it()
    {
        JailedProcess? child = null;
        var thread = new Thread(() => child = Children.Jailer.Start(Echo()));
        thread.Start();
        thread.Join();
        await Task.Delay(100);
        Assert.False(child!.Exit.IsCompleted);
        await child.Input.DisposeAsync();
        Assert.Equal(ExitReason.Completed, (await child.Exit).Reason);
        await child.DisposeAsync();
    }

    [Fact]
    public async Task A_hostile_or_mistaken_command_harms_nobody_else()
    {
        using var memory = SealedMemory.Create("twice");
        Assert.Throws<ArgumentException>(() => Children.Jailer.Start(Echo() with { Arguments = ["echo", "a\0b"] }));
        Assert.Throws<ArgumentException>(() => Children.Jailer.Start(Echo() with { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["A"] = "1\0--bind\0/\0/host" } }));
        Assert.Throws<ArgumentException>(() => Children.Jailer.Start(Echo() with { Inherit = [InheritedFile.Of(memory, 3), InheritedFile.Of(memory, 3)] }));
        Assert.Equal("still here", (await Children.RunAsync(Echo(), "still here")).Output);
    }

    public static TheoryData<JailPolicy> Limitless =>
    [
        Children.Dotnet with { DataLimitBytes = -1 },
        Children.Dotnet with { DataLimitBytes = 0 },
        Children.Dotnet with { TmpfsBytes = -1 },
        Children.Dotnet with { FileSizeLimit = -1 },
        Children.Dotnet with { CpuLimit = TimeSpan.Zero },
        Children.Dotnet with { WallLimit = Timeout.InfiniteTimeSpan },
        Children.Dotnet with { Threads = -1 },
        Children.Dotnet with { OpenFiles = -1 },
        Children.Dotnet with { MaxOutputBytes = -1 },
        Children.Node with { NodeHeapMegabytes = 0 },
        Children.Node with { WasmPages = 65537 },
    ];

    [Theory]
    [MemberData(nameof(Limitless))]
    public void A_policy_without_a_limit_is_refused(JailPolicy policy) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Children.Jailer.Start(Echo() with { Policy = policy }));

    [Fact]
    public void The_pinned_engines_are_the_restored_ones() =>
        Assert.All(EnginePaths.Locate().VerifyPinned(), file => Assert.True(file.State == PinState.Same, file.Name));

    [Fact]
    public async Task A_started_child_is_up_quickly()
    {
        var best = double.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var clock = Stopwatch.StartNew();
            await using var child = Children.Jailer.Start(new JailCommand { Policy = Children.Dotnet, Program = Children.Probe, Arguments = ["sleep"] });
            Assert.Equal("sleeping", await new StreamReader(child.Output).ReadLineAsync());
            best = Math.Min(best, clock.Elapsed.TotalMilliseconds);
        }

        Assert.InRange(best, 0, 400);
    }

    private static JailCommand Echo() => new() { Policy = Children.Dotnet, Program = Children.Probe, Arguments = ["echo"] };

    private static string Refused(Jailer jailer, JailPolicy policy, string program) =>
        Assert.Throws<JailRefusedException>(() => jailer.Start(new JailCommand { Policy = policy, Program = program })).Rule;

    private static string Token() => "token-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    private static async Task NobodyCarriesAsync(HostProcess host, string token)
    {
        var clock = Stopwatch.StartNew();
        while (host.Carrying(token).Count > 0)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(3), "still alive: " + string.Join(' ', host.Carrying(token)));
            await Task.Delay(20);
        }
    }
}
