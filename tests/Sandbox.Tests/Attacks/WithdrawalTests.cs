using Sandbox.Host.DataSets;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Vault.Loading;

namespace Sandbox.Host.Tests.Attacks;

/// <summary>What was withdrawn is in no zone that anybody may still read.</summary>
public sealed class WithdrawalTests
{
    [Fact]
    public async Task A_zone_built_before_a_withdrawal_is_not_read_any_more_and_a_new_one_lacks_the_record()
    {
        using var domain = await AttackDomain.MakeAsync();
        using var li = domain.As("li");
        using var wang = domain.As("wang");
        AttackDomain.Done(await BuildZone.RunAsync(domain.Open, li, "buses", ZoneKind.Production, null, null, CancellationToken.None));
        Assert.DoesNotContain("ZONE-EPOCH", await OpenAsync(domain, "buses-prod"));
        Assert.Equal(["ZONE-FRESH"], AttackDomain.Rules(await RefreshZone.RunAsync(domain.Open, li, "buses-prod", null, CancellationToken.None)));

        // More rows make an older zone old, not wrong.
        var path = Path.Combine(domain.Root, "more.csv");
        await File.WriteAllTextAsync(path, "pid,city,age,income,secret,allowance,flagged,banded\np9001,citya,30,4000,200,0,0,1000\n");
        AttackDomain.Done(await GrowData.RunAsync(domain.Open, wang, new MoreData("register", null, new Delivery(path, SourceEncoding.Auto, []), domain.Open.Today), null, CancellationToken.None));
        Assert.DoesNotContain("ZONE-EPOCH", await OpenAsync(domain, "buses-prod"));
        AttackDomain.Done(await RefreshZone.RunAsync(domain.Open, li, "buses-prod", null, CancellationToken.None));
        Assert.Equal((900, 901), (domain.Open.Registry.Find<Zone>("buses-prod")!.Rows, domain.Open.Registry.Find<Zone>("buses-prod-2")!.Rows));

        AttackDomain.Done(await WithdrawData.RecordsAsync(domain.Open, wang, "register", ["p0010", "p9001"], CancellationToken.None));
        Assert.Equal(["ZONE-EPOCH"], await OpenAsync(domain, "buses-prod"));
        Assert.Equal(["ZONE-EPOCH"], await OpenAsync(domain, "buses-prod-2"));
        Assert.NotEmpty(AttackDomain.Rules(await RefreshZone.RunAsync(domain.Open, wang, "buses-prod-2", null, CancellationToken.None)));
        AttackDomain.Done(await RefreshZone.RunAsync(domain.Open, li, "buses-prod-2", null, CancellationToken.None));
        Assert.DoesNotContain("ZONE-EPOCH", await OpenAsync(domain, "buses-prod-3"));
        Assert.Equal(899, domain.Open.Registry.Find<Zone>("buses-prod-3")!.Rows);

        AttackDomain.Done(WithdrawData.Run(domain.Open, wang, "register", "all"));
        Assert.Equal(["ZONE-EPOCH"], await OpenAsync(domain, "buses-prod-3"));
        Assert.Equal(["ZONE-EMPTY"], AttackDomain.Rules(await RefreshZone.RunAsync(domain.Open, li, "buses-prod-3", null, CancellationToken.None)));
        Assert.Equal(["ZONE-EMPTY"], AttackDomain.Rules(await BuildZone.RunAsync(domain.Open, li, "buses", ZoneKind.Production, "buses-third", null, CancellationToken.None)));
    }

    private static async Task<string[]> OpenAsync(AttackDomain domain, string zone)
    {
        using var li = domain.As("li");
        var (session, refusal) = await QueryZone.OpenAsync(domain.Open, li, zone, CancellationToken.None);
        if (session is not null)
        {
            await session.DisposeAsync();
        }

        return refusal is null ? [] : AttackDomain.Rules(refusal);
    }
}
