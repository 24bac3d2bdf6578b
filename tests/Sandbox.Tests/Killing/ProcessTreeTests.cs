using System.Diagnostics;

namespace Sandbox.Sandbox.Tests.Killing;

public sealed class ProcessTreeTests
{
    /// <summary>A process that ends by itself while it is being killed is simply gone: a test that kills at a chosen moment may meet its end.</summary>
    [Fact]
    public async Task A_process_that_ends_on_the_way_is_gone()
    {
        for (var milliseconds = 0; milliseconds < 60; milliseconds += 2)
        {
            using var process = Process.Start("sleep", "0.03");
            await Task.Delay(milliseconds);
            if (!process.HasExited)
            {
                Assert.Empty(ProcessTree.KillLeader(process.Id));
            }

            await process.WaitForExitAsync();
        }
    }
}
