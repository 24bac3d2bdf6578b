using Sandbox.Policy;
using Sandbox.Policy.Disclosure;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Evidence;

/// <summary>A table whose cells are to be recomputed from the vault.</summary>
public sealed record TableRequest
{
    /// <summary>The dimensions in the table's order, at most 4.</summary>
    public required IReadOnlyList<EvidenceDimension> Dimensions { get; init; }

    /// <summary>Column of the measure; null for a count of rows.</summary>
    public string? Measure { get; init; }

    /// <summary>What the cells hold.</summary>
    public required Aggregation Aggregation { get; init; }

    /// <summary>The range; every filter must hold.</summary>
    public IReadOnlyList<RowFilter> Filters { get; init; } = [];

    /// <summary>Column that names the person or organisation a row is about; null where there is none.</summary>
    public string? SubjectColumn { get; init; }

    /// <summary>How many largest contributions to add up, 2 to 10.</summary>
    public int Top { get; init; } = 2;

    /// <summary>Memory of the computation in bytes, 256 MiB or more.</summary>
    public long MemoryBytes { get; init; } = 2L << 30;
}

/// <summary>A dimension: a source column, generalised as the zone has it. Missing values form a class of their own, <see cref="EvidenceService.MissingKey"/>.</summary>
/// <param name="Column">Source column.</param>
/// <param name="Rule">The zone's rule of that column; null = as it is.</param>
public sealed record EvidenceDimension(string Column, MaskRule? Rule = null);

/// <summary>The data set that evidence is computed from.</summary>
/// <param name="Segments">Its segments in order, at least one.</param>
/// <param name="DataKey">Its key.</param>
public sealed record EvidenceSource(IReadOnlyList<ZoneSegment> Segments, DataKey DataKey);

/// <summary>What came of it.</summary>
public abstract record EvidenceResult
{
    private EvidenceResult()
    {
    }

    /// <summary>All inner cells that have rows, and all margins (null in the key), in the order of their keys.</summary>
    public sealed record Cells(IReadOnlyList<CellEvidence> Values) : EvidenceResult;

    /// <summary>Nothing was computed: without evidence nothing may leave.</summary>
    public sealed record Refused(Refusal Reason) : EvidenceResult;
}
