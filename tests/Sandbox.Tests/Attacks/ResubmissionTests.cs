using System.Security.Cryptography;
using Sandbox.Export.Checks;
using Sandbox.Host.Domains;
using Sandbox.Host.Exports;
using Sandbox.Host.Models;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Tests.Attacks;

/// <summary>Putting one held output before the gate again and again, each time in another form, to read it from the answers.</summary>
public sealed class ResubmissionTests
{
    private const string Count = """{"name":"people","kind":"count","column":null,"digits":15}""";

    [Fact]
    public async Task One_held_output_is_answered_so_often_and_no_more()
    {
        using var domain = await AttackDomain.MakeAsync();
        await HoldAsync(domain, "run-1");
        await HoldAsync(domain, "run-2");
        for (var time = 1; time <= OutputCapacity.MostOfOutput; time++)
        {
            Assert.Equal(["CC-27-1"], AttackDomain.Rules(await domain.AskAsync($"try-{Letters(time)}", Table("run-1"))));
            Assert.Equal(time, domain.Open.Registry.Find<HeldSubmissions>("run-1")!.Count);
        }

        Assert.Equal(["SB-EXP-24"], AttackDomain.Rules(await domain.AskAsync("once-more", Table("run-1"))));
        Assert.Equal(OutputCapacity.MostOfOutput, domain.Open.Registry.Find<HeldSubmissions>("run-1")!.Count);

        // Hidden among others it is no better; the table without the run, and another run, are not barred.
        Assert.Equal(["SB-EXP-24"], AttackDomain.Rules(await domain.AskAsync("beside", Table("run-2") + "," + Table("run-1", "u"))));
        Assert.Null(domain.Open.Registry.Find<HeldSubmissions>("run-2"));
        Assert.Equal(["CC-27-1"], AttackDomain.Rules(await domain.AskAsync("other", Table("run-2"))));
        AttackDomain.Done(await domain.AskAsync("described", AttackDomain.Table(Count)));
    }

    [Fact]
    public async Task The_scenario_has_an_end_too()
    {
        using var domain = await AttackDomain.MakeAsync();
        await HoldAsync(domain, "run-1");
        domain.Open.Commit(new("test.many", "li", new Facts()), writer =>
        {
            for (var run = 0; run < OutputCapacity.MostOfScenario / OutputCapacity.MostOfOutput; run++)
            {
                writer.TryAdd(new HeldSubmissions($"earlier-{Letters(run)}", "buses", OutputCapacity.MostOfOutput));
            }
        });
        Assert.Equal(["SB-EXP-24"], AttackDomain.Rules(await domain.AskAsync("new-run", Table("run-1"))));
    }

    private static string Letters(int number) => $"{(char)('a' + (number / 26))}{(char)('a' + (number % 26))}";

    private static string Table(string run, string name = "t") =>
        $$"""{"name":"{{name}}","source":"register","run":"{{run}}","round":null,"dimensions":["city"],"measures":[{{Count}}]}""";

    /// <summary>A run whose held output is noise: no answer but the one can come.</summary>
    private static async Task HoldAsync(AttackDomain domain, string id)
    {
        var staged = await domain.Open.SealAsync("held", KeyScope.Scenario, "buses", "li", RandomNumberGenerator.GetBytes(256), CancellationToken.None);
        domain.Open.Commit(new("run.finished", "li", new Facts { ["run"] = id }), writer =>
        {
            staged.Commit();
            Assert.True(writer.TryAdd(new Run(id, "buses", "m", new string('a', 64), "apply", "z", ZoneKind.Production, true, staged.Ref, staged.Ref, null, "li", domain.Open.Time.GetUtcNow())));
        });
        staged.Dispose();
    }
}
