using System.Globalization;
using System.Text;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Tests.Attacks;
using Sandbox.Host.Zones;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy;
using Sandbox.Vault.Loading;

namespace Sandbox.Host.Tests.Production;

/// <summary>A domain with 4,320 people in 216 equal classes of 20, two scenarios over them and a production zone of each.</summary>
public sealed class ProductionCity : IAsyncLifetime
{
    public const int People = 4320;

    internal AttackDomain Domain { get; private set; } = null!;

    /// <summary>The income of a person, so that tests can add up for themselves.</summary>
    public static int Income(int row) => 3000 + (row * 7919 % 6000);

    public async Task InitializeAsync()
    {
        Domain = await AttackDomain.MakeAsync(withData: false);
        var csv = new StringBuilder("pid,place,district,sex,band,kind,year,opened,income,allowance,flag\n");
        for (var row = 0; row < People; row++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"p{row:D5},{row},{"abcd"[row % 4]},{"mf"[row / 4 % 2]},{20 + (row / 8 % 3 * 20)}+,kind {row / 24 % 3},{2022 + (row / 72 % 3)},{new DateOnly(2010 + (row / 72 % 3), 1, 1):yyyy-MM-dd},{Income(row)},{(row < 9 ? 1000 + row : 0)},{(row % 2 == 0 ? "true" : "false")}\n");
        }

        var path = Path.Combine(Domain.Root, "register.csv");
        await File.WriteAllTextAsync(path, csv.ToString());
        using var wang = Domain.As("wang");
        AttackDomain.Done(await AddData.RunAsync(Domain.Open, wang, new NewData("register", new Delivery(path, SourceEncoding.Auto, []), "civil affairs", Domain.Open.Today, "pid", ["pid"]), null, CancellationToken.None));
        AttackDomain.Done(ConfirmGrades.Run(Domain.Open, wang, "register", new[] { "place", "district", "sex", "band", "kind", "year", "opened", "income", "allowance", "flag" }.ToDictionary(name => name, _ => ColumnGrade.General)));
        foreach (var scenario in new[] { "buses", "trams" })
        {
            using var li = Domain.As("li");
            AttackDomain.Done(Request(scenario));
            using var zhao = Domain.As("zhao");
            AttackDomain.Done(AnswerScenario.Run(Domain.Open, zhao, scenario, agree: true, null));
            AttackDomain.Done(AnswerScenario.Run(Domain.Open, wang, scenario, agree: true, null));
            AttackDomain.Done(await BuildZone.RunAsync(Domain.Open, li, scenario, ZoneKind.Production, null, null, CancellationToken.None));
        }
    }

    public Task DisposeAsync()
    {
        Domain.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Asks as the operating unit.</summary>
    internal async Task<Answer> AskAsync(string sql, string scenario = "buses")
    {
        using var li = Domain.As("li");
        var (session, refusal) = await QueryZone.OpenAsync(Domain.Open, li, scenario + "-prod", CancellationToken.None);
        if (session is null)
        {
            return refusal!;
        }

        await using (session)
        {
            return await session.RunAsync(sql, CancellationToken.None);
        }
    }

    private Answer Request(string name)
    {
        const string Keep = """{"rule":"keep"}""";
        const string Exact = """{"rule":"exact-invisible"}""";
        const string None = """{"rule":"suppress"}""";
        using var li = Domain.As("li");
        var columns = new[] { "place", "district", "sex", "band", "kind", "year", "opened", "flag" }.Select(column => $$"""{"name":"{{column}}","workbench":{{Keep}},"production":null}""")
            .Concat(new[] { "income", "allowance" }.Select(column => $$"""{"name":"{{column}}","workbench":{{None}},"production":{{Exact}} }"""))
            .Append($$"""{"name":"pid","workbench":{{None}},"production":{{None}} }""");
        return RequestScenario.Run(Domain.Open, li, ScenarioSpec.FromUntrusted(Encoding.UTF8.GetBytes($$"""
            {"name":"{{name}}","purpose":"{{AttackDomain.Purpose}}","from":"{{Domain.Open.Today:yyyy-MM-dd}}","until":"{{Domain.Open.Today.AddDays(30):yyyy-MM-dd}}","people":["li"],"tables":[
              {"data_set":"register","sample_per_mille":100,"quasi_identifiers":[],"columns":[{{string.Join(',', columns)}}]}]}
            """)));
    }
}
