using System.Diagnostics;
using System.Text;
using Sandbox.Enclave.Models;
using Sandbox.Enclave.Runs;
using Sandbox.Enclave.Tests.Making;
using Sandbox.Jail;

namespace Sandbox.Enclave.Tests.Runs;

/// <summary>Runs of many partitions: what comes out depends on rows and module, never on how many jails work at once, and a bad end leaves nothing behind.</summary>
public sealed class PartitionTests
{
    private const int Rows = 1000;

    // Does what the first byte of its part says, else works in proportion to its bytes and writes a line: step, bytes, sum, a random number.
    private const string Source =
        """
        #define _GNU_SOURCE
        #include <stdint.h>
        #include <stdio.h>
        #include <string.h>
        #include <unistd.h>
        static unsigned char part[1 << 20];
        int main(int argc, char **argv) {
            int last = argc > 2 && !strcmp(argv[2], "reduce");
            size_t size = 0;
            ssize_t got;
            while ((got = read(0, part + size, sizeof part - size)) > 0) size += (size_t)got;
            if (argc != 3 || (!last && strcmp(argv[2], "partition"))) return 9;
            if (last) {
                if (memchr(part, 'R', size)) __builtin_trap();
                printf("reduced %zu\n", size);
                fwrite(part, 1, size, stdout);
                return 0;
            }
            uint32_t chance;
            getentropy(&chance, sizeof chance);
            volatile uint32_t sum = 0;
            switch (part[0]) {
                case 'T': __builtin_trap();
                case 'X': fputs("row 1 is wrong", stderr); return 3;
                case 'F': for (;;) sum++;
                case 'B': for (int i = 0; i < 60000; i++) putchar('b'); break;
                case 'R': case '!': putchar(part[0]); break;
            }
            for (size_t i = 0; i < size; i++) for (int j = 0; j < 50; j++) sum += part[i];
            printf("partition %zu %u %u\n", size, sum, chance);
            return 0;
        }
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_two_and_five_jails_at_once_give_the_same_bytes_and_the_same_fuel(bool reduce)
    {
        var input = Enumerable.Range(0, (7 * Rows) + 500).Select(i => (byte)('a' + (i % 26))).ToArray();
        var outcomes = new List<RunOutcome>();
        foreach (var atOnce in new[] { 1, 2, 5 })
        {
            outcomes.Add(await RunAsync(input, atOnce, reduce));
        }

        Assert.All(outcomes, outcome => Assert.Equal((ExitReason.Completed, 8, input.LongLength), (outcome.Reason, outcome.Partitions!.Value, outcome.BytesIn)));
        Assert.All(outcomes, outcome => Assert.Equal(outcomes[0].Output, outcome.Output));
        Assert.All(outcomes, outcome => Assert.Equal(outcomes[0].FuelUsed, outcome.FuelUsed));
        Assert.All(outcomes, outcome => Assert.Equal(outcome.Output!.LongLength, outcome.BytesOut));
        var lines = Encoding.ASCII.GetString(outcomes[0].Output!).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(reduce ? 9 : 8, lines.Length);

        // In the order of the rows, the last with what is left, each with random numbers of its own.
        var partitions = lines.Where(line => line.StartsWith("partition", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToArray();
        Assert.Equal([.. Enumerable.Repeat("1000", 7), "500"], partitions.Select(line => line[1]));
        Assert.Equal(Enumerable.Range(0, 8).Select(i => (50 * input.Skip(i * Rows).Take(Rows).Sum(value => (long)value)).ToString(System.Globalization.CultureInfo.InvariantCulture)), partitions.Select(line => line[2]));
        Assert.Equal(8, partitions.Select(line => line[3]).Distinct().Count());
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(Rows, 1, Rows)]
    [InlineData(Rows + 1, 2, 1)]
    public async Task Edges_lie_where_the_rows_say(int rows, int partitions, int last)
    {
        var outcome = await RunAsync([.. Enumerable.Repeat((byte)'a', rows)], 2);
        Assert.Equal((ExitReason.Completed, partitions), (outcome.Reason, outcome.Partitions));
        var lines = Encoding.ASCII.GetString(outcome.Output!).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(partitions + 1, lines.Length);
        Assert.StartsWith($"partition {last} ", lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aaTaFaaX", ExitReason.Trapped, null, 3)]
    [InlineData("aaaXTaaa", ExitReason.Trapped, 3, 4)]
    [InlineData("aFaaTaaa", ExitReason.OutOfFuel, null, 2)]
    [InlineData("Taaaaaaa", ExitReason.Trapped, null, 1)]
    [InlineData("aaaaaaaF", ExitReason.OutOfFuel, null, 8)]
    [InlineData("aaaaaaaR", ExitReason.Trapped, null, 8)]
    public async Task The_first_partition_that_ends_badly_gives_the_reason_and_the_fuel_however_many_ran(string parts, ExitReason reason, int? code, int counted)
    {
        var input = parts.SelectMany(first => Enumerable.Repeat((byte)first, 1).Concat(Enumerable.Repeat((byte)'a', Rows - 1))).ToArray();
        var outcomes = new List<RunOutcome>();
        foreach (var atOnce in new[] { 1, 4 })
        {
            outcomes.Add(await RunAsync(input, atOnce));
        }

        Assert.All(outcomes, outcome => Assert.Equal((reason, code, counted), (outcome.Reason, outcome.ModelExitCode, outcome.Partitions!.Value)));
        Assert.All(outcomes, outcome => Assert.Null(outcome.Output));
        Assert.All(outcomes, outcome => Assert.Equal(outcomes[0].FuelUsed, outcome.FuelUsed));
        Assert.NotNull(outcomes[0].FuelUsed);
        Assert.All(outcomes, outcome => Assert.Equal(code is null ? "" : "row 1 is wrong", outcome.HeldStderr));
    }

    [Fact]
    public async Task The_others_are_stopped_when_one_ends_badly_and_what_they_used_is_counted()
    {
        // Without a bound of fuel worth mentioning the others would work for the whole processor time.
        var input = Parts("TFFF");
        var clock = Stopwatch.StartNew();
        var outcome = await RunAsync(input, 4, manifest: Manifest(true).Replace("\"fuel\":20000000", "\"fuel\":900000000000000", StringComparison.Ordinal));
        Assert.Equal((ExitReason.Trapped, 1), (outcome.Reason, outcome.Partitions));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Outputs_together_are_bounded_and_those_that_cannot_be_joined_are_a_trap()
    {
        var one = await RunAsync(Parts("Ba"), 2, reduce: false);
        Assert.Equal(ExitReason.Completed, one.Reason);
        foreach (var atOnce in new[] { 1, 3 })
        {
            var outcome = await RunAsync(Parts("BaaBaa"), atOnce, reduce: false);
            Assert.Equal((ExitReason.OutputTooLarge, 4), (outcome.Reason, outcome.Partitions));
            Assert.Null(outcome.Output);
            var apart = await RunAsync(Parts("aa!"), atOnce, reduce: false);
            Assert.Equal((ExitReason.Trapped, 3), (apart.Reason, apart.Partitions));
            Assert.Null(apart.Output);
        }

        // Where a step follows, the parts may be larger together than its own output.
        Assert.Equal(ExitReason.OutputTooLarge, (await RunAsync(Parts("BaaBaa"), 2, reduce: true)).Reason);
    }

    [Fact]
    public async Task Cancelling_ends_all_jails()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            RunAsync(Parts("FFFFFF"), 3, manifest: Manifest(true).Replace("\"fuel\":20000000", "\"fuel\":900000000000000", StringComparison.Ordinal), cancellation: cancel.Token));
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_source_that_fails_ends_all_jails_and_is_told_as_it_is()
    {
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => RunAsync(
            Parts("FF"),
            2,
            manifest: Manifest(true).Replace("\"fuel\":20000000", "\"fuel\":900000000000000", StringComparison.Ordinal),
            fail: () => throw new TimeZoneNotFoundException()));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_jail_that_cannot_be_built_ends_the_run()
    {
        var policy = JailPolicies.Model with { MinimumLevel = 99 };
        var refused = await Assert.ThrowsAsync<JailRefusedException>(() => RunAsync(Parts("aaaa"), 2, policy: policy));
        Assert.NotEmpty(refused.Rule);
    }

    [Fact]
    public async Task Jails_that_wait_change_nothing()
    {
        await using var pool = new ModulePool(TestBench.Jailer);
        var cold = await RunAsync(Parts("aaaa"), 2);
        var warm = await RunAsync(Parts("aaaa"), 2, pool: pool);
        Assert.Equal(cold.Output, warm.Output);
        Assert.Equal(cold.FuelUsed, warm.FuelUsed);
    }

    [Fact]
    public void What_is_reviewed_covers_the_partitions()
    {
        var module = ClangModule.Of(Source);
        Assert.NotEqual(TestBench.Package(module, Manifest(true)).Digest, TestBench.Package(module, Manifest(false)).Digest);
        Assert.Equal(new ModelPartitions(1000, true), TestBench.Package(module, Manifest(true)).Manifest.Partitionable);
        foreach (var bad in new[] { """{"rows":999,"reduce":true}""", """{"rows":100000001,"reduce":true}""", """{"rows":1000}""", """{"reduce":true}""", """{"rows":1000,"reduce":true,"cores":2}""" })
        {
            var manifest = Manifest(true).Replace("""{"rows":1000,"reduce":true}""", bad, StringComparison.Ordinal);
            var refused = Assert.IsType<PackageResult.Refused>(ModelPackage.FromUntrusted(module, Encoding.UTF8.GetBytes(manifest)));
            Assert.Equal("SB-MODEL-9", Assert.Single(refused.Refusals).Rule);
        }
    }

    private static byte[] Parts(string firsts) => [.. firsts.SelectMany(first => Enumerable.Repeat((byte)first, 1).Concat(Enumerable.Repeat((byte)'a', Rows - 1)))];

    private static string Manifest(bool reduce) =>
        $$"""
        {"name":"test","version":"1","kind":"apply","inputs":[{"table":"t","columns":["a"]}],
         "output":{"kind":"report","columns":[{"name":"a","type":"utf8"}],"dimensions":[],"measures":[]},
         "parameters":[],"partitionable":{"rows":1000,"reduce":{{(reduce ? "true" : "false")}}},"limits":{"memory_mib":16,"cpu_seconds":60,"output_bytes":65536,"fuel":20000000} }
        """;

    private static async Task<RunOutcome> RunAsync(
        byte[] input, int atOnce, bool reduce = true, string? manifest = null, JailPolicy? policy = null, ModulePool? pool = null, Action? fail = null, CancellationToken cancellation = default)
    {
        var result = await new ModelRunner(TestBench.Jailer, pool, new BytePartitions(), atOnce).RunAsync(
            TestBench.Package(ClangModule.Of(Source), manifest ?? Manifest(reduce)),
            async (target, token) =>
            {
                for (var at = 0; at < input.Length; at += 317)
                {
                    await target.WriteAsync(input.AsMemory(at, Math.Min(317, input.Length - at)), token);
                }

                fail?.Invoke();
            },
            null,
            null,
            cancellation,
            policy: policy);
        return Assert.IsType<RunResult.Ended>(result).Outcome;
    }
}
