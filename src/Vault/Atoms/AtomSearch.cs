using Sandbox.Policy;
using Sandbox.Policy.Disclosure.Differencing;
using Sandbox.Trust;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Permissions;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Atoms;

/// <summary>A table that left, or is to leave: which sets of rows its figures are about.</summary>
public sealed record PublishedTable
{
    /// <summary>Name for reviewers, unique within a data set, for example <c>export/table</c>.</summary>
    public required string Label { get; init; }

    /// <summary>Its dimensions, generalised as in the zone.</summary>
    public required IReadOnlyList<EvidenceDimension> Dimensions { get; init; }

    /// <summary>Its range; every filter must hold.</summary>
    public IReadOnlyList<RowFilter> Filters { get; init; } = [];

    /// <summary>Whether the number of rows of its cells is told.</summary>
    public required bool CountsRows { get; init; }

    /// <summary>Columns whose number of present values is told, by a count or by a sum and a mean.</summary>
    public IReadOnlyList<string> CountsOf { get; init; } = [];

    /// <summary>Columns that are summed or averaged.</summary>
    public IReadOnlyList<string> SumsOf { get; init; } = [];

    /// <summary>Cells and margins that were withheld, in the form of their keys (null = margin); everything else was told, margins too.</summary>
    public IReadOnlyList<IReadOnlyList<string?>> Withheld { get; init; } = [];

    /// <summary>Whose rows it is about, where their permission was needed then; null where it was not.</summary>
    public PermissionView? Permissions { get; init; }

    /// <summary>The first segments of the data set, to which it is confined: those of its epoch.</summary>
    public required int Segments { get; init; }
}

/// <summary>A question to the atom index: what would follow if <see cref="Wanted"/> left after <see cref="Earlier"/>?</summary>
public sealed record AtomSearch
{
    /// <summary>The data set as it is now.</summary>
    public required EvidenceSource Source { get; init; }

    /// <summary>Column that names the subject of a row; null where rows are subjects.</summary>
    public string? SubjectColumn { get; init; }

    /// <summary>Smallest group that may be told apart.</summary>
    public required int Minimum { get; init; }

    /// <summary>The index that holds the first <see cref="Indexed"/> of <see cref="Earlier"/>; null to build it anew.</summary>
    public ObjectRef? Index { get; init; }

    /// <summary>How many of the earlier tables the index holds.</summary>
    public int Indexed { get; init; }

    /// <summary>Everything that left, in order.</summary>
    public required IReadOnlyList<PublishedTable> Earlier { get; init; }

    /// <summary>What is asked for, at least one table.</summary>
    public required IReadOnlyList<PublishedTable> Wanted { get; init; }

    /// <summary>True to make the index that holds the wanted tables too.</summary>
    public bool Keep { get; init; }

    /// <summary>Memory of the computation in bytes, 256 MiB or more.</summary>
    public long MemoryBytes { get; init; } = 2L << 30;
}

/// <summary>How the rows of two tables overlap, in subjects. Not for authors.</summary>
/// <param name="Against">Label of the other table.</param>
/// <param name="OnlyHere">Subjects of rows of the wanted table alone.</param>
/// <param name="OnlyThere">Subjects of rows of the other alone.</param>
/// <param name="Both">Subjects of rows of both.</param>
public sealed record TableOverlap(string Against, long OnlyHere, long OnlyThere, long Both);

/// <summary>What was found about one wanted table.</summary>
/// <param name="Label">Its label.</param>
/// <param name="Outcome">Whether sums and differences with all tables before it isolate few subjects.</param>
/// <param name="Overlaps">Against every table with another range.</param>
public sealed record TableAtoms(string Label, SpanOutcome Outcome, IReadOnlyList<TableOverlap> Overlaps);

/// <summary>What came of a search.</summary>
public abstract record AtomResult
{
    private AtomResult()
    {
    }

    /// <summary>One item a wanted table. <paramref name="Index"/> is the new index, to be committed with the release and disposed by the caller; null unless it was to be kept.</summary>
    public sealed record Found(IReadOnlyList<TableAtoms> Tables, StagedObject? Index) : AtomResult;

    /// <summary>Nothing was compared, so nothing may leave.</summary>
    public sealed record Refused(Refusal Reason) : AtomResult;
}
