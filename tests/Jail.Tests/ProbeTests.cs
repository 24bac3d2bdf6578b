using System.Collections.Concurrent;
using Sandbox.Jail.Probing;

namespace Sandbox.Jail.Tests;

/// <summary>A native program in the place of the model's engine: every attack of it ends in an error or in its death, in both stages and however it is linked.</summary>
public sealed class ProbeTests(ProbeProgram program) : IClassFixture<ProbeProgram>
{
    public static TheoryData<bool, int> Ways => new() { { true, 1 }, { true, 2 }, { false, 1 }, { false, 2 } };

    [Fact]
    public void This_machine_reaches_level_2()
    {
        var report = Children.Jailer.Probe();
        Assert.True(report.Level == 2, string.Join(' ', report.Words.Select(words => words.En)));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task No_attack_gets_through(bool isStatic, int stage)
    {
        Assert.True(program.Names.Count >= 36);
        var bad = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(program.Names, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (name, _) =>
        {
            var ended = await RunAsync(isStatic, stage, name);
            var killed = ended.Exit is { Reason: ExitReason.Trapped, Signal: 31 } && ended.Output == "trying";
            var failed = ended.Exit.Reason == ExitReason.Completed && ended.Output.StartsWith("trying\nfailed ", StringComparison.Ordinal);

            // Where the kernel has no 32-bit entry at all, taking it is a fault of the program.
            var nothingThere = name == "entry_32" && ended.Exit is { Reason: ExitReason.Crashed, Signal: 11 } && ended.Output == "trying";
            if (!killed && !failed && !nothingThere)
            {
                bad.Add($"{name}: {ended}");
            }
        });
        Assert.Empty(bad);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_harmless_program_lives(bool isStatic, int stage)
    {
        var ended = await RunAsync(isStatic, stage, "control");
        Assert.True(ended.Exit.Reason == ExitReason.Completed && ended.Output == "alive", ended.ToString());
    }

    [Theory]
    [InlineData("socket_inet")]
    [InlineData("memfd_create")]
    [InlineData("open_passwd")]
    [InlineData("set_dumpable")]
    [InlineData("fork_process")]
    public void The_same_attack_gets_through_outside(string name) => Assert.Contains("got through", ToolRun.Output([program.Static, name]), StringComparison.Ordinal);

    /// <summary>What stage 1 must still allow for the engine's start, stage 2 kills: so the second filter is really there before main.</summary>
    [Theory]
    [InlineData(true, "execve_shell")]
    [InlineData(false, "execve_shell")]
    [InlineData(true, "memfd_create")]
    [InlineData(false, "memfd_create")]
    public async Task The_second_stage_is_in_force_before_main(bool isStatic, string name)
    {
        Assert.Equal(ExitReason.Completed, (await RunAsync(isStatic, 1, name)).Exit.Reason);
        Assert.Equal(ExitReason.Trapped, (await RunAsync(isStatic, 2, name)).Exit.Reason);
    }

    [Fact]
    public void What_is_no_native_program_is_refused()
    {
        using var folder = new TemporaryFolder();
        var script = Path.Combine(folder.Path, "script");
        foreach (var content in new[] { "#!/bin/sh\n", "", "\u007fELF", "\u007fELF\u0001\u0001" + new string('\0', 64) })
        {
            File.WriteAllText(script, content);
            var refused = Assert.Throws<JailRefusedException>(() => Children.Jailer.Start(new JailCommand { Policy = JailPolicies.Probe, Program = script }));
            Assert.Equal("JAIL-PROGRAM", refused.Rule);
        }
    }

    private Task<Ended> RunAsync(bool isStatic, int stage, string name) => Children.RunAsync(new JailCommand
    {
        Policy = JailPolicies.Probe with { Stage2 = stage == 2, MinimumLevel = stage },
        Program = isStatic ? program.Static : program.Dynamic,
        Arguments = [name],
    });
}
