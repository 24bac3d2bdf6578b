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
    public static Answer Run(OpenDomain domain, Actor actor, string id, VoteDecision decision)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var request = ExportReading.Find(domain, id);
        var facts = new Facts { ["export"] = request.Id, ["decision"] = decision.ToString(), ["organisation"] = actor.Organisation };
        var scenario = ScenarioAccess.Find(domain, request.Spec.Scenario);
        if (ScenarioAccess.Decide(domain, actor, scenario, DomainAction.Vote, ZoneKind.Unknown, [], isAuthor: actor.Name == request.Author) is Decision.Denied denied)
        {
            return domain.Refuse("export.vote", actor.Name, denied.Reasons, facts);
        }

        ReviewState? after = null;
        try
        {
            domain.Commit(new("export.voted", actor.Name, facts), writer =>
            {
                var now = writer.Find<ExportRequest>(request.Id)!;
                var review = ExportReading.Review(domain, now);
                var reviewer = new RegisteredReviewer(new Reviewer(actor.Name, actor.Role, actor.Organisation), PublicKey.Parse(actor.Person.PublicKey));
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
                writer.Update(now with { Stage = after.Stage, Journal = Encoding.UTF8.GetString(ReviewJournal.Write(moved)) });
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
}
