namespace Sandbox.Jail.Tests;

public sealed class StartTests
{
    [Fact]
    public async Task A_dotnet_child_runs_and_is_accounted()
    {
        var ended = await Children.RunAsync(new JailCommand { Policy = Children.Dotnet, Program = Children.Probe, Arguments = ["echo"] }, "hello");
        Assert.True(ended.Exit.Reason == ExitReason.Completed && ended.Output == "hello", ended.ToString());
        Assert.Equal(5, ended.Exit.BytesIn);
        Assert.Equal(6, ended.Exit.BytesOut);
        Assert.InRange(ended.Exit.Cpu.TotalSeconds, 0.01, 5);
        Assert.Equal(1, ended.Exit.Level);
    }

    [Fact]
    public async Task A_node_child_runs()
    {
        var ended = await Children.ScriptAsync("process.stdout.write('up ' + require('fs').readFileSync(0, 'utf8'))", input: "hello");
        Assert.True(ended.Exit.Reason == ExitReason.Completed && ended.Output == "up hello", ended.ToString());
    }

    [Theory]
    [InlineData("workout")]
    [InlineData("duckdb")]
    public async Task The_runtime_and_the_database_work_inside(string verb)
    {
        var ended = await Children.ProbeAsync(Children.Dotnet with { TmpfsBytes = 512 << 20, FileSizeLimit = 512 << 20 }, verb);
        Assert.True(ended.Output == "fit", ended.ToString());
    }

    [Fact]
    public void The_probe_says_level_two_here()
    {
        var report = Children.Jailer.Probe();
        Assert.True(report.Level == 2, string.Join(' ', report.Words.Select(advice => advice.En)));
        Assert.NotNull(report.Bubblewrap);
        Assert.Empty(report.Words);
    }
}
