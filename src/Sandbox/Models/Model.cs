using Sandbox.Host.Registry;
using Sandbox.Trust;

namespace Sandbox.Host.Models;

/// <summary>Where a submitted model stands. Anything but <see cref="Approved"/> does not run in production.</summary>
public enum ModelState
{
    Blocked = 0,
    Submitted,
    Approved,
}

/// <summary>A submitted model package. What was reviewed (module and manifest: one digest) is what runs.</summary>
public sealed record Model(
    string Id,
    string Scenario,
    string Version,
    string RunKind,
    string Digest,
    ModelState State,
    ObjectRef Package,
    string SubmittedBy,
    string Organisation,
    string? ApprovedBy,
    DateTimeOffset SubmittedAt) : IAggregate
{
    public static string Kind => "model";
}
