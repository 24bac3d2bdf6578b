using System.Collections.Concurrent;
using System.Diagnostics;
using Sandbox.Enclave.Models;
using Sandbox.Enclave.Runs;
using Sandbox.Enclave.Tests.Making;
using Sandbox.Jail;

namespace Sandbox.Enclave.Tests.Runs;

/// <summary>The same module in our jail, with and without a meter, and under Wasmtime (inside the package wizer): the same bytes or a trap in all of them.</summary>
public sealed class DifferentialTests
{
    private const long Plenty = 1_000_000_000_000;

    [Fact]
    [Trait("Category", "Long")]
    public Task A_thousand_generated_modules_give_the_same_bytes_under_wasmtime() => CompareAsync(1000, 7);

    [Fact]
    public Task Generated_modules_give_the_same_bytes_under_wasmtime() => CompareAsync(100, 1);

    [Theory]
    [InlineData("flight-delay-train")]
    [InlineData("row-copy")]
    public async Task A_sample_model_gives_the_same_bytes_under_wasmtime(string name)
    {
        var module = TestBench.Sample(name).Module.ToArray();
        var input = SampleModelTests.FlightStream();
        var there = await WasmtimeAsync(module, input);
        var here = await JailAsync(module, Plenty, input);
        Assert.Equal(Convert.ToHexString(there.Output), Convert.ToHexString(here.Output));
        Assert.Equal(there.Good, here.Good);
        Assert.NotEmpty(here.Output);
    }

    private static async Task CompareAsync(int count, ulong seed)
    {
        var different = new ConcurrentBag<string>();
        var completed = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (number, _) =>
        {
            var module = new ProgramGenerator((seed * 1_000_003) + (ulong)number).Build();
            var there = await WasmtimeAsync(module, []);
            foreach (var fuel in new long?[] { Plenty, null }.Take(number % 4 == 0 ? 2 : 1))
            {
                var here = await JailAsync(module, fuel, []);
                if (here.Good != there.Good || !here.Output.AsSpan().SequenceEqual(there.Output))
                {
                    different.Add($"module {number} of seed {seed}, fuel {fuel}: {here} there {there}");
                }
            }

            if (there.Good)
            {
                Interlocked.Increment(ref completed);
            }
        });
        Assert.Empty(different);

        // Divisions by zero end most of them early; modules that all trap would compare ends only.
        Assert.True(completed > count / 10, $"{completed} of {count} came to their end");
    }

    private static async Task<Ending> JailAsync(byte[] module, long? fuel, byte[] input)
    {
        Assert.Empty(ModelInspector.Inspect(module).Refusals.Select(refusal => refusal.Why));
        using var output = new MemoryStream();
        var job = new ModuleJob { Module = module, Arguments = ["model"], MemoryMib = 32, CpuLimit = TimeSpan.FromSeconds(60), OutputBytes = 64 << 20, Fuel = fuel };
        var outcome = await new ModuleRunner(TestBench.Jailer).RunAsync(
            job,
            async (stream, token) => await stream.WriteAsync(input, token),
            (part, _) =>
            {
                output.Write(part.Span);
                return ValueTask.CompletedTask;
            },
            CancellationToken.None);
        Assert.True(outcome.Reason is ExitReason.Completed or ExitReason.Trapped or ExitReason.OutOfMemory, outcome.ToString());
        return new(outcome.Reason == ExitReason.Completed, output.ToArray());
    }

    private static async Task<Ending> WasmtimeAsync(byte[] module, byte[] input)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, module);
            var wizer = Path.Combine(TestBench.Engines.NodeModules("@bytecodealliance/wizer-linux-x64"), "wizer");
            Assert.True(File.Exists(wizer), "The oracle is not restored: run ./sandbox once, or npm ci in the folder engines.");
            using var process = Process.Start(new ProcessStartInfo(wizer, ["--allow-wasi", "-f", "_start", file, "-o", "/dev/null"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var errors = process.StandardError.ReadToEndAsync();
            using var output = new MemoryStream();
            var taking = process.StandardOutput.BaseStream.CopyToAsync(output);
            await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
            await taking;
            await process.WaitForExitAsync();
            var said = await errors;
            Assert.True(process.ExitCode == 0 || said.Contains("trap", StringComparison.OrdinalIgnoreCase) || said.Contains("wasm", StringComparison.OrdinalIgnoreCase), said);
            return new(process.ExitCode == 0, output.ToArray());
        }
        finally
        {
            File.Delete(file);
        }
    }

    private sealed record Ending(bool Good, byte[] Output)
    {
        public override string ToString() => $"{(Good ? "completed" : "trapped")} {Convert.ToHexString(Output)}";
    }
}
