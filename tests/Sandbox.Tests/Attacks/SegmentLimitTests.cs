using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.Loading;

namespace Sandbox.Host.Tests.Attacks;

/// <summary>A data set never comes to have more pieces than can be worked over: the delivery that would do it is refused, not the work afterwards.</summary>
public sealed class SegmentLimitTests
{
    [Fact]
    public async Task A_data_set_of_identifiers_alone_can_be_loaded_and_not_be_worked_with()
    {
        using var domain = await AttackDomain.MakeAsync();
        using var wang = domain.As("wang");
        var path = Path.Combine(domain.Root, "identifiers.csv");
        await File.WriteAllTextAsync(path, "phone\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"1380013{i:0000}\n")));
        AttackDomain.Done(await AddData.RunAsync(domain.Open, wang, new NewData("phones", new Delivery(path, SourceEncoding.Auto, []), "a test", domain.Open.Today, "phone", ["phone"]), null, CancellationToken.None));
        var set = domain.Open.Registry.Find<DataSet>("phones")!;
        Assert.Equal(["DATA-IDENTIFIERS"], Assert.Throws<RefusedException>(set.ZoneSegments).Refusals.Select(refusal => refusal.Rule));
    }

    [Fact]
    public async Task A_delivery_beyond_the_most_pieces_is_refused_and_leaves_nothing()
    {
        using var domain = await AttackDomain.MakeAsync();
        var set = domain.Open.Registry.Find<DataSet>("register")!;
        var made = set.Batches[0].Segments[0];
        var many = Enumerable.Range(0, Segments.MostInUse - set.Batches[0].Segments.Count - 1).Select(i => made with { ObjectRef = made.ObjectRef with { Name = $"{i:x40}" } }).ToArray();
        domain.Open.Commit(new("data.appended", "wang", new Facts { ["data_set"] = "register" }), writer => writer.Update(set with { Batches = [.. set.Batches, new Batch("b2", 10, 0, domain.Open.Time.GetUtcNow(), many, [])] }));
        var objects = Directory.GetFiles(Path.Combine(domain.Root, "objects"));
        var path = Path.Combine(domain.Root, "more.csv");
        await File.WriteAllTextAsync(path, "pid,city,age,income,secret,allowance,flagged,banded\np9001,citya,30,4000,200,0,0,1000\n");
        async Task<Answer> GrowAsync(string? batch)
        {
            using var wang = domain.As("wang");
            return await GrowData.RunAsync(domain.Open, wang, new MoreData("register", batch, new Delivery(path, SourceEncoding.Auto, []), domain.Open.Today), null, CancellationToken.None);
        }

        Assert.Equal(["DATA-SEGMENTS"], (await Assert.ThrowsAsync<RefusedException>(() => GrowAsync(null))).Refusals.Select(refusal => refusal.Rule));

        // What was sealed for it is nobody's and is swept when the domain is opened next.
        domain.Between(_ => { });
        Assert.Equal(objects.Order(), Directory.GetFiles(Path.Combine(domain.Root, "objects")).Order());
        Assert.Equal(2, domain.Open.Registry.Find<DataSet>("register")!.Batches.Count);

        // In the place of them it is taken.
        AttackDomain.Done(await GrowAsync("all"));
    }
}
