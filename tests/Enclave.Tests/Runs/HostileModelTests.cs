using Sandbox.Enclave.Runs;
using Sandbox.Enclave.Tests.Making;
using Sandbox.Jail;
using static Sandbox.Enclave.Tests.Making.WasmAssembler;

namespace Sandbox.Enclave.Tests.Runs;

/// <summary>One small module for each behaviour; each ends in its named reason, and nothing of a bad run's output is handed out.</summary>
public sealed class HostileModelTests
{
    private static readonly byte[] FourI32 = [I32, I32, I32, I32];

    [Fact]
    public async Task A_module_that_does_nothing_completes()
    {
        var outcome = await RunAsync(Program([0x01]));
        Assert.Equal((ExitReason.Completed, 0), (outcome.Reason, outcome.ModelExitCode));
        Assert.Empty(outcome.Output!);
    }

    [Fact]
    public async Task An_endless_loop_is_ended_by_its_time()
    {
        var outcome = await RunAsync(Program(Loop([])), TestBench.Manifest.Replace("\"cpu_seconds\":5", "\"cpu_seconds\":1", StringComparison.Ordinal));
        Assert.Equal(ExitReason.TimedOut, outcome.Reason);
        Assert.Null(outcome.Output);
        Assert.InRange(outcome.Cpu.TotalSeconds, 0.8, 3);
    }

    [Fact]
    public async Task A_wall_clock_limit_ends_a_module_that_waits_for_input()
    {
        var assembler = new WasmAssembler();
        var read = assembler.Import("fd_read", FourI32);
        assembler.Function([.. Store(0, 64), .. Store(4, 1000), .. Const(0), .. Const(0), .. Const(1), .. Const(16), .. Call(read), .. Drop]);
        var outcome = await RunAsync(
            assembler.Build(), feed: (_, token) => Task.Delay(Timeout.Infinite, token), policy: JailPolicies.Model with { WallLimit = TimeSpan.FromSeconds(1) });
        Assert.Equal(ExitReason.TimedOut, outcome.Reason);
    }

    [Fact]
    public async Task A_memory_bomb_is_out_of_memory()
    {
        // Grows by a page, writes into it, traps when there is no more.
        byte[] grow = [.. Const(1), 0x40, 0x00, .. Const(-1), 0x46, 0x04, 0x40, 0x00, 0x0B, 0x3F, 0x00, .. Const(1), 0x6B, .. Const(16), 0x74, .. Const(7), 0x36, 0x02, 0x00];
        var outcome = await RunAsync(Program(Loop(grow)));
        Assert.Equal(ExitReason.OutOfMemory, outcome.Reason);
        Assert.True(outcome.PeakMemoryBytes < 400L << 20);
    }

    [Fact]
    public async Task The_largest_memory_that_a_manifest_may_declare_can_be_had_and_no_more()
    {
        // Grows from 1 to 16384 pages at once, touches the last byte, then must not get another page; code 9 otherwise.
        var assembler = new WasmAssembler();
        var exit = assembler.Import("proc_exit", [I32], []);
        byte[] fail = [0x04, 0x40, .. Const(9), .. Call(exit), 0x0B];
        assembler.Function(
        [
            .. Const(16383), 0x40, 0x00, .. Const(-1), 0x46, .. fail, .. Store((1 << 30) - 4, 1), .. Const(1), 0x40, 0x00, .. Const(-1), 0x47, .. fail,
        ]);
        var outcome = await RunAsync(assembler.Build(), TestBench.Manifest.Replace("\"memory_mib\":32", "\"memory_mib\":1024", StringComparison.Ordinal));
        Assert.Equal((ExitReason.Completed, 0), Ends(outcome));
    }

    [Fact]
    public Task Fifty_runs_leave_no_descriptor_and_no_process_behind() => LeaveNothingAsync(50);

    [Fact]
    [Trait("Category", "Long")]
    public Task A_thousand_runs_leave_no_descriptor_and_no_process_behind() => LeaveNothingAsync(1000);

    private static async Task LeaveNothingAsync(int runs)
    {
        static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
        byte[][] ends = [Program([0x01]), Program([0x00]), Exiting(3), Program(Loop([.. Const(64), 0x40, 0x00, .. Const(-1), 0x46, 0x04, 0x40, 0x00, 0x0B]))];
        await RunAsync(ends[0]);
        var before = Descriptors();
        await Parallel.ForEachAsync(Enumerable.Range(0, runs), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (i, token) =>
            Assert.Equal(
                new[] { ExitReason.Completed, ExitReason.Trapped, ExitReason.Trapped, ExitReason.OutOfMemory }[i % 4],
                (await RunAsync(ends[i % 4], cancellation: token)).Reason));

        // Other tests run at the same time: only growth with the number of runs would be a leak, and only what stays dead is a zombie.
        Assert.True(Descriptors() < before + Math.Max(60, runs / 10));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var dead = Zombies();
        while (dead.Count > 0 && clock.Elapsed < TimeSpan.FromSeconds(20))
        {
            await Task.Delay(200);
            dead.IntersectWith(Zombies());
        }

        Assert.Empty(dead);
    }

    /// <summary>Children of this process that have ended and were not waited for.</summary>
    private static HashSet<string> Zombies()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in Directory.GetDirectories("/proc").Where(name => char.IsAsciiDigit(name[6])))
        {
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                var words = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                if (words[0] == "Z" && words[1] == Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture))
                {
                    found.Add(folder);
                }
            }
            catch (IOException)
            {
                // It is gone.
            }
        }

        return found;
    }

    [Fact]
    public async Task Endless_recursion_traps()
    {
        var assembler = new WasmAssembler();
        assembler.Function(Call(0));
        Assert.Equal(ExitReason.Trapped, (await RunAsync(assembler.Build())).Reason);
    }

    [Fact]
    public async Task An_unreachable_instruction_and_an_access_beyond_memory_trap()
    {
        Assert.Equal(ExitReason.Trapped, (await RunAsync(Program([0x00]))).Reason);
        Assert.Equal(ExitReason.Trapped, (await RunAsync(Program(Store(-8, 1)))).Reason);
    }

    [Fact]
    public async Task Endless_output_is_too_large_and_none_of_it_is_handed_out()
    {
        var assembler = new WasmAssembler();
        var write = assembler.Import("fd_write", FourI32);
        assembler.Function([.. Store(0, 64), .. Store(4, 60000), .. Loop([.. Const(1), .. Const(0), .. Const(1), .. Const(16), .. Call(write), .. Drop])]);
        var outcome = await RunAsync(assembler.Build());
        Assert.Equal(ExitReason.OutputTooLarge, outcome.Reason);
        Assert.Null(outcome.Output);
        Assert.InRange(outcome.BytesOut, 0, 1 << 20);
    }

    [Fact]
    public async Task Endless_messages_are_cut_and_do_not_stop_the_run_from_being_ended()
    {
        var assembler = new WasmAssembler();
        var write = assembler.Import("fd_write", FourI32);
        assembler.Function([.. Store(0, 64), .. Store(4, 60000), .. Loop([.. Const(2), .. Const(0), .. Const(1), .. Const(16), .. Call(write), .. Drop])]);
        var outcome = await RunAsync(assembler.Build(), TestBench.Manifest.Replace("\"cpu_seconds\":5", "\"cpu_seconds\":1", StringComparison.Ordinal));
        Assert.Equal(ExitReason.TimedOut, outcome.Reason);
        Assert.InRange(outcome.HeldStderr.Length, 0, 65536);
    }

    [Fact]
    public async Task No_folder_or_file_can_be_opened()
    {
        // Tries path_open on every descriptor from 0 to 15 for "/", "." and "etc/passwd"; ends with code 9 if any of them works.
        var assembler = new WasmAssembler();
        var open = assembler.Import("path_open", [I32, I32, I32, I32, I32, I64, I64, I32, I32]);
        var exit = assembler.Import("proc_exit", [I32], []);
        List<byte> code = [.. Store(100, '/'), .. Store(104, '.'), .. Store(108, 0x2F637465), .. Store(112, 0x73736170), .. Store(116, 0x6477)];
        for (var fd = 0; fd < 16; fd++)
        {
            foreach (var (at, length) in new[] { (100, 1), (104, 1), (108, 10) })
            {
                code.AddRange(
                [
                    .. Const(fd), .. Const(0), .. Const(at), .. Const(length), .. Const(0), .. Const64(-1), .. Const64(-1), .. Const(0), .. Const(200), .. Call(open),
                    0x45, 0x04, 0x40, .. Const(9), .. Call(exit), 0x0B,
                ]);
            }
        }

        assembler.Function([.. code]);
        Assert.Equal((ExitReason.Completed, 0), Ends(await RunAsync(assembler.Build())));
    }

    [Fact]
    public async Task The_descriptors_of_module_and_settings_are_out_of_reach()
    {
        // fd_read on 3 to 9: code 9 if any of them gives a byte.
        var assembler = new WasmAssembler();
        var read = assembler.Import("fd_read", FourI32);
        var exit = assembler.Import("proc_exit", [I32], []);
        List<byte> code = [.. Store(0, 64), .. Store(4, 1000)];
        for (var fd = 3; fd < 10; fd++)
        {
            code.AddRange([.. Const(fd), .. Const(0), .. Const(1), .. Const(16), .. Call(read), 0x45, 0x04, 0x40, .. Const(9), .. Call(exit), 0x0B]);
        }

        assembler.Function([.. code]);
        Assert.Equal((ExitReason.Completed, 0), Ends(await RunAsync(assembler.Build())));
    }

    [Theory]
    [InlineData(-4, 4, 16)]
    [InlineData(0, 0x7FFFFFF, 16)]
    [InlineData(0, 1, -2)]
    public async Task Pointers_beyond_the_memory_are_an_error_inside(int list, int count, int result)
    {
        var assembler = new WasmAssembler();
        var write = assembler.Import("fd_write", FourI32);
        var exit = assembler.Import("proc_exit", [I32], []);
        assembler.Function([.. Const(1), .. Const(list), .. Const(count), .. Const(result), .. Call(write), 0x45, 0x04, 0x40, .. Const(9), .. Call(exit), 0x0B]);
        Assert.Equal((ExitReason.Completed, 0), Ends(await RunAsync(assembler.Build())));
    }

    [Fact]
    public async Task A_module_that_only_the_engine_can_tell_to_be_wrong_is_refused()
    {
        // An addition without operands: well-formed for our parser, ill-typed for the engine.
        Assert.Equal(ExitReason.Refused, (await RunAsync(Program([0x6A, 0x1A]))).Reason);
        var wrongType = new WasmAssembler();
        wrongType.Import("fd_write", [I64]);
        wrongType.Function([0x01]);
        Assert.Equal(ExitReason.Completed, (await RunAsync(wrongType.Build())).Reason);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(39, 39)]
    [InlineData(40, 40)]
    [InlineData(74, 40)]
    [InlineData(255, 40)]
    [InlineData(-1, 40)]
    public async Task A_model_that_gives_up_can_not_choose_its_reason(int code, int shown)
    {
        var outcome = await RunAsync(Exiting(code));
        Assert.Equal((ExitReason.Trapped, shown), Ends(outcome));
        Assert.Null(outcome.Output);
    }

    [Fact]
    public async Task A_model_that_never_reads_does_not_hold_its_source()
    {
        var chunk = new byte[1 << 20];
        var outcome = await RunAsync(Exiting(0), feed: async (stream, token) =>
        {
            while (true)
            {
                await stream.WriteAsync(chunk, token);
            }
        });
        Assert.Equal(ExitReason.Completed, outcome.Reason);
    }

    [Fact]
    public async Task A_source_that_fails_is_reported_and_its_half_input_gives_no_output()
    {
        var assembler = new WasmAssembler();
        var read = assembler.Import("fd_read", FourI32);
        assembler.Function([.. Store(0, 64), .. Store(4, 1000), .. Const(0), .. Const(0), .. Const(1), .. Const(16), .. Call(read), .. Drop]);
        await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync(assembler.Build(), feed: async (stream, token) =>
        {
            await stream.WriteAsync(new byte[10], token);
            throw new InvalidDataException("the segment is damaged");
        }));
    }

    [Fact]
    public async Task Cancelling_ends_the_run()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(Program(Loop([])), cancellation: source.Token));
    }

    [Fact]
    public async Task Clock_and_chance_come_from_the_run_and_repeat()
    {
        var assembler = new WasmAssembler();
        var write = assembler.Import("fd_write", FourI32);
        var random = assembler.Import("random_get", [I32, I32]);
        var clock = assembler.Import("clock_time_get", [I32, I64, I32]);
        assembler.Function(
        [
            .. Const(64), .. Const(40), .. Call(random), .. Drop, .. Const(0), .. Const64(1), .. Const(104), .. Call(clock), .. Drop,
            .. Store(0, 64), .. Store(4, 48), .. Const(1), .. Const(0), .. Const(1), .. Const(16), .. Call(write), .. Drop,
        ]);
        var module = assembler.Build();
        var settings = new RunSettings(1_700_000_000_000_000_000, 7);
        var first = await RunAsync(module, settings: settings);
        var second = await RunAsync(module, settings: settings);
        var third = await RunAsync(module, settings: settings with { Seed = 8 });
        Assert.Equal(48, first.Output!.Length);
        Assert.Equal(first.Output, second.Output);
        Assert.NotEqual(first.Output, third.Output);
        Assert.Equal(1_700_000_000_000_001_000, BitConverter.ToInt64(first.Output, 40));
        Assert.NotEqual(new byte[40], first.Output[..40]);
    }

    [Fact]
    public async Task Models_run_at_the_level_that_this_machine_gives()
    {
        // A loop of a second, so that the level can be seen while it runs.
        var outcome = await RunAsync(Program(Loop([])), TestBench.Manifest.Replace("\"cpu_seconds\":5", "\"cpu_seconds\":1", StringComparison.Ordinal));
        Assert.Equal(TestBench.Jailer.Probe().Level, outcome.JailLevel);
        Assert.True(outcome.JailLevel >= 1);
    }

    private static byte[] Exiting(int code)
    {
        var assembler = new WasmAssembler();
        var exit = assembler.Import("proc_exit", [I32], []);
        assembler.Function([.. Const(code), .. Call(exit)]);
        return assembler.Build();
    }

    private static (ExitReason, int?) Ends(RunOutcome outcome) => (outcome.Reason, outcome.ModelExitCode);

    private static async Task<RunOutcome> RunAsync(
        byte[] module,
        string? manifest = null,
        Func<Stream, CancellationToken, Task>? feed = null,
        JailPolicy? policy = null,
        RunSettings? settings = null,
        CancellationToken cancellation = default)
    {
        var result = await new ModelRunner(TestBench.Jailer).RunAsync(
            TestBench.Package(module, manifest), feed ?? ((_, _) => Task.CompletedTask), null, null, cancellation, settings, policy);
        return Assert.IsType<RunResult.Ended>(result).Outcome;
    }
}
