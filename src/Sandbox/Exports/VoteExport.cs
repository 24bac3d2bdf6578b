using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Export.Reviewing;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Review;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Exports;

/// <summary>A reviewer's vote, signed with the reviewer's own key over the digest of the content (CC 27, FT 21).</summary>
public static class VoteExport
{
    private const int MostComments = 20;
    private const int LongestComment = 500;

    /// <param name="comments">Words about the request, or about one file as <c>data/table.csv: words</c>.</param>
    public static Answer Run(OpenDomain domain, Actor actor, string id, VoteDecision decision, IReadOnlyList<string>? comments = null)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var request = ExportReading.Find(domain, id);
        var facts = new Facts { ["export"] = request.Id, ["decision"] = decision.ToString(), ["organisation"] = actor.Organisation };
        var scenario = ScenarioAccess.Find(domain, request.Spec.Scenario);
        if (ScenarioAccess.Decide(domain, actor, scenario, DomainAction.Vote, ZoneKind.Unknown, [], isAuthor: actor.Is(request.Author)) is Decision.Denied denied)
        {
            return domain.Refuse("export.vote", actor.Name, denied.Reasons, facts);
        }

        var said = (comments ?? []).Select(words => Comment(request, actor, words)).ToArray();
        if (said.Length > MostComments || said.Contains(null))
        {
            return domain.Refuse("export.vote", actor.Name, [BadComment()], facts);
        }

        // Words by reviewers are for people; the ledger holds how many there were.
        facts["comments"] = said.Length;
        ReviewState? after = null;
        try
        {
            domain.Commit(new("export.voted", actor.Name, facts), writer =>
            {
                var now = writer.Find<ExportRequest>(request.Id)!;
                var review = ExportReading.Review(domain, now);
                var reviewer = new RegisteredReviewer(new Reviewer(actor.Name, actor.Role, actor.Organisation), PublicKey.Parse(actor.Person.PublicKey));
                if (Deputies.SecondVote(domain, review.Votes.Where(cast => cast.Vote.ContentDigest == review.State.ContentDigest), actor) is { } second)
                {
                    throw new RefusedException(second);
                }

                var at = domain.Time.GetUtcNow();
                var vote = new Vote(now.Id, review.State.ContentDigest, reviewer.Person, decision, at);
                var outcome = review.Cast(vote.Sign(actor.Key).ToBytes(), reviewer, ExportCaseBuilder.Scope(domain, writer.Find<Scenario>(scenario.Id)!, new HashSet<string>()), at);
                if (outcome is not ReviewOutcome.Moved(var moved))
                {
                    throw new RefusedException(((ReviewOutcome.Refused)outcome).Reason);
                }

                after = moved.State;
                facts["content"] = after.ContentDigest;
                facts["stage"] = after.Stage.ToString();
                var heard = said.OfType<ReviewComment>().Select(comment => comment with { At = at, Content = review.State.ContentDigest });
                writer.Update(now with { Stage = after.Stage, Journal = Encoding.UTF8.GetString(ReviewJournal.Write(moved)), Comments = [.. now.Comments, .. heard] });
            });
        }
        catch (RefusedException refused)
        {
            return domain.Refuse("export.vote", actor.Name, refused.Refusals, new Facts { ["export"] = request.Id });
        }

        return Answer.Of(
            new JsonObject { ["export"] = request.Id, ["decision"] = decision.ToString(), ["stage"] = after!.Stage.ToString(), ["approvals_missing"] = after.Missing },
            $"Vote counted: {decision}. The request is now {after.Stage}; {after.Missing} approvals missing.");
    }

    private static ReviewComment? Comment(ExportRequest request, Actor actor, string words)
    {
        var file = request.Files.Keys.FirstOrDefault(path => words.StartsWith(path + ": ", StringComparison.Ordinal)) ?? "";
        var rest = file.Length == 0 ? words : words[(file.Length + 2)..];
        return Names.PlainWords(rest, LongestComment) ? new ReviewComment(actor.Name, file, rest, "", default) : null;
    }

    private static Refusal BadComment() => new(
        "SB-EXP-25",
        $"A comment has 1 to {LongestComment} visible characters, and there are at most {MostComments}.",
        "Shorten the comment, or write it without control characters.",
        $"意见须为 1 至 {LongestComment} 个可见字符，且不超过 {MostComments} 条。",
        "请缩短意见，或去除控制字符。");
}
