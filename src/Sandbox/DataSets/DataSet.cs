using Sandbox.Host.Answers;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Zones;

namespace Sandbox.Host.DataSets;

/// <summary>A registered data set with the batches that were loaded.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Provider">Organisation that answers for it.</param>
/// <param name="RegisteredBy">Person of that organisation.</param>
/// <param name="Source">Where the data come from, in the provider's words; goes into every release.</param>
/// <param name="AcquiredOn">Date of acquisition; goes into every release.</param>
/// <param name="SubjectColumn">Column that identifies the person or body a row is about, or null when rows have no subject.</param>
/// <param name="Epoch">Counts the states of the data set: every delivery, replacement and withdrawal starts one.</param>
/// <param name="RemovedAt">When rows were last taken away; what was built before still holds them and is not opened any more.</param>
/// <param name="GradesConfirmed">True after the provider confirmed or changed the proposed grades.</param>
public sealed record DataSet(
    string Id,
    string Provider,
    string RegisteredBy,
    string Source,
    DateOnly AcquiredOn,
    string? SubjectColumn,
    bool GradesConfirmed,
    IReadOnlyList<DataColumn> Columns,
    IReadOnlyList<Batch> Batches,
    int Epoch = 1,
    DateTimeOffset? RemovedAt = null) : IAggregate
{
    public static string Kind => "data_set";

    /// <summary>How long the provider keeps these data by law; null as long as nobody has said, which is flagged (YN23 17).</summary>
    public DataRetention? Retention { get; init; }

    /// <summary>Whether an operating unit or developer brought them in from outside (CC 20(3)); it then answers for them as a provider does for its own.</summary>
    public bool Outside { get; init; }

    /// <summary>Whom the rows are about, as the provider declared it (YN23 20).</summary>
    public RowSubject About { get; init; }

    /// <summary>Whether somebody answers for this data set.</summary>
    internal bool IsOf(Actor actor) => actor.Organisation == Provider && (actor.Role == Role.SourceDepartment || (Outside && actor.Role is Role.Operator or Role.Developer));

    /// <summary>The batches whose rows count.</summary>
    internal IEnumerable<Batch> Standing => Batches.Where(batch => batch.WithdrawnAt is null);

    internal long RowCount => Standing.Sum(batch => batch.Rows);

    /// <summary>Segments in the form that zones and evidence take: main columns with the identifier columns of the same rows.</summary>
    /// <exception cref="RefusedException">Every column identifies.</exception>
    internal IReadOnlyList<ZoneSegment> ZoneSegments() =>
    [
        .. Standing.Where(batch => batch.Rows > 0).SelectMany(batch => batch.Parts.Select(part => new ZoneSegment(part.Main ?? throw new RefusedException(OnlyIdentifiers()), part.Identifiers))),
    ];

    private static Refusal OnlyIdentifiers() => new(
        "DATA-IDENTIFIERS",
        "Every column of the data set identifies somebody; there is nothing in it to be worked with.",
        "Deliver it with at least one column that does not identify (data replace needs the same columns: register it as a data set of its own).",
        "该数据集的每一列都是标识符，没有可供使用的内容。",
        "请提供至少含一个非标识列的数据，并另行登记为数据集。");
}

/// <param name="Years">Years from the day of acquisition; 0 for good.</param>
/// <param name="Basis">The law or schedule that says so, in the provider's words.</param>
public sealed record DataRetention(int Years, string Basis, string SetBy, DateTimeOffset SetAt);

/// <summary>A column with what the classifier proposed or the provider decided; never a value.</summary>
/// <param name="Origin">Type in an Arrow source or "json", where the stored type says less.</param>
/// <param name="Floor">The mask rule, in JSON, that the provider demands at least of every scenario; null where it demands none beyond the grade's.</param>
public sealed record DataColumn(string Name, StoredType Type, ColumnGroup Group, IdentifierKind Identifies, ColumnGrade Grade, string? Origin = null, string? Floor = null)
{
    /// <summary>Set identifier that the provider tagged the column as (YN23 20).</summary>
    public SetIdentifier Tag { get; init; }

    /// <summary>The floor as a rule; one that can't be read any more lets nothing but suppression pass.</summary>
    internal MaskRule? FloorRule => Floor is null ? null : MaskRule.FromUntrusted(Floor) is MaskRuleResult.Read read ? read.Rule : new MaskRule.Suppress();
}

/// <summary>One load: immutable sealed segments, in parts if the file was large.</summary>
public sealed record Batch(string Id, long Rows, long Rejected, DateTimeOffset LoadedAt, IReadOnlyList<SegmentRef> Segments, IReadOnlyList<ObjectRef> Quarantines)
{
    /// <summary>Keyed commitment to the delivered file, or null for what no file is.</summary>
    public string? Commitment { get; init; }

    /// <summary>When it was acquired; null for the date of the data set.</summary>
    public DateOnly? AcquiredOn { get; init; }

    /// <summary>When its rows were withdrawn or replaced; the objects are gone, the fact stays.</summary>
    public DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>The batch that this one holds what was left of.</summary>
    public string? RevisionOf { get; init; }

    internal IEnumerable<ObjectRef> Objects => [.. Segments.Select(segment => segment.ObjectRef), .. Quarantines];

    /// <summary>Its segments, main and identifier columns of the same rows together: one pair, or as many as a large file was read in.</summary>
    internal IReadOnlyList<(ObjectRef? Main, ObjectRef? Identifiers)> Parts
    {
        get
        {
            var groups = Segments.ToLookup(segment => segment.ColumnGroup, segment => segment.ObjectRef);
            var (main, identifiers) = (groups[ColumnGroup.Main].ToArray(), groups[ColumnGroup.Identifiers].ToArray());
            return [.. Enumerable.Range(0, Math.Max(main.Length, identifiers.Length)).Select(i => (main.ElementAtOrDefault(i), identifiers.ElementAtOrDefault(i)))];
        }
    }
}
