using System.Text.Json.Nodes;
using Sandbox.Enclave.Models;
using Spectre.Console;

namespace Sandbox.Host.Models;

/// <summary>What a module says about itself, for people and programs.</summary>
internal static class ModelReport
{
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
}
