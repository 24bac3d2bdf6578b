using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Parties;
using Sandbox.Host.Registry;
using Sandbox.Policy.Parties;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>party add|evidence|admit|leave|measure|bind|list|show</c>.</summary>
internal static class PartyVerbs
{
    public static Command Group() => Verb.Group(
        "party",
        "The register of organisations: kinds, evidence, admission, measures, block list (单位登记).",
        Add(), Evidence(), Admit(), Leave(), Measure(), Bind(), List(), Show());

    private static Command Add()
    {
        var name = Name();
        var kind = new Option<string>("--kind") { Description = string.Join(", ", PartyWords.All), Required = true };
        var code = new Option<string>("--credit-code") { Description = "Unified social credit code; one registration a code", Required = true };
        var affiliates = new Option<string[]>("--affiliate-of") { Description = "Organisations that it is tied to", AllowMultipleArgumentsPerToken = true };
        return Verb.Create(
            "add",
            "Register an organisation (the bureau; for developers whoever admits them under the profile).",
            ["party add city-lab --kind developer --credit-code 91350100M000100Y43 --as li"],
            [name, kind, code, affiliates],
            context => PartyWords.Of(context.Get(kind)) is var known and not PartyKind.Unknown
                ? Acts(context, (domain, actor) => RegisterParty.Add(domain, actor, new(context.Get(name), known, context.Get(code), context.Get(affiliates) ?? [])))
                : new Answer.Misused("The kind is one of " + string.Join(", ", PartyWords.All) + "."));
    }

    private static Command Evidence()
    {
        var name = Name();
        var paper = new Option<string>("--paper") { Description = "Which evidence, as the profile names it (party show lists them)", Required = true };
        var level = new Option<int?>("--level") { Description = "Level that it certifies, 1 to 5" };
        var from = new Option<string>("--from") { Description = "First day on which it counts, yyyy-MM-dd", Required = true };
        var until = new Option<string>("--until") { Description = "Last day on which it counts, yyyy-MM-dd", Required = true };
        var last = new Option<string?>("--last-event") { Description = "Day of the last event it tells of; left out where it says that there was none" };
        var file = new Option<FileInfo>("--file") { Description = "The paper; it is kept sealed", Required = true };
        return Verb.Create(
            "evidence",
            "File an evidence for an organisation.",
            ["party evidence data-company --paper credit_record --from 2026-01-01 --until 2026-12-31 --file report.pdf --as zhao"],
            [name, paper, level, from, until, last, file],
            async context =>
            {
                var wanted = new NewEvidence(context.Get(name), context.Get(paper), context.Get(level), DayWord.Read(context.Get(from)), DayWord.Read(context.Get(until)), context.Get(last) is { } day ? DayWord.Read(day) : null);
                var bytes = InputFile.ReadAll(context.Get(file).FullName, PaperStore.MostBytes);
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await RegisterParty.FileAsync(domain, actor, wanted, bytes, context.Cancel).ConfigureAwait(false);
                }
            });
    }

    private static Command Admit() => Ruled("admit", PartyCommand.Admit, "Admit an organisation whose evidence is complete; a partner's admission is filed with the bureau.", "party admit city-lab --rules rules-v3 --as li");

    private static Command Leave() => Ruled("leave", PartyCommand.Leave, "Record that an organisation leaves; its grants end. A partner's exit is filed with the bureau.", "party leave city-lab --rules rules-v3 --as li");

    private static Command Ruled(string verb, PartyCommand command, string description, string example)
    {
        var name = Name();
        var rules = new Option<string?>("--rules") { Description = "Version of the written rules of admission and exit (partners)" };
        return Verb.Create(verb, description, [example], [name, rules], context => Acts(context, (domain, actor) => DecideParty.Run(domain, actor, context.Get(name), command, context.Get(rules))));
    }

    private static Command Measure()
    {
        var name = Name();
        var measure = new Option<string>("--measure") { Description = "warn, suspend, lift, cancel or bar", Required = true };
        var grounds = new Option<string?>("--grounds") { Description = "Written grounds", Required = true };
        return Verb.Create(
            "measure",
            "Take a measure against an organisation: a warning, a suspension (at the next call), its lifting, the end of its grants, the block list.",
            ["party measure city-lab --measure suspend --grounds \"passed data on\" --as li"],
            [name, measure, grounds],
            context =>
            {
                var command = context.Get(measure) switch { "warn" => PartyCommand.Warn, "suspend" => PartyCommand.Suspend, "lift" => PartyCommand.Lift, "cancel" => PartyCommand.Cancel, "bar" => PartyCommand.Bar, _ => PartyCommand.Unknown };
                return command == PartyCommand.Unknown ? new Answer.Misused("The measure is warn, suspend, lift, cancel or bar.") : Acts(context, (domain, actor) => DecideParty.Run(domain, actor, context.Get(name), command, context.Get(grounds)));
            });
    }

    private static Command Bind() => Verb.Create(
        "bind",
        "As the bureau: from now on acts on data need admitted organisations and signed papers. Stands in the ledger; there is no way back.",
        ["party bind --as zhao"],
        [],
        context => Acts(context, BindRegister.Run));

    private static Command List() => Verb.Create("list", "Show the organisations.", ["party list"], [], context =>
    {
        using var domain = context.Open();
        var all = domain.Registry.All<Party>();
        return Answer.Of(
            new JsonObject { ["bound"] = Standing.Bound(domain), ["parties"] = new JsonArray([.. all.Select(party => (JsonNode)new JsonObject { ["name"] = party.Id, ["kind"] = PartyWords.English(party.PartyKind), ["state"] = party.State.ToString(), ["barred"] = party.Barred })]) },
            console =>
            {
                var table = new Table().AddColumns("organisation", "kind", "state", "barred");
                foreach (var party in all)
                {
                    table.AddRow(party.Id, $"{PartyWords.English(party.PartyKind)} {PartyWords.Chinese(party.PartyKind)}", party.State.ToString(), party.Barred ? "yes" : "");
                }

                console.Write(table);
            });
    });

    private static Command Show()
    {
        var name = Name();
        return Verb.Create("show", "Show one organisation: evidence that is on file and lacking, filings, measures.", ["party show data-company"], [name], context =>
        {
            using var domain = context.Open();
            var party = Domains.Names.Valid(context.Get(name)) ? domain.Registry.Find<Party>(context.Get(name)) : null;
            if (party is null)
            {
                return Answer.No(Refusals.Missing("organisation", "单位", "?"));
            }

            var body = JsonSerializer.SerializeToNode(party, RegistryDatabase.Format)!.AsObject();
            body["lacking"] = new JsonArray([.. PartyChecks.Eligibility(domain.Profile.Parties, party.PartyKind, [.. party.Evidence.Select(item => item.Fact)], domain.Today).Refusals.Select(refusal => (JsonNode)refusal.Why)]);
            return Answer.Of(body, console => console.WriteLine(body.ToJsonString(new JsonSerializerOptions(RegistryDatabase.Format) { WriteIndented = true })));
        });
    }

    private static Argument<string> Name() => new("organisation") { Description = "Name of the organisation" };

    private static Answer Acts(VerbContext context, Func<Domains.OpenDomain, People.Actor, Answer> act) => ActAs.Run(context, act);
}
