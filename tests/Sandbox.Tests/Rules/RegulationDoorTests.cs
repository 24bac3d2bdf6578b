using Sandbox.Fixtures;
using Sandbox.Host.Demo;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Rules;

/// <summary>Demands at the doors where people meet them: the refusal with its rule, and beside it the way that is open.</summary>
public sealed class RegulationDoorTests(FinishedDemo demo) : IClassFixture<FinishedDemo>
{
    [Fact]
    [Requirement("CC-27-1")]
    public void Rows_that_a_model_copied_out_do_not_leave_whoever_agrees()
    {
        using var folder = new TemporaryFolder();
        var run = demo.Call("run", "list").Ends(Ran.Done).Json["runs"]!.AsArray().Last(item => item!["model"]!.GetValue<string>() == "row-copy")!["run"]!.GetValue<string>();
        var request = System.Text.Json.Nodes.JsonNode.Parse(DemoFiles.RawRows(run))!;
        request["name"] = "copied-once-more";
        Assert.Contains(demo.As("li", "export", "request", folder.Write("rows.json", request.ToJsonString())).Ends(Ran.Refused).Rules, rule => rule.StartsWith("CC-27", StringComparison.Ordinal) || rule.StartsWith("SB-EXP", StringComparison.Ordinal));

        // No vote helps: there is nothing to vote on, and nothing to release.
        demo.As("qian", "export", "approve", "copied-once-more").Ends(Ran.Refused);
        demo.As("sun", "export", "approve", "copied-once-more").Ends(Ran.Refused);
        demo.As("zhao", "export", "release", "copied-once-more").Ends(Ran.Refused);
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(demo.Folder, "releases")), file => file.Contains("copied-once-more", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(Path.Combine(demo.Folder, "releases")).SelectMany(RawValues.Find));

        // A table of groups of ten and more left by the same door.
        SandboxProgram.Json("verify", demo.Release, "--key", demo.KeyFile).Ends(Ran.Done);
    }

    [Fact]
    [Requirement("FT-21-2")]
    [Requirement("CC-20-3")]
    public void Only_an_inspected_model_runs_on_production_and_none_is_trained_there()
    {
        // A model that nobody looked at yet; its makers do not pass it themselves; passed by the bureau it runs, and what it made is held.
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(Path.Combine(Checkout.Root, "artifacts", "models", "row-copy")))
        {
            File.WriteAllBytes(folder.File(Path.GetFileName(file)), File.ReadAllBytes(file));
        }

        folder.Write("model.json", File.ReadAllText(folder.File("model.json")).Replace("\"row-copy\"", "\"second-copy\"", StringComparison.Ordinal));
        demo.As("li", "model", "submit", folder.Path, "--scenario", "night-bus").Ends(Ran.Done);
        Ran Apply() => demo.As("li", "run", "start", "--model", "second-copy", "--zone", "night-bus-prod", "--kind", "apply");
        Apply().RefusedBy("FT-21-2");
        demo.As("li", "model", "approve", "second-copy").Ends(Ran.Refused);
        demo.As("zhao", "model", "approve", "second-copy").Ends(Ran.Done);
        Apply().Ends(Ran.Done);
        demo.As("zhao", "model", "block", "second-copy").Ends(Ran.Done);
        Apply().Ends(Ran.Refused);
        var training = demo.Call("run", "list").Json["runs"]!.AsArray().First(item => item!["zone"]!.GetValue<string>() == "night-bus-wb")!["model"]!.GetValue<string>();
        demo.As("li", "run", "start", "--model", training, "--zone", "night-bus-prod", "--kind", "train").RefusedBy("CC-20-3");

        // On the workbench it was trained, over a masked sample whose size and seed-keyed order are on record.
        var zone = demo.Call("zone", "show", "night-bus-wb").Ends(Ran.Done).Json;
        Assert.All(zone["tables"]!.AsArray(), table => Assert.True(table!["rows"]!.GetValue<long>() > 0));
        demo.As("li", "run", "start", "--model", training, "--zone", "night-bus-wb", "--kind", "train").Ends(Ran.Done);
    }
}
