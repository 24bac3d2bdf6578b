using Sandbox.Enclave.Models;
using Sandbox.Enclave.Runs;
using Sandbox.Enclave.Tests.Making;
using Sandbox.Enclave.Tests.Models;
using Sandbox.Jail;

namespace Sandbox.Enclave.Tests.Runs;

/// <summary>Mutated modules that inspector and engine accept, in the real jail: each ends in a named reason that is a module's own, and the next run is unharmed.</summary>
public sealed class MutatedModuleTests
{
    [Fact]
    public Task Of_three_thousand_mutations_eighty_that_the_engine_accepts_end_by_name() => RunThemAsync(3000, 80, 77);

    [Fact]
    [Trait("Category", "Long")]
    public Task Of_a_hundred_thousand_mutations_all_that_the_engine_accepts_end_by_name() => RunThemAsync(100_000, int.MaxValue, 78);

    private static async Task RunThemAsync(int mutations, int most, ulong seed)
    {
        var accepted = Mutations.Of(RewriterTests.Seeds(), mutations, seed).Where(module => ModelInspector.Inspect(module).IsAccepted).ToList();
        var valid = EngineOracle.Valid(accepted);
        var chosen = accepted.Where((_, i) => valid[i]).Take(most).ToList();
        Assert.True(chosen.Count >= Math.Min(most, 50), $"{chosen.Count} of {accepted.Count}");
        var input = SampleModelTests.FlightStream();
        await Parallel.ForEachAsync(chosen, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (module, _) =>
        {
            var outcome = await new ModuleRunner(TestBench.Jailer).RunAsync(
                new ModuleJob { Module = module, Arguments = ["model"], MemoryMib = 128, CpuLimit = TimeSpan.FromSeconds(20), OutputBytes = 16 << 20, Fuel = 500_000_000 },
                async (stream, token) => await stream.WriteAsync(input, token),
                (_, _) => ValueTask.CompletedTask,
                CancellationToken.None);
            Assert.True(outcome.Reason is ExitReason.Completed or ExitReason.Trapped or ExitReason.OutOfFuel or ExitReason.OutOfMemory or ExitReason.OutputTooLarge, $"{outcome} {outcome.HeldStderr}");
        });
    }
}
