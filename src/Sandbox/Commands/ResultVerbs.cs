using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.Results;

namespace Sandbox.Host.Commands;

/// <summary><c>result list|show|chart|drop</c>: the named results of a workbench.</summary>
internal static class ResultVerbs
{
    public static Command Group() => Verb.Group("result", "Look at whole answers that are kept in a workbench (query --keep).", List(), Show(), Chart(), Drop());

    private static Option<string> Zone() => new("--zone", "-z") { Description = "The workbench", Required = true };

    private static Command List()
    {
        var zone = Zone();
        return Verb.Create("list", "Show the results of a zone.", ["result list --zone shuttle-wb --as wu"], [zone], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return ListResults.Run(domain, actor, context.Get(zone));
            }
        });
    }

    private static Command Show()
    {
        var zone = Zone();
        var name = new Argument<string>("result");
        var page = new Option<int>("--page") { Description = "Which page, from 1", DefaultValueFactory = _ => 1 };
        return Verb.Create("show", "Show a page of a result: as many rows as an answer may show. Each page is an answer in the ledger.", ["result show late --zone shuttle-wb --page 2 --as wu"], [name, zone, page], async context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return await new ShowResult(domain, actor).PageAsync(context.Get(zone), context.Get(name), context.Get(page), context.Cancel).ConfigureAwait(false);
            }
        });
    }

    private static Command Chart()
    {
        var zone = Zone();
        var name = new Argument<string>("result");
        var words = new Option<string>("--words") { Description = "Column of the words beside the bars", Required = true };
        var values = new Option<string>("--values") { Description = "Column of the numbers that the bars show", Required = true };
        var svg = new Option<bool>("--svg") { Description = "As SVG text on standard output" };
        return Verb.Create("chart", "Draw two columns of a result as bars: as many as an answer may show rows.", ["result chart by_origin --zone shuttle-wb --words origin --values flights --as wu"], [name, zone, words, values, svg], async context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return await new ShowResult(domain, actor).BarsAsync(context.Get(zone), context.Get(name), context.Get(words), context.Get(values), context.Get(svg), context.Cancel).ConfigureAwait(false);
            }
        });
    }

    private static Command Drop()
    {
        var zone = Zone();
        var name = new Argument<string>("result");
        return Verb.Create("drop", "Remove a result and its file: by who kept it, the zone's operating unit or the bureau.", ["result drop late --zone shuttle-wb --as wu"], [name, zone], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return DropResult.Run(domain, actor, context.Get(zone), context.Get(name));
            }
        });
    }
}
