using Sandbox.Export.Checks;
using Sandbox.Export.Reviewing;
using Sandbox.Policy;

namespace Sandbox.Export.Packaging;

/// <summary>Everything that a release package says, from the rooms that know it.</summary>
public sealed record ReleaseRequest
{
    /// <summary>Name of the domain.</summary>
    public required string Domain { get; init; }

    /// <summary>Id of the regulation profile.</summary>
    public required string Profile { get; init; }

    /// <summary>The grant, as the content was checked against.</summary>
    public required GrantedScope Scope { get; init; }

    /// <summary>The content that was voted on.</summary>
    public required ReleaseContent Content { get; init; }

    /// <summary>The report of the checks over that content.</summary>
    public required CheckReport Report { get; init; }

    /// <summary>The review, released.</summary>
    public required ExportReview Review { get; init; }

    /// <summary>Every data set behind the content, at least one.</summary>
    public required IReadOnlyList<ManifestDataSet> DataSets { get; init; }

    public ManifestModel? Model { get; init; }

    /// <summary>Signed head of the ledger, in checkpoint form.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>Moment of release.</summary>
    public required DateTimeOffset Now { get; init; }
}

/// <summary>A package, or why there is none.</summary>
public abstract record ReleaseResult
{
    private ReleaseResult()
    {
    }

    /// <param name="Package">The archive's bytes; write them to a staged file, then rename.</param>
    /// <param name="Digest">Lower-case hex digest of the package, for the ledger entry.</param>
    /// <param name="Manifest">What it says.</param>
    public sealed record Built(byte[] Package, string Digest, ReleaseManifest Manifest) : ReleaseResult;

    public sealed record Refused(Refusal Reason) : ReleaseResult;
}
