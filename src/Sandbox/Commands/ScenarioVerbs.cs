using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Parties;
using Sandbox.Host.Registry;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Tenancy;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>scenario request|pass-on|confirm|consent|reject|end|leftovers|list|show</c>.</summary>
internal static class ScenarioVerbs
{
    public static Command Group() => Verb.Group(
        "scenario",
        "Ask for a scenario (one purpose, one grant), answer it, look at it.",
        Request(),
        Reply("pass-on", "As the operating unit: pass a partner's request on to the bureau after the first check.", true, ["scenario pass-on shuttle --as li"]),
        Reply("confirm", "As the bureau: confirm a request after checking it.", true, ["scenario confirm shuttle --as zhao"]),
        Reply("consent", "As a source department: consent to the use of your data.", true, ["scenario consent shuttle --as chen"]),
        Reply("reject", "Refuse a request; grounds are needed.", false, ["scenario reject shuttle --as chen --grounds \"purpose is too wide\""]),
        End(),
        Leftovers(),
        List(),
        Show());

    private static Command Request()
    {
        var file = new Argument<FileInfo>("file") { Description = "Scenario file (JSON): name, purpose, from, until, people, tables" };
        var proof = new Option<FileInfo?>("--proof") { Description = "Proof that the people or bodies concerned permit this use; some profiles then expect the supplier to grant" };
        return Verb.Create(
            "request",
            "As the operating unit, or as a partner through it: ask for a scenario. The file names purpose, term, people, and for each data set the columns with their masks.",
            [
                "scenario request shuttle.json --as li",
                "scenario request shuttle.json --proof permissions.pdf --as li",
                "# a table: {\"data_set\":\"residents\",\"sample_per_mille\":200,\"quasi_identifiers\":[\"sex\"],\"columns\":[{\"name\":\"sex\",\"workbench\":{\"rule\":\"keep\"},\"production\":null}]}",
            ],
            [file, proof],
            async context =>
            {
                var spec = ScenarioSpec.FromUntrusted(InputFile.ReadAll(context.Get(file).FullName, 1 << 20));
                var paper = context.Get(proof) is { } attached ? InputFile.ReadAll(attached.FullName, PaperStore.MostBytes) : null;
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    context.Require(domain, spec.Tables.Select(table => (Named.DataSet, (string?)table.DataSet)));
                    context.RequirePeople(domain, spec.People);
                    (ObjectRef Object, string Digest)? kept = paper is null ? null : await PaperStore.KeepAsync(domain, actor.Name, paper, context.Cancel).ConfigureAwait(false);
                    return RequestScenario.Run(domain, actor, spec, kept is { } known ? new ScenarioProof(known.Object, known.Digest) : null);
                }
            });
    }

    private static Command Reply(string verb, string description, bool agree, string[] examples)
    {
        var id = new Argument<string>("scenario");
        var grounds = new Option<string?>("--grounds") { Description = "Written grounds; needed for a refusal" };
        var strike = new Option<string[]>("--strike") { Description = "Columns to strike from the request, as data-set.column; the rest is agreed to", AllowMultipleArgumentsPerToken = true };
        return Verb.Create(verb, description, examples, agree ? [id, grounds, strike] : [id, grounds], context =>
        {
            var strikes = (agree ? context.Get(strike) ?? [] : []).Select(word => (word.Split('.', 2) is [var set, var column]) ? new ColumnName(set, column) : new ColumnName(word, "")).ToArray();
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return AnswerScenario.Run(domain, actor, context.Get(id), agree, context.Get(grounds), strikes, verb switch
                {
                    "pass-on" => ScenarioCommand.PassOn,
                    "confirm" => ScenarioCommand.Confirm,
                    "consent" => ScenarioCommand.Consent,
                    _ => null,
                });
            }
        });
    }

    private static Command End()
    {
        var id = new Argument<string>("scenario");
        var grounds = new Option<string?>("--grounds") { Description = "Written grounds; needed for a supplier and the bureau" };
        return Verb.Create("end", "End a scenario for good: as a supplier of its data with grounds (the bureau and the operating unit are notified), as the bureau, or as its operating unit.", ["scenario end shuttle --grounds \"the source system was closed\" --as chen"], [id, grounds], context =>
            ActAs.Run(context, (domain, actor) => EndScenario.Run(domain, actor, context.Get(id), context.Get(grounds))));
    }

    private static Command Leftovers() => Verb.Create("leftovers", "Show what is left of ended scenarios and must be deleted: zones, held outputs, models.", ["scenario leftovers"], [], context =>
    {
        using var domain = context.Open();
        var left = MustDelete.Of(domain.Registry, [.. domain.Registry.All<Scenario>().Where(scenario => scenario.State == ScenarioState.Ended && context.Sight.Sees(scenario)).Select(scenario => scenario.Id)]);
        return Answer.Of(new JsonObject { ["to_delete"] = left }, console =>
        {
            foreach (var item in left)
            {
                console.WriteLine($"{item!["kind"]} {item["name"]} of {item["scenario"]}");
            }
        });
    });

    private static Command List() => Verb.Create("list", "Show the scenarios.", ["scenario list"], [], context =>
    {
        using var domain = context.Open();
        Scenario[] all = [.. domain.Registry.All<Scenario>().Where(context.Sight.Sees)];
        return Answer.Of(
            new JsonObject { ["scenarios"] = new JsonArray([.. all.Select(Json)]) },
            console =>
            {
                var table = new Table().AddColumns("scenario", "state", "operator", "term", "data sets");
                foreach (var scenario in all)
                {
                    table.AddRow(scenario.Id, scenario.State.ToString(), Markup.Escape(scenario.Operator), $"{scenario.From:yyyy-MM-dd} to {scenario.Until:yyyy-MM-dd}", string.Join(", ", scenario.Tables.Select(item => item.DataSet)));
                }

                console.Write(table);
            });
    });

    private static Command Show()
    {
        var id = new Argument<string>("scenario");
        var sheet = Sheets.Option();
        return Verb.Create("show", "Show one scenario with its masks and consents.", ["scenario show shuttle", "scenario show shuttle --json", "scenario show shuttle --sheet"], [id, sheet], context =>
        {
            using var domain = context.Open();
            if (context.Get(sheet))
            {
                return ScenarioSheet.Print(domain, context.Get(id));
            }

            var scenario = ScenarioAccess.Find(domain, context.Get(id));
            return Answer.Of(Json(scenario).AsObject(), console => console.WriteLine(JsonSerializer.Serialize(scenario, Indented)));
        });
    }

    private static readonly JsonSerializerOptions Indented = new(RegistryDatabase.Format) { WriteIndented = true };

    private static JsonNode Json(Scenario scenario) => JsonSerializer.SerializeToNode(scenario, RegistryDatabase.Format)!;
}
