using System.Diagnostics;

namespace Sandbox.Jail.Tests;

/// <summary>A worker that says its last word is accounted as it stands: complete output, the kernel's counters, then death. Whatever it does afterwards is nobody's.</summary>
public sealed class LastWordTests
{
    private const int WordNumber = 6;
    private const string Wait = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);\n";
    private const string Work = "const fs = require('node:fs'); for (let used = 0; used < 3e5;) used = process.cpuUsage().user + process.cpuUsage().system; fs.writeSync(1, 'x'.repeat(200000)); fs.writeSync(2, 'held');\n";

    [Theory]
    [InlineData(0, ExitReason.Completed)]
    [InlineData(JailExitCodes.Refused, ExitReason.Refused)]
    [InlineData(JailExitCodes.OutOfFuel, ExitReason.OutOfFuel)]
    [InlineData(1, ExitReason.Crashed)]
    public async Task Whole_output_code_and_counters_are_there_at_the_word_and_nothing_is_left_after_disposal(int code, ExitReason reason)
    {
        var (exit, output, process) = await RunAsync(Work + $"fs.writeSync({WordNumber}, '{code} some text\\n');\n" + Wait);
        Assert.Equal((reason, code, (int?)null, "some text", "held"), (exit.Reason, exit.Code, exit.Signal, exit.Word, exit.HeldStderr));
        Assert.Equal((200_000, 200_000L), (output.Length, exit.BytesOut));
        Assert.InRange(exit.Cpu.TotalSeconds, 0.3, 3);
        Assert.InRange(exit.Wall.TotalSeconds, 0.3, 9);
        Assert.InRange(exit.PeakMemoryBytes, 20L << 20, 500L << 20);
        Assert.False(Directory.Exists($"/proc/{process}"));
    }

    [Fact]
    public async Task One_that_lingers_and_goes_on_writing_is_killed_and_adds_nothing()
    {
        var clock = Stopwatch.StartNew();
        var linger = $"fs.writeSync({WordNumber}, '0 \\n'); for (const until = Date.now() + 1500; Date.now() < until;); for (;;) fs.writeSync(1, 'late');\n";
        var (exit, output, process) = await RunAsync(Work + linger);
        Assert.Equal((ExitReason.Completed, 200_000L), (exit.Reason, exit.BytesOut));
        Assert.DoesNotContain("late", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists($"/proc/{process}"));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.3, 9);
    }

    [Fact]
    public async Task Too_much_output_before_the_word_is_still_too_much()
    {
        var (exit, output, _) = await RunAsync(Work + $"fs.writeSync({WordNumber}, '0 \\n');\n" + Wait, most: 199_999);
        Assert.Equal((ExitReason.OutputTooLarge, "(too large)"), (exit.Reason, output));
    }

    [Theory]
    [InlineData("256 text\\n")]
    [InlineData("-1 text\\n")]
    [InlineData("0\\n")]
    [InlineData("\\n")]
    [InlineData("0 a word without an end")]
    public async Task What_is_no_word_ends_nothing(string said)
    {
        var (exit, _, _) = await RunAsync(Work + $"fs.writeSync({WordNumber}, '{said}'); process.exit(77);\n");
        Assert.Equal((ExitReason.Refused, ""), (exit.Reason, exit.Word));
    }

    [Fact]
    public async Task A_word_without_an_end_does_not_outlive_the_wall_clock()
    {
        var (exit, _, _) = await RunAsync(Work + $"fs.writeSync({WordNumber}, '0 '); " + Wait, wall: TimeSpan.FromSeconds(2));
        Assert.Equal(ExitReason.TimedOut, exit.Reason);
    }

    private static async Task<(JailExit Exit, string Output, int Process)> RunAsync(string script, long most = 1 << 20, TimeSpan? wall = null)
    {
        using var folder = new TemporaryFolder();
        var program = Path.Combine(folder.Path, "word.cjs");
        await File.WriteAllTextAsync(program, script);
        var policy = Children.Node with { MaxOutputBytes = most, WallLimit = wall ?? TimeSpan.FromSeconds(30) };
        var process = Children.Jailer.Start(new JailCommand { Policy = policy, Program = program, WordNumber = WordNumber });
        await using (process.ConfigureAwait(false))
        {
            using var output = new MemoryStream();
            var text = "(too large)";
            try
            {
                await process.Output.CopyToAsync(output);
                text = System.Text.Encoding.UTF8.GetString(output.ToArray());
            }
            catch (IOException)
            {
                // The policy's limit.
            }

            return (await process.Exit, text, process.ProcessId);
        }
    }
}
