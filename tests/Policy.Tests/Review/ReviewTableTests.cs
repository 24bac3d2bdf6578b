using Sandbox.Policy.Review;

namespace Sandbox.Policy.Tests.Review;

/// <summary>The review against a second account of the rules, written from the articles and not from the code: every stage, act, role, organisation, person, content and verdict, and long random histories.</summary>
public sealed class ReviewTableTests
{
    private const string Present = "aa";
    private static readonly Reviewer Author = new("author", Role.Operator, "maker");
    private static readonly ReviewRules Rules = new(2, [Role.Authority, Role.AppointedThirdParty], []);
    private static readonly Role[] Roles = Enum.GetValues<Role>();
    private static readonly ReviewStage[] Stages = [ReviewStage.InReview, ReviewStage.Returned, ReviewStage.Approved, ReviewStage.Released, ReviewStage.Rejected, ReviewStage.Revoked, ReviewStage.Withdrawn];
    private static readonly Reviewer[] Voters = [new("v1", Role.Authority, "bureau"), new("v2", Role.AppointedThirdParty, "institute")];

    [Fact]
    public void Every_combination_does_what_the_rules_say_and_nothing_else()
    {
        var (tried, moved) = (0, 0);
        foreach (var stage in Stages)
        {
            var state = Reach(stage);
            foreach (var person in People())
            {
                foreach (var content in new[] { Present, "bb", "", " " })
                {
                    foreach (var act in Acts(person, content))
                    {
                        var told = Told(state, act);
                        var done = state.Apply(act) is ReviewStep.Moved(var after) ? after : null;
                        Assert.True((told is null) == (done is null), $"{stage} {act}");
                        if (done is not null)
                        {
                            Assert.Contains(done.Stage, ReviewTransitions.LeadsTo(act.GetType()));
                            Assert.True(told == done.Stage, $"{stage} {act}: {done.Stage} instead of {told}");
                            moved++;
                        }

                        tried++;
                    }
                }
            }
        }

        Assert.True(tried > 15_000 && moved > 100, $"{tried} tried, {moved} moved");
    }

    [Fact]
    public void Content_that_failed_or_has_no_verdict_is_never_opened_nor_taken_in()
    {
        foreach (var checks in new[] { Verdict.Fail, (Verdict)99 })
        {
            Assert.IsType<ReviewStep.Refused>(ReviewState.Open(Rules, Author, Present, checks));
            Assert.IsType<ReviewStep.Refused>(Reach(ReviewStage.Returned).Apply(new ReviewEvent.Change(Author, "bb", checks)));
        }

        Assert.IsType<ReviewStep.Refused>(ReviewState.Open(Rules with { Approvers = [] }, Author, Present, Verdict.Pass));
        Assert.IsType<ReviewStep.Refused>(ReviewState.Open(Rules with { FirstReviews = 1 }, Author, Present, Verdict.Pass));
    }

    [Fact]
    public void A_thousand_random_histories_release_only_what_two_others_approved() => Walk(1_000);

    [Fact]
    [Trait("Category", "Long")]
    public void A_million_random_histories_release_only_what_two_others_approved() => Walk(1_000_000);

    private static void Walk(int histories)
    {
        var seed = 11UL;
        int Next(int below)
        {
            seed = unchecked((seed * 6364136223846793005UL) + 1442695040888963407UL);
            return (int)((seed >> 33) % (ulong)below);
        }

        Reviewer[] people = [.. Voters, new("v3", Role.Authority, "bureau"), new("v4", Role.AppointedThirdParty, "maker"), new("v5", Role.Operator, "other"), Author, new("author", Role.Authority, "bureau")];
        string[] contents = ["aa", "aa", "aa", "bb"];
        var released = 0;
        for (var history = 0; history < histories; history++)
        {
            var state = ((ReviewStep.Moved)ReviewState.Open(Rules, Author, Present, Verdict.Pass)).State;

            // A shadow of our own: who approved the present content since it last changed.
            var (approved, content) = (new HashSet<string>(StringComparer.Ordinal), Present);
            for (var step = 0; step < 10; step++)
            {
                var acts = Acts(people[Next(people.Length)], contents[Next(contents.Length)]);
                var act = acts[Next(6) switch { 0 or 1 or 2 => 0, 3 => 1, _ => Next(acts.Length) }];
                if (state.Apply(act) is not ReviewStep.Moved(var after))
                {
                    continue;
                }

                switch (act)
                {
                    case ReviewEvent.Approve approve:
                        approved.Add(approve.By.Id);
                        break;
                    case ReviewEvent.Change change:
                        approved.Clear();
                        content = change.ContentDigest;
                        break;
                    case ReviewEvent.Release release:
                        released++;
                        if (approved.Count < 2 || release.ContentDigest != content || approved.Contains(Author.Id) || approved.Overlaps(["v4", "v5"]) || release.By.Id == Author.Id)
                        {
                            Assert.Fail($"history {history} released after {string.Join(' ', approved)}");
                        }

                        break;
                }

                state = after;
            }
        }

        Assert.True(released > histories / 200, $"{released} of {histories} released");
    }

    private static ReviewStage? Told(ReviewState state, ReviewEvent act)
    {
        var open = state.Stage is ReviewStage.InReview or ReviewStage.Approved;
        bool Named(Reviewer person) => person.Id.Trim().Length > 0 && person.Organisation.Trim().Length > 0;
        bool MayVote(Reviewer person, string content) =>
            Named(person) && person.Role is Role.Authority or Role.AppointedThirdParty && person.Id != Author.Id && person.Organisation != Author.Organisation && content == Present;
        return act switch
        {
            ReviewEvent.Approve(var by, var content) => state.Stage == ReviewStage.InReview && MayVote(by, content) && state.Approvals.All(known => known.By.Id != by.Id)
                ? state.Approvals.Length == 0 ? ReviewStage.InReview : ReviewStage.Approved
                : null,
            ReviewEvent.Return(var by, var content) => open && MayVote(by, content) ? ReviewStage.Returned : null,
            ReviewEvent.Reject(var by, var content) => open && MayVote(by, content) ? ReviewStage.Rejected : null,
            ReviewEvent.Change(var by, var content, var checks) => (open || state.Stage == ReviewStage.Returned) && by.Id == Author.Id && content.Trim().Length > 0 && checks != Verdict.Fail ? ReviewStage.InReview : null,
            ReviewEvent.Withdraw(var by) => (open || state.Stage == ReviewStage.Returned) && by.Id == Author.Id ? ReviewStage.Withdrawn : null,
            ReviewEvent.Release(var by, var content) => state.Stage == ReviewStage.Approved && Named(by) && by.Role is Role.Authority && by.Id != Author.Id && content == Present ? ReviewStage.Released : null,
            ReviewEvent.Revoke(var by) => state.Stage == ReviewStage.Released && by.Role == Role.Authority && Named(by) ? ReviewStage.Revoked : null,
            _ => null,
        };
    }

    private static ReviewEvent[] Acts(Reviewer by, string content) =>
    [
        new ReviewEvent.Approve(by, content), new ReviewEvent.Release(by, content), new ReviewEvent.Return(by, content), new ReviewEvent.Reject(by, content), new ReviewEvent.Revoke(by), new ReviewEvent.Withdraw(by),
        new ReviewEvent.Change(by, content, Verdict.Pass), new ReviewEvent.Change(by, content, Verdict.Review), new ReviewEvent.Change(by, content, Verdict.Fail),
    ];

    private static IEnumerable<Reviewer> People() =>
        from id in new[] { "author", "v1", "v9", "" } from role in Roles from organisation in new[] { "maker", "bureau", "institute", "" } select new Reviewer(id, role, organisation);

    private static ReviewState Reach(ReviewStage stage)
    {
        var state = ((ReviewStep.Moved)ReviewState.Open(Rules, Author, Present, Verdict.Pass)).State;
        ReviewEvent[] way = stage switch
        {
            ReviewStage.InReview => [new ReviewEvent.Approve(Voters[0], Present)],
            ReviewStage.Returned => [new ReviewEvent.Return(Voters[0], Present)],
            ReviewStage.Rejected => [new ReviewEvent.Reject(Voters[0], Present)],
            ReviewStage.Withdrawn => [new ReviewEvent.Withdraw(Author)],
            _ => [.. Voters.Select(voter => new ReviewEvent.Approve(voter, Present))],
        };
        if (stage is ReviewStage.Released or ReviewStage.Revoked)
        {
            way = [.. way, new ReviewEvent.Release(Voters[0], Present)];
        }

        if (stage == ReviewStage.Revoked)
        {
            way = [.. way, new ReviewEvent.Revoke(Voters[0])];
        }

        foreach (var act in way)
        {
            state = Assert.IsType<ReviewStep.Moved>(state.Apply(act)).State;
        }

        Assert.Equal(stage, state.Stage);
        return state;
    }
}
