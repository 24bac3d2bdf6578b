using System.Text.Json.Nodes;
using Sandbox.Enclave.Models;
using Sandbox.Enclave.Scoring;
using Spectre.Console;

namespace Sandbox.Host.Models;

/// <summary>What a module says about itself, and what parameters without code are, for people and programs.</summary>
internal static class ModelReport
{
    public static JsonObject Json(ModelPackage package)
    {
        var body = Json(package.Report);
        if (package.Manifest.Partitionable is { } partitions)
        {
            body["partitionable"] = new JsonObject { ["rows"] = partitions.Rows, ["reduce"] = partitions.Reduce };
        }

        if (package.Scoring is { Report: var scoring })
        {
            body["scoring"] = new JsonObject
            {
                ["format"] = Tool(scoring.Format).ToLowerInvariant(),
                ["objective"] = scoring.Objective,
                ["features"] = scoring.Features,
                ["features_used"] = scoring.FeaturesUsed,
                ["scores"] = scoring.Scores,
                ["steps"] = scoring.Steps,
                ["trees"] = scoring.Trees,
                ["depth"] = scoring.Depth,
                ["nodes"] = scoring.Nodes,
                ["bytes"] = scoring.FormBytes,
                ["module"] = ScoringModule.DigestOf(package.Module.Span),
            };
        }

        return body;
    }

    public static void Print(IAnsiConsole console, ModelPackage package)
    {
        if (package.Scoring is not { Report: var scoring })
        {
            Print(console, package.Report);
            if (package.Manifest.Partitionable is { } partitions)
            {
                console.WriteLine($"  runs over partitions of {partitions.Rows:N0} rows, a jail with these limits for each, {(partitions.Reduce ? "then a step of its own over their outputs in order" : "their rows one after the other as output")}");
            }

            return;
        }

        var what = scoring.Trees == 0 ? "a linear model" : $"{Counted(scoring.Trees, "tree")} of at most {scoring.Depth} splits in a row, {scoring.Nodes:N0} nodes";
        console.WriteLine($"  no code of its own: {what} ({Tool(scoring.Format)}, {scoring.Objective})");
        console.WriteLine($"  {Counted(scoring.Features, "feature")}, {scoring.FeaturesUsed} used, {Counted(scoring.Steps, "step")} before; {Counted(scoring.Scores, "score")} a row, given as means by {string.Join(", ", package.Manifest.Output.Dimensions)}");
        console.WriteLine($"  run by the product's scoring module {ScoringModule.DigestOf(package.Module.Span)}");
    }

    public static JsonObject Json(ModuleReport report) => new()
    {
        ["bytes"] = report.Bytes,
        ["functions"] = report.Functions,
        ["imports"] = new JsonArray([.. report.Imports.Select(import => (JsonNode)$"{import.Module}.{import.Name}")]),
        ["exports"] = new JsonArray([.. report.Exports.Select(export => (JsonNode)export.Name)]),
        ["memory_pages"] = report.Memories.Count == 1 ? (long)report.Memories[0].Minimum : null,
        ["simd"] = report.UsesSimd,
        ["relaxed_simd"] = report.UsesRelaxedSimd,
        ["grows_memory"] = report.GrowsMemory,
        ["custom_sections"] = new JsonArray([.. report.CustomSections.Select(section => (JsonNode)section.Name)]),
    };

    public static void Print(IAnsiConsole console, ModuleReport report)
    {
        console.WriteLine($"  {report.Bytes:N0} bytes, {report.Functions} functions, imports {(report.Imports.Count == 0 ? "nothing" : string.Join(", ", report.Imports.Select(import => import.Name)))}");
        console.WriteLine($"  {(report.UsesSimd ? "uses SIMD" : "no SIMD")}, {(report.GrowsMemory ? "grows its memory" : "fixed memory")}, no network, no files, no clock but the run's own");
    }

    private static string Counted(int count, string what) => $"{count:N0} {what}{(count == 1 ? "" : "s")}";

    private static string Tool(ScoringFormat format) => format switch
    {
        ScoringFormat.Xgboost => "XGBoost",
        ScoringFormat.Onnx => "ONNX",
        _ => "linear",
    };
}
