using System.CommandLine;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Corrections;
using Sandbox.Policy.Corrections;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>order open|report|accept|return|terminate|list</c>.</summary>
internal static class OrderVerbs
{
    public static Command Group() => Verb.Group(
        "order",
        "Orders to correct: use stops at once, goes on after an accepted correction, or ends (整改令).",
        Open(),
        Step("report", CorrectionCommand.Report, "As the organisation that is to correct: report what was corrected.", "order report leak-1 --words \"access was closed and logged\" --as li"),
        Step("accept", CorrectionCommand.Accept, "Accept the correction; the same grants open again.", "order accept leak-1 --as zhao"),
        Step("return", CorrectionCommand.Return, "Send the report back; use stays stopped.", "order return leak-1 --words \"one account is still open\" --as zhao"),
        Step("terminate", CorrectionCommand.Terminate, "End the authorisation because the order was not met.", "order terminate leak-1 --words \"no answer\" --as zhao"),
        List());

    private static Command Open()
    {
        var name = new Argument<string>("order") { Description = "Name of the order" };
        var party = new Option<string?>("--party") { Description = "Organisation that is to correct; all its use stops" };
        var scenario = new Option<string?>("--scenario") { Description = "The one scenario that is stopped" };
        var trigger = new Option<string>("--trigger") { Description = string.Join(", ", OrderCorrection.Triggers), Required = true };
        var due = new Option<string>("--due") { Description = "Last day, yyyy-MM-dd", Required = true };
        var grounds = new Option<string>("--grounds") { Description = "Written grounds", Required = true };
        return Verb.Create(
            "open",
            "Order a correction by a date, as the profile gives you the power; use of the data stops at once.",
            ["order open leak-1 --party data-company --trigger breach --due 2026-12-31 --grounds \"a table was passed on\" --as zhao", "order open odd-1 --scenario shuttle --trigger supplier-report --due 2026-12-31 --grounds \"reads at night\" --as zhao"],
            [name, party, scenario, trigger, due, grounds],
            context =>
            {
                var wanted = new NewOrder(context.Get(name), context.Get(party), context.Get(scenario), context.Get(trigger), DayWord.Read(context.Get(due)), context.Get(grounds));
                return ActAs.Run(context, (domain, actor) => OrderCorrection.Open(domain, actor, wanted));
            });
    }

    private static Command Step(string verb, CorrectionCommand command, string description, string example)
    {
        var name = new Argument<string>("order");
        var words = new Option<string?>("--words") { Description = "What was corrected, or why it does not do" };
        return Verb.Create(verb, description, [example], [name, words], context => ActAs.Run(context, (domain, actor) => OrderCorrection.Step(domain, actor, context.Get(name), command, context.Get(words))));
    }

    private static Command List() => Verb.Create("list", "Show the orders and what is due: an order that nobody answered is due to end on the day after its last day.", ["order list"], [], context =>
    {
        using var domain = context.Open();
        var all = domain.Registry.All<CorrectionOrder>().Select(order => OrderCorrection.Json(order, domain.Today)).ToArray();
        return Answer.Of(new JsonObject { ["orders"] = new JsonArray([.. all]) }, console =>
        {
            foreach (var order in all)
            {
                console.WriteLine($"{order["order"]} on {order["scenario"] ?? order["party"]}: {order["state"]}, last day {order["due"]}{(order["task"] is { } task ? $" ({task})" : "")}");
            }
        });
    });
}
