using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Rounds;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>he open-round|contribute|sum|open|list</c>.</summary>
internal static class RoundVerbs
{
    public static Command Group() => Verb.Group("he", "Add up encrypted figures of several providers.", OpenRoundVerb(), Contribute(), Sum(), Open(), List());

    private static Command OpenRoundVerb()
    {
        var file = new Argument<FileInfo>("file") { Description = "Round file (JSON): name, scenario, purpose, groups, measures, contributors, minimum_contributors, maximum_rows, closes_at" };
        return Verb.Create("open-round", "Open an aggregation round with fixed, signed terms.", ["he open-round visits.json --as li"], [file], async context =>
        {
            var spec = RoundSpec.FromUntrusted(InputFile.ReadAll(context.Get(file).FullName, 1 << 20));
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return await OpenRound.RunAsync(domain, actor, spec, context.Cancel).ConfigureAwait(false);
            }
        });
    }

    private static Command Contribute()
    {
        var round = new Argument<string>("round");
        var csv = new Option<FileInfo>("--csv") { Description = "Your own rows; they are added up here and only ciphertexts go on", Required = true };
        var group = new Option<string>("--group") { Description = "Column that names the group", Required = true };
        return Verb.Create("contribute", "As a source department: encrypt your sums and contribute them.", ["he contribute visits --csv county.csv --group age_band --as county-a"], [round, csv, group], async context =>
        {
            using var reader = new StreamReader(context.Get(csv).FullName, new UTF8Encoding(false, throwOnInvalidBytes: true));
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return await ContributeToRound.RunAsync(domain, actor, context.Get(round), reader, context.Get(group), context.Cancel).ConfigureAwait(false);
            }
        });
    }

    private static Command Sum()
    {
        var round = new Argument<string>("round");
        return Verb.Create("sum", "Close a round and add the contributions under encryption.", ["he sum visits --as li"], [round], async context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return await SumRound.RunAsync(domain, actor, context.Get(round), context.Cancel).ConfigureAwait(false);
            }
        });
    }

    private static Command Open()
    {
        var round = new Argument<string>("round");
        var contribution = new Option<string?>("--contribution") { Description = "Try to open one organisation's contribution (always refused: it shows the rule)" };
        return Verb.Create("open", "As the bureau: have the gate permit one total and open it once, for the gate.", ["he open visits --as zhao", "he open visits --contribution county-a --as zhao"], [round, contribution], async context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return await OpenTotal.RunAsync(domain, actor, context.Get(round), context.Get(contribution), context.Cancel).ConfigureAwait(false);
            }
        });
    }

    private static Command List() => Verb.Create("list", "Show the rounds.", ["he list"], [], context =>
    {
        using var domain = context.Open();
        var rounds = domain.Registry.All<Round>();
        return Answer.Of(
            new JsonObject { ["rounds"] = new JsonArray([.. rounds.Select(round => (JsonNode)new JsonObject { ["round"] = round.Id, ["scenario"] = round.Scenario, ["state"] = round.State.ToString(), ["contributions"] = round.Contributions.Count })]) },
            console =>
            {
                var table = new Table().AddColumns("round", "scenario", "state", "contributions");
                foreach (var round in rounds)
                {
                    table.AddRow(round.Id, round.Scenario, round.State.ToString(), round.Contributions.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
                }

                console.Write(table);
            });
    });
}
