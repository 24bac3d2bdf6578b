using Sandbox.Host.Permissions;
using Sandbox.Host.Registry;
using Sandbox.Policy.Review;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Exports;

/// <summary>A request for export. It holds what was asked and the history of the review; figures are recomputed whenever they are needed.</summary>
/// <param name="Digest">Digest of the content under review, or null when the checks failed and there is none.</param>
/// <param name="Journal">Canonical JSON of the review's history, or null when it never opened.</param>
public sealed record ExportRequest(
    string Id,
    ExportSpec Spec,
    string Author,
    string Organisation,
    DateTimeOffset RequestedAt,
    Verdict Checks,
    string? Digest,
    ReviewStage Stage,
    string? Journal,
    IReadOnlyList<ObjectRef> Objects) : IAggregate
{
    public static string Kind => "export_request";

    /// <summary>Digests of the files under review, by their paths.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>Paths of the files that the author's last change made, altered or took away.</summary>
    public IReadOnlyList<string> Changed { get; init; } = [];

    /// <summary>Verdicts of the machine under the six points of YN25 22, in their order.</summary>
    public IReadOnlyList<Verdict> Points { get; init; } = [];

    /// <summary>What reviewers said with their votes.</summary>
    public IReadOnlyList<ReviewComment> Comments { get; init; } = [];

    /// <summary>Comments that somebody may read: everybody's once the first reviews are over, before that the own ones.</summary>
    public IEnumerable<ReviewComment> CommentsFor(string person) => Comments.Where(comment => Stage != ReviewStage.InReview || comment.By == person || comment.Content != Digest);
}

/// <summary>A reviewer's words about one file, or about the whole request.</summary>
/// <param name="By">The reviewer.</param>
/// <param name="File">Path of the file; empty for the request.</param>
/// <param name="Words">Plain words, at most 500 characters.</param>
/// <param name="Content">Digest of the content that they are about.</param>
public sealed record ReviewComment(string By, string File, string Words, string Content, DateTimeOffset At);

/// <summary>What left.</summary>
/// <param name="Package">Lower-case hex digest of the package's bytes.</param>
/// <param name="Entry">Index of the ledger entry.</param>
/// <param name="Withheld">Keys of the cells that each table left out, as everybody sees them in the package; later tables are held against what was told.</param>
public sealed record Release(
    string Id, string File, string Package, long Bytes, long Entry, string Recipient, DateTimeOffset ReleasedAt, IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyList<string?>>>? Withheld = null) : IAggregate
{
    public static string Kind => "release";

    /// <summary>The permissions that its figures were computed under, one for each data set that needed some.</summary>
    public IReadOnlyList<PermissionState> Permissions { get; init; } = [];

    /// <summary>Digest of the file where that is not the package itself but sealed to its recipient, lower-case hex; null for a package in clear.</summary>
    public string? Sealed { get; init; }

    /// <summary>When the authority called it back; what left stays known, and counts as told.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}
