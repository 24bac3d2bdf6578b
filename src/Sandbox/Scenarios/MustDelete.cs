using System.Text.Json.Nodes;
using Sandbox.Host.Models;
using Sandbox.Host.Registry;
using Sandbox.Host.Zones;

namespace Sandbox.Host.Scenarios;

/// <summary>What is left of scenarios that have ended and must be deleted: zones, held outputs, models.</summary>
internal static class MustDelete
{
    public static JsonArray Of(RegistryDatabase registry, IReadOnlyCollection<string> scenarios) =>
    [
        .. registry.All<Zone>().Where(zone => zone.DestroyedAt is null && scenarios.Contains(zone.Scenario)).Select(zone => Item("zone", zone.Id, zone.Scenario)),
        .. registry.All<Run>().Where(run => run.Held is not null && scenarios.Contains(run.Scenario)).Select(run => Item("held output", run.Id, run.Scenario)),
        .. registry.All<Model>().Where(model => scenarios.Contains(model.Scenario)).Select(model => Item("model", model.Id, model.Scenario)),
    ];

    private static JsonObject Item(string kind, string name, string scenario) => new() { ["kind"] = kind, ["name"] = name, ["scenario"] = scenario };
}
