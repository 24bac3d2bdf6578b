using System.Text;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;

namespace Sandbox.Host.Demo;

/// <summary>Station 2: one scenario, one grant. Without the consents a read is refused; then bureau and both providers sign.</summary>
internal static class ScenarioStation
{
    public static async Task RunAsync(DemoStage stage)
    {
        stage.Begin("2 scenario", "request, refusal without consent, consents");
        if (stage.Domain.Registry.Find<Scenario>(DemoFiles.ScenarioName) is null)
        {
            var from = stage.Domain.Today;
            var file = DemoFiles.Scenario(from, from.AddDays(60));
            stage.Done($"{DemoCast.Operator} asks for scenario {DemoFiles.ScenarioName}", RequestScenario.Run(
                stage.Domain, stage.As(DemoCast.Operator), ScenarioSpec.FromUntrusted(Encoding.UTF8.GetBytes(file))));
        }
        else
        {
            stage.Kept($"scenario {DemoFiles.ScenarioName}");
        }

        await AnswerAsync(stage, ScenarioState.Requested, "read without any consent", DemoCast.Bureau, "the bureau confirms").ConfigureAwait(false);
        await AnswerAsync(stage, ScenarioState.AuthorityConfirmed, "read with the bureau's confirmation only", DemoCast.FlightsProvider, "transport bureau consents, signed").ConfigureAwait(false);
        await AnswerAsync(stage, ScenarioState.AuthorityConfirmed, "read while one provider is silent", DemoCast.RegisterProvider, "civil affairs consents, signed").ConfigureAwait(false);
    }

    private static async Task AnswerAsync(DemoStage stage, ScenarioState before, string attempt, string who, string what)
    {
        var scenario = stage.Domain.Registry.Find<Scenario>(DemoFiles.ScenarioName)!;
        if (scenario.State != before || scenario.Consents.Any(consent => consent.Person == who))
        {
            stage.Kept(what);
            return;
        }

        stage.Refused(attempt, await BuildZone.RunAsync(stage.Domain, stage.As(DemoCast.Operator), scenario.Id, ZoneKind.Workbench, null, null, stage.Cancel).ConfigureAwait(false));
        stage.Done(what, AnswerScenario.Run(stage.Domain, stage.As(who), scenario.Id, agree: true, grounds: null));
    }
}
