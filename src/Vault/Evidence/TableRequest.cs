using Sandbox.Policy;
using Sandbox.Policy.Disclosure;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Permissions;
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
public sealed record EvidenceDimension(string Column, MaskRule? Rule = null)
{
    /// <summary>Values that are put together, after the rule; the first that fits counts. Values that none names stay as they are.</summary>
    public IReadOnlyList<ValueMerge> Merges { get; init; } = [];
}

/// <summary>Values of a dimension that become one: a list, or a span of numbers or dates (top and bottom coding). Missing values stay missing.</summary>
/// <param name="Into">What stands in their place.</param>
/// <param name="Values">Texts of the values; null for a span.</param>
/// <param name="From">Least value, included; null = no bound.</param>
/// <param name="To">Greatest value, included; null = no bound.</param>
public sealed record ValueMerge(string Into, IReadOnlyList<string>? Values = null, string? From = null, string? To = null)
{
    /// <summary>Whether it is one of the two forms.</summary>
    public bool IsWhole => Into.Length > 0 && (Values is { Count: > 0 } ? From is null && To is null : Values is null && (From ?? To) is not null);
}

/// <summary>The data set that evidence is computed from.</summary>
/// <param name="Segments">Its segments in order, at least one.</param>
/// <param name="DataKey">Its key.</param>
public sealed record EvidenceSource(IReadOnlyList<ZoneSegment> Segments, DataKey DataKey)
{
    /// <summary>Whose rows count for the cells of a table; null where no permission is needed. The search for raw values in an output is over all rows.</summary>
    public PermissionView? Permissions { get; init; }

    /// <summary>The numbers of its subjects (<see cref="Vault.Subjects.SubjectNumbering"/>), over these segments and the subject column that is asked for; null to make them anew for each request.</summary>
    public ObjectRef? Subjects { get; init; }
}

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
