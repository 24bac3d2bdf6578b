using Sandbox.Export.Checks;
using Sandbox.Policy;
using Sandbox.Policy.Review;
using Sandbox.Trust;

namespace Sandbox.Export.Reviewing;

/// <summary>A reviewer as registered with the domain.</summary>
/// <param name="Person">Person, role and organisation.</param>
/// <param name="Key">The only key whose votes count as this person's.</param>
public sealed record RegisteredReviewer(Reviewer Person, PublicKey Key);

/// <summary>A vote with the statement that carries it.</summary>
public sealed record CastVote(Vote Vote, SignedStatement Statement);

/// <summary>Outcome of a step of the review.</summary>
public abstract record ReviewOutcome
{
    private ReviewOutcome()
    {
    }

    public sealed record Moved(ExportReview Review) : ReviewOutcome;

    /// <summary>Nothing has changed.</summary>
    public sealed record Refused(Refusal Reason) : ReviewOutcome;
}

/// <summary>
/// The review of one export. Policy decides every step; this room adds that a vote is signed, by the registered key, over this request and content, while
/// the grant is in force. Immutable; <see cref="Journal"/> is its whole history, from which <see cref="ReviewJournal"/> plays it again.
/// </summary>
public sealed class ExportReview
{
    private ExportReview(string exportId, DateTimeOffset opened, ReviewState state, IReadOnlyList<CastVote> votes, IReadOnlyList<ReviewRecord> journal)
    {
        ExportId = exportId;
        Opened = opened;
        State = state;
        Votes = votes;
        Journal = journal;
    }

    public string ExportId { get; }

    /// <summary>When the review was opened; no vote is older.</summary>
    public DateTimeOffset Opened { get; }

    public ReviewState State { get; }

    /// <summary>Votes over the present content.</summary>
    public IReadOnlyList<CastVote> Votes { get; }

    /// <summary>Everything that happened, in order.</summary>
    public IReadOnlyList<ReviewRecord> Journal { get; }

    /// <summary>Opens a review of checked content.</summary>
    /// <param name="contentDigest"><see cref="Packaging.ReleaseContent.Digest"/> of the content that would leave.</param>
    public static ReviewOutcome Open(string exportId, ReviewRules rules, Reviewer author, string contentDigest, Verdict checks, GrantedScope scope, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(exportId);
        return !InForce(scope, now)
            ? new ReviewOutcome.Refused(ReviewWords.NoGrant)
            : Step(
                ReviewState.Open(rules, author, contentDigest, checks),
                state => new ExportReview(exportId, now, state, [], [new ReviewRecord.OpenedBy(author, contentDigest, checks, rules, now)]));
    }

    /// <summary>Counts a signed vote.</summary>
    /// <param name="statement">The statement's bytes, untrusted.</param>
    /// <param name="reviewer">Who sent it, as registered.</param>
    public ReviewOutcome Cast(ReadOnlySpan<byte> statement, RegisteredReviewer reviewer, GrantedScope scope, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(reviewer);
        if (!InForce(scope, now))
        {
            return new ReviewOutcome.Refused(ReviewWords.NoGrant);
        }

        if (Vote.FromUntrusted(statement, reviewer.Key) is not { } vote)
        {
            return new ReviewOutcome.Refused(ReviewWords.BadVote);
        }

        return Cast(vote, SignedStatement.Verify(statement, Vote.Label, reviewer.Key), reviewer.Person, now);
    }

    /// <summary>The author replaces the content; every vote is forgotten.</summary>
    public ReviewOutcome Change(Reviewer by, string contentDigest, Verdict checks) =>
        Step(State.Apply(new ReviewEvent.Change(by, contentDigest, checks)), state => With(state, [], new ReviewRecord.Changed(by, contentDigest, checks)));

    /// <summary>The author takes the request back.</summary>
    public ReviewOutcome Withdraw(Reviewer by) =>
        Step(State.Apply(new ReviewEvent.Withdraw(by)), state => With(state, Votes, new ReviewRecord.Withdrawn(by)));

    /// <summary>The decision to let the approved content leave.</summary>
    /// <param name="contentDigest">Computed over the bytes that are about to leave.</param>
    public ReviewOutcome Release(Reviewer by, string contentDigest, GrantedScope scope, DateTimeOffset now) =>
        InForce(scope, now)
            ? Step(State.Apply(new ReviewEvent.Release(by, contentDigest)), state => With(state, Votes, new ReviewRecord.ReleasedBy(by, contentDigest, now)))
            : new ReviewOutcome.Refused(ReviewWords.NoGrant);

    /// <summary>The authority calls a release back.</summary>
    public ReviewOutcome Revoke(Reviewer by) =>
        Step(State.Apply(new ReviewEvent.Revoke(by)), state => With(state, Votes, new ReviewRecord.RevokedBy(by)));

    /// <summary>The votes that a reviewer may see: only the own one until the first reviews are complete.</summary>
    public IReadOnlyList<CastVote> VisibleTo(string reviewerId) =>
        State.Stage == ReviewStage.InReview ? [.. Votes.Where(cast => cast.Vote.By.Id == reviewerId)] : Votes;

    internal ReviewOutcome Cast(Vote vote, SignedStatement statement, Reviewer registered, DateTimeOffset now)
    {
        if (vote.By != registered)
        {
            return new ReviewOutcome.Refused(ReviewWords.OtherReviewer);
        }

        if (!string.Equals(vote.ExportId, ExportId, StringComparison.Ordinal))
        {
            return new ReviewOutcome.Refused(ReviewWords.OtherExport);
        }

        // Votes carry whole seconds.
        if (vote.At > now || vote.At.ToUnixTimeSeconds() < Opened.ToUnixTimeSeconds())
        {
            return new ReviewOutcome.Refused(ReviewWords.FutureVote);
        }

        if (Votes.Any(cast => cast.Statement.Key.Equals(statement.Key) && cast.Vote.By.Id != vote.By.Id))
        {
            return new ReviewOutcome.Refused(ReviewWords.SharedKey);
        }

        ReviewEvent happened = vote.Decision switch
        {
            VoteDecision.Approve => new ReviewEvent.Approve(vote.By, vote.ContentDigest),
            VoteDecision.Return => new ReviewEvent.Return(vote.By, vote.ContentDigest),
            _ => new ReviewEvent.Reject(vote.By, vote.ContentDigest),
        };
        return Step(State.Apply(happened), state => With(state, [.. Votes, new CastVote(vote, statement)], new ReviewRecord.Voted(statement, registered, now)));
    }

    internal static bool InForce(GrantedScope scope, DateTimeOffset now) => scope.Granted && now >= scope.NotBefore && now < scope.NotAfter;

    private ExportReview With(ReviewState state, IReadOnlyList<CastVote> votes, ReviewRecord record) =>
        new(ExportId, Opened, state, votes, [.. Journal, record]);

    private static ReviewOutcome Step(ReviewStep step, Func<ReviewState, ExportReview> moved) => step switch
    {
        ReviewStep.Moved(var state) => new ReviewOutcome.Moved(moved(state)),
        ReviewStep.Refused(var reason) => new ReviewOutcome.Refused(reason),
        _ => throw new InvalidOperationException("A step has two outcomes."),
    };
}
