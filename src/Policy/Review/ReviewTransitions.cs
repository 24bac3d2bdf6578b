using Sandbox.Policy.Scenarios;
using static Sandbox.Policy.Review.ReviewStage;

namespace Sandbox.Policy.Review;

/// <summary>The one transition table of export reviews.</summary>
public static class ReviewTransitions
{
    /// <summary>Stages in which each kind of event is open; what is not here is refused.</summary>
    public static IReadOnlyDictionary<Type, IReadOnlyList<ReviewStage>> OpenIn { get; } = new Dictionary<Type, IReadOnlyList<ReviewStage>>
    {
        [typeof(ReviewEvent.Approve)] = [InReview],
        [typeof(ReviewEvent.Return)] = [InReview, Approved],
        [typeof(ReviewEvent.Reject)] = [InReview, Approved],
        [typeof(ReviewEvent.Change)] = [InReview, Returned, Approved],
        [typeof(ReviewEvent.Withdraw)] = [InReview, Returned, Approved],
        [typeof(ReviewEvent.Release)] = [Approved],
        [typeof(ReviewEvent.Revoke)] = [Released],
    };

    /// <summary>Where an event leads; an approval stays in review until there are enough.</summary>
    /// <param name="happened">Type of the event.</param>
    public static IReadOnlyList<ReviewStage> LeadsTo(Type happened) =>
        happened == typeof(ReviewEvent.Approve) ? [InReview, Approved]
        : happened == typeof(ReviewEvent.Return) ? [Returned]
        : happened == typeof(ReviewEvent.Reject) ? [Rejected]
        : happened == typeof(ReviewEvent.Change) ? [InReview]
        : happened == typeof(ReviewEvent.Withdraw) ? [Withdrawn]
        : happened == typeof(ReviewEvent.Release) ? [Released]
        : happened == typeof(ReviewEvent.Revoke) ? [Revoked]
        : [];

    internal static ReviewStep Apply(ReviewState state, ReviewEvent happened)
    {
        if (!OpenIn.TryGetValue(happened.GetType(), out var stages) || !stages.Contains(state.Stage))
        {
            return Refuse(ReviewRefusals.WrongStage(state.Stage, state.Missing));
        }

        return happened switch
        {
            ReviewEvent.Approve approve => Guard(state, approve.By, approve.ContentDigest) is { } refusal
                ? Refuse(refusal)
                : Approve(state, approve),
            ReviewEvent.Return back => Guard(state, back.By, back.ContentDigest) is { } refusal ? Refuse(refusal) : Move(state.With(Returned)),
            ReviewEvent.Reject reject => Guard(state, reject.By, reject.ContentDigest) is { } refusal ? Refuse(refusal) : Move(state.With(Rejected)),
            ReviewEvent.Change change => Change(state, change),
            ReviewEvent.Withdraw withdraw => IsAuthor(state, withdraw.By) ? Move(state.With(Withdrawn)) : Refuse(ReviewRefusals.AuthorOnly),
            ReviewEvent.Release release => Release(state, release),
            ReviewEvent.Revoke revoke => revoke.By.Role == Role.Authority && IsNamed(revoke.By) ? Move(state.With(Revoked)) : Refuse(ReviewRefusals.AuthorityOnly),
            _ => Refuse(ReviewRefusals.WrongStage(state.Stage, state.Missing)),
        };
    }

    private static ReviewStep Approve(ReviewState state, ReviewEvent.Approve approve) =>
        state.Approvals.Any(known => SamePerson(known.By, approve.By))
            ? Refuse(ReviewRefusals.VotedBefore)
            : Move(state.With(new Approval(approve.By, approve.ContentDigest)));

    private static ReviewStep Change(ReviewState state, ReviewEvent.Change change)
    {
        if (!IsAuthor(state, change.By))
        {
            return Refuse(ReviewRefusals.AuthorOnly);
        }

        if (string.IsNullOrWhiteSpace(change.ContentDigest))
        {
            return Refuse(ReviewRefusals.Incomplete);
        }

        return change.Checks is Verdict.Pass or Verdict.Review
            ? Move(state.Reopened(change.ContentDigest, change.Checks))
            : Refuse(ReviewRefusals.ChecksFailed);
    }

    // The stage alone is not trusted: the approvals are counted again over the very bytes that leave.
    private static ReviewStep Release(ReviewState state, ReviewEvent.Release release)
    {
        if (!Releasers.Of(state.Rules.Approvers).Contains(release.By.Role) || !IsNamed(release.By))
        {
            return Refuse(ReviewRefusals.NotAReleaser(state.Rules));
        }

        if (SamePerson(release.By, state.Author))
        {
            return Refuse(ReviewRefusals.Author(state.Rules));
        }

        if (!string.Equals(release.ContentDigest, state.ContentDigest, StringComparison.Ordinal))
        {
            return Refuse(ReviewRefusals.OtherContent);
        }

        var people = state.Approvals
            .Where(approval => string.Equals(approval.ContentDigest, release.ContentDigest, StringComparison.Ordinal) && Guard(state, approval.By, approval.ContentDigest) is null)
            .Select(approval => approval.By.Id)
            .Distinct(StringComparer.Ordinal)
            .Count();
        return people >= state.Rules.FirstReviews && state.Checks is Verdict.Pass or Verdict.Review
            ? Move(state.With(Released))
            : Refuse(ReviewRefusals.WrongStage(InReview, state.Rules.FirstReviews - people));
    }

    private static Refusal? Guard(ReviewState state, Reviewer by, string contentDigest)
    {
        if (!IsNamed(by))
        {
            return ReviewRefusals.Incomplete;
        }

        if (SamePerson(by, state.Author))
        {
            return ReviewRefusals.Author(state.Rules);
        }

        if (!state.Rules.Approvers.Contains(by.Role))
        {
            return ReviewRefusals.NotAnApprover(state.Rules);
        }

        if (string.Equals(by.Organisation, state.Author.Organisation, StringComparison.Ordinal))
        {
            return ReviewRefusals.SameOrganisation;
        }

        return string.Equals(contentDigest, state.ContentDigest, StringComparison.Ordinal) ? null : ReviewRefusals.OtherContent;
    }

    private static bool IsNamed(Reviewer person) => !string.IsNullOrWhiteSpace(person.Id) && !string.IsNullOrWhiteSpace(person.Organisation);

    private static bool IsAuthor(ReviewState state, Reviewer person) => SamePerson(state.Author, person);

    private static bool SamePerson(Reviewer one, Reviewer other) => string.Equals(one.Id, other.Id, StringComparison.Ordinal);

    private static ReviewStep.Moved Move(ReviewState state) => new(state);

    private static ReviewStep.Refused Refuse(Refusal reason) => new(reason);
}
