using Sandbox.Host.Registry;

namespace Sandbox.Host.Demands;

/// <summary>A demand for data in the register: what is wanted, how it is used, for which scenario, and why that is sound and feasible (YB 12).</summary>
/// <param name="Id">Its name.</param>
/// <param name="Providers">Source departments that hold the data.</param>
/// <param name="List">The demand list that it went out with; null as long as it waits.</param>
public sealed record Demand(
    string Id, string Organisation, string Person, IReadOnlyList<string> Providers, string? Content, string? WayOfUse, string? Scenario, string? Feasibility, string? List, DateTimeOffset At) : IAggregate
{
    public static string Kind => "demand";

    /// <summary>Members that are not stated; a demand that lacks one stays out of every list.</summary>
    internal IReadOnlyList<string> Missing =>
        [.. new[] { ("content", Content), ("way_of_use", WayOfUse), ("scenario", Scenario), ("feasibility", Feasibility) }.Where(part => string.IsNullOrWhiteSpace(part.Item2)).Select(part => part.Item1)];
}
