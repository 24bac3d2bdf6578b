using System.Globalization;
using System.Runtime.InteropServices;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Bench.Measuring;

/// <summary>Where the figures were taken.</summary>
/// <param name="Processor">Model name of the processor.</param>
/// <param name="Cores">Logical cores that this process may use.</param>
/// <param name="MemoryGigabytes">Main memory in GiB.</param>
/// <param name="System">Operating system.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="Engine">Version of DuckDB, ours and the rival's.</param>
/// <param name="JailLevel">Level of the jail, 1 or 2.</param>
/// <param name="Load">Load average over the last minute at the start: more than 0 means that the machine was not ours alone.</param>
internal sealed record Machine(string Processor, int Cores, double MemoryGigabytes, string System, string Runtime, string Engine, int JailLevel, double Load)
{
    public static Machine Describe(Workplace place)
    {
        var processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        var memory = File.ReadLines("/proc/meminfo").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        return new Machine(
            processor is null ? "unknown" : processor[(processor.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim(),
            Environment.ProcessorCount,
            Math.Round(double.Parse(memory[1], CultureInfo.InvariantCulture) / (1 << 20), 1),
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription,
            DuckDbDatabase.EngineVersion,
            place.Jailer.Probe().Level,
            double.Parse(load, CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Processor}, {Cores} cores, {MemoryGigabytes} GiB, {System}, {Runtime}, DuckDB {Engine}, jail level {JailLevel}, load {Load:0.0}");
}
