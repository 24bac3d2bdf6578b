using System.Collections.Immutable;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Review;

/// <summary>Where the review of an export stands. Nothing leaves but from <see cref="Approved"/>.</summary>
public enum ReviewStage
{
    /// <summary>Not stated: nothing may leave.</summary>
    Unknown = 0,

    /// <summary>Waiting for the independent first reviews.</summary>
    InReview,

    /// <summary>Sent back to the author; a changed content reopens the review.</summary>
    Returned,

    /// <summary>Enough independent approvals over the same content.</summary>
    Approved,

    /// <summary>Left the domain.</summary>
    Released,

    /// <summary>Refused for good.</summary>
    Rejected,

    /// <summary>Called back after release.</summary>
    Revoked,

    /// <summary>Taken back by the author before release.</summary>
    Withdrawn,
}

/// <summary>Who acts in a review.</summary>
/// <param name="Id">Id of the person.</param>
/// <param name="Role">Role in which the person acts.</param>
/// <param name="Organisation">Organisation the person acts for.</param>
public sealed record Reviewer(string Id, Role Role, string Organisation);

/// <summary>Rules of a review, taken from the profile.</summary>
/// <param name="FirstReviews">Independent approvals needed (≥ 2).</param>
/// <param name="Approvers">Roles that may vote.</param>
/// <param name="References">Articles behind the approvers.</param>
public sealed record ReviewRules(int FirstReviews, ImmutableArray<Role> Approvers, ImmutableArray<string> References)
{
    /// <summary>The rules of a profile; a profile that names no approvers lets nobody vote.</summary>
    public static ReviewRules Of(Profile profile) => new(
        Math.Max(2, profile.Floor.FirstReviews.Value),
        [.. profile.ExportApprovers?.Value ?? []],
        [.. profile.ExportApprovers?.References ?? []]);
}

/// <summary>A recorded approval.</summary>
public sealed record Approval(Reviewer By, string ContentDigest);

/// <summary>
/// The review of one export request: an immutable state with one way to change it, <see cref="Apply"/>. Every approval is bound
/// to the digest of the content; a changed content forgets all of them.
/// </summary>
public sealed record ReviewState
{
    private ReviewState()
    {
    }

    /// <summary>Where the review stands.</summary>
    public ReviewStage Stage { get; private init; }

    /// <summary>Lower-case hex digest of the content under review.</summary>
    public string ContentDigest { get; private init; } = "";

    /// <summary>Who made the content and asked for the export.</summary>
    public Reviewer Author { get; private init; } = new("", Role.Unknown, "");

    /// <summary>Verdict of the automatic checks over this content.</summary>
    public Verdict Checks { get; private init; }

    /// <summary>The rules in force when the review was opened.</summary>
    public ReviewRules Rules { get; private init; } = new(2, [], []);

    /// <summary>Approvals over the present content.</summary>
    public ImmutableArray<Approval> Approvals { get; private init; } = [];

    /// <summary>Approvals that are still missing.</summary>
    public int Missing => Math.Max(0, Rules.FirstReviews - Approvals.Length);

    /// <summary>Opens a review; content that failed its checks is refused, whoever would sign.</summary>
    public static ReviewStep Open(ReviewRules rules, Reviewer author, string contentDigest, Verdict checks)
    {
        if (Guard(rules, author, contentDigest) is { } refusal)
        {
            return new ReviewStep.Refused(refusal);
        }

        return checks is Verdict.Pass or Verdict.Review
            ? new ReviewStep.Moved(new ReviewState { Stage = ReviewStage.InReview, ContentDigest = contentDigest, Author = author, Checks = checks, Rules = rules })
            : new ReviewStep.Refused(ReviewRefusals.ChecksFailed);
    }

    /// <summary>Applies one event; the state itself never changes.</summary>
    public ReviewStep Apply(ReviewEvent happened) => ReviewTransitions.Apply(this, happened);

    internal ReviewState With(ReviewStage stage) => this with { Stage = stage };

    internal ReviewState With(Approval approval)
    {
        var approvals = Approvals.Add(approval);
        return this with { Approvals = approvals, Stage = approvals.Length >= Rules.FirstReviews ? ReviewStage.Approved : ReviewStage.InReview };
    }

    internal ReviewState Reopened(string contentDigest, Verdict checks) =>
        this with { Stage = ReviewStage.InReview, ContentDigest = contentDigest, Checks = checks, Approvals = [] };

    private static Refusal? Guard(ReviewRules rules, Reviewer author, string contentDigest)
    {
        if (rules.Approvers.IsDefaultOrEmpty || rules.FirstReviews < 2)
        {
            return ReviewRefusals.NoApprovers;
        }

        return string.IsNullOrWhiteSpace(author.Id) || string.IsNullOrWhiteSpace(author.Organisation) || string.IsNullOrWhiteSpace(contentDigest)
            ? ReviewRefusals.Incomplete
            : null;
    }
}
