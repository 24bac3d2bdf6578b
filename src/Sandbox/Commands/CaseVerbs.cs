using System.CommandLine;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Cases;
using Sandbox.Policy.Cases;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>case open|step|show|list|paper|kinds</c>: every procedure of the regulations that goes step by step.</summary>
internal static class CaseVerbs
{
    private const int MostBytes = 256 << 10;

    public static Command Group() => Verb.Group(
        "case", "Procedures step by step 办理事项: products and their filing, trades, quality tickets, verifications, claims, incidents and drills, assessments.", Open(), Step(), Show(), List(), Paper(), Kinds());

    private static Command Open()
    {
        var kind = new Argument<string>("kind") { Description = "One of: " + string.Join(", ", CaseForms.All.Select(form => form.Kind)) };
        var name = new Argument<string>("name");
        var file = new Argument<FileInfo>("file") { Description = "What is to be written, as JSON (see `case kinds`)" };
        var paper = new Option<FileInfo?>("--paper") { Description = "A paper that belongs to it; it is kept sealed" };
        var drill = new Option<bool>("--drill") { Description = "As a drill: it shuts nothing and tells nobody" };
        return Verb.Create(
            "open",
            "Open a case.",
            ["case open quality-ticket t-1 ticket.json --as wu", "case open product p-1 product.json --as li", "case open incident drill-1 event.json --drill --as li"],
            [kind, name, file, paper, drill],
            async context =>
            {
                var (json, bytes) = (InputFile.ReadAll(context.Get(file).FullName, MostBytes), Read(context.Get(paper)));
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await TakeCaseStep.OpenAsync(domain, actor, context.Get(kind), context.Get(name), context.Get(drill), json, bytes, context.Cancel).ConfigureAwait(false);
                }
            });
    }

    private static Command Step()
    {
        var name = new Argument<string>("name");
        var step = new Argument<string>("step") { Description = "The step that you take; `case show` names those that are open" };
        var file = new Argument<FileInfo?>("file") { Description = "What is to be written, where the step asks for something", Arity = ArgumentArity.ZeroOrOne };
        var paper = new Option<FileInfo?>("--paper") { Description = "A paper that belongs to it; it is kept sealed" };
        return Verb.Create("step", "Take a step of a case, signed.", ["case step t-1 answer answer.json --as chen", "case step t-1 accept --as wu"], [name, step, file, paper], async context =>
        {
            var (json, bytes) = (context.Get(file) is { } given ? InputFile.ReadAll(given.FullName, MostBytes) : [], Read(context.Get(paper)));
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return await TakeCaseStep.StepAsync(domain, actor, context.Get(name), context.Get(step), json, bytes, context.Cancel).ConfigureAwait(false);
            }
        });
    }

    private static Command Show()
    {
        var name = new Argument<string>("name");
        var sheet = Sheets.Option();
        return Verb.Create("show", "As a party, or one who decides or supervises: read a case with all its steps.", ["case show t-1 --as chen", "case show t-1 --sheet --as zhao"], [name, sheet], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return ShowCase.Run(domain, actor, context.Get(name), context.Get(sheet));
            }
        });
    }

    private static Command List()
    {
        var kind = new Option<string?>("--kind") { Description = "Only cases of one kind" };
        var overdue = new Option<bool>("--overdue") { Description = "Only those that are late" };
        return Verb.Create("list", "Show how all cases stand, what is late and which drills are missing.", ["case list", "case list --overdue"], [kind, overdue], context =>
        {
            using var domain = context.Open();
            return ShowCase.List(domain, context.Get(kind), context.Get(overdue));
        });
    }

    private static Command Paper()
    {
        var name = new Argument<string>("name");
        var step = new Option<int>("--step") { Description = "Number of the step that it came with, from 0", Required = true };
        var target = new Option<FileInfo>("--out") { Description = "File for the paper", Required = true };
        return Verb.Create("paper", "As one who may read the case: take a paper out as it was handed in, checked against its digest and signature.", ["case paper deal-1 --step 4 --out contract.pdf --as zhao"], [name, step, target], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return ShowCase.Paper(domain, actor, context.Get(name), context.Get(step), context.Get(target).FullName);
            }
        });
    }

    private static Command Kinds()
    {
        var kind = new Argument<string?>("kind") { Arity = ArgumentArity.ZeroOrOne };
        return Verb.Create("kinds", "Show the kinds of cases: what is written, by whom, in which order.", ["case kinds", "case kinds trade"], [kind], context =>
        {
            var wanted = context.Get(kind);
            var forms = CaseForms.All.Where(form => wanted is null || form.Kind == wanted).ToArray();
            return forms.Length == 0
                ? Answer.No(Refusals.Missing("kind of case", "案卷种类", "?"))
                : Answer.Of(
                    new JsonObject { ["kinds"] = new JsonArray([.. forms.Select(form => (JsonNode)Described(form))]) },
                    console =>
                    {
                        foreach (var form in forms)
                        {
                            console.Write(new Rule($"{form.Kind} {Markup.Escape(form.TitleZh)} ({form.Requirement})") { Justification = Justify.Left });
                            console.WriteLine(form.Title);
                            var table = new Table { ShowRowSeparators = true }.AddColumns("step", "while", "then", "by", "to be written");
                            table.AddRow("open", "", form.First, By(form.OpenedBy, CaseParty.Any), Fields(form.Fields, form.Paper));
                            foreach (var move in form.Moves)
                            {
                                table.AddRow(move.Command, string.Join(", ", move.From), move.To + (move.Otherwise is { } other ? $" / {other}" : ""), By(move.Roles, move.By), Fields(move.Fields, move.Paper));
                            }

                            console.Write(table);
                        }
                    });
        });
    }

    private static JsonObject Described(CaseForm form) => new()
    {
        ["kind"] = form.Kind, ["rule"] = form.Requirement, ["title"] = form.Title, ["title_zh"] = form.TitleZh, ["profiles"] = form.Profiles is { } only ? new JsonArray([.. only.Select(item => (JsonNode)item)]) : null,
        ["open"] = new JsonObject { ["by"] = By(form.OpenedBy, CaseParty.Any), ["fields"] = Members(form.Fields), ["paper"] = form.Paper },
        ["steps"] = new JsonArray([.. form.Moves.Select(move => (JsonNode)new JsonObject
        {
            ["step"] = move.Command, ["while"] = new JsonArray([.. move.From.Select(item => (JsonNode)item)]), ["then"] = move.To, ["otherwise"] = move.Otherwise, ["by"] = By(move.Roles, move.By), ["fields"] = Members(move.Fields), ["paper"] = move.Paper,
        })]),
    };

    private static JsonObject Members(IReadOnlyList<CaseField> fields) => new(fields.Select(field => KeyValuePair.Create(field.Name, (JsonNode?)(CaseContent.Words(field) + (field.Optional ? " (or nothing)" : "")))));

    private static string Fields(IReadOnlyList<CaseField> fields, bool paper) => Markup.Escape(string.Join('\n', fields.Select(field => $"{field.Name}: {CaseContent.Words(field)}{(field.Optional ? " (or nothing)" : "")}").Concat(paper ? ["--paper"] : [])));

    private static string By(IReadOnlyList<CaseRole> roles, CaseParty party) =>
        string.Join(", ", roles.Select(Spaced)) + (party == CaseParty.Any ? "" : $" ({Spaced(party)})");

    private static string Spaced<T>(T value)
        where T : struct, Enum => string.Concat(value.ToString().Select((letter, at) => at > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));

    private static byte[]? Read(FileInfo? file) => file is null ? null : InputFile.ReadAll(file.FullName, TakeCaseStep.MostPaperBytes);
}
