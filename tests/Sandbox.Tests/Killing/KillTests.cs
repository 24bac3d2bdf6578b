using System.Globalization;
using Sandbox.Sandbox.Tests.Door;
using Xunit.Abstractions;

namespace Sandbox.Sandbox.Tests.Killing;

/// <summary>
/// kill -9 at any moment of the demo, then start again: no child outlives it, no half-loaded data set, no state without its ledger entry, no release without its votes,
/// no plaintext on disk. The moments come from a seed that is printed; SANDBOX_TEST_SEED repeats a run.
/// </summary>
public sealed class KillTests(ITestOutputHelper log)
{
    /// <summary>About as many events as the demo tells of.</summary>
    private const int Events = 64;

    private readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("SANDBOX_TEST_SEED"), CultureInfo.InvariantCulture, out var given)
        ? given
        : System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);

    [Fact]
    public async Task Killed_twice_on_its_way_the_demo_goes_on_and_ends_well()
    {
        log.WriteLine($"seed {_seed}");
        var draw = new Random(_seed);
        using var parent = new TemporaryFolder();
        var demo = new KilledDemo(parent.File("city"), log);
        for (var half = 0; half < 2; half++)
        {
            await demo.PlayAsync((half * Events / 2) + draw.Next(Events / 2), TimeSpan.FromMilliseconds(draw.Next(1200)));
            demo.Check();
        }

        demo.Finish();
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task Killed_at_twenty_random_moments_the_demo_goes_on_and_ends_well()
    {
        log.WriteLine($"seed {_seed}");
        var draw = new Random(_seed);
        for (var kills = 0; kills < 20;)
        {
            // Several moments on one folder, then a fresh one: early stations are met as often as late ones.
            using var parent = new TemporaryFolder();
            var demo = new KilledDemo(parent.File("city"), log);
            for (var round = 0; round < 4 && kills < 20; round++)
            {
                if (!await demo.PlayAsync(draw.Next(Events), TimeSpan.FromMilliseconds(draw.Next(2500))))
                {
                    break;
                }

                kills++;
                demo.Check();
            }

            demo.Finish();
        }
    }

    /// <summary>The first moments, in which the domain itself is made.</summary>
    [Theory]
    [InlineData(30)]
    [InlineData(120)]
    [InlineData(200)]
    [InlineData(260)]
    [InlineData(330)]
    public async Task Killed_while_the_domain_is_made_nothing_half_made_is_left(int milliseconds)
    {
        using var parent = new TemporaryFolder();
        var folder = parent.File("city");
        var process = SandboxProgram.Start("init", "--dir", folder, "--profile", "futian");
        using (process)
        {
            await Task.Delay(milliseconds);
            if (!process.HasExited)
            {
                Assert.Empty(await ProcessTree.SurvivorsAsync(ProcessTree.KillLeader(process.Id)));
            }

            await process.WaitForExitAsync();
        }

        if (Directory.Exists(folder))
        {
            SandboxProgram.Json("ledger", "verify", "--dir", folder).Ends(Ran.Done);
            SandboxProgram.Json("person", "list", "--dir", folder).Ends(Ran.Done);
            SandboxProgram.Json("init", "--dir", folder, "--profile", "futian").RefusedBy("SB-HOST-8");
        }
        else
        {
            SandboxProgram.Json("init", "--dir", folder, "--profile", "futian").Ends(Ran.Done);
            Assert.Equal([folder], Directory.GetFileSystemEntries(parent.Path));
        }
    }
}
