namespace Sandbox.Policy.Scenarios;

/// <summary>What somebody wants to do with data.</summary>
public enum DomainAction
{
    /// <summary>Not stated: refused.</summary>
    Unknown = 0,

    /// <summary>Read raw rows. No role may: raw data stay invisible to the people who process them.</summary>
    ReadRaw,

    /// <summary>Build a zone.</summary>
    BuildZone,

    /// <summary>Query masked data of a zone.</summary>
    Query,

    /// <summary>Train a model.</summary>
    Train,

    /// <summary>Apply a reviewed model to a zone.</summary>
    Apply,

    /// <summary>Read an output that is held for review.</summary>
    ReadHeldOutput,

    /// <summary>Ask for an export.</summary>
    RequestExport,

    /// <summary>Vote on an export.</summary>
    Vote,

    /// <summary>Release a reviewed export.</summary>
    Release,

    /// <summary>Open an encrypted total.</summary>
    OpenTotal,
}

/// <summary>A column of a data set.</summary>
public readonly record struct ColumnName(string DataSet, string Column);

/// <summary>The granted (or still wanted) side of a scenario, as the registry holds it.</summary>
public sealed record ScenarioFacts
{
    /// <summary>Id of the scenario.</summary>
    public required string Id { get; init; }

    /// <summary>Where it stands.</summary>
    public required ScenarioState State { get; init; }

    /// <summary>The one purpose of the grant.</summary>
    public required string Purpose { get; init; }

    /// <summary>First day of use.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day of use.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>Columns that remain after the reviewers' strikes.</summary>
    public required IReadOnlySet<ColumnName> Columns { get; init; }

    /// <summary>People admitted to the scenario (ids); reviewers and the authority are not members.</summary>
    public required IReadOnlySet<string> Members { get; init; }
}

/// <summary>One wanted act.</summary>
public sealed record AccessRequest
{
    /// <summary>Id of the person.</summary>
    public required string Actor { get; init; }

    /// <summary>Role in which the person acts.</summary>
    public required Role Role { get; init; }

    /// <summary>The scenario that the person names; null when none was named.</summary>
    public required ScenarioFacts? Scenario { get; init; }

    /// <summary>Purpose that the person states; must be the scenario's.</summary>
    public required string Purpose { get; init; }

    /// <summary>What is wanted.</summary>
    public required DomainAction Action { get; init; }

    /// <summary>Every column that is touched, also in filters, joins and orders.</summary>
    public required IReadOnlyCollection<ColumnName> Columns { get; init; }

    /// <summary>Kind of the zone; Unknown for acts that touch no zone.</summary>
    public required ZoneKind Zone { get; init; }

    /// <summary>The day of the act in the domain's time zone.</summary>
    public required DateOnly Today { get; init; }

    /// <summary>Whether the model has passed its review; only looked at for Apply.</summary>
    public bool ModelReviewed { get; init; }

    /// <summary>Whether the rows of the zone were sampled and masked; only looked at for Train.</summary>
    public bool SampledAndMasked { get; init; }

    /// <summary>Whether the person is the author of the output or request at hand; only looked at for Vote and Release.</summary>
    public bool IsAuthor { get; init; }
}
