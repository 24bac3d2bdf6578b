using System.Runtime.InteropServices;
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

/// <summary>The cells, which lie in the data frames before it one after the other.</summary>
/// <param name="Texts">For each dimension the texts that the cells' numbers stand for.</param>
/// <param name="Cells">How many there are.</param>
internal sealed record EvidenceReply(IReadOnlyList<IReadOnlyList<string>> Texts, int Cells);

/// <summary>A cell on the wire, as it lies in memory: both ends are one program on one machine. A table of ten thousand cells is read in a moment so, where text takes a third of the whole answer's time.</summary>
/// <param name="Key">A dimension in each 16 bits: 0 a margin, 1 missing values, from 2 on the texts of the reply.</param>
/// <param name="Subjects"><see cref="NoSubjects"/> where none were counted.</param>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal readonly record struct WireCell(ulong Key, long Rows, long Subjects, long NonNull, double Sum, double Largest, double SecondLargest, double LargestN, long Negatives, long NonZero)
{
    internal const long NoSubjects = -1;
    internal const int Bits = 16;
    internal const int Missing = 1;
    internal const int FirstText = 2;

    /// <summary>The part of a key that is about one dimension.</summary>
    internal static int Part(ulong key, int at) => (int)((key >> (Bits * at)) & 0xFFFF);

    /// <summary>Whether the child can have counted this: whole, finite and not against itself. Numbers that are none would pass every comparison of a check.</summary>
    /// <param name="texts">The texts of the reply, a list for each dimension.</param>
    public bool Holds(IReadOnlyList<IReadOnlyList<string>> texts)
    {
        for (var at = 0; at < texts.Count; at++)
        {
            if (Part(Key, at) >= texts[at].Count + FirstText)
            {
                return false;
            }
        }

        return (texts.Count * Bits >= 64 || Key >> (Bits * texts.Count) == 0)
            && Rows > 0
            && Subjects >= NoSubjects
            && Subjects <= Rows
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
    }

    public CellEvidence ToEvidence(IReadOnlyList<IReadOnlyList<string>> texts, int top)
    {
        var key = new string?[texts.Count];
        for (var at = 0; at < key.Length; at++)
        {
            var part = Part(Key, at);
            key[at] = part == 0 ? null : part == Missing ? EvidenceService.MissingKey : texts[at][part - FirstText];
        }

        return new CellEvidence(key, Rows, Subjects == NoSubjects ? null : Subjects, NonNull, Sum, Largest, SecondLargest, Negatives) { LargestN = top > 2 ? LargestN : null, NonZero = NonZero };
    }
}

/// <summary>Strict JSON of these messages.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, UseStringEnumConverter = true)]
[JsonSerializable(typeof(EvidenceRequest))]
[JsonSerializable(typeof(EvidenceReply))]
internal sealed partial class EvidenceJson : JsonSerializerContext;
