using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.Procedures;
using Sandbox.Policy.Profiles;

namespace Sandbox.Host.Commands;

/// <summary><c>procedure open|close|amend|list|show|require|set-time</c>.</summary>
internal static class ProcedureVerbs
{
    public static Command Group() => Verb.Group(
        "procedure",
        "The profile's procedures (程序) step by step: selection of the operating unit, implementation plan, applications, sharing requests, changes of the catalogue.",
        Open(), Close(), Amend(), List(), Show(), Require(), SetTime());

    private static Command Open()
    {
        var chain = new Argument<string>("chain") { Description = "One of the profile's chains; procedure list shows them" };
        var name = new Argument<string>("case");
        var subject = new Option<string>("--subject") { Description = "What it is about: an organisation, a data set, a catalogue entry", Required = true };
        var on = new Option<string?>("--on") { Description = "Day of the event from which the time runs, yyyy-MM-dd (default: today)" };
        var party = new Option<string[]>("--party") { Description = "A source department that is asked; may be repeated", AllowMultipleArgumentsPerToken = true };
        var basis = new Option<string?>("--based-on") { Description = "Case that must stand approved, where the chain asks for one" };
        return Verb.Create(
            "open",
            "Open a case of a chain.",
            ["procedure open operator_selection selection-2026 --subject data-company --as zhao", "procedure open sharing_conditional roads-1 --subject roads --party transport --as li"],
            [chain, name, subject, on, party, basis],
            context =>
            {
                DateOnly? day = null;
                if (context.Get(on) is { } text)
                {
                    if (!IsoDay.TryRead(text, out var parsed))
                    {
                        return new Answer.Misused("--on is a day written yyyy-MM-dd.");
                    }

                    day = parsed;
                }

                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return OpenCase.Run(domain, actor, new(context.Get(chain), context.Get(name), context.Get(subject), day, context.Get(party) ?? [], context.Get(basis)));
                }
            });
    }

    private static Command Close()
    {
        var name = new Argument<string>("case");
        var step = new Argument<string>("step");
        var file = new Option<FileInfo>("--file") { Description = "Statement (JSON)", Required = true };
        return Verb.Create(
            "close",
            "Close the open step of a case, or refuse it with grounds. The statement is signed with your key.",
            [
                "procedure close selection-2026 notice --file statement.json --as zhao",
                "# the file: {\"outcome\":\"passed\",\"on\":\"2026-11-30\",\"reference\":\"No. 7 of 2026\",\"papers\":{\"receipt\":\"…\"}}",
                "# a refusal: {\"outcome\":\"refused\",\"reference\":\"…\",\"grounds\":\"…\",\"basis\":{\"kind\":\"law\",\"cite\":\"…\"}}",
            ],
            [name, step, file],
            context =>
            {
                var bytes = InputFile.ReadAll(context.Get(file).FullName, InputJson.Longest);
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return CloseStep.Run(domain, actor, context.Get(name), context.Get(step), bytes);
                }
            });
    }

    private static Command Amend()
    {
        var name = new Argument<string>("case");
        return Verb.Create("amend", "After a major change: send a case through its steps again. What it had opened is shut for new cases.", ["procedure amend plan-2026 --as zhao"], [name], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return OpenCase.Amend(domain, actor, context.Get(name));
            }
        });
    }

    private static Command List() => Verb.Create("list", "Show the profile's chains and the cases.", ["procedure list"], [], context =>
    {
        using var domain = context.Open();
        return ShowCases.List(domain);
    });

    private static Command Show()
    {
        var name = new Argument<string>("case");
        var sheet = Sheets.Option();
        return Verb.Create("show", "Show a case: each closed step with body, day, paper and person.", ["procedure show selection-2026", "procedure show selection-2026 --sheet"], [name, sheet], context =>
        {
            using var domain = context.Open();
            return context.Get(sheet) ? ProcedureSheet.Print(domain, context.Get(name)) : ShowCases.One(domain, context.Get(name));
        });
    }

    private static Command Require()
    {
        var duty = new Argument<string>("duty") { Description = "catalogue, operator_selection or developer_application" };
        return Verb.Create(
            "require",
            "As the bureau: from now on this domain requires the catalogue for requests, or the closed selection for access. It can't be taken back.",
            ["procedure require catalogue --as zhao", "procedure require operator_selection --as zhao"],
            [duty],
            context =>
            {
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return Duty.Require(domain, actor, context.Get(duty));
                }
            });
    }

    private static Command SetTime()
    {
        var chain = new Argument<string>("chain");
        var days = new Option<int>("--working-days") { Description = "Time for completing papers, 1 to 100 working days", Required = true };
        return Verb.Create("set-time", "As the operating unit: set the time for completing papers, where the text leaves it to you.", ["procedure set-time developer_application --working-days 5 --as li"], [chain, days], context =>
        {
            if (context.Get(days) is < 1 or > 100)
            {
                return new Answer.Misused("--working-days is 1 to 100.");
            }

            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return CompletionTime.Set(domain, actor, context.Get(chain), new Limit(context.Get(days), LimitUnit.WorkingDay));
            }
        });
    }
}
