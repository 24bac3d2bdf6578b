using Sandbox.Export.Artefacts;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Export.Checks;

/// <summary>The grant that an export names, as it stands now.</summary>
/// <param name="ScenarioId">Id of the scenario.</param>
/// <param name="Granted">True only while the scenario is granted (not suspended, not ended).</param>
/// <param name="Purpose">The approved purpose.</param>
/// <param name="Columns">Granted columns as <c>table.column</c>.</param>
/// <param name="NotBefore">First moment of the term.</param>
/// <param name="NotAfter">First moment after the term.</param>
public sealed record GrantedScope(
    string ScenarioId, bool Granted, string Purpose, IReadOnlySet<string> Columns, DateTimeOffset NotBefore, DateTimeOffset NotAfter);

/// <summary>Who gets the release.</summary>
/// <param name="Id">Registered id.</param>
/// <param name="Name">Name of the body.</param>
/// <param name="Country">ISO 3166 code of the place of delivery, for example CN.</param>
/// <param name="CrossBorderBasis">Legal basis on record for delivery abroad; null for none.</param>
/// <param name="Key">Public key that the release is sealed to, as <see cref="Trust.RecipientKey"/> writes it; null for a release in clear.</param>
public sealed record Recipient(string Id, string Name, string Country, string? CrossBorderBasis = null, string? Key = null);

/// <summary>What is known of a source column from the catalogue.</summary>
/// <param name="IsToken">True when the zone holds keyed tokens in its place.</param>
/// <param name="IsIdentifier">True when it identifies a person or body, or is a key of the data set.</param>
public sealed record SourceColumn(bool IsToken, bool IsIdentifier);

/// <summary>Evidence of one measure of a table, recomputed from the vault over all its cells.</summary>
/// <param name="Measure">Heading of the measure column.</param>
/// <param name="Cells">One item a cell, keys in the order of the declared dimensions.</param>
public sealed record MeasureEvidence(string Measure, IReadOnlyList<CellEvidence> Cells)
{
    /// <summary>False where the largest contributions can't be known, as inside an encrypted sum; a person must then judge dominance.</summary>
    public bool DominanceKnown { get; init; } = true;
}

/// <summary>Subjects of one atom: a set that the answers so far together with this one can tell apart.</summary>
/// <param name="Against">The earlier release or answer, for the reviewers.</param>
/// <param name="Subjects">How many subjects are in it.</param>
public sealed record Atom(string Against, long Subjects);

/// <summary>What the vault found when it put a table together with everything that left before.</summary>
public enum DifferencingSearch
{
    /// <summary>Nobody looked: may not leave.</summary>
    NotMade = 0,

    /// <summary>The search ended without an answer: may not leave.</summary>
    Undecided,

    /// <summary>Some sum and difference of figures is one of fewer subjects than the minimum.</summary>
    Isolates,

    /// <summary>None is.</summary>
    Safe,

    /// <summary>The figures are of no data set of the vault, such as an opened total.</summary>
    NoDataSet,
}

/// <summary>One table of a request.</summary>
public sealed record RequestedTable
{
    /// <summary>File-safe name.</summary>
    public required string Name { get; init; }

    /// <summary>Declared dimensions and measures.</summary>
    public required IReadOnlyList<ArtefactColumn> Columns { get; init; }

    /// <summary>What the catalogue knows of every source column that is used; a column that is not in it is refused.</summary>
    public required IReadOnlyDictionary<string, SourceColumn> Sources { get; init; }

    /// <summary>Recomputed evidence, one for each measure; empty when the vault could not recompute the table.</summary>
    public required IReadOnlyList<MeasureEvidence> Evidence { get; init; }

    /// <summary>The rows that a model made, in the order of <see cref="Columns"/>; null when the request only describes a table. They are judged and never leave.</summary>
    public IReadOnlyList<IReadOnlyList<Cell>>? Submitted { get; init; }

    /// <summary>Submitted rows that the vault found among the raw rows; null when nobody looked.</summary>
    public long? RawRowMatches { get; init; }

    /// <summary>Atoms that the range of this table makes with the ranges of every release so far.</summary>
    public IReadOnlyList<Atom> Atoms { get; init; } = [];

    /// <summary>What the author chose to have mended; null for nothing.</summary>
    public TableMending? Mending { get; init; }

    /// <summary>Whether its figures and all those that left before can be put together to a figure of few.</summary>
    public required DifferencingSearch Differencing { get; init; }
}

/// <summary>A request for export with everything that the checks need; nothing is looked up.</summary>
public sealed record ExportCase
{
    public required string ExportId { get; init; }

    /// <summary>Purpose that the request states.</summary>
    public required string Purpose { get; init; }

    public required Recipient Recipient { get; init; }

    public required GrantedScope Scope { get; init; }

    public required IReadOnlyList<RequestedTable> Tables { get; init; }

    /// <summary>Reports over those tables.</summary>
    public IReadOnlyList<Report> Reports { get; init; } = [];

    /// <summary>The profile's figures.</summary>
    public required DisclosureRules Rules { get; init; }

    /// <summary>The moment of the check.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Home of the domain, ISO 3166.</summary>
    public string HomeCountry { get; init; } = "CN";

    public ArtefactLimits Limits { get; init; } = new();
}
