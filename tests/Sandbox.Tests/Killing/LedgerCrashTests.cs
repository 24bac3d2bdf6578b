using System.Globalization;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Input;
using Xunit.Abstractions;

namespace Sandbox.Sandbox.Tests.Killing;

/// <summary>
/// kill -9, a power cut that tears the last writes, and a disk that fills up, at random moments while 64 threads change a domain: every acknowledged entry is there,
/// state and ledger agree, and the next start needs no help. SANDBOX_TEST_SEED repeats the moments of a run as far as a machine can.
/// </summary>
public sealed class LedgerCrashTests(ITestOutputHelper log)
{
    /// <summary>Crashes of one domain before a fresh one is made.</summary>
    private const int Each = 10;

    private readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("SANDBOX_TEST_SEED"), CultureInfo.InvariantCulture, out var given)
        ? given
        : System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);

    [Fact]
    public Task Twenty_crashes_lose_nothing_that_was_acknowledged() => CrashAsync(20);

    [Fact]
    [Trait("Category", "Long")]
    public Task A_thousand_crashes_lose_nothing_that_was_acknowledged() => CrashAsync(1000);

    private async Task CrashAsync(int times)
    {
        log.WriteLine($"seed {_seed}");
        var draw = new Random(_seed);
        var (kills, tears, full, acknowledged) = (0, 0, 0, 0);
        for (var done = 0; done < times; done += Each)
        {
            // One domain in five lies on a small disk that is filled; where no small disk can be had, all are killed.
            using var disk = done / Each % 5 == 2 && SmallDisk.Obstacle is null ? SmallDisk.Mount(24) : null;
            using var parent = new TemporaryFolder();
            var domain = new CrashedDomain(Path.Combine(disk?.Path ?? parent.Path, "city"));
            for (var i = 0; i < Each; i++)
            {
                var tear = disk is null && draw.Next(2) == 0;
                var words = await domain.CrashAsync($"r{i}", draw, tear, disk);
                try
                {
                    domain.Check();
                }
                catch
                {
                    log.WriteLine($"after crash {done + i}: {(disk is not null ? "full disk" : tear ? words : "kill")}");
                    throw;
                }

                kills += disk is null && !tear ? 1 : 0;
                tears += tear ? 1 : 0;
                full += disk is null ? 0 : 1;
            }

            acknowledged += domain.Acknowledged;
        }

        log.WriteLine($"{kills} kills, {tears} torn, {full} full disks; {acknowledged} acknowledged changes, none lost");
        Assert.True(acknowledged > times * 10, $"only {acknowledged} changes were acknowledged: the load did not run");
    }
}
