using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Bench.Measuring;

namespace Sandbox.Bench.Reporting;

/// <summary>The report as one JSON object. Units stand beside the figures; <c>ratio</c> is speed of ours over speed of the rival.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Of(Machine machine, int runs, IReadOnlyList<BenchLine> lines) => new JsonObject
    {
        ["machine"] = new JsonObject
        {
            ["processor"] = machine.Processor,
            ["cores"] = machine.Cores,
            ["memory_gib"] = machine.MemoryGigabytes,
            ["system"] = machine.System,
            ["runtime"] = machine.Runtime,
            ["duckdb"] = machine.Engine,
            ["jail_level"] = machine.JailLevel,
            ["load"] = machine.Load,
        },
        ["runs"] = runs,
        ["lines"] = new JsonArray([.. lines.Select(Line)]),
        ["passed"] = lines.Count(line => line.Verdict == LineVerdict.Pass),
        ["below_target"] = lines.Count(line => line.Verdict == LineVerdict.BelowTarget),
    }.ToJsonString(Indented);

    public static string Word(LineVerdict verdict) => verdict switch
    {
        LineVerdict.Pass => "pass",
        LineVerdict.NoTarget => "no-target",
        _ => "below-target",
    };

    private static JsonNode Line(BenchLine line) => new JsonObject
    {
        ["subject"] = line.Subject,
        ["name"] = line.Name,
        ["what"] = line.What,
        ["unit"] = line.Unit,
        ["ours"] = Side(line.Ours),
        ["rival_name"] = line.RivalName,
        ["rival"] = line.Rival is { } rival ? Side(rival) : null,
        ["ratio"] = Rounded(line.Ratio),
        ["difference"] = Rounded(line.Difference),
        ["target"] = line.Target is { } target
            ? new JsonObject { ["of"] = target.Judged.ToString().ToLowerInvariant(), [target.AtLeast ? "at_least" : "at_most"] = target.Limit }
            : null,
        ["verdict"] = Word(line.Verdict),
    };

    private static JsonObject Side(Series series) => new()
    {
        ["median"] = Rounded(series.Median),
        ["least"] = Rounded(series.Least),
        ["most"] = Rounded(series.Most),
        ["runs"] = series.Values.Count,
    };

    private static double? Rounded(double? value) => value is { } known ? Math.Round(known, 4) : null;
}
