using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Jails;

/// <summary>A model without code through the user's door: inspected as data, submitted, run on the workbench, reviewed, run over production, held, replayed.</summary>
public sealed class ScoringTests(FinishedDemo demo) : IClassFixture<FinishedDemo>
{
    private static readonly string Example = Path.Combine(Checkout.Root, "models", "scoring", "example");

    [Fact]
    public void Parameters_are_reviewed_run_held_and_replayed_like_any_model()
    {
        var inspected = SandboxProgram.Json("model", "inspect", Example).Ends(Ran.Done).Json;
        Assert.Equal(("linear", 1, 0), (inspected["scoring"]!["format"]!.GetValue<string>(), inspected["scoring"]!["features"]!.GetValue<int>(), inspected["scoring"]!["trees"]!.GetValue<int>()));
        var submitted = demo.As("li", "model", "submit", Example, "--scenario", "night-bus").Ends(Ran.Done).Json;
        Assert.Equal(inspected["digest"]!.GetValue<string>(), submitted["digest"]!.GetValue<string>());

        // Parameters were learnt elsewhere: as a training they do not run, and over production only once they were reviewed.
        demo.As("li", "run", "start", "--model", "late-flights", "--kind", "train", "--zone", "night-bus-wb").RefusedBy("SB-RUN-1");
        demo.As("li", "run", "start", "--model", "late-flights", "--zone", "night-bus-prod").RefusedBy("FT-21-2");
        demo.As("zhao", "model", "approve", "late-flights").Ends(Ran.Done);
        var run = demo.As("li", "run", "start", "--model", "late-flights", "--zone", "night-bus-prod").Ends(Ran.Done).Json;
        Assert.True(run["completed"]!.GetValue<bool>() && run["held"]!.GetValue<bool>());

        // Its owner learns no more than of any other model.
        Assert.Equal(["completed", "held", "model", "run", "status", "zone"], run.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
        var id = run["run"]!.GetValue<string>();
        demo.As("li", "run", "report", id).RefusedBy("CC-27-4", "FT-27-4", "CC-27-3");
        Assert.Equal("Completed", demo.As("qian", "run", "report", id).Ends(Ran.Done).Json["reason"]!.GetValue<string>());
        Assert.True(demo.As("zhou", "run", "replay", id).Ends(Ran.Done).Json["same"]!.GetValue<bool>());
    }

    [Fact]
    public void Parameters_for_columns_that_the_scenario_lacks_or_of_another_form_are_refused()
    {
        using var folder = new TemporaryFolder();
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(Example, "model.json")))!;
        manifest["name"] = "wages";
        manifest["scoring"]!["features"] = new JsonArray("salary");
        var path = Directory.CreateDirectory(folder.File("wages")).FullName;
        File.WriteAllText(Path.Combine(path, "model.json"), manifest.ToJsonString());
        File.WriteAllText(Path.Combine(path, "parameters.json"), """{"link":"logistic","intercepts":[0],"coefficients":[[1]]}""");
        SandboxProgram.Json("model", "inspect", path).Ends(Ran.Done);
        demo.As("li", "model", "submit", path, "--scenario", "night-bus").RefusedBy("CC-17-3");
        File.WriteAllText(Path.Combine(path, "parameters.json"), """{"link":"logistic","intercepts":[0],"coefficients":[[1]],"code":"x"}""");
        SandboxProgram.Json("model", "inspect", path).RefusedBy("SB-MODEL-12");
        demo.As("li", "model", "submit", path, "--scenario", "night-bus").RefusedBy("SB-MODEL-12");
    }
}
