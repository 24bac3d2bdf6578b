using Sandbox.Host.Domains;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Killing;
using Sandbox.Vault.Queries;

namespace Sandbox.Host.Tests.Queries;

/// <summary>Query sessions of several processes share one budget of memory.</summary>
public sealed class HostMemoryTests(WorkbenchCity city) : IClassFixture<WorkbenchCity>
{
    private static readonly long Session = new QueryLimits().ChildBytes + (HostMemory.SlotBytes / 2);

    [Fact]
    public async Task What_is_taken_is_refused_and_comes_back()
    {
        using var folder = new TemporaryFolder();
        const long Budget = 8 * HostMemory.SlotBytes;
        using (var first = await HostMemory.ClaimAsync(folder.File("m"), 5 * HostMemory.SlotBytes, Budget, CancellationToken.None))
        {
            Assert.NotNull(first);
            Assert.Null(await HostMemory.ClaimAsync(folder.File("m"), 4 * HostMemory.SlotBytes, Budget, CancellationToken.None));
            using var second = await HostMemory.ClaimAsync(folder.File("m"), (2 * HostMemory.SlotBytes) + 1, Budget, CancellationToken.None);
            Assert.NotNull(second);
            Assert.Null(await HostMemory.ClaimAsync(folder.File("m"), 1, Budget, CancellationToken.None));
        }

        Assert.Null(await HostMemory.ClaimAsync(folder.File("m"), Budget + 1, Budget, CancellationToken.None));
        using var all = await HostMemory.ClaimAsync(folder.File("m"), Budget, Budget, CancellationToken.None);
        Assert.NotNull(all);
    }

    /// <summary>One session of another process has what is left: the next is refused by its rule, with nothing run, until that process is killed.</summary>
    [Fact]
    public async Task A_session_that_finds_no_memory_is_refused_until_another_process_ends()
    {
        var place = Path.Combine(city.Folder, "memory");
        var slots = HostMemory.Budget / HostMemory.SlotBytes;
        var left = (Session + HostMemory.SlotBytes - 1) / HostMemory.SlotBytes;
        using var others = await HostMemory.ClaimAsync(place, (slots - left) * HostMemory.SlotBytes, HostMemory.Budget, CancellationToken.None);
        Assert.NotNull(others);
        using var session = SandboxProgram.Start("query", "--zone", "bench", "--dir", city.Folder, "--as", "wu", "--json");
        await session.StandardInput.WriteAsync("SELECT 1 AS one;\n");
        await session.StandardInput.FlushAsync();
        string? line;
        do
        {
            line = await session.StandardOutput.ReadLineAsync().WaitAsync(SandboxProgram.Late);
        }
        while (line is not null && !line.Contains("\"one\"", StringComparison.Ordinal));
        Assert.NotNull(line);
        city.Ask("mei", "SELECT 1").RefusedBy("SB-QUERY-20");
        var below = ProcessTree.KillLeader(session.Id);
        await session.WaitForExitAsync();
        Assert.Empty(await ProcessTree.SurvivorsAsync(below));
        city.Ask("mei", "SELECT 1").Ends(Ran.Done);

        // A production question runs no user's statement and takes none of it.
        using var rest = await HostMemory.ClaimAsync(place, left * HostMemory.SlotBytes, HostMemory.Budget, CancellationToken.None);
        Assert.NotNull(rest);
        city.Ask("mei", "SELECT 1").RefusedBy("SB-QUERY-20");
        Assert.DoesNotContain("SB-QUERY-20", city.As("mei", "query", "--zone", "plant", "SELECT count(*) FROM register").Output, StringComparison.Ordinal);
    }
}
