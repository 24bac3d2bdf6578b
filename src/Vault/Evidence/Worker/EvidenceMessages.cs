using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Policy.Disclosure;
using Sandbox.Vault.Permissions;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Evidence;

/// <summary>Request to the evidence child.</summary>
internal sealed record EvidenceRequest(
    IReadOnlyList<SourceSegment> Segments,
    IReadOnlyList<WireDimension> Dimensions,
    string? Measure,
    IReadOnlyList<SourceFilter> Filters,
    string? SubjectColumn,
    int Top,
    int LargestCells,
    long MemoryBytes,
    int Threads,
    WireMarks? Marks = null,
    WirePermission? Permission = null,
    WireNumbers? Subjects = null);

/// <summary>The numbers of subjects on their way to a child.</summary>
/// <param name="Path">Where it finds them.</param>
/// <param name="About">What they must say that they are about.</param>
internal sealed record WireNumbers(string Path, string About);

/// <summary>A dimension with the JSON form of its rule and the values that are put together.</summary>
internal sealed record WireDimension(string Column, string? Rule, IReadOnlyList<ValueMerge> Merges)
{
    public static WireDimension Of(EvidenceDimension dimension) => new(dimension.Column, dimension.Rule?.ToJson(), dimension.Merges);
}

/// <summary>The cells.</summary>
internal sealed record EvidenceReply(IReadOnlyList<WireCell> Cells);

/// <summary>A cell on the wire.</summary>
internal sealed record WireCell(IReadOnlyList<string?> Key, long Rows, long? Subjects, long NonNull, double Sum, double Largest, double SecondLargest, double LargestN, long Negatives, long NonZero)
{
    /// <summary>Whether the child can have counted this: whole, finite and not against itself. Numbers that are none would pass every comparison of a check.</summary>
    public bool Holds(int dimensions) =>
        Key.Count == dimensions
        && Rows > 0
        && Subjects is null or >= 0
        && (Subjects ?? 0) <= Rows
        && NonNull >= 0
        && NonNull <= Rows
        && Negatives >= 0
        && Negatives <= Rows
        && NonZero >= Negatives
        && NonZero <= Rows
        && double.IsFinite(Sum)
        && double.IsFinite(Largest)
        && double.IsFinite(SecondLargest)
        && double.IsFinite(LargestN);

    public CellEvidence ToEvidence(int top) => new(Key, Rows, Subjects, NonNull, Sum, Largest, SecondLargest, Negatives) { LargestN = top > 2 ? LargestN : null, NonZero = NonZero };
}

/// <summary>Strict JSON of these messages.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, UseStringEnumConverter = true)]
[JsonSerializable(typeof(EvidenceRequest))]
[JsonSerializable(typeof(EvidenceReply))]
internal sealed partial class EvidenceJson : JsonSerializerContext;
