using System.Text;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Host.Rounds;
using Sandbox.Trust;

namespace Sandbox.Host.Demo;

/// <summary>Station 5: three counties add up allowances without showing anybody their part. What belongs to counties, audit institute and bureau lies outside the domain.</summary>
internal static class RoundStation
{
    public static async Task RunAsync(DemoStage stage)
    {
        stage.Begin("5 encrypted sum", "three counties, one total");
        var homes = new DemoHomes(stage.Domain.Folder.Root + ".homes");
        await MakeKeyAsync(stage, homes).ConfigureAwait(false);
        await OpenAsync(stage, homes).ConfigureAwait(false);
        for (var county = 0; county < DemoCast.Counties.Count; county++)
        {
            await ContributeAsync(stage, homes, county).ConfigureAwait(false);
        }

        await SumAsync(stage, homes).ConfigureAwait(false);
        await PermitAndOpenAsync(stage, homes).ConfigureAwait(false);
    }

    private static Round? Known(DemoStage stage) => stage.Domain.Registry.Find<Round>(DemoFiles.Round);

    private static async Task MakeKeyAsync(DemoStage stage, DemoHomes homes)
    {
        if (Known(stage) is null && File.Exists(homes.PublicKey) && HolderKey.FromUntrusted(RoundFiles.Read(homes.PublicKey, 1 << 23), stage.As(DemoCast.Bureau).Key.Public) is null)
        {
            // Homes of a demo that was thrown away.
            homes.Clear();
        }

        if (Known(stage) is not null || File.Exists(homes.PublicKey))
        {
            stage.Kept("the bureau's key");
            return;
        }

        // A run that was killed may have left the secret half alone: nothing was encrypted under it yet.
        File.Delete(homes.SecretKey);
        var contributors = DemoCast.Counties.Select(county => new RoundParty(county, stage.As("office-" + county).Key.Public.ToString())).ToArray();
        var witness = new RoundParty("audit-institute", stage.As(DemoCast.SecondReviewer).Key.Public.ToString());
        stage.Done("the bureau makes a key at home (BFV in SEAL's format); its secret half never comes here", await MakeRoundKey.RunAsync(
            new(homes.SecretKey, homes.PublicKey, contributors, [witness], RoundTerms.FewestContributors, ParameterSet.B), stage.As(DemoCast.Bureau).Key, homes.Guard, RoundEngines.Managed, stage.Cancel).ConfigureAwait(false));
    }

    private static async Task OpenAsync(DemoStage stage, DemoHomes homes)
    {
        if (Known(stage) is null)
        {
            var file = DemoFiles.RoundFile(stage.Domain.Time.GetUtcNow().AddDays(7));
            stage.Done("open a round; terms signed by the platform, the key by the bureau", await OpenRound.RunAsync(
                stage.Domain, stage.As(DemoCast.Operator), RoundSpec.FromUntrusted(Encoding.UTF8.GetBytes(file)), homes.PublicKey, null, stage.Cancel).ConfigureAwait(false));
        }
        else
        {
            stage.Kept("the round");
        }

        if (!File.Exists(homes.Invitation))
        {
            OpenRound.Invite(stage.Domain, DemoFiles.Round, homes.Invitation);
        }
    }

    private static async Task ContributeAsync(DemoStage stage, DemoHomes homes, int county)
    {
        var name = DemoCast.Counties[county];
        if (Known(stage)!.Contributions.Any(part => part.Contributor == name))
        {
            stage.Kept($"contribution of {name}");
            return;
        }

        var part = homes.Contribution(name);
        if (!File.Exists(part))
        {
            var invitation = RoundInvitation.FromUntrusted(
                RoundFiles.Read(homes.Invitation, RoundInvitation.MostBytes), RoundFiles.ReadPublicKey(stage.Domain.Folder.PublicKey), stage.As(DemoCast.Bureau).Key.Public);
            using var text = new StringReader(DemoFiles.CountyRows(county));
            stage.Done($"{name} adds up 600 rows at home, encrypts, signs", await stage.WorkAsync($"{name} encrypts", () => ContributeToRound.RunAsync(
                new(invitation, stage.As("office-" + name).Key, "age_group"), new CsvRows(text), part, _ => { }, stage.Domain.Time.GetUtcNow(), RoundEngines.Managed, stage.Cancel)).ConfigureAwait(false));
        }

        stage.Done($"the platform takes the contribution of {name}", await TakeContributions.RunAsync(stage.Domain, stage.As("office-" + name), DemoFiles.Round, [part], stage.Cancel).ConfigureAwait(false));
    }

    private static async Task SumAsync(DemoStage stage, DemoHomes homes)
    {
        if (Known(stage)!.State is RoundState.Open or RoundState.Closed)
        {
            stage.Done("close and add up under encryption", await SumRound.RunAsync(stage.Domain, stage.As(DemoCast.Operator), DemoFiles.Round, (_, _) => { }, RoundEngines.Managed, stage.Cancel).ConfigureAwait(false));
        }
        else
        {
            stage.Kept("the encrypted total");
        }

        if (Known(stage)!.State == RoundState.Summed && !File.Exists(homes.Statement))
        {
            if (!File.Exists(homes.Recount))
            {
                SumRound.Recount(stage.Domain, stage.As(DemoCast.Operator), DemoFiles.Round, homes.Recount);
            }

            stage.Done("the audit institute adds up again and signs", await WitnessTotal.RunAsync(
                homes.Recount, RoundFiles.ReadPublicKey(stage.Domain.Folder.PublicKey), stage.As(DemoCast.Bureau).Key.Public, stage.As(DemoCast.SecondReviewer).Key, homes.Statement, _ => { }, RoundEngines.Managed, stage.Cancel).ConfigureAwait(false));
        }
        else
        {
            stage.Kept("the witness's statement");
        }
    }

    private static async Task PermitAndOpenAsync(DemoStage stage, DemoHomes homes)
    {
        stage.Refused("open the contribution of one county", PermitTotal.Run(stage.Domain, stage.As(DemoCast.Bureau), DemoFiles.Round, DemoCast.Counties[0], [], null));
        stage.Refused("open the total as the operating unit", PermitTotal.Run(stage.Domain, stage.As(DemoCast.Operator), DemoFiles.Round, null, [homes.Statement], null));
        if (Known(stage)!.State == RoundState.Opened)
        {
            stage.Kept("the total, opened for the gate");
            return;
        }

        if (!File.Exists(homes.Permitted))
        {
            stage.Done("the gate signs a permit for this one total", PermitTotal.Run(stage.Domain, stage.As(DemoCast.Bureau), DemoFiles.Round, null, [homes.Statement], homes.Permitted));
        }

        if (!File.Exists(homes.Envelope))
        {
            stage.Done("the bureau opens the total at home, into an envelope for the gate", await OpenTotal.RunAsync(
                homes.Permitted, RoundFiles.ReadPublicKey(stage.Domain.Folder.PublicKey), stage.As(DemoCast.Bureau).Key, homes.SecretKey, homes.Guard, homes.Record, homes.Envelope, RoundEngines.Managed, stage.Cancel).ConfigureAwait(false));
        }

        stage.Done("the gate takes the envelope in", await ReceiveTotal.RunAsync(stage.Domain, stage.As(DemoCast.Bureau), DemoFiles.Round, homes.Envelope, stage.Cancel).ConfigureAwait(false));
    }
}
