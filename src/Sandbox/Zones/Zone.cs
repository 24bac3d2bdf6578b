using Sandbox.Host.Permissions;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.Zones;

namespace Sandbox.Host.Zones;

/// <summary>A built zone: one sealed, masked-only database file of one scenario and kind.</summary>
/// <param name="Tables">What the build did. Counts of small classes are for reviewers.</param>
/// <param name="DestroyedAt">When its key was destroyed; null while it stands.</param>
/// <param name="Certificate">The signed statement of that.</param>
public sealed record Zone(
    string Id,
    string Scenario,
    ZoneKind ZoneKind,
    ObjectRef Object,
    long Rows,
    IReadOnlyList<BuiltTable> Tables,
    DateTimeOffset BuiltAt,
    string BuiltBy,
    DateTimeOffset? DestroyedAt = null,
    string? Certificate = null) : IAggregate
{
    public static string Kind => "zone";

    /// <summary>The permissions that its rows rest on, one for each data set that needed some.</summary>
    public IReadOnlyList<PermissionState> Permissions { get; init; } = [];
}
