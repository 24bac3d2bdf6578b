using Sandbox.Export.Reviewing;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Exports;
using Sandbox.Host.Tests.Attacks;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Policy.Review;
using Sandbox.Trust;

namespace Sandbox.Host.Tests.Production;

/// <summary>What was told stays told: chains of questions, two scenarios, questions and releases together.</summary>
public sealed class ProductionChainTests : IAsyncLifetime
{
    private readonly ProductionCity _city = new();

    public Task InitializeAsync() => _city.InitializeAsync();

    public Task DisposeAsync() => _city.DisposeAsync();

    [Fact]
    public async Task Answers_that_together_tell_about_a_few_are_held()
    {
        ProductionQueryTests.Body(await _city.AskAsync("SELECT count(*), sum(income) FROM register"));

        // The same, and what differs by many, goes on; what differs by a few does not, whoever asks and however it is said.
        ProductionQueryTests.Body(await _city.AskAsync("SELECT count(*), sum(income) FROM register"));
        ProductionQueryTests.Body(await _city.AskAsync("SELECT count(*) FROM register WHERE place >= 20"));
        await HeldAsync("SELECT count(*) FROM register WHERE place >= 3", "buses");
        await HeldAsync("SELECT count(*) FROM register WHERE place > 22", "trams");
        await HeldAsync("SELECT sum(income) FROM register WHERE place <> 7", "trams");
        await HeldAsync("SELECT count(income), avg(income) FROM register WHERE place NOT IN (1, 2, 3)", "trams");
        await HeldAsync("SELECT district, count(*) FROM register WHERE place >= 5 GROUP BY district", "trams");

        // Three steps: all, the women, the men but for two.
        ProductionQueryTests.Body(await _city.AskAsync("SELECT count(*) FROM register WHERE sex = 'f'", "trams"));
        await HeldAsync("SELECT count(*) FROM register WHERE sex = 'm' AND place >= 2", "buses");

        // A question and a release, both ways.
        Assert.Contains("SB-EXP-15", AttackDomain.Rules(await ExportAsync("few", """{"column":"place","from":"4"}""")));
        AttackDomain.Done(await ExportAsync("many", """{"column":"place","from":"100"}"""));
        foreach (var name in new[] { "qian", "sun" })
        {
            using var reviewer = _city.Domain.As(name);
            AttackDomain.Done(VoteExport.Run(_city.Domain.Open, reviewer, "many", VoteDecision.Approve));
        }

        using (var zhao = _city.Domain.As("zhao"))
        {
            AttackDomain.Done(await ReleaseExport.RunAsync(_city.Domain.Open, zhao, "many", CancellationToken.None));
        }

        await HeldAsync("SELECT count(*) FROM register WHERE place >= 104", "buses");
        ProductionQueryTests.Body(await _city.AskAsync("SELECT count(*) FROM register WHERE place >= 120"));

        ProductionQueryTests.Body(await _city.AskAsync("SELECT year, count(*) FROM register WHERE place >= 120 GROUP BY year"));
        Assert.True(_city.Domain.Open.Registry.All<AnsweredQuery>().Count >= 4);
        var kinds = _city.Domain.Open.Registry.All<QueryBudget>();
        Assert.Equal(2, kinds.Count);
    }

    [Fact]
    public async Task Every_question_is_charged_and_the_day_has_an_end()
    {
        Assert.IsType<Answer.Refused>(await _city.AskAsync("SELECT * FROM register"));
        Assert.IsType<Answer.Refused>(await _city.AskAsync("no SQL at all"));
        var spent = Assert.Single(_city.Domain.Open.Registry.All<QueryBudget>());
        Assert.Equal((2, 2L), (spent.Today, spent.Total));
        _city.Domain.Open.Commit(new LedgerEntry("query.charged", "test", new Facts()), writer => writer.Update(spent with { Today = QueryBudget.Daily - 1 }));
        ProductionQueryTests.Body(await _city.AskAsync("SELECT count(*) FROM register"));
        Assert.Equal("SB-PROD-10", AttackDomain.Rules(await _city.AskAsync("SELECT count(*) FROM register"))[0]);
        Assert.Equal("SB-PROD-10", AttackDomain.Rules(await _city.AskAsync("SELECT * FROM register"))[0]);

        // Another scenario has a budget of its own; tomorrow there is a new one.
        ProductionQueryTests.Body(await _city.AskAsync("SELECT count(*) FROM register", "trams"));
        var now = _city.Domain.Open.Registry.Find<QueryBudget>("buses/register")!;
        _city.Domain.Open.Commit(new LedgerEntry("query.charged", "test", new Facts()), writer => writer.Update(now with { Day = now.Day.AddDays(-1) }));
        ProductionQueryTests.Body(await _city.AskAsync("SELECT count(*) FROM register"));
    }

    /// <summary>A total before and a total after would be the record that went.</summary>
    [Fact]
    public async Task Beside_answers_from_before_a_withdrawal_there_are_no_new_ones()
    {
        ProductionQueryTests.Body(await _city.AskAsync("SELECT count(*), sum(income) FROM register"));
        using (var wang = _city.Domain.As("wang"))
        {
            AttackDomain.Done(await WithdrawData.RecordsAsync(_city.Domain.Open, wang, "register", ["p00010"], CancellationToken.None));
        }

        using var li = _city.Domain.As("li");
        AttackDomain.Done(await BuildZone.RunAsync(_city.Domain.Open, li, "trams", ZoneKind.Production, "trams-again", null, CancellationToken.None));
        var (session, refusal) = await QueryZone.OpenAsync(_city.Domain.Open, li, "trams-again", CancellationToken.None);
        Assert.Null(refusal);
        await using (session)
        {
            foreach (var sql in new[] { "SELECT count(*), sum(income) FROM register", "SELECT sum(income) FROM register WHERE sex = 'f'" })
            {
                Assert.Equal(["EXPORT-EPOCH"], AttackDomain.Rules(await session!.RunAsync(sql, CancellationToken.None)));
            }
        }
    }

    private async Task HeldAsync(string sql, string scenario) => Assert.Equal("SB-PROD-13", AttackDomain.Rules(await _city.AskAsync(sql, scenario))[0]);

    private async Task<Answer> ExportAsync(string name, string where)
    {
        using var li = _city.Domain.As("li");
        var spec = ExportSpec.FromUntrusted(System.Text.Encoding.UTF8.GetBytes(AttackDomain.Spec(name,
            $$"""{"name":"t","source":"register","run":null,"round":null,"dimensions":[],"measures":[{"name":"people","kind":"count","column":null,"digits":15}],"where":[{{where}}]}""")));
        return await RequestExport.RunAsync(_city.Domain.Open, li, spec, CancellationToken.None);
    }
}
