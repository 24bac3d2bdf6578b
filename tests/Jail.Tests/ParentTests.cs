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
            using var host = new HostProcess([], [], "parent", "8", token, "echo");
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
