using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.Fetching;

namespace Sandbox.Host.Sources;

/// <summary>How a registered interface stands.</summary>
public enum SourceState
{
    Unknown = 0,

    /// <summary>Registered by its provider; nothing is asked yet.</summary>
    Proposed,

    /// <summary>The bureau lets the domain ask this address.</summary>
    Approved,

    /// <summary>Not asked any more.</summary>
    Stopped,
}

/// <summary>A provider's HTTP interface that the domain may ask for data. What was approved is what is asked: nothing of it can be changed, only stopped.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Provider">Organisation that answers for it.</param>
/// <param name="RegisteredBy">Person of that organisation.</param>
/// <param name="Address">As <see cref="SourceAddress"/> reads it.</param>
/// <param name="RecordsAt">JSON Pointer to the records; null where the answer is a file as it is.</param>
/// <param name="Roots">Certificates, PEM, to which the interface's own must lead back; null for the system's.</param>
/// <param name="Headers">Sealed lines of headers, which may hold a key; null for none.</param>
/// <param name="Replaces">Whether a pull takes the place of everything before it, or is added to it.</param>
/// <param name="EveryHours">Hours between scheduled pulls; null where it is asked by hand only.</param>
public sealed record DataSource(
    string Id, string Provider, string RegisteredBy, string Address, string? RecordsAt, string? Roots, ObjectRef? Headers, bool Replaces, int? EveryHours, SourceState State) : IAggregate
{
    public const string KeyId = "source-headers";

    public static string Kind => "data_source";

    /// <summary>Who of the bureau approved it.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>The data set that it feeds, from its first load on.</summary>
    public string? DataSet { get; init; }

    /// <summary>When it was last asked with success.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>What the interface calls what it gave then.</summary>
    public string? EntityTag { get; init; }

    /// <summary>The batch that was made of it: once that is gone, the tag says nothing.</summary>
    public string? Batch { get; init; }

    internal bool IsOf(Actor actor) => actor.Role == Role.SourceDepartment && actor.Organisation == Provider;

    /// <summary>From when on a scheduled pull is due; null where none is, as before the first load.</summary>
    internal DateTimeOffset? DueAt => State == SourceState.Approved && EveryHours is { } hours ? LastAt?.AddHours(hours) : null;
}
