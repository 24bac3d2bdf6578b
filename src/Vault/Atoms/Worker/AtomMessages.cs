using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Policy.Disclosure.Differencing;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Permissions;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Atoms;

/// <summary>Request to the atom child.</summary>
internal sealed record AtomRequest(
    IReadOnlyList<SourceSegment> Segments,
    string? SubjectColumn,
    int Minimum,
    string? Index,
    int Indexed,
    IReadOnlyList<WireTable> Earlier,
    IReadOnlyList<WireTable> Wanted,
    bool Keep,
    long MemoryBytes,
    int Threads,
    WireMarks? Marks = null,
    WireNumbers? Subjects = null);

/// <summary>A published table on the wire.</summary>
internal sealed record WireTable(
    IReadOnlyList<WireDimension> Dimensions,
    IReadOnlyList<SourceFilter> Filters,
    bool CountsRows,
    IReadOnlyList<string> CountsOf,
    IReadOnlyList<string> SumsOf,
    IReadOnlyList<IReadOnlyList<string?>> Withheld,
    int Segments,
    WirePermission? Permission = null)
{
    public static WireTable Of(PublishedTable table) => new(
        [.. table.Dimensions.Select(WireDimension.Of)],
        [.. table.Filters.Select(SourceFilters.Of)],
        table.CountsRows, table.CountsOf, table.SumsOf, table.Withheld, table.Segments);
}

/// <summary>One item a wanted table, in order.</summary>
internal sealed record AtomReply(IReadOnlyList<WireAtoms> Tables)
{
    /// <summary>Whether the child can have found this: for every wanted table one item, no negative number.</summary>
    public bool Holds(AtomSearch search) =>
        Tables.Count == search.Wanted.Count
        && Tables.All(table => table is not null && Enum.IsDefined(table.Outcome)
            && table.Overlaps.All(overlap => overlap is { OnlyHere: >= 0, OnlyThere: >= 0, Both: >= 0 } && overlap.Against >= 0 && overlap.Against < search.Earlier.Count + search.Wanted.Count));
}

internal sealed record WireAtoms(SpanOutcome Outcome, IReadOnlyList<WireOverlap> Overlaps)
{
    public TableAtoms ToFound(AtomSearch search, int at) => new(
        search.Wanted[at].Label, Outcome,
        [.. Overlaps.Select(overlap => new TableOverlap(
            overlap.Against < search.Earlier.Count ? search.Earlier[overlap.Against].Label : search.Wanted[overlap.Against - search.Earlier.Count].Label,
            overlap.OnlyHere, overlap.OnlyThere, overlap.Both))]);
}

/// <param name="Against">Ordinal of the other table: earlier ones first, then wanted ones.</param>
internal sealed record WireOverlap(int Against, long OnlyHere, long OnlyThere, long Both);

/// <summary>Strict JSON of these messages.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AtomRequest))]
[JsonSerializable(typeof(AtomReply))]
internal sealed partial class AtomJson : JsonSerializerContext;
