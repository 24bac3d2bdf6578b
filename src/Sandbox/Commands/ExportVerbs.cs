using System.CommandLine;
using System.Text.Json.Nodes;
using Sandbox.Export.Reviewing;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Exports;
using Sandbox.Host.People;
using Sandbox.Host.Tenancy;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>export request|show|approve|return|reject|release|withdraw|revoke|status|sheet|keygen|list</c>.</summary>
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
        Act("withdraw", "As the author: take a request back that has not left.", "export withdraw income-by-city --as li", CloseExport.Withdraw),
        Act("revoke", "As the bureau: call a release back; prints who must be told.", "export revoke income-by-city --as zhao", CloseExport.Revoke),
        Act("status", "As the author or a reviewer: see the state of a request and what reviewers said about it.", "export status income-by-city --as li", ExportSheet.Status),
        Act("sheet", "As a reviewer: print the approval sheet 审批表 of a request whose review is over.", "export sheet income-by-city --as qian", ExportSheet.Print),
        KeyGen(),
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
                    context.Require(domain, [(Named.Scenario, spec.Scenario), .. spec.Tables.SelectMany(table => new[] { (Named.DataSet, table.Source), (Named.Run, table.Run), (Named.Round, table.Round) }).Where(item => item.Item2 is not null)]);
                    return await context.ShowAsync("Recomputing and checking", (Action<double, string> _) => RequestExport.RunAsync(domain, actor, spec, context.Cancel)).ConfigureAwait(false);
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
        var comments = new Option<string[]>("--comment") { Description = "Words about the request, or about one file: \"data/income.csv: …\"; may be repeated" };
        return Verb.Create(verb, description, [$"export {verb} income-by-city --as qian --person-key /media/qian.key", $"export {verb} income-by-city --as qian --comment \"data/income.csv: districts are fine\""], [id, comments], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return VoteExport.Run(domain, actor, context.Get(id), decision, context.Get(comments) ?? []);
            }
        });
    }

    private static Command Act(string verb, string description, string example, Func<OpenDomain, Actor, string, Answer> act)
    {
        var id = new Argument<string>("export");
        return Verb.Create(verb, description, [example], [id], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return act(domain, actor, context.Get(id));
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
                var answer = await ReleaseExport.RunAsync(domain, actor, context.Get(id), context.Cancel).ConfigureAwait(false);
                return context.HasInput ? answer : WithoutFolders(answer);
            }
        });
    }

    /// <summary>Who is not at the machine is not told where things lie on it.</summary>
    private static Answer WithoutFolders(Answer answer)
    {
        if (answer is Answer.Done done)
        {
            foreach (var name in new[] { "package", "receipt" })
            {
                done.Body[name] = Path.GetFileName(done.Body[name]?.GetValue<string>());
            }
        }

        return answer;
    }

    private static Command KeyGen()
    {
        var suite = new Option<string>("--suite") { Description = "sm or nist, as the domain", DefaultValueFactory = _ => "sm" };
        var target = new Option<string>("--out") { Description = "Where your key file goes", Required = true };
        return Verb.Create("keygen", "As a recipient: make the key that releases are sealed to (\"recipient\":{…,\"key\":…} in the export file); needs no domain.", ["export keygen --out bus-company.key"], [suite, target], context =>
        {
            if (context.Get(suite) is not ("sm" or "nist"))
            {
                return new Answer.Misused("The suite is sm or nist.");
            }

            using var key = EnvelopeKey.Generate(Suite.ByName(context.Get(suite)));
            RecipientKeyFile.Create(key, context.Get(target));
            var line = RecipientKey.Of(key);
            return Answer.Of(
                new JsonObject { ["key_file"] = context.Get(target), ["recipient_key"] = line.ToString(), ["key_id"] = line.KeyId },
                $"{line}\nShort name: {line.KeyId}. Key file: {context.Get(target)}. Give the line to the author of the export and tell the reviewers the short name; whoever has the file can open what is sealed to it.");
        });
    }

    private static Command List() => Verb.Create("list", "Show requests and releases.", ["export list"], [], context =>
    {
        using var domain = context.Open();
        var sight = context.Sight;
        ExportRequest[] requests = [.. domain.Registry.All<ExportRequest>().Where(sight.Sees)];
        Release[] releases = [.. domain.Registry.All<Release>().Where(sight.Sees)];
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
