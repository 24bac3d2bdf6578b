using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Permissions;

namespace Sandbox.Vault.Zones;

/// <summary>What a zone is to hold.</summary>
public sealed record ZoneRequest
{
    /// <summary>Id of the zone; goes into no file.</summary>
    public required string ZoneId { get; init; }

    /// <summary>Workbench or production.</summary>
    public required ZoneKind Kind { get; init; }

    /// <summary>Its tables, at least one; names differ.</summary>
    public required IReadOnlyList<ZoneTable> Tables { get; init; }

    /// <summary>Smallest class of people (rows where a table has no subject) that declared quasi-identifiers may form; 1 switches the check off. Production zones are not checked.</summary>
    public required int K { get; init; }

    /// <summary>What happens to rows in smaller classes.</summary>
    public SmallClasses SmallClasses { get; init; }

    /// <summary>The zone's own key: seals the zone and orders its rows.</summary>
    public required DataKey ZoneKey { get; init; }

    /// <summary>Key of the tokens, one a scenario and zone kind; null when no column is a token.</summary>
    public DataKey? TokenKey { get; init; }

    /// <summary>Memory of the build in bytes, 256 MiB or more.</summary>
    public long MemoryBytes { get; init; } = 3L << 29;
}

/// <summary>What happens to rows whose quasi-identifiers are shared by too few.</summary>
public enum SmallClasses
{
    /// <summary>The build is refused.</summary>
    Refuse = 0,

    /// <summary>Those rows are left out, and the report counts them.</summary>
    LeaveOut,
}

/// <summary>One table of a zone.</summary>
public sealed record ZoneTable
{
    /// <summary>Name in the zone: letters, digits and underscore, beginning with a letter; at most 63.</summary>
    public required string Name { get; init; }

    /// <summary>The data set's segments in order, at least one.</summary>
    public required IReadOnlyList<ZoneSegment> Segments { get; init; }

    /// <summary>The data set's key: opens the segments and forms the sample buckets.</summary>
    public required DataKey DataKey { get; init; }

    /// <summary>The granted columns with their rules; a column that is not named is not in the zone.</summary>
    public required IReadOnlyList<ZoneColumn> Columns { get; init; }

    /// <summary>Source column that names the person or organisation a row is about; null where there is none.</summary>
    public string? SubjectColumn { get; init; }

    /// <summary>Whose rows go in, where the data are used only with their subjects' permission; null where no permission is needed.</summary>
    public PermissionView? Permissions { get; init; }

    /// <summary>The share of subjects (rows where there is no subject) that goes in; null = all, which a workbench may not have.</summary>
    public SampleBuckets? Sample { get; init; }

    /// <summary>Source columns that together could point at a person; they must be among <see cref="Columns"/>.</summary>
    public IReadOnlyList<string> QuasiIdentifiers { get; init; } = [];

    /// <summary>Share of the sampled rows that may be left out because their class is too small, 0…200 per mille; more refuses the build. With ladders: what the search may leave out.</summary>
    public int LeaveOutPerMille { get; init; }

    /// <summary>The granted range; every filter must hold.</summary>
    public IReadOnlyList<RowFilter> Filters { get; init; } = [];
}

/// <summary>A column of a zone. Kind, grade and floor are the confirmed ones: the build checks the rule against them.</summary>
public sealed record ZoneColumn(string Name, MaskRule Rule, IdentifierKind Kind, ColumnGrade Grade, MaskRule? Floor = null);

/// <summary>Segments of a load: the main columns and, in the same row order, the identifier columns.</summary>
public sealed record ZoneSegment(ObjectRef Main, ObjectRef? Identifiers)
{
    /// <summary>How many files a child gets for some segments.</summary>
    internal static int FilesOf(IEnumerable<ZoneSegment> segments) => segments.Sum(segment => segment.Identifiers is null ? 1 : 2);
}

/// <summary>Buckets <paramref name="From"/> up to, not including, <paramref name="To"/> of 1000. Disjoint ranges of one data set hold disjoint subjects.</summary>
public sealed record SampleBuckets(int From, int To);

/// <summary>A closed condition on a source column. Values are texts that are read in the column's own type; a missing value passes only where that is said.</summary>
public abstract record RowFilter
{
    private RowFilter()
    {
    }

    /// <summary>From and up to, both included; null is open.</summary>
    public sealed record Between(string Column, string? From, string? To) : RowFilter;

    /// <summary>One of a list of 1 to 1,000 values.</summary>
    public sealed record OneOf(string Column, IReadOnlyList<string> Values) : RowFilter;

    /// <summary>None of a list of 1 to 1,000 values. A missing value is none of them and passes.</summary>
    public sealed record NoneOf(string Column, IReadOnlyList<string> Values) : RowFilter;

    /// <summary>At least one of 1 to 16 conditions, none of which is an <see cref="AnyOf"/> itself.</summary>
    public sealed record AnyOf(IReadOnlyList<RowFilter> Conditions) : RowFilter;

    /// <summary>True when it is within the limits of its kind.</summary>
    public bool IsWhole => this switch
    {
        Between between => between.From is not null || between.To is not null,
        OneOf list => list.Values.Count is > 0 and <= 1000,
        NoneOf list => list.Values.Count is > 0 and <= 1000,
        AnyOf any => any.Conditions.Count is > 0 and <= 16 && any.Conditions.All(condition => condition is not AnyOf && condition.IsWhole),
        _ => false,
    };

    /// <summary>The columns that it reads.</summary>
    public IEnumerable<string> Columns => this switch
    {
        Between between => [between.Column],
        OneOf list => [list.Column],
        NoneOf list => [list.Column],
        AnyOf any => any.Conditions.SelectMany(condition => condition.Columns),
        _ => [],
    };
}
