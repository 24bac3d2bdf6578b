using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Jails;

/// <summary><c>run replay</c> over a finished demo: every run that can be repeated gives the same reason, fuel and bytes; whoever may not, and whatever is gone, is refused.</summary>
public sealed class ReplayTests(FinishedDemo demo) : IClassFixture<FinishedDemo>
{
    [Fact]
    public void Every_run_of_the_demo_executed_once_more_is_the_same_and_leaves_an_entry()
    {
        var runs = demo.Call("run", "list").Ends(Ran.Done).Json["runs"]!.AsArray().Where(run => run!["completed"]!.GetValue<bool>()).Select(run => run!["run"]!.GetValue<string>()).ToArray();
        Assert.NotEmpty(runs);
        foreach (var run in runs)
        {
            var replay = demo.As("zhou", "run", "replay", run).Ends(Ran.Done).Json;
            Assert.True(replay["same_output"]!.GetValue<bool>() && replay["same_fuel"]!.GetValue<bool>() && replay["same_reason"]!.GetValue<bool>());
        }

        var entries = demo.Call("ledger", "show", "--count", "10000").Json["entries"]!.AsArray();
        Assert.Equal(runs, entries.Where(entry => entry!["kind"]!.GetValue<string>() == "run.replayed").Select(entry => entry!["facts"]!["run"]!.GetValue<string>()));
    }

    [Fact]
    public void Those_who_may_not_see_what_is_held_may_not_replay()
    {
        demo.As("li", "run", "replay", "run-1").RefusedBy("CC-27-4", "FT-27-4", "CC-27-3");
        demo.As("zhou", "run", "replay", "run-999").RefusedBy("SB-HOST-1");
    }

    [Fact]
    public void A_run_whose_zone_lies_destroyed_is_refused()
    {
        using var copy = FinishedDemo.CopyOf(demo.Folder);
        var folder = copy.File("city");
        var zones = Books.Documents(folder).Where(item => item.Kind == "zone").Select(item => item.Body["object"]!["name"]!.GetValue<string>()).ToArray();
        Assert.NotEmpty(zones);
        Array.ForEach(zones, zone => File.Delete(Path.Combine(folder, "objects", zone)));
        var ran = SandboxProgram.Json("run", "replay", "run-1", "--dir", folder, "--as", "zhou");
        Assert.True(ran.Code is Ran.Refused or Ran.Failed, ran.ToString());
        Assert.Null(ran.Json["same"]);
    }
}
