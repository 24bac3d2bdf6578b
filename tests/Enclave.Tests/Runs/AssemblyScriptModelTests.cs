using System.Diagnostics;
using System.Globalization;
using Sandbox.Enclave.Models;
using Sandbox.Enclave.Runs;
using Sandbox.Enclave.Tests.Making;
using Sandbox.Fixtures;
using Sandbox.Jail;

namespace Sandbox.Enclave.Tests.Runs;

/// <summary>The template in AssemblyScript, compiled by the pinned compiler, against the sample in C that does the same: the same bytes for each kind of column, the same exit codes.</summary>
public sealed class AssemblyScriptModelTests
{
    private const int Rows = 5000;
    private static readonly string Folder = Path.Combine(Checkout.Root, "sdk", "assemblyscript");
    private static readonly Lazy<byte[]> Compiled = new(Compile);

    [Theory]
    [InlineData("whole", null)]
    [InlineData("float", """{"digits":4}""")]
    [InlineData("time", """{"digits":6}""")]
    [InlineData("code", """{"digits":3}""")]
    public async Task The_template_gives_the_bytes_of_the_same_model_in_C(string kind, string? parameters)
    {
        var codes = Enumerable.Range(0, Rows).Select(i => 110000L + (i * 7919 % 540_000)).ToArray();
        var incomes = Enumerable.Range(0, Rows).Select(i => i % 16 == 3 ? null : (long?)(i * 613 % 90_000)).ToArray();
        var input = TinyArrow.Write(
            777,
            new TinyArrow.Column("division", kind == "code" ? codes.Select(code => (long?)code).ToArray() : codes.Select(code => code.ToString(CultureInfo.InvariantCulture)).ToArray()),
            new TinyArrow.Column("monthly_income", kind switch
            {
                "float" => incomes.Select(income => (income ?? 0) / 7.0).ToArray(),
                "time" => new TinyArrow.Micros(incomes.Select(income => (income ?? 0) * 1_234_567).ToArray()),
                _ => incomes,
            }));
        var ours = await RunAsync(Compiled.Value, input, parameters);
        var sample = await RunAsync(TestBench.Sample("district-income").Module.ToArray(), input, parameters);
        Assert.True(ours.Reason == ExitReason.Completed, $"{ours} {ours.HeldStderr}");
        Assert.Equal(sample.Output, ours.Output);
        Assert.True(TinyArrow.Read(ours.Output!)["people"].Cast<long>().Sum() > Rows * 9 / 10);
    }

    [Fact]
    public async Task Damaged_input_and_a_missing_column_end_it_as_they_end_the_sample_in_C()
    {
        var whole = TinyArrow.Write(10, new TinyArrow.Column("division", new[] { "440304", "310101" }), new TinyArrow.Column("monthly_income", new long?[] { 1, 2 }));
        var other = TinyArrow.Write(10, new TinyArrow.Column("division", new[] { "440304" }));
        foreach (var (input, code) in new[] { (whole[..^20], 2), (whole[..30], 2), ([], 2), (other, 3) })
        {
            var ours = await RunAsync(Compiled.Value, input, null);
            var sample = await RunAsync(TestBench.Sample("district-income").Module.ToArray(), input, null);
            Assert.Equal((ExitReason.Trapped, code), (ours.Reason, ours.ModelExitCode));
            Assert.Equal(sample.ModelExitCode, ours.ModelExitCode);
        }
    }

    [Fact]
    public void The_template_imports_nothing_but_what_it_uses_of_WASI()
    {
        var package = Package(Compiled.Value);
        Assert.Equal(["args_get", "args_sizes_get", "fd_read", "fd_write", "proc_exit"], package.Report.Imports.Select(import => import.Name).Order(StringComparer.Ordinal));
    }

    private static ModelPackage Package(byte[] module) => TestBench.Package(module, File.ReadAllText(Path.Combine(Folder, "package", "model.json")));

    private static async Task<RunOutcome> RunAsync(byte[] module, byte[] input, string? parameters)
    {
        var result = await new ModelRunner(TestBench.Jailer, partitioner: new BytePartitions()).RunAsync(Package(module), async (target, token) => await target.WriteAsync(input, token), parameters, null, CancellationToken.None);
        return Assert.IsType<RunResult.Ended>(result).Outcome;
    }

    private static byte[] Compile()
    {
        var target = Path.Combine(Directory.CreateTempSubdirectory("assemblyscript-model").FullName, "model.wasm");
        try
        {
            string[] words = [Path.Combine(TestBench.Engines.NodeModules("assemblyscript"), "bin", "asc.js"), "model.ts", "-o", target];
            using var build = Process.Start(new ProcessStartInfo(TestBench.Engines.Node, words) { WorkingDirectory = Folder, RedirectStandardError = true })!;
            var errors = build.StandardError.ReadToEnd();
            build.WaitForExit();
            return build.ExitCode == 0 ? File.ReadAllBytes(target) : throw new InvalidOperationException("asc: " + errors);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(target)!, recursive: true);
        }
    }
}
