using System.Diagnostics;
using System.Text;

namespace Sandbox.Jail.Tests;

/// <summary>Every limit ends the child, is named as the reason, and leaves nothing behind.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task Processor_time()
    {
        var ended = await Children.ProbeAsync(Children.Dotnet with { CpuLimit = TimeSpan.FromSeconds(1) }, "spin");
        Assert.True(ended.Exit.Reason == ExitReason.TimedOut, ended.ToString());
        Assert.InRange(ended.Exit.Cpu.TotalSeconds, 0.5, 3);
    }

    [Fact]
    public async Task Wall_clock()
    {
        var clock = Stopwatch.StartNew();
        var ended = await Children.ProbeAsync(Children.Dotnet with { WallLimit = TimeSpan.FromSeconds(1) }, "sleep");
        Assert.True(ended.Exit.Reason == ExitReason.TimedOut, ended.ToString());
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.9, 4);
    }

    [Fact]
    public async Task Native_memory()
    {
        var ended = await Children.ProbeAsync(Children.Dotnet with { DataLimitBytes = 512L << 20 }, "native-memory", "1024");
        Assert.True(ended.Output.StartsWith("refused at ", StringComparison.Ordinal) || ended.Exit.Reason == ExitReason.OutOfMemory, ended.ToString());
        Assert.InRange(ended.Exit.PeakMemoryBytes, 100L << 20, 600L << 20);
    }

    [Fact]
    public async Task Managed_memory()
    {
        var ended = await Children.ProbeAsync(Children.Dotnet with { DataLimitBytes = 512L << 20 }, "managed-memory", "1024");
        Assert.True(ended.Exit.Reason == ExitReason.OutOfMemory, ended.ToString());
        Assert.InRange(ended.Exit.PeakMemoryBytes, 100L << 20, 600L << 20);
    }

    [Fact]
    public async Task Output()
    {
        var policy = Children.Dotnet with { MaxOutputBytes = 4 << 20 };
        var ended = await Children.ProbeAsync(policy, "output", "64");
        Assert.True(ended.Exit.Reason == ExitReason.OutputTooLarge && ended.Output == "(too large)", ended.ToString());
        Assert.Equal(ExitReason.Completed, (await Children.ProbeAsync(policy, "output", "3")).Exit.Reason);
    }

    [Fact]
    public async Task Private_tmp()
    {
        var policy = Children.Dotnet with { TmpfsBytes = 8 << 20, FileSizeLimit = 64 << 20 };
        Assert.Equal("failed IOException", (await Children.ProbeAsync(policy, "write", "/tmp/x", "16")).Output);
        Assert.Equal("wrote", (await Children.ProbeAsync(policy, "write", "/tmp/x", "7")).Output);
    }

    [Fact]
    public async Task File_size()
    {
        var policy = Children.Dotnet with { FileSizeLimit = 2 << 20 };
        Assert.NotEqual("wrote", (await Children.ProbeAsync(policy, "write", "/tmp/x", "3")).Output);
        Assert.Equal("wrote", (await Children.ProbeAsync(policy, "write", "/tmp/x", "2")).Output);
    }

    [Fact]
    public async Task Threads()
    {
        var ended = await Children.ProbeAsync(Children.Dotnet with { Threads = 40 }, "threads", "200");
        Assert.NotEqual("started", ended.Output);
        Assert.Equal("started", (await Children.ProbeAsync("threads", "60")).Output);
    }

    [Fact]
    public async Task Standard_error_is_held_to_its_first_64_KiB_and_never_blocks()
    {
        var ended = await Children.ProbeAsync("complain", "1024");
        Assert.Equal("complained", ended.Output);
        Assert.Equal(64 * 1024, ended.Exit.HeldStderr.Length);
        Assert.DoesNotContain("xxx", ended.Exit.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, ExitReason.Completed)]
    [InlineData(1, ExitReason.Crashed)]
    [InlineData(JailExitCodes.Refused, ExitReason.Refused)]
    [InlineData(JailExitCodes.Trapped, ExitReason.Trapped)]
    [InlineData(JailExitCodes.OutOfFuel, ExitReason.OutOfFuel)]
    [InlineData(JailExitCodes.OutOfMemory, ExitReason.OutOfMemory)]
    public async Task Exit_codes_become_reasons(int code, ExitReason expected)
    {
        var ended = await Children.ProbeAsync("exit", code.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal((expected, code), (ended.Exit.Reason, ended.Exit.Code ?? -1));
    }

    [Fact]
    public async Task Cancelling_killing_and_disposing_end_the_child()
    {
        using var cancel = new CancellationTokenSource();
        var command = new JailCommand { Policy = Children.Dotnet, Program = Children.Probe, Arguments = ["sleep"] };
        await using var first = Children.Jailer.Start(command, cancel.Token);
        await using var second = Children.Jailer.Start(command);
        var third = Children.Jailer.Start(command);
        foreach (var child in new[] { first, second, third })
        {
            Assert.Equal("sleeping", await new StreamReader(child.Output, Encoding.UTF8).ReadLineAsync());
        }

        await cancel.CancelAsync();
        second.Kill();
        await third.DisposeAsync();
        foreach (var child in new[] { first, second, third })
        {
            Assert.Equal(ExitReason.Cancelled, (await child.Exit.WaitAsync(TimeSpan.FromSeconds(5))).Reason);
            Assert.False(Directory.Exists($"/proc/{child.ProcessId}"));
        }
    }

    [Fact]
    public async Task An_interrupt_reaches_an_engine_that_listens()
    {
        await using var child = Children.Jailer.Start(new JailCommand { Policy = Children.Dotnet, Program = Children.Probe, Arguments = ["listen"] });
        var output = new StreamReader(child.Output, Encoding.UTF8);
        Assert.Equal("listening", await output.ReadLineAsync());
        child.Interrupt();
        Assert.Equal("interrupted", await output.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task Eight_jails_at_once()
    {
        var clock = Stopwatch.StartNew();
        var ended = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Children.RunAsync(
            new JailCommand { Policy = Children.Dotnet, Program = Children.Probe, Arguments = ["echo"] }, new string((char)('a' + i), 300_000)))));
        for (var i = 0; i < ended.Length; i++)
        {
            Assert.True(ended[i].Exit.Reason == ExitReason.Completed && ended[i].Output == new string((char)('a' + i), 300_000), ended[i].Exit.ToString());
        }

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
    }
}
