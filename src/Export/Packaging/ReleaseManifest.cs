using System.Text.Json.Nodes;

namespace Sandbox.Export.Packaging;

/// <summary>What a release package says about itself; signed as a whole by the domain's key.</summary>
public sealed record ReleaseManifest
{
    /// <summary>The only form there is.</summary>
    public const string FormatName = "sandbox-release/1";

    /// <summary>Label of the domain's signature.</summary>
    public const string Label = "sandbox/release/v1";

    public required string Format { get; init; }

    /// <summary>Id of the export request that was released.</summary>
    public required string Release { get; init; }

    /// <summary>Name of the authorised operation domain.</summary>
    public required string Domain { get; init; }

    /// <summary>Moment of release, UTC, <c>yyyy-MM-ddTHH:mm:ssZ</c>.</summary>
    public required string Created { get; init; }

    /// <summary>Id of the regulation profile.</summary>
    public required string Profile { get; init; }

    public required ManifestScenario Scenario { get; init; }

    public required ManifestRecipient Recipient { get; init; }

    /// <summary>Who asked for the export; may not be one of the reviewers.</summary>
    public required ManifestPerson Author { get; init; }

    /// <summary>Every data set behind the content, in ordinal order of their ids.</summary>
    public required IReadOnlyList<ManifestDataSet> DataSets { get; init; }

    /// <summary>Every file of the package but the manifest, in ordinal order of their paths.</summary>
    public required IReadOnlyList<ManifestFile> Files { get; init; }

    /// <summary>Rules that were checked, with their verdicts.</summary>
    public required IReadOnlyList<ManifestCheck> Checks { get; init; }

    /// <summary>Digest of the content that was voted on, lower-case hex; see <see cref="ReleaseContent"/>.</summary>
    public required string Content { get; init; }

    /// <summary>First reviews that the profile asks for, at least 1.</summary>
    public required int FirstReviews { get; init; }

    /// <summary>The votes as their reviewers signed them.</summary>
    public required IReadOnlyList<JsonObject> Approvals { get; init; }

    /// <summary>The model that made it; absent for a table that was only described.</summary>
    public ManifestModel? Model { get; init; }

    /// <summary>Signed head of the ledger when the release was decided, in checkpoint form.</summary>
    public required string Checkpoint { get; init; }
}

/// <param name="Id">Registered id.</param>
/// <param name="Purpose">Approved purpose.</param>
/// <param name="NotBefore">First moment of the grant, UTC.</param>
/// <param name="NotAfter">First moment after the grant, UTC.</param>
public sealed record ManifestScenario(string Id, string Purpose, string NotBefore, string NotAfter);

/// <param name="Id">Registered id.</param>
/// <param name="Name">Name of the body.</param>
/// <param name="Country">ISO 3166 code of the place of delivery.</param>
/// <param name="CrossBorderBasis">Legal basis for delivery abroad.</param>
/// <param name="Key">The public key that the package is sealed to; absent for a package in clear.</param>
public sealed record ManifestRecipient(string Id, string Name, string Country, string? CrossBorderBasis = null, string? Key = null);

/// <param name="Id">Registered id of the person.</param>
/// <param name="Organisation">Registered id of the person's organisation.</param>
public sealed record ManifestPerson(string Id, string Organisation);

/// <param name="Id">Registered id.</param>
/// <param name="Name">Name in the catalogue.</param>
/// <param name="Provider">Source department.</param>
/// <param name="Source">Where it was taken from.</param>
/// <param name="Acquired">Day of acquisition, <c>yyyy-MM-dd</c>.</param>
public sealed record ManifestDataSet(string Id, string Name, string Provider, string Source, string Acquired);

/// <param name="Path">Path in the archive.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Digest">Lower-case hex digest with the domain suite's hash.</param>
/// <param name="Rows">Rows of the table.</param>
/// <param name="Columns">Columns of the table.</param>
public sealed record ManifestFile(string Path, long Bytes, string Digest, long Rows, long Columns);

/// <param name="Rule">Id of the rule or check.</param>
/// <param name="Table">Table concerned; empty for the request.</param>
/// <param name="Verdict"><c>pass</c> or <c>review</c>; what fails has no package.</param>
public sealed record ManifestCheck(string Rule, string Table, string Verdict);

/// <param name="Name">Name of the model package.</param>
/// <param name="Version">Its version.</param>
/// <param name="Commitment">Commitment to the model, lower-case hex.</param>
/// <param name="Run">Id of the run.</param>
/// <param name="RunCommitment">Commitment to the run's record, lower-case hex.</param>
public sealed record ManifestModel(string Name, string Version, string Commitment, string Run, string RunCommitment);
