using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.Demands;

namespace Sandbox.Host.Commands;

/// <summary><c>demand add|submit|list</c>.</summary>
internal static class DemandVerbs
{
    public static Command Group() => Verb.Group("demand", "The register of demands for data (数据需求) and the lists that go out from it.", Add(), Submit(), List());

    private static Command Add()
    {
        var file = new Argument<FileInfo>("file") { Description = "Demand (JSON)" };
        return Verb.Create(
            "add",
            "As the operating unit or a partner: register a demand, or complete one that waits. What is missing is named; such a demand stays out of the list.",
            [
                "demand add roads.json --as li",
                "# the file: {\"demand\":\"roads\",\"providers\":[\"transport\"],\"content\":\"…\",\"way_of_use\":\"…\",\"scenario\":\"…\",\"feasibility\":\"…\"}",
            ],
            [file],
            context =>
            {
                var bytes = InputFile.ReadAll(context.Get(file).FullName, InputJson.Longest);
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return KeepDemands.Add(domain, actor, bytes);
                }
            });
    }

    private static Command Submit()
    {
        var list = new Argument<string>("list");
        return Verb.Create("submit", "As the operating unit: put every complete demand that waits into one list and submit it.", ["demand submit autumn-2026 --as li"], [list], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return KeepDemands.Submit(domain, actor, context.Get(list));
            }
        });
    }

    private static Command List()
    {
        var list = new Option<string?>("--of") { Description = "Only the rows of this list" };
        return Verb.Create("list", "Show the register, or one list.", ["demand list", "demand list --of autumn-2026 --json"], [list], context =>
        {
            using var domain = context.Open();
            return KeepDemands.List(domain, context.Get(list));
        });
    }
}
