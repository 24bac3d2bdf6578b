using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Export.Checks;
using Sandbox.Export.Packaging;
using Sandbox.Export.Reviewing;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Review;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Exports;

/// <summary>An author asks for an export: the machine recomputes and checks first; only what passes goes before the reviewers.</summary>
public static class RequestExport
{
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, ExportSpec spec, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(spec);
        var scenario = ScenarioAccess.Find(domain, spec.Scenario);
        var facts = new Facts { ["export"] = Names.Valid(spec.Name) ? spec.Name : "?", ["scenario"] = scenario.Id };
        if (ScenarioAccess.Decide(domain, actor, scenario, DomainAction.RequestExport, ZoneKind.Unknown, []) is Decision.Denied denied)
        {
            return domain.Refuse("export.request", actor.Name, denied.Reasons, facts);
        }

        if (!Names.Valid(spec.Name))
        {
            return domain.Refuse("export.request", actor.Name, [Refusals.BadName(spec.Name)], facts);
        }

        if (domain.Registry.Find<ExportRequest>(spec.Name) is not null)
        {
            return domain.Refuse("export.request", actor.Name, [Refusals.Taken("export request", "出域申请", spec.Name)], facts);
        }

        ExportCase export;
        using var book = new AtomBook(domain);
        try
        {
            export = await new ExportCaseBuilder(domain).BuildAsync(spec, scenario, book, keep: false, cancel).ConfigureAwait(false);
        }
        catch (RefusedException refused)
        {
            return domain.Refuse("export.request", actor.Name, refused.Refusals, facts);
        }

        var report = ExportChecker.Check(export);
        facts["verdict"] = report.Verdict.ToString();
        if (report.Verdict == Verdict.Fail)
        {
            // The author learns rules and remedies; numbers and cells are for reviewers. A failed request leaves nothing to vote on.
            return domain.Refuse("export.request", actor.Name, [.. report.ForAuthor().Where(finding => finding.Verdict == Verdict.Fail).Select(finding => finding.Words).Distinct()], facts);
        }

        var content = ReleaseContent.Render(domain.Keys.Suite, export, report);
        var author = new Reviewer(actor.Name, actor.Role, actor.Organisation);
        var opened = ExportReview.Open(spec.Name, ReviewRules.Of(domain.Profile), author, content.Digest, report.Verdict, export.Scope, domain.Time.GetUtcNow());
        if (opened is not ReviewOutcome.Moved(var review))
        {
            return domain.Refuse("export.request", actor.Name, [((ReviewOutcome.Refused)opened).Reason], facts);
        }

        facts["content"] = content.Digest;
        facts["files"] = content.Files.Count;
        domain.Commit(new("export.requested", actor.Name, facts), writer =>
        {
            var request = new ExportRequest(
                spec.Name, spec, actor.Name, actor.Organisation, domain.Time.GetUtcNow(), report.Verdict, content.Digest, review.State.Stage, Encoding.UTF8.GetString(ReviewJournal.Write(review)), []);
            if (!writer.TryAdd(request))
            {
                throw new RefusedException(Refusals.Taken("export request", "出域申请", spec.Name));
            }
        });
        var remarks = report.ForAuthor();
        return Answer.Of(
            new JsonObject
            {
                ["export"] = spec.Name,
                ["verdict"] = report.Verdict.ToString(),
                ["stage"] = review.State.Stage.ToString(),
                ["content"] = content.Digest,
                ["approvals_missing"] = review.State.Missing,
                ["remarks"] = new JsonArray([.. remarks.Select(finding => AnswerPrinter.ToJson(finding.Words))]),
            },
            console =>
            {
                console.WriteLine($"Export request '{spec.Name}' passed the machine's checks ({report.Verdict}) and waits for {review.State.Missing} independent reviewers.");
                foreach (var finding in remarks)
                {
                    console.WriteLine($"  for the reviewers: {finding.Words.Rule} {finding.Words.Why}");
                }
            });
    }
}
