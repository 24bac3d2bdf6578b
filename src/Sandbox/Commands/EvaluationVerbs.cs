using System.CommandLine;
using Sandbox.Host.Evaluations;
using Sandbox.Policy.Evaluations;

namespace Sandbox.Host.Commands;

/// <summary><c>evaluation list|figures|save|plan|finish|answer</c>.</summary>
internal static class EvaluationVerbs
{
    public static Command Group() => Verb.Group(
        "evaluation",
        "Evaluation of operating units, developers and suppliers, with figures from the records (评估).",
        List(), Figures(), Save(),
        Step("plan", EvaluationCommand.Plan, "As the evaluated organisation: hand in the plan for putting right.", "evaluation plan data-company --year 2026 --words \"close the account, train the staff\" --as li"),
        Step("finish", EvaluationCommand.Finish, "As the evaluated organisation: report that the plan is carried out; a second evaluation follows.", "evaluation finish data-company --year 2026 --words \"done\" --as li"),
        Step("answer", EvaluationCommand.Answer, "As the evaluated organisation: answer a failure in writing.", "evaluation answer data-company --year 2026 --words \"what was changed\" --as li"));

    private static Command List() => Verb.Create("list", "Show the evaluations, also those that opened by themselves because their year is over.", ["evaluation list"], [], context =>
    {
        using var domain = context.Open();
        return Evaluate.List(domain);
    });

    private static Command Figures()
    {
        var (party, year) = Words();
        return Verb.Create("figures", "Show an organisation's figures of a year, counted from the ledger.", ["evaluation figures civil-affairs --year 2026 --as zhao"], [party, year], context => ActAs.Run(context, (domain, actor) => Evaluate.Figures(domain, actor, context.Get(party), context.Get(year))));
    }

    private static Command Save()
    {
        var (party, year) = Words();
        var outcome = new Option<string>("--outcome") { Description = "pass, fail or rectify, as far as the profile knows them", Required = true };
        var words = Said();
        return Verb.Create("save", "As the evaluator: save a result with its reasons.", ["evaluation save data-company --year 2026 --outcome rectify --words \"records are late\" --as zhao"], [party, year, outcome, words], context => ActAs.Run(context, (domain, actor) => Evaluate.Save(domain, actor, context.Get(party), context.Get(year), context.Get(outcome), context.Get(words))));
    }

    private static Command Step(string verb, EvaluationCommand command, string description, string example)
    {
        var (party, year) = Words();
        var words = Said();
        return Verb.Create(verb, description, [example], [party, year, words], context => ActAs.Run(context, (domain, actor) => Evaluate.Step(domain, actor, context.Get(party), context.Get(year), command, context.Get(words))));
    }

    private static (Argument<string> Party, Option<int> Year) Words() => (new("organisation"), new("--year") { Description = "Calendar year of the figures", Required = true });

    private static Option<string> Said() => new("--words") { Description = "Written words; they stay with the case", Required = true };
}
