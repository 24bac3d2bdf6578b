using System.Text.Json.Nodes;
using Sandbox.Export.Checks;
using Sandbox.Export.Serialising;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Exports;

/// <summary>The reviewers' page: the request, the findings with their numbers, the own vote (others stay hidden until the first reviews are complete), past releases.</summary>
public static class ShowExport
{
    private static JsonObject Cells(IReadOnlyDictionary<string, int> cells) => new(cells.OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => KeyValuePair.Create(item.Key, (JsonNode?)item.Value)));

    private static string Side(Verdict verdict, IReadOnlyDictionary<string, int> cells) =>
        string.Join('\n', cells.OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => $"{item.Key}: {item.Value} cells").Prepend(verdict.ToString()));

    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string id, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var request = ExportReading.Find(domain, id);
        var facts = new Facts { ["export"] = request.Id };
        var scenario = ScenarioAccess.Find(domain, request.Spec.Scenario);
        if (ScenarioAccess.Decide(domain, actor, scenario, DomainAction.Vote, ZoneKind.Unknown, [], isAuthor: actor.Is(request.Author)) is Decision.Denied denied)
        {
            return domain.Refuse("export.show", actor.Name, denied.Reasons, facts);
        }

        using var book = new AtomBook(domain);
        var export = await new ExportCaseBuilder(domain).BuildAsync(request.Spec, scenario, book, keep: false, cancel).ConfigureAwait(false);
        var report = await Task.Run(() => ExportChecker.Check(export), cancel).ConfigureAwait(false);
        var review = ExportReading.Review(domain, request);
        var votes = review.VisibleTo(actor.Name);
        var past = domain.Registry.All<Release>().Where(release => domain.Registry.Find<ExportRequest>(release.Id)?.Spec.Scenario == scenario.Id).ToArray();
        // What would leave, as it would: whoever votes has seen it, as far as a screen goes.
        ShownTable[] tables = [.. report.Tables.Select(table => ShownTable.Of(table, domain.Profile.Floor.DisplayRows.Value))];
        domain.Note(new("export.shown", actor.Name, facts));
        return Answer.Of(
            new JsonObject
            {
                ["export"] = request.Id,
                ["author"] = request.Author,
                ["organisation"] = request.Organisation,
                ["purpose"] = request.Spec.Purpose,
                ["recipient"] = request.Spec.Recipient.Name,
                ["sealed_to"] = request.Spec.Recipient.SealedTo(),
                ["stage"] = review.State.Stage.ToString(),
                ["content"] = review.State.ContentDigest,
                ["verdict"] = report.Verdict.ToString(),
                ["findings"] = new JsonArray([.. report.Findings.Select(finding => (JsonNode)new JsonObject
                {
                    ["table"] = finding.Table,
                    ["check"] = finding.Check,
                    ["verdict"] = finding.Verdict.ToString(),
                    ["rule"] = finding.Words.Rule,
                    ["why"] = finding.Words.Why,
                    ["figures"] = finding.Figures,
                    ["cells"] = finding.Cells.Count,
                })]),
                ["tables"] = new JsonArray([.. tables.Select(table => (JsonNode)new JsonObject
                {
                    ["table"] = table.Name,
                    ["columns"] = new JsonArray([.. table.Columns.Select(name => (JsonNode)name)]),
                    ["rows"] = new JsonArray([.. table.Rows.Select(row => (JsonNode)new JsonArray([.. row.Select(text => (JsonNode?)text)]))]),
                    ["all_rows"] = table.All,
                })]),
                ["review_points"] = new JsonArray([.. ExportReading.Points(domain, request.Spec, export, report).Select(point => (JsonNode)new JsonObject
                {
                    ["point"] = point.Words, ["point_zh"] = point.WordsZh, ["verdict"] = point.Verdict.ToString(), ["checks"] = new JsonArray([.. point.Checks.Select(check => (JsonNode)check)]),
                })]),
                ["mended"] = new JsonArray([.. report.Mendings.Select(mended => (JsonNode)new JsonObject
                {
                    ["table"] = mended.Table,
                    ["before"] = new JsonObject { ["verdict"] = mended.Before.ToString(), ["cells"] = Cells(mended.CellsBefore) },
                    ["after"] = new JsonObject { ["verdict"] = mended.After.ToString(), ["cells"] = Cells(mended.CellsAfter) },
                    ["withheld_unsafe"] = mended.Primary,
                    ["withheld_with_them"] = mended.Secondary,
                    ["rounded_to"] = mended.RoundedTo,
                    ["merged"] = mended.Merged,
                })]),
                ["votes"] = new JsonArray([.. votes.Select(vote => (JsonNode)new JsonObject { ["reviewer"] = vote.Vote.By.Id, ["decision"] = vote.Vote.Decision.ToString() })]),
                ["changed_files"] = new JsonArray([.. request.Changed.Select(path => (JsonNode)path)]),
                ["comments"] = new JsonArray([.. request.CommentsFor(actor.Name).Select(comment => (JsonNode)new JsonObject { ["reviewer"] = comment.By, ["file"] = comment.File, ["words"] = comment.Words })]),
                ["past_releases"] = new JsonArray([.. past.Select(release => (JsonNode)release.Id)]),
            },
            console =>
            {
                console.WriteLine($"{request.Id} by {request.Author} ({request.Organisation}) for {request.Spec.Recipient.Name}: {request.Spec.Purpose}");
                console.WriteLine(request.Spec.Recipient.SealedTo() is { } key ? $"sealed to the recipient's key {key}: compare it with what the recipient itself says" : "in clear: whoever gets the file can read it");
                console.WriteLine($"stage {review.State.Stage}, checks {report.Verdict}, content {review.State.ContentDigest}");
                var table = new Table().AddColumns("table", "check", "verdict", "rule", "why", "figures");
                foreach (var finding in report.Findings)
                {
                    table.AddRow(Markup.Escape(finding.Table), finding.Check, finding.Verdict.ToString(), finding.Words.Rule, Markup.Escape(finding.Words.Why), Markup.Escape(finding.Figures));
                }

                console.Write(table);
                foreach (var shown in tables)
                {
                    var rows = new Table { Title = new($"{shown.Name}: {shown.Rows.Count} of {shown.All} rows") }.AddColumns([.. shown.Columns.Select(Markup.Escape)]);
                    foreach (var row in shown.Rows)
                    {
                        rows.AddRow([.. row.Select(text => Markup.Escape(text ?? "x"))]);
                    }

                    console.Write(rows);
                }

                if (report.Mendings.Count > 0)
                {
                    var mendings = new Table().AddColumns("mended table", "before", "after", "unsafe cells withheld", "withheld with them", "also");
                    foreach (var mended in report.Mendings)
                    {
                        mendings.AddRow(
                            Markup.Escape(mended.Table), Side(mended.Before, mended.CellsBefore), Side(mended.After, mended.CellsAfter), $"{mended.Primary}", $"{mended.Secondary}",
                            string.Join(", ", new[] { mended.RoundedTo is { } multiple ? $"counts rounded to {multiple}" : "", mended.Merged ? "categories merged" : "" }.Where(words => words.Length > 0)));
                    }

                    console.Write(mendings);
                }

                if (request.Changed.Count > 0)
                {
                    console.WriteLine($"Changed by the author since the content before: {string.Join(", ", request.Changed)}.");
                }

                foreach (var comment in request.CommentsFor(actor.Name))
                {
                    console.WriteLine($"{comment.By} on {(comment.File.Length == 0 ? "the request" : comment.File)}: {comment.Words}");
                }

                console.WriteLine(past.Length == 0 ? "Nothing left this scenario before." : $"Left this scenario before: {string.Join(", ", past.Select(release => release.Id))}.");
            });
    }
}
