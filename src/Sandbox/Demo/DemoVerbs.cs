using System.CommandLine;
using Sandbox.Host.Commands;

namespace Sandbox.Host.Demo;

/// <summary><c>demo</c>.</summary>
internal static class DemoVerbs
{
    public const string DefaultFolder = "sandbox-demo";

    public static Command Demo()
    {
        var suite = new Option<string>("--suite") { Description = "Algorithms: sm or nist", DefaultValueFactory = _ => "sm" };
        var fresh = new Option<bool>("--fresh") { Description = "Remove an earlier demo in the folder first" };
        return Verb.Create(
            "demo",
            "Walk the whole road once on real data: load, grade, consent, mask, query, train, apply, add up under encryption, be stopped at the gate, be reviewed, be released, be verified. An interrupted demo goes on where it stopped.",
            ["demo", "demo --dir /tmp/city --suite nist", "demo --json"],
            [suite, fresh],
            context => DemoRun.RunAsync(context, context.Get(suite), context.Get(fresh)));
    }
}
