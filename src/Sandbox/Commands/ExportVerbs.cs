using System.CommandLine;
using System.Text.Json.Nodes;
using Sandbox.Export.Reviewing;
using Sandbox.Host.Answers;
using Sandbox.Host.Exports;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>export request|show|approve|return|reject|release|list</c>.</summary>
internal static class ExportVerbs
{
    public static Command Group() => Verb.Group(
        "export",
        "The only way out: ask, review, release.",
        Request(),
        Show(),
        Vote("approve", "As a reviewer: approve exactly this content.", VoteDecision.Approve),
        Vote("return", "As a reviewer: send the request back to its author.", VoteDecision.Return),
        Vote("reject", "As a reviewer: refuse the request for good.", VoteDecision.Reject),
        Release(),
        List());

    private static Command Request()
    {
        var file = new Argument<FileInfo>("file") { Description = "Export file (JSON): name, scenario, purpose, recipient, tables" };
        return Verb.Create(
            "request",
            "Ask for an export. The machine recomputes every figure and checks it; what passes goes before two independent reviewers.",
            [
                "export request income-by-city.json --as li",
                "# a table: {\"name\":\"income\",\"source\":\"residents\",\"run\":null,\"round\":null,\"dimensions\":[\"division\"],\"measures\":[{\"name\":\"people\",\"kind\":\"count\",\"column\":null,\"digits\":15}]}",
            ],
            [file],
            async context =>
            {
                var spec = ExportSpec.FromUntrusted(InputFile.ReadAll(context.Get(file).FullName, 1 << 20));
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await Work.ShowAsync(context.Remarks, "Recomputing and checking", (Action<double, string> _) => RequestExport.RunAsync(domain, actor, spec, context.Cancel)).ConfigureAwait(false);
                }
            });
    }

    private static Command Show()
    {
        var id = new Argument<string>("export");
        return Verb.Create("show", "As a reviewer: see what is asked, what the machine found with its numbers, and what left before.", ["export show income-by-city --as qian"], [id], async context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return await ShowExport.RunAsync(domain, actor, context.Get(id), context.Cancel).ConfigureAwait(false);
            }
        });
    }

    private static Command Vote(string verb, string description, VoteDecision decision)
    {
        var id = new Argument<string>("export");
        return Verb.Create(verb, description, [$"export {verb} income-by-city --as qian --person-key /media/qian.key"], [id], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return VoteExport.Run(domain, actor, context.Get(id), decision);
            }
        });
    }

    private static Command Release()
    {
        var id = new Argument<string>("export");
        return Verb.Create("release", "As the bureau: release an approved request. Everything is recomputed; only the bytes that were voted on leave.", ["export release income-by-city --as zhao"], [id], async context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return await ReleaseExport.RunAsync(domain, actor, context.Get(id), context.Cancel).ConfigureAwait(false);
            }
        });
    }

    private static Command List() => Verb.Create("list", "Show requests and releases.", ["export list"], [], context =>
    {
        using var domain = context.Open();
        var requests = domain.Registry.All<ExportRequest>();
        var releases = domain.Registry.All<Release>();
        return Answer.Of(
            new JsonObject
            {
                ["requests"] = new JsonArray([.. requests.Select(item => (JsonNode)new JsonObject { ["export"] = item.Id, ["scenario"] = item.Spec.Scenario, ["author"] = item.Author, ["stage"] = item.Stage.ToString(), ["checks"] = item.Checks.ToString() })]),
                ["releases"] = new JsonArray([.. releases.Select(item => (JsonNode)new JsonObject { ["export"] = item.Id, ["file"] = item.File, ["digest"] = item.Package, ["recipient"] = item.Recipient, ["ledger_entry"] = item.Entry })]),
            },
            console =>
            {
                var table = new Table().AddColumns("export", "scenario", "author", "checks", "stage");
                foreach (var item in requests)
                {
                    table.AddRow(item.Id, item.Spec.Scenario, item.Author, item.Checks.ToString(), item.Stage.ToString());
                }

                console.Write(table);
                foreach (var item in releases)
                {
                    console.WriteLine($"{item.Id} left for {item.Recipient} as releases/{item.File}, ledger entry {item.Entry}.");
                }
            });
    });
}
