using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Export.Reviewing;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy.Review;
using Sandbox.Trust;

namespace Sandbox.Host.Exports;

/// <summary>The two ways to end a request other than by a vote: its author withdraws it, or the authority calls a release back.</summary>
public static class CloseExport
{
    /// <summary>The author takes a request back that has not left.</summary>
    public static Answer Withdraw(OpenDomain domain, Actor actor, string id)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        return Step(domain, actor, id, "export.withdrawn", "export.withdraw", review => review.Withdraw(Person(actor)), (_, _, _) => { }) is { } refused
            ? refused
            : Answer.Of(new JsonObject { ["export"] = id, ["stage"] = nameof(ReviewStage.Withdrawn) }, $"Export request '{id}' is withdrawn; nothing of it leaves.");
    }

    /// <summary>The authority calls a release back. What left can't be fetched; everybody who has it is named, to be told.</summary>
    public static Answer Revoke(OpenDomain domain, Actor actor, string id)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var recipient = "";
        var file = "";
        if (Step(domain, actor, id, "export.revoked", "export.revoke", review => review.Revoke(Person(actor)), (writer, request, facts) =>
        {
            var release = writer.Find<Release>(id) ?? throw new RefusedException(ExportReading.Moved());
            (recipient, file) = (release.Recipient, release.File);
            facts["package"] = release.Package;
            facts["recipients"] = release.Recipient;
            writer.Update(release with { RevokedAt = domain.Time.GetUtcNow() });
        }) is { } refused)
        {
            return refused;
        }

        return Answer.Of(
            new JsonObject { ["export"] = id, ["stage"] = nameof(ReviewStage.Revoked), ["package"] = file, ["recipients_to_tell"] = new JsonArray(recipient) },
            $"Release '{id}' is revoked. Tell its recipients to stop using {file} and to delete it: {recipient}. What left counts as told in later comparisons.");
    }

    private static Reviewer Person(Actor actor) => new(actor.Name, actor.Role, actor.Organisation);

    private static Answer? Step(OpenDomain domain, Actor actor, string id, string kind, string act, Func<ExportReview, ReviewOutcome> step, Action<Registry.RegistryWriter, ExportRequest, Facts> also)
    {
        var request = ExportReading.Find(domain, id);
        var facts = new Facts { ["export"] = request.Id };
        try
        {
            domain.Commit(new(kind, actor.Name, facts), writer =>
            {
                var now = writer.Find<ExportRequest>(request.Id)!;
                if (step(ExportReading.Review(domain, now)) is not ReviewOutcome.Moved(var moved))
                {
                    throw new RefusedException(((ReviewOutcome.Refused)step(ExportReading.Review(domain, now))).Reason);
                }

                also(writer, now, facts);
                writer.Update(now with { Stage = moved.State.Stage, Journal = Encoding.UTF8.GetString(ReviewJournal.Write(moved)) });
            });
            return null;
        }
        catch (RefusedException refused)
        {
            return domain.Refuse(act, actor.Name, refused.Refusals, new Facts { ["export"] = request.Id });
        }
    }
}
