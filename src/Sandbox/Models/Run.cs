using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Models;

/// <summary>A finished run. Its output is held; nobody but the gate reads it.</summary>
/// <param name="Held">The held output, or null when the run did not complete.</param>
/// <param name="HeldReport">Exact reason, fuel, clock and seed, use of the processor, sizes and stderr: held with the output.</param>
/// <param name="TrainedRun">Run whose held output was its trained parameters, if any.</param>
public sealed record Run(
    string Id,
    string Scenario,
    string Model,
    string ModelDigest,
    string RunKind,
    string Zone,
    ZoneKind ZoneKind,
    bool Completed,
    ObjectRef? Held,
    ObjectRef HeldReport,
    string? Parameters,
    string StartedBy,
    DateTimeOffset FinishedAt,
    string? TrainedRun = null) : IAggregate
{
    public static string Kind => "run";
}
