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

/// <summary>
/// An author asks for an export: the machine recomputes and checks first; only what passes goes before the reviewers. A request of the same name by the same author, as long as it has not left and was
/// not refused for good, is changed: every vote is forgotten.
/// </summary>
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

        if (RecipientCheck.Of(domain, scenario, spec.Recipient) is { Count: > 0 } unserved)
        {
            return domain.Refuse("export.request", actor.Name, unserved, facts);
        }

        var earlier = domain.Registry.Find<ExportRequest>(spec.Name);
        if (earlier is not null && !(earlier.Author == actor.Name && earlier.Spec.Scenario == spec.Scenario && earlier.Stage is ReviewStage.InReview or ReviewStage.Returned or ReviewStage.Approved))
        {
            return domain.Refuse("export.request", actor.Name, [Refusals.Taken("export request", "出域申请", spec.Name)], facts);
        }

        ExportCase export;
        using var book = new AtomBook(domain);
        try
        {
            HeldSubmissions.Check(domain, spec, scenario);
            export = await new ExportCaseBuilder(domain).BuildAsync(spec, scenario, book, keep: false, cancel).ConfigureAwait(false);
        }
        catch (RefusedException refused)
        {
            return domain.Refuse("export.request", actor.Name, refused.Refusals, facts);
        }

        var report = await Task.Run(() => ExportChecker.Check(export), cancel).ConfigureAwait(false);
        try
        {
            HeldSubmissions.Charge(domain, actor, spec, scenario);
        }
        catch (RefusedException refused)
        {
            return domain.Refuse("export.request", actor.Name, refused.Refusals, facts);
        }

        facts["verdict"] = report.Verdict.ToString();
        if (report.Verdict == Verdict.Fail)
        {
            // The author learns rules and remedies; numbers and cells are for reviewers. A failed request leaves nothing to vote on.
            return domain.Refuse("export.request", actor.Name, [.. report.ForAuthor().Where(finding => finding.Verdict == Verdict.Fail).Select(finding => finding.Words).Distinct()], facts);
        }

        var content = ReleaseContent.Render(domain.Keys.Suite, export, report);
        var author = new Reviewer(actor.Name, actor.Role, actor.Organisation);
        var opened = earlier is null
            ? ExportReview.Open(spec.Name, ReviewRules.Of(domain.Profile), author, content.Digest, report.Verdict, export.Scope, domain.Time.GetUtcNow())
            : ExportReading.Review(domain, earlier).Change(author, content.Digest, report.Verdict);
        if (opened is not ReviewOutcome.Moved(var review))
        {
            return domain.Refuse("export.request", actor.Name, [((ReviewOutcome.Refused)opened).Reason], facts);
        }

        facts["content"] = content.Digest;
        facts["files"] = content.Files.Count;
        var files = content.Listing.ToDictionary(file => file.Path, file => file.Digest, StringComparer.Ordinal);
        var request = new ExportRequest(
            spec.Name, spec, actor.Name, actor.Organisation, domain.Time.GetUtcNow(), report.Verdict, content.Digest, review.State.Stage, Encoding.UTF8.GetString(ReviewJournal.Write(review)), [])
        {
            Files = files,
            Points = [.. ExportReading.Points(domain, spec, export, report).Select(point => point.Verdict)],
            Changed = earlier?.Files is { } before ? [.. files.Keys.Union(before.Keys).Where(path => files.GetValueOrDefault(path) != before.GetValueOrDefault(path)).Order(StringComparer.Ordinal)] : [],
            Comments = earlier?.Comments ?? [],
        };
        domain.Commit(new(earlier is null ? "export.requested" : "export.changed", actor.Name, facts), writer =>
        {
            if (earlier is null)
            {
                if (!writer.TryAdd(request))
                {
                    throw new RefusedException(Refusals.Taken("export request", "出域申请", spec.Name));
                }
            }
            else if (writer.Find<ExportRequest>(spec.Name) is { } now && now.Journal == earlier.Journal && now.Stage == earlier.Stage)
            {
                writer.Update(request);
            }
            else
            {
                throw new RefusedException(ExportReading.Moved());
            }

            _ = book.Commit(writer);
        });
        book.RemoveReplaced();
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
