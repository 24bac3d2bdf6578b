using System.CommandLine;
using Sandbox.Host.Lineage;
using Sandbox.Trust;

namespace Sandbox.Host.Commands;

/// <summary><c>lineage show|impact</c>.</summary>
internal static class LineageVerbs
{
    public static Command Group() => Verb.Group(
        "lineage",
        "Trace a result to its sources and back: ids, who was responsible, coarse counts; never data values.",
        Walk("show", "What something was made from, up to the data sets and who provided them.", ["lineage show release:income-by-city --as zhao", "lineage show run-3 --as li --json", "lineage show release:income-by-city --as zhao --svg income.svg"], LineageDirection.Sources),
        Walk("impact", "What was made from something: zones, queries, runs, releases.", ["lineage impact data-set:register --as zhao", "lineage impact batch:register/b1 --as chen --svg impact.svg"], LineageDirection.Consequences));

    private static Command Walk(string name, string description, string[] examples, LineageDirection direction)
    {
        var id = new Argument<string>("id") { Description = "Kind and name (data-set:NAME, batch:SET/b1, zone:, zone-table:ZONE/SET, query:ENTRY, run:, held:, export:, release:, recipient:, scenario:, model:, round:), or a name that only one thing has" };
        var svg = new Option<string?>("--svg") { Description = "Also draw a picture into this new file" };
        return Verb.Create(name, description, examples, [id, svg], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return ShowLineage.Run(domain, actor, context.Get(id), direction, context.Get(svg));
            }
        });
    }
}
