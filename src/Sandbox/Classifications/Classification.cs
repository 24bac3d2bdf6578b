using Sandbox.Host.Registry;
using Sandbox.Policy.Procedures;
using Sandbox.Trust;

namespace Sandbox.Host.Classifications;

/// <summary>Category, barred classes and attributes of a data set with everything that they were before.</summary>
/// <param name="Id">The data set.</param>
/// <param name="ReviewBy">Day by which the attributes are looked at again.</param>
/// <param name="Changes">Every state, the present one last.</param>
public sealed record Classification(string Id, DateOnly ReviewBy, IReadOnlyList<ClassificationChange> Changes) : IAggregate
{
    public static string Kind => "classification";

    internal ClassificationChange Now => Changes[^1];

    /// <summary>Classes that count when a profile bars some: those that were found, and "not open" by the attribute.</summary>
    internal IReadOnlyList<DataClass> BarredBy => Now.Attributes.Openness == Openness.NotOpen ? [.. Now.Classes, DataClass.NotOpen] : Now.Classes;

    internal IEnumerable<ObjectRef> Evidence => Changes.Select(change => change.Evidence).OfType<ObjectRef>();
}

/// <param name="Evidence">The paper on which an upgrade rests, sealed.</param>
/// <param name="Digest">Digest of that paper.</param>
public sealed record ClassificationChange(
    string Category, IReadOnlyList<DataClass> Classes, DataAttributes Attributes, UpgradeEvidence EvidenceKind, ObjectRef? Evidence, string? Digest, string Person, DateTimeOffset At);

/// <summary>An entry of the negative list 负面清单: data that are out of scope, with reason and decision (YN25 15). It can be ended, never removed.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Decision">The decision of the government at the same level.</param>
/// <param name="ReviewedOn">Day of the decision or of the last yearly review.</param>
public sealed record NegativeEntry(string Id, string DataSet, string Reason, string Decision, DateOnly ReviewedOn, string Person, DateTimeOffset At) : IAggregate
{
    public static string Kind => "negative-entry";

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The decision that ended it.</summary>
    public string? EndedBy { get; init; }
}
