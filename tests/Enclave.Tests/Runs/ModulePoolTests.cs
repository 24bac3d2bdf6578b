using Sandbox.Enclave.Models;
using Sandbox.Enclave.Runs;
using Sandbox.Enclave.Tests.Making;
using Sandbox.Jail;

namespace Sandbox.Enclave.Tests.Runs;

/// <summary>Jails that wait for their one job: the same result as a cold one, the same limits from the dispatch on, never used twice, and nothing is left of those that nobody took.</summary>
public sealed class ModulePoolTests
{
    private static readonly byte[] Input = TinyArrow.Write(
        4, new TinyArrow.Column("division", new[] { "440304", "440305", "310101" }), new TinyArrow.Column("monthly_income", new long?[] { 1000, 3000, 500 }));

    [Fact]
    public async Task A_jail_that_waited_gives_the_same_bytes_fuel_and_level_as_a_cold_one_and_serves_one_job()
    {
        var package = TestBench.Sample("district-income");
        var cold = await RunAsync(null, package);
        await using var pool = new ModulePool(TestBench.Jailer);
        pool.Prepare(package);
        pool.Prepare(package);
        await pool.ReadyAsync();
        var warm = await RunAsync(pool, package);
        Assert.Equal(cold.Output, warm.Output);
        Assert.Equal((cold.FuelUsed, cold.JailLevel, cold.BytesIn, cold.BytesOut), (warm.FuelUsed, warm.JailLevel, warm.BytesIn, warm.BytesOut));
        Assert.Equal(Input.Length, warm.BytesIn);

        // A second job of the kind has a jail of its own again, and nothing of the first.
        await using var first = await ModulePool.TakeAsync(pool, TestBench.Jailer, ModelRunner.JobOf(package).Jail, CancellationToken.None);
        Assert.NotEqual(0, first.Process.ProcessId);
        Assert.Equal(cold.Output, (await RunAsync(pool, package)).Output);
    }

    [Fact]
    public async Task Time_runs_from_the_dispatch_and_other_limits_do_not_share_a_jail()
    {
        var job = new ModuleJob { Module = WasmAssembler.Program([0x01]), Arguments = ["test"], MemoryMib = 16, CpuLimit = TimeSpan.FromSeconds(5), WallLimit = TimeSpan.FromSeconds(2), OutputBytes = 1024, Fuel = 1000 };
        await using var pool = new ModulePool(TestBench.Jailer);
        pool.Prepare(job);
        await pool.ReadyAsync();
        await using var other = await ModulePool.TakeAsync(pool, TestBench.Jailer, (job with { MemoryMib = 32 }).Jail, CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(3));
        await using var waiting = await ModulePool.TakeAsync(pool, TestBench.Jailer, job.Jail, CancellationToken.None);
        Assert.NotEqual(other.Process.ProcessId, waiting.Process.ProcessId);
        Assert.False(waiting.Process.Exit.IsCompleted);
        pool.Prepare(job);
        await Task.Delay(TimeSpan.FromSeconds(3));
        var outcome = await new ModuleRunner(TestBench.Jailer, pool).RunAsync(job, (_, _) => Task.CompletedTask, (_, _) => ValueTask.CompletedTask, CancellationToken.None);
        Assert.Equal(ExitReason.Completed, outcome.Reason);
        Assert.InRange(outcome.Wall, TimeSpan.Zero, TimeSpan.FromSeconds(2));

        // An endless loop in a jail that waited ends by the same limit as in a cold one.
        var endless = job with { Module = WasmAssembler.Program([0x03, 0x40, 0x0C, 0x00, 0x0B]), Fuel = null };
        pool.Prepare(endless);
        await pool.ReadyAsync();
        Assert.Equal(ExitReason.TimedOut, (await new ModuleRunner(TestBench.Jailer, pool).RunAsync(endless, (_, _) => Task.CompletedTask, (_, _) => ValueTask.CompletedTask, CancellationToken.None)).Reason);
    }

    [Fact]
    public async Task A_jail_that_died_while_it_waited_is_replaced_and_those_left_over_end_with_the_pool()
    {
        var package = TestBench.Sample("district-income");
        var policy = ModelRunner.JobOf(package).Jail;
        JailedProcess left;
        await using (var pool = new ModulePool(TestBench.Jailer))
        {
            pool.Prepare(package);
            await pool.ReadyAsync();
            var dead = pool.Waiting(policy)!.Process;
            dead.Kill();
            await dead.Exit;
            Assert.Equal(ExitReason.Completed, (await RunAsync(pool, package)).Reason);
            pool.Prepare(package);
            left = pool.Waiting(policy)!.Process;
        }

        Assert.True(left.Exit.IsCompleted);
        Assert.False(Directory.Exists($"/proc/{left.ProcessId}"));
    }

    [Fact]
    public async Task A_jail_whose_run_was_accounted_is_gone_when_its_pool_is()
    {
        var job = new ModuleJob { Module = WasmAssembler.Program([0x01]), Arguments = ["test"], MemoryMib = 16, CpuLimit = TimeSpan.FromSeconds(5), OutputBytes = 1024, Fuel = 1000 };
        var ran = new List<JailedProcess>();
        await using (var pool = new ModulePool(TestBench.Jailer))
        {
            for (var i = 0; i < ModulePool.MostWaiting + 2; i++)
            {
                pool.Prepare(job);
                await pool.ReadyAsync();
                ran.Add(pool.Waiting(job.Jail)!.Process);
                var outcome = await new ModuleRunner(TestBench.Jailer, pool).RunAsync(job, (_, _) => Task.CompletedTask, (_, _) => ValueTask.CompletedTask, CancellationToken.None);
                Assert.Equal((ExitReason.Completed, 2), (outcome.Reason, outcome.JailLevel));
                Assert.True(ran[^1].Exit.IsCompleted);
                Assert.Null(pool.Waiting(job.Jail));
            }
        }

        Assert.All(ran, process => Assert.False(Directory.Exists($"/proc/{process.ProcessId}")));
    }

    [Fact]
    public async Task A_jail_without_a_job_refuses_to_go_on_when_its_input_ends()
    {
        await using var jail = WaitingJail.Start(TestBench.Jailer, ModelRunner.JobOf(TestBench.Sample("district-income")).Jail, ahead: true, CancellationToken.None);
        await jail.Process.Input.DisposeAsync();
        var exit = await jail.Process.Exit;
        Assert.Equal(77, exit.Code);
        Assert.Equal("", exit.Word);
    }

    private static async Task<RunOutcome> RunAsync(ModulePool? pool, ModelPackage package)
    {
        var result = await new ModelRunner(TestBench.Jailer, pool, new BytePartitions()).RunAsync(package, async (target, token) => await target.WriteAsync(Input, token), null, null, CancellationToken.None);
        return Assert.IsType<RunResult.Ended>(result).Outcome;
    }
}
