using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Sandbox.Bench.Micro;

/// <summary>Runs the BenchmarkDotNet classes in this process: nothing is generated or built, so it works offline.</summary>
internal static class MicroBenchmarks
{
    /// <param name="filter">Glob over <c>Class.Method</c>, such as <c>*Sm4*</c>.</param>
    /// <param name="folder">Where BenchmarkDotNet puts its files.</param>
    /// <returns>Exit code: 0 when something ran, 2 when nothing matches.</returns>
    public static int Run(string filter, string folder)
    {
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(folder);
        var glob = filter.Contains('*', StringComparison.Ordinal) ? filter : $"*{filter}*";
        return BenchmarkSwitcher.FromTypes([typeof(CryptoMicro), typeof(PolicyMicro), typeof(VaultMicro)]).Run(["--filter", glob], config).Any() ? 0 : 2;
    }
}
