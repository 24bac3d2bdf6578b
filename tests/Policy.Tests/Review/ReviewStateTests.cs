using Sandbox.Policy.Profiles;
using Sandbox.Policy.Review;

namespace Sandbox.Policy.Tests.Review;

public sealed class ReviewStateTests
{
    private static readonly ReviewRules Rules = ReviewRules.Of(Profile.Load("futian").OrThrow());
    private static readonly Reviewer Author = new("ann", Role.Operator, "operating-unit");
    private static readonly Reviewer One = new("rita", Role.Authority, "bureau");
    private static readonly Reviewer Two = new("tom", Role.AppointedThirdParty, "institute");

    [Fact]
    public void Two_independent_reviewers_release()
    {
        var state = Open();
        Assert.Equal((ReviewStage.InReview, 2), (state.Stage, state.Missing));
        state = Move(state, new ReviewEvent.Approve(One, "d1"));
        Assert.Equal((ReviewStage.InReview, 1), (state.Stage, state.Missing));
        Assert.Contains("1 to go", Refuse(state, new ReviewEvent.Release(One, "d1")).Why, StringComparison.Ordinal);
        state = Move(state, new ReviewEvent.Approve(Two, "d1"));
        Assert.Equal((ReviewStage.Approved, 0), (state.Stage, state.Missing));
        Assert.Equal(ReviewStage.Released, Move(state, new ReviewEvent.Release(One, "d1")).Stage);
    }

    [Fact]
    public void Content_that_failed_its_checks_is_not_even_opened()
    {
        Assert.Equal("CC-27-2", Assert.IsType<ReviewStep.Refused>(ReviewState.Open(Rules, Author, "d1", Verdict.Fail)).Reason.Rule);
        Assert.IsType<ReviewStep.Refused>(ReviewState.Open(Rules, Author, "d1", (Verdict)9));
        Assert.IsType<ReviewStep.Refused>(ReviewState.Open(Rules, Author, " ", Verdict.Pass));
        Assert.IsType<ReviewStep.Refused>(ReviewState.Open(Rules, Author with { Organisation = "" }, "d1", Verdict.Pass));
        Assert.IsType<ReviewStep.Refused>(ReviewState.Open(Rules with { Approvers = [] }, Author, "d1", Verdict.Pass));
        Assert.IsType<ReviewStep.Refused>(ReviewState.Open(Rules with { FirstReviews = 1 }, Author, "d1", Verdict.Pass));
    }

    [Fact]
    public void Who_may_not_vote_cannot()
    {
        var state = Move(Open(), new ReviewEvent.Approve(One, "d1"));
        Reviewer[] barred =
        [
            One, One with { Organisation = "elsewhere" }, Author, Author with { Role = Role.Authority, Organisation = "bureau" }, Two with { Organisation = Author.Organisation }, Two with { Role = Role.Operator },
            Two with { Role = Role.Unknown }, Two with { Role = Role.SourceDepartment }, Two with { Id = " " }, Two with { Organisation = "" },
        ];
        Assert.All(barred, by => Assert.Equal("CC-27-4", Refuse(state, new ReviewEvent.Approve(by, "d1")).Rule));
        Refuse(state, new ReviewEvent.Approve(Two, "d2"));
    }

    [Fact]
    public void A_changed_content_forgets_the_votes()
    {
        var state = Move(Move(Open(), new ReviewEvent.Approve(One, "d1")), new ReviewEvent.Approve(Two, "d1"));
        Refuse(state, new ReviewEvent.Release(One, "d2"));
        Refuse(state, new ReviewEvent.Change(One, "d2", Verdict.Pass));
        Refuse(state, new ReviewEvent.Change(Author, "d2", Verdict.Fail));
        state = Move(state, new ReviewEvent.Change(Author, "d2", Verdict.Review));
        Assert.Equal((ReviewStage.InReview, 2, "d2"), (state.Stage, state.Missing, state.ContentDigest));
        Refuse(state, new ReviewEvent.Approve(One, "d1"));
        Refuse(state, new ReviewEvent.Release(One, "d1"));
    }

    [Fact]
    public void Changchun_takes_two_votes_of_the_authority_only()
    {
        var rules = ReviewRules.Of(Profile.Load("changchun").OrThrow());
        var state = Assert.IsType<ReviewStep.Moved>(ReviewState.Open(rules, Author, "d1", Verdict.Pass)).State;
        Assert.Contains("CC 27", Refuse(state, new ReviewEvent.Approve(Two, "d1")).Why, StringComparison.Ordinal);
        state = Move(Move(state, new ReviewEvent.Approve(One, "d1")), new ReviewEvent.Approve(One with { Id = "ruth" }, "d1"));
        Assert.Equal(ReviewStage.Approved, state.Stage);
    }

    /// <summary>Every state that can be reached by any sequence of events of any people, with every event tried in each of them.</summary>
    [Fact]
    public void No_sequence_of_events_releases_without_two_independent_votes_over_the_same_content()
    {
        Reviewer[] people =
        [
            Author, One, Two, new("ruth", Role.Authority, "bureau"), new("ann", Role.Authority, "bureau"), new("olga", Role.AppointedThirdParty, "operating-unit"), new("oscar", Role.Operator, "institute"), new("", Role.Authority, "bureau"),
        ];
        string[] digests = ["d1", "d2", ""];
        var events = new List<ReviewEvent>();
        foreach (var by in people)
        {
            events.AddRange([new ReviewEvent.Withdraw(by), new ReviewEvent.Revoke(by)]);
            foreach (var digest in digests)
            {
                events.AddRange([new ReviewEvent.Approve(by, digest), new ReviewEvent.Return(by, digest), new ReviewEvent.Reject(by, digest), new ReviewEvent.Release(by, digest)]);
                events.AddRange(Enum.GetValues<Verdict>().Select(verdict => new ReviewEvent.Change(by, digest, verdict)));
            }
        }

        var open = new Queue<ReviewState>([Open()]);
        var seen = new HashSet<string> { Name(Open()) };
        var releases = 0;
        var tried = 0;
        while (open.TryDequeue(out var state))
        {
            foreach (var happened in events)
            {
                tried++;
                if (state.Apply(happened) is not ReviewStep.Moved { State: var next })
                {
                    continue;
                }

                Assert.Contains(state.Stage, ReviewTransitions.OpenIn[happened.GetType()]);
                if (next.Stage == ReviewStage.Released)
                {
                    releases++;
                    var release = Assert.IsType<ReviewEvent.Release>(happened);
                    Assert.Equal(state.ContentDigest, release.ContentDigest);
                    Assert.Equal(Role.Authority, release.By.Role);
                    Assert.NotEqual(Author.Id, release.By.Id);
                    Assert.True(next.Approvals.Select(approval => approval.By.Id).Distinct().Count() >= 2);
                    Assert.All(next.Approvals, approval =>
                    {
                        Assert.Equal(next.ContentDigest, approval.ContentDigest);
                        Assert.NotEqual(Author.Id, approval.By.Id);
                        Assert.NotEqual(Author.Organisation, approval.By.Organisation);
                        Assert.Contains(approval.By.Role, Rules.Approvers);
                    });
                }

                if (next.Stage is ReviewStage.Revoked)
                {
                    Assert.Equal(ReviewStage.Released, state.Stage);
                }

                if (seen.Add(Name(next)))
                {
                    open.Enqueue(next);
                }
            }
        }

        Assert.True(releases > 0 && tried > 1000);
        var stages = seen.Select(name => name.Split('/')[0]).ToHashSet();
        Assert.Equal(Enum.GetNames<ReviewStage>().Where(name => name != nameof(ReviewStage.Unknown)).ToHashSet(), stages);
    }

    private static string Name(ReviewState state) =>
        $"{state.Stage}/{state.ContentDigest}/{state.Checks}/{string.Join(',', state.Approvals.Select(approval => approval.By.Id + approval.By.Role + approval.By.Organisation).Order(StringComparer.Ordinal))}";

    private static ReviewState Open() => Assert.IsType<ReviewStep.Moved>(ReviewState.Open(Rules, Author, "d1", Verdict.Pass)).State;

    private static ReviewState Move(ReviewState state, ReviewEvent happened) => Assert.IsType<ReviewStep.Moved>(state.Apply(happened)).State;

    private static Refusal Refuse(ReviewState state, ReviewEvent happened) => Assert.IsType<ReviewStep.Refused>(state.Apply(happened)).Reason;
}
