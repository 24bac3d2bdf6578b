using Sandbox.Export.Checks;
using Sandbox.Export.Reviewing;
using Sandbox.Policy;
using Sandbox.Policy.Review;
using Sandbox.Trust;

namespace Sandbox.Export.Tests.Reviewing;

public sealed class ExportReviewTests : IDisposable
{
    private const string Content = "c0ffee";
    private static readonly DateTimeOffset Opened = Sample.Now.AddHours(-2);
    private readonly SigningKey _first = Suite.Nist.GenerateSigningKey();
    private readonly SigningKey _second = Suite.Nist.GenerateSigningKey();

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void Two_independent_approvals_and_the_authority_release_and_nothing_less()
    {
        var review = Open();
        Assert.Equal("CC-27-4", Sample.Refused(review.Release(Sample.Releaser, Content, Sample.Scope, Sample.Now)).Rule);
        review = Cast(review, _first, Sample.First);
        Assert.Equal(ReviewStage.InReview, review.State.Stage);
        Assert.Equal("CC-27-4", Sample.Refused(review.Release(Sample.Releaser, Content, Sample.Scope, Sample.Now)).Rule);
        review = Cast(review, _second, Sample.Second);
        Assert.Equal(ReviewStage.Approved, review.State.Stage);
        Sample.Refused(review.Release(Sample.Author, Content, Sample.Scope, Sample.Now));
        Sample.Refused(review.Release(Sample.Second, Content, Sample.Scope, Sample.Now));
        Sample.Refused(review.Release(Sample.Releaser, "other", Sample.Scope, Sample.Now));
        review = Sample.Moved(review.Release(Sample.Releaser, Content, Sample.Scope, Sample.Now));
        Assert.Equal(ReviewStage.Released, review.State.Stage);
        Sample.Refused(review.Release(Sample.Releaser, Content, Sample.Scope, Sample.Now));
        Assert.Equal(ReviewStage.Revoked, Sample.Moved(review.Revoke(Sample.Releaser)).State.Stage);
    }

    [Fact]
    public void The_first_reviews_are_blinded()
    {
        var review = Cast(Open(), _first, Sample.First);
        Assert.Single(review.VisibleTo(Sample.First.Id));
        Assert.Empty(review.VisibleTo(Sample.Second.Id));
        Assert.Equal(2, Cast(review, _second, Sample.Second).VisibleTo(Sample.Second.Id).Count);
    }

    [Fact]
    public void A_changed_content_forgets_the_votes()
    {
        var review = Cast(Cast(Open(), _first, Sample.First), _second, Sample.Second);
        review = Sample.Moved(review.Change(Sample.Author, "changed", Verdict.Pass));
        Assert.Equal(ReviewStage.InReview, review.State.Stage);
        Assert.Empty(review.Votes);
        Sample.Refused(review.Release(Sample.Releaser, "changed", Sample.Scope, Sample.Now));
        Sample.Refused(review.Release(Sample.Releaser, Content, Sample.Scope, Sample.Now));

        // The old votes are no votes for the new content.
        Sample.Refused(TryCast(review, _first, Sample.First));
        Sample.Refused(review.Change(Sample.Author, "worse", Verdict.Fail));
        Sample.Refused(review.Change(Sample.First, "other", Verdict.Pass));
    }

    [Fact]
    public void One_rejection_ends_it_and_one_return_waits_for_the_author()
    {
        var review = Cast(Open(), _first, Sample.First);
        var rejected = Cast(review, _second, Sample.Second, VoteDecision.Reject);
        Assert.Equal(ReviewStage.Rejected, rejected.State.Stage);
        Sample.Refused(rejected.Change(Sample.Author, "again", Verdict.Pass));
        var returned = Cast(review, _second, Sample.Second, VoteDecision.Return);
        Assert.Equal(ReviewStage.Returned, returned.State.Stage);
        Sample.Refused(TryCast(returned, _second, Sample.Second));
        Assert.Equal(ReviewStage.InReview, Sample.Moved(returned.Change(Sample.Author, "again", Verdict.Review)).State.Stage);
        Assert.Equal(ReviewStage.Withdrawn, Sample.Moved(returned.Withdraw(Sample.Author)).State.Stage);
        Sample.Refused(returned.Withdraw(Sample.First));
    }

    [Fact]
    public void Every_combination_of_person_organisation_key_content_grant_and_time_is_decided()
    {
        using var strange = Suite.Nist.GenerateSigningKey();
        var counted = 0;
        var tried = 0;
        foreach (var id in new[] { "chen", "maker" })
        {
            foreach (var role in Enum.GetValues<Role>())
            {
                foreach (var organisation in new[] { "bureau", "operating-unit" })
                {
                    foreach (var key in new[] { _first, strange })
                    {
                        foreach (var content in new[] { Content, "other" })
                        {
                            foreach (var export in new[] { "e-1", "e-2" })
                            {
                                foreach (var granted in new[] { true, false })
                                {
                                    foreach (var hours in new[] { -3, -1, 1 })
                                    {
                                        var by = new Reviewer(id, role, organisation);
                                        var vote = new Vote(export, content, by, VoteDecision.Approve, Sample.Now.AddHours(hours)).Sign(key);
                                        var allowed = id == "chen" && role is Role.Authority or Role.AppointedThirdParty && organisation == "bureau" && key == _first
                                            && content == Content && export == "e-1" && granted && hours == -1;
                                        var outcome = Open().Cast(vote.ToBytes(), new RegisteredReviewer(by, _first.Public), Sample.Scope with { Granted = granted }, Sample.Now);
                                        Assert.Equal(allowed, outcome is ReviewOutcome.Moved);
                                        counted += allowed ? 1 : 0;
                                        tried++;
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }

        Assert.Equal(2, counted);
        Assert.Equal(2 * Enum.GetValues<Role>().Length * 2 * 2 * 2 * 2 * 2 * 3, tried);
    }

    [Fact]
    public void A_vote_is_only_the_registered_persons_own()
    {
        var review = Open();
        var vote = Sign(_first, Sample.First).ToBytes();
        Sample.Refused(review.Cast(vote, new RegisteredReviewer(Sample.Second, _second.Public), Sample.Scope, Sample.Now));
        Sample.Refused(review.Cast(vote, new RegisteredReviewer(Sample.Second, _first.Public), Sample.Scope, Sample.Now));
        Sample.Refused(review.Cast(vote, new RegisteredReviewer(Sample.First with { Role = Role.AppointedThirdParty }, _first.Public), Sample.Scope, Sample.Now));
        Sample.Refused(review.Cast("{}"u8, new RegisteredReviewer(Sample.First, _first.Public), Sample.Scope, Sample.Now));
        Sample.Refused(review.Cast(Sign(_first, Sample.First, VoteDecision.Unknown).ToBytes(), new RegisteredReviewer(Sample.First, _first.Public), Sample.Scope, Sample.Now));

        // One vote each, and one key each.
        review = Cast(review, _first, Sample.First);
        Sample.Refused(TryCast(review, _first, Sample.First));
        Sample.Refused(TryCast(review, _first, Sample.Second));
    }

    [Theory]
    [InlineData(-11, true)]
    [InlineData(10, true)]
    [InlineData(0, false)]
    public void Nothing_happens_outside_the_grant(int days, bool granted)
    {
        var at = Sample.Now.AddDays(days);
        var scope = Sample.Scope with { Granted = granted };
        Assert.Equal("CC-27-3", Sample.Refused(ExportReview.Open("e-1", Sample.Rules, Sample.Author, Content, Verdict.Pass, scope, at)).Rule);
        Assert.Equal("CC-27-3", Sample.Refused(Open().Cast(Sign(_first, Sample.First).ToBytes(), new RegisteredReviewer(Sample.First, _first.Public), scope, at)).Rule);
        var approved = Cast(Cast(Open(), _first, Sample.First), _second, Sample.Second);
        Assert.Equal("CC-27-3", Sample.Refused(approved.Release(Sample.Releaser, Content, scope, at)).Rule);
    }

    [Fact]
    public void What_failed_its_checks_is_not_reviewed() =>
        Sample.Refused(ExportReview.Open("e-1", Sample.Rules, Sample.Author, Content, Verdict.Fail, Sample.Scope, Opened));

    [Fact]
    public void A_flipped_bit_makes_a_vote_void()
    {
        var vote = Sign(_first, Sample.First).ToBytes();
        for (var at = 0; at < vote.Length; at++)
        {
            vote[at] ^= (byte)(1 << (at % 7));
            Sample.Refused(Open().Cast(vote, new RegisteredReviewer(Sample.First, _first.Public), Sample.Scope, Sample.Now));
            vote[at] ^= (byte)(1 << (at % 7));
        }
    }

    [Fact]
    public void Random_walks_never_release_without_two_other_approvals_of_the_same_content()
    {
        (Reviewer Person, SigningKey Key)[] people = [(Sample.First, _first), (Sample.Second, _second), (Sample.Author, _first), (Sample.First with { Organisation = Sample.Author.Organisation }, _second)];
        var votes = people.SelectMany(person => new[] { Content, "other" }.SelectMany(content => new[] { VoteDecision.Approve, VoteDecision.Approve, VoteDecision.Return }
            .Select(decision => (person.Person, person.Key, Bytes: new Vote("e-1", content, person.Person, decision, Sample.Now.AddHours(-1)).Sign(person.Key).ToBytes())))).ToArray();
        var seed = 7UL;
        int Next(int below)
        {
            seed = unchecked((seed * 6364136223846793005UL) + 1442695040888963407UL);
            return (int)((seed >> 33) % (ulong)below);
        }

        var released = 0;
        for (var walk = 0; walk < 300; walk++)
        {
            var review = Open();
            for (var step = 0; step < 12; step++)
            {
                var choice = Next(10);
                var vote = votes[Next(votes.Length)];
                var outcome = choice switch
                {
                    < 6 => review.Cast(vote.Bytes, new RegisteredReviewer(vote.Person, vote.Key.Public), Sample.Scope, Sample.Now),
                    6 => review.Change(Sample.Author, Next(2) == 0 ? Content : "other", (Verdict)Next(3)),
                    7 when Next(4) == 0 => review.Withdraw(Sample.Author),
                    _ => review.Release(people[Next(4)].Person, Next(2) == 0 ? Content : "other", Sample.Scope, Sample.Now),
                };
                if (outcome is not ReviewOutcome.Moved(var moved))
                {
                    continue;
                }

                if (moved.State.Stage == ReviewStage.Released)
                {
                    released++;
                    var approvals = review.Votes.Where(cast => cast.Vote.Decision == VoteDecision.Approve && cast.Vote.ContentDigest == review.State.ContentDigest).ToArray();
                    Assert.Equal(["chen", "lin"], approvals.Select(cast => cast.Vote.By.Id).Distinct().Order(StringComparer.Ordinal));
                    Assert.All(approvals, cast => Assert.NotEqual(Sample.Author.Organisation, cast.Vote.By.Organisation));
                    Assert.NotEqual(Verdict.Fail, review.State.Checks);
                }

                Assert.Equal(ReviewJournal.Write(moved), ReviewJournal.Write(ReviewJournal.Read(ReviewJournal.Write(moved))!));
                review = moved;
            }
        }

        Assert.True(released > 3, $"only {released} walks released");
    }

    [Fact]
    public void A_stored_review_comes_back_and_a_changed_one_does_not()
    {
        var review = Cast(Cast(Open(), _first, Sample.First), _second, Sample.Second);
        review = Sample.Moved(review.Release(Sample.Releaser, Content, Sample.Scope, Sample.Now));
        var stored = ReviewJournal.Write(review);
        var read = ReviewJournal.Read(stored)!;
        Assert.Equal(ReviewStage.Released, read.State.Stage);
        Assert.Equal(2, read.Votes.Count);
        Assert.Equal(review.Opened, read.Opened);
        var text = System.Text.Encoding.UTF8.GetString(stored);
        string[] forged =
        [
            text.Replace("\"first_reviews\":2", "\"first_reviews\":1", StringComparison.Ordinal),
            text.Replace("\"lin\"", "\"chen\"", StringComparison.Ordinal),
            text.Replace("c0ffee", "facade", StringComparison.Ordinal),
            text.Replace("\"event\":\"voted\"", "\"event\":\"withdrawn\"", StringComparison.Ordinal),
            text + " ",
            "{}",
            "",
        ];
        Assert.All(forged, item =>
        {
            Assert.NotEqual(text, item);
            Assert.Null(ReviewJournal.Read(System.Text.Encoding.UTF8.GetBytes(item)));
        });
    }

    private static ExportReview Open() => Sample.Moved(ExportReview.Open("e-1", Sample.Rules, Sample.Author, Content, Verdict.Pass, Sample.Scope, Opened));

    private static SignedStatement Sign(SigningKey key, Reviewer by, VoteDecision decision = VoteDecision.Approve) =>
        new Vote("e-1", Content, by, decision, Sample.Now.AddHours(-1)).Sign(key);

    private static ReviewOutcome TryCast(ExportReview review, SigningKey key, Reviewer by, VoteDecision decision = VoteDecision.Approve) =>
        review.Cast(Sign(key, by, decision).ToBytes(), new RegisteredReviewer(by, key.Public), Sample.Scope, Sample.Now);

    private static ExportReview Cast(ExportReview review, SigningKey key, Reviewer by, VoteDecision decision = VoteDecision.Approve) =>
        Sample.Moved(TryCast(review, key, by, decision));
}
