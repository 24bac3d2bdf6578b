using System.Text;
using Sandbox.Host.Rounds;

namespace Sandbox.Host.Demo;

/// <summary>Station 5: three counties add up allowances without showing anybody their part.</summary>
internal static class RoundStation
{
    public static async Task RunAsync(DemoStage stage)
    {
        stage.Begin("5 encrypted sum", "three counties, one total");
        if (stage.Domain.Registry.Find<Round>(DemoFiles.Round) is null)
        {
            var file = DemoFiles.RoundFile(stage.Domain.Time.GetUtcNow().AddDays(7));
            stage.Done("open a round (BFV, SEAL 4.1.2 in a jail); terms signed", await OpenRound.RunAsync(
                stage.Domain, stage.As(DemoCast.Operator), RoundSpec.FromUntrusted(Encoding.UTF8.GetBytes(file)), stage.Cancel).ConfigureAwait(false));
        }
        else
        {
            stage.Kept("the round");
        }

        for (var county = 0; county < DemoCast.Counties.Count; county++)
        {
            var name = DemoCast.Counties[county];
            if (stage.Domain.Registry.Find<Round>(DemoFiles.Round)!.Contributions.Any(part => part.Contributor == name))
            {
                stage.Kept($"contribution of {name}");
                continue;
            }

            using var rows = new StringReader(DemoFiles.CountyRows(county));
            stage.Done($"{name} adds up 600 rows at home, encrypts, signs, contributes", await stage.WorkAsync($"{name} encrypts", () => ContributeToRound.RunAsync(
                stage.Domain, stage.As("office-" + name), DemoFiles.Round, rows, "age_group", stage.Cancel)).ConfigureAwait(false));
        }

        if (stage.Domain.Registry.Find<Round>(DemoFiles.Round)!.State is RoundState.Open or RoundState.Closed)
        {
            stage.Done("close and add up under encryption", await SumRound.RunAsync(stage.Domain, stage.As(DemoCast.Operator), DemoFiles.Round, stage.Cancel).ConfigureAwait(false));
        }
        else
        {
            stage.Kept("the encrypted total");
        }

        stage.Refused("open the contribution of one county", await OpenTotal.RunAsync(stage.Domain, stage.As(DemoCast.Bureau), DemoFiles.Round, DemoCast.Counties[0], stage.Cancel).ConfigureAwait(false));
        stage.Refused("open the total as the operating unit", await OpenTotal.RunAsync(stage.Domain, stage.As(DemoCast.Operator), DemoFiles.Round, null, stage.Cancel).ConfigureAwait(false));
        if (stage.Domain.Registry.Find<Round>(DemoFiles.Round)!.State == RoundState.Opened)
        {
            stage.Kept("the total, opened for the gate");
        }
        else
        {
            stage.Done("the gate signs a permit; the bureau opens the total for the gate only", await OpenTotal.RunAsync(
                stage.Domain, stage.As(DemoCast.Bureau), DemoFiles.Round, null, stage.Cancel).ConfigureAwait(false));
        }
    }
}
