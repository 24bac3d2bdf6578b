using System.Text;
using Sandbox.Enclave.Models;
using Sandbox.Enclave.Runs;
using Sandbox.Enclave.Tests.Making;
using Sandbox.Jail;
using static Sandbox.Enclave.Tests.Making.WasmAssembler;

namespace Sandbox.Enclave.Tests.Runs;

/// <summary>Fuel in the real jail: known amounts, the named end, and the same figures whichever compiler of the engine made the code.</summary>
public sealed class FuelTests
{
    private const long Plenty = 1_000_000_000_000;

    /// <summary>Only the baseline compiler; only the optimising one; both as the engine pleases; optimised at once, without lazy compilation.</summary>
    private static readonly string[][] Tiers = [["--liftoff-only"], ["--no-liftoff"], [], ["--no-wasm-lazy-compilation", "--no-wasm-dynamic-tiering"]];

    [Fact]
    public async Task Straight_code_pays_one_unit_for_an_instruction_and_one_for_its_function()
    {
        Assert.Equal(1 + 3, (await RunAsync(Program([0x01, 0x01, 0x01]), Plenty)).FuelUsed);
        Assert.Equal(1 + 4 + 1 + 1, (await RunAsync(Calling([0x01]), Plenty)).FuelUsed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100_000)]
    public async Task A_loop_pays_for_every_turn(int turns)
    {
        // A counter in memory: each turn is load, constants, arithmetic, store and branch: 13 instructions and the loop's own unit.
        var outcome = await RunAsync(Program(Counting(turns)), Plenty);
        Assert.Equal((ExitReason.Completed, 1 + (14L * turns)), (outcome.Reason, outcome.FuelUsed!.Value));
    }

    /// <summary>A short loop pays for several turns at once and gives back what it did not take: every figure, and the limit to the unit, is that of one payment a turn.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(120)]
    public async Task A_short_loop_costs_the_same_to_the_unit_however_often_it_turns(int padding)
    {
        var lengths = new List<long>();
        for (var turns = 1; turns <= 9; turns++)
        {
            // Stores a counter of turns, then branches back while it is below the limit; 12 instructions, the padding and the loop's own unit, and no branch for the engine to leave by but its end.
            byte[] body = [.. Const(0), .. Const(0), 0x28, 0x02, 0x00, .. Const(1), 0x6A, 0x36, 0x02, 0x00, .. Enumerable.Repeat((byte)0x01, padding), .. Const(0), 0x28, 0x02, 0x00, .. Const(turns), 0x48];
            var module = Program([0x03, 0x40, .. body, 0x0D, 0x00, 0x0B, .. Exiting(turns)]);
            var used = (await RunAsync(module, Plenty)).FuelUsed!.Value;
            lengths.Add(used);
            var exact = await RunAsync(module, used);
            Assert.Equal((ExitReason.Completed, used), (exact.Reason, exact.FuelUsed!.Value));
            Assert.Equal(ExitReason.OutOfFuel, (await RunAsync(module, used - 1)).Reason);
        }

        Assert.All(lengths.Zip(lengths.Skip(1)), pair => Assert.Equal(12 + padding, pair.Second - pair.First));
    }

    /// <summary>Traps unless the counter stands at the number of turns.</summary>
    private static byte[] Exiting(int turns) => [.. Const(0), 0x28, 0x02, 0x00, .. Const(turns), 0x47, 0x04, 0x40, 0x00, 0x0B];

    [Fact]
    public async Task Branches_that_leave_a_short_loop_or_turn_back_in_its_middle_keep_their_way()
    {
        // Counts to 1000; the inner block is left early on every third turn, and a branch to a block outside leaves the loop at 700 in the second program.
        byte[] count = [.. Const(0), .. Const(0), 0x28, 0x02, 0x00, .. Const(1), 0x6A, 0x36, 0x02, 0x00];
        byte[] every = [0x02, 0x40, .. Const(0), 0x28, 0x02, 0x00, .. Const(3), 0x70, 0x0D, 0x00, .. Const(4), .. Const(4), 0x28, 0x02, 0x00, .. Const(1), 0x6A, 0x36, 0x02, 0x00, 0x0B];
        byte[] again = [.. Const(0), 0x28, 0x02, 0x00, .. Const(1000), 0x48, 0x0D, 0x00, 0x0B];
        byte[] leave = [.. Const(0), 0x28, 0x02, 0x00, .. Const(700), 0x46, 0x0D, 0x01];
        foreach (var (code, turns) in new[] { (Join([0x03, 0x40], count, every, again), 1000), (Join([0x02, 0x40, 0x03, 0x40], count, every, leave, again, [0x0B]), 700) })
        {
            byte[] check = [.. Const(4), 0x28, 0x02, 0x00, .. Const(turns / 3), 0x47, 0x04, 0x40, 0x00, 0x0B];
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var flags in Tiers)
            {
                var outcome = await RunAsync(Program(Join(code, Exiting(turns), check)), Plenty, flags);
                seen.Add($"{outcome.Reason} {outcome.FuelUsed}");
            }

            Assert.StartsWith("Completed", Assert.Single(seen), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Fuel_ends_a_loop_a_recursion_and_a_huge_fill_by_its_name()
    {
        var recursion = new WasmAssembler();
        recursion.Function(Call(0));
        byte[] fill = Loop([.. Const(0), .. Const(7), .. Const(65536), 0xFC, 0x0B, 0x00]);
        foreach (var module in new[] { Program(Loop([])), Program(fill) })
        {
            var outcome = await RunAsync(module, 1_000_000);
            Assert.Equal((ExitReason.OutOfFuel, 1_000_000L), (outcome.Reason, outcome.FuelUsed!.Value));
        }

        Assert.Equal(ExitReason.OutOfFuel, (await RunAsync(recursion.Build(), 10_000)).Reason);
        Assert.Equal(ExitReason.Completed, (await RunAsync(Program([0x01]), 2)).Reason);
        Assert.Equal(ExitReason.OutOfFuel, (await RunAsync(Program([0x01]), 1)).Reason);
    }

    [Fact]
    public async Task Work_of_the_host_is_paid_by_its_length()
    {
        var assembler = new WasmAssembler { Memory = (40, null, 0) };
        var random = assembler.Import("random_get", [I32, I32]);
        assembler.Function([.. Const(0), .. Const(1 << 20), .. Call(random), .. Drop]);
        var used = (await RunAsync(assembler.Build(), Plenty)).FuelUsed!.Value;
        Assert.InRange(used, 1 << 20, (1 << 20) + 200);
        Assert.Equal(ExitReason.OutOfFuel, (await RunAsync(assembler.Build(), 1000)).Reason);
    }

    /// <summary>Recursion with small and large frames, loops, calls, a trap deep down, growth that is refused: each the same in every tier.</summary>
    [Fact]
    public async Task Every_tier_of_the_engine_gives_the_same_fuel_and_the_same_end()
    {
        var modules = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["recursion"] = Recursion(0),
            ["recursion with locals"] = Recursion(40),
            ["recursion with a thousand locals"] = Recursion(1000),
            ["loop"] = Program(Counting(1_000_000)),
            ["trap in a loop"] = Program(Loop([.. Const(0), .. Const(0), 0x28, 0x02, 0x00, .. Const(1), 0x6A, 0x36, 0x02, 0x00, .. Const(0), 0x28, 0x02, 0x00, .. Const(777), 0x46, 0x04, 0x40, 0x00, 0x0B])),
            ["growth"] = Program(Loop([.. Const(100), 0x40, 0x00, .. Const(-1), 0x46, 0x04, 0x40, 0x00, 0x0B])),
            ["fuel"] = Program(Loop([.. Const(0), .. Const(0), 0x28, 0x02, 0x00, .. Const(1), 0x6A, 0x36, 0x02, 0x00])),
        };
        foreach (var (name, module) in modules)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var flags in Tiers)
            {
                var outcome = await RunAsync(module, 50_000_000, flags);
                seen.Add($"{outcome.Reason} {outcome.ModelExitCode} {outcome.FuelUsed}");
            }

            Assert.True(seen.Count == 1 && !seen.Single().StartsWith("Crashed", StringComparison.Ordinal) && !seen.Single().EndsWith(' '), $"{name}: {string.Join(" | ", seen)}");
        }
    }

    [Fact]
    public async Task Sample_models_give_the_same_bytes_and_fuel_in_every_tier_and_the_same_bytes_without_a_meter()
    {
        var input = SampleModelTests.FlightStream();
        var package = TestBench.Sample("flight-delay-train");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var flags in Tiers)
        {
            var outcome = await RunAsync(package.Module.ToArray(), Plenty, flags, input, package.Manifest.Name);
            Assert.Equal(ExitReason.Completed, outcome.Reason);
            seen.Add($"{outcome.FuelUsed} {Convert.ToHexString(outcome.Output!)}");
        }

        Assert.Single(seen);
        var bare = await RunAsync(package.Module.ToArray(), null, null, input, package.Manifest.Name);
        Assert.Null(bare.FuelUsed);
        Assert.EndsWith(Convert.ToHexString(bare.Output!), seen.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Functions_with_several_results_and_early_returns_keep_their_values()
    {
        // Two results through a loop and a return from inside of it; the sum 7 + 35 ends the run as its code.
        var assembler = new WasmAssembler();
        var exit = assembler.Import("proc_exit", [I32], []);
        var pair = assembler.Function([0x03, 0x40, .. Const(7), .. Const(35), 0x0F, 0x0B, 0x00], [], [I32, I32]);
        assembler.Function([.. Call(pair), 0x6A, .. Call(exit)]);
        var outcome = await RunAsync(assembler.Build(), Plenty);
        Assert.Equal(42u, outcome.GuestExitCode);
    }

    private static byte[] Counting(int turns) =>
        Loop([.. Const(0), .. Const(0), 0x28, 0x02, 0x00, .. Const(1), 0x6A, 0x36, 0x02, 0x00, .. Const(0), 0x28, 0x02, 0x00, .. Const(turns), 0x48, 0x0D, 0x00, 0x0C, 0x01]);

    private static byte[] Calling(byte[] code)
    {
        var assembler = new WasmAssembler();
        var other = assembler.Function(code);
        assembler.Function(Call(other));
        return assembler.Build();
    }

    private static byte[] Recursion(int locals)
    {
        var assembler = new WasmAssembler();
        assembler.Function([.. Call(0), 0x01], locals: locals);
        return assembler.Build();
    }

    private static async Task<RunOutcome> RunAsync(byte[] module, long? fuel, string[]? flags = null, byte[]? input = null, string name = "test")
    {
        Assert.True(ModelInspector.Inspect(module).IsAccepted);
        using var output = new MemoryStream();
        var job = new ModuleJob
        {
            Module = module,
            Arguments = [name, "{}"],
            MemoryMib = 64,
            CpuLimit = TimeSpan.FromSeconds(30),
            OutputBytes = 1 << 20,
            Fuel = fuel,
        };
        var outcome = await new ModuleRunner(TestBench.Jailer).RunAsync(
            flags is null ? job : job with { Policy = job.Policy with { EngineFlags = flags } },
            async (stream, token) => await stream.WriteAsync(input ?? [], token),
            (part, _) =>
            {
                output.Write(part.Span);
                return ValueTask.CompletedTask;
            },
            CancellationToken.None);
        return outcome with { Output = output.ToArray() };
    }
}
