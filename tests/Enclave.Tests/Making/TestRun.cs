using Sandbox.Enclave.Models;
using Sandbox.Enclave.Runs;
using Sandbox.Jail;

namespace Sandbox.Enclave.Tests.Making;

/// <summary>One run of a package over one stream, which has to complete.</summary>
internal static class TestRun
{
    public static async Task<RunOutcome> CompletedAsync(ModelPackage package, byte[] input)
    {
        var result = await new ModelRunner(TestBench.Jailer, partitioner: new BytePartitions()).RunAsync(package, async (target, token) => await target.WriteAsync(input, token), null, null, CancellationToken.None);
        var outcome = Assert.IsType<RunResult.Ended>(result).Outcome;
        Assert.True(outcome.Reason == ExitReason.Completed, $"{outcome} {outcome.HeldStderr}");
        return outcome;
    }
}
