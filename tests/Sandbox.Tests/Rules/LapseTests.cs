using System.Globalization;
using System.Text;
using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Profiles;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Input;
using Sandbox.Vault.Loading;

namespace Sandbox.Sandbox.Tests.Rules;

/// <summary>The Futian rules hold for three years from 2024-01-30: on 2027-01-29 one may, on 2027-01-30 one may not. The clock is handed in.</summary>
public sealed class LapseTests : IDisposable
{
    private const string Scenario = """
        {"name":"shuttle","purpose":"where shuttles are missing","from":"2026-12-01","until":"2027-06-30","people":["li","wu"],"tables":[{"data_set":"table","sample_per_mille":200,"quasi_identifiers":[],
        "columns":[{"name":"district","workbench":{"rule":"keep"},"production":null},{"name":"score","workbench":{"rule":"round","step":5},"production":null}]}]}
        """;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    [Requirement("YB-27-1", "futian")]
    public async Task On_its_last_day_the_profile_permits_and_on_the_next_it_refuses_everything()
    {
        var root = _folder.File("city");
        var made = InitDomain.Run(root, new NewDomain("town", "futian", ["changchun:training"], "nist", 1, "zhao", "data-bureau", ProfileAcknowledgement.None), new Unlocking(), new Clock("2026-12-01"));
        Assert.IsType<Answer.Done>(made);
        await PrepareAsync(root);

        using (var domain = Open(root, "2027-01-29"))
        {
            using var wu = Actor.Authenticate(domain, "wu", null);
            Assert.IsType<Answer.Done>(await AskAsync(domain, wu));
        }

        using (var domain = Open(root, "2027-01-30"))
        {
            using var wu = Actor.Authenticate(domain, "wu", null);
            using var li = Actor.Authenticate(domain, "li", null);
            Refused(await AskAsync(domain, wu));
            Refused(await BuildZone.RunAsync(domain, li, "shuttle", ZoneKind.Production, null, null, default));
            Refused(await BuildZone.RunAsync(domain, li, "shuttle", ZoneKind.Workbench, "second", null, default));
        }

        // A clock that is set back afterwards gives the rights back only because nothing else can tell; the ledger shows the step.
        using (var domain = Open(root, "2027-01-28"))
        {
            Assert.Contains(domain.Ledger.Entries(0, 1000), entry => entry.Kind == "refused" && entry.Facts["rules"].ToString()!.Contains("YB-27-1", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("2024-01-29", false)]
    [InlineData("2024-01-30", true)]
    [InlineData("2027-01-29", true)]
    [InlineData("2027-01-30", false)]
    [InlineData("2031-05-05", false)]
    [Requirement("YB-27-1", "futian")]
    public void A_domain_is_made_only_under_rules_in_force(string day, bool may)
    {
        var answer = InitDomain.Run(_folder.File("new"), new NewDomain("town", "futian", [], "nist", 1, "zhao", "data-bureau", ProfileAcknowledgement.None), new Unlocking(), new Clock(day));
        if (may)
        {
            Assert.IsType<Answer.Done>(answer);
        }
        else
        {
            Refused(answer);
            Assert.False(Directory.Exists(_folder.File("new")));
        }
    }

    public void Dispose() => _folder.Dispose();

    private static void Refused(Answer answer) => Assert.Contains(Assert.IsType<Answer.Refused>(answer).Refusals, refusal => refusal.Rule == "YB-27-1");

    private static OpenDomain Open(string root, string day) => OpenDomain.Open(root, new Unlocking(), new Clock(day), new DomainSettings());

    private static async Task<Answer> AskAsync(OpenDomain domain, Actor actor)
    {
        var (session, refusal) = await QueryZone.OpenAsync(domain, actor, "shuttle-wb", default);
        if (session is null)
        {
            return refusal!;
        }

        await using (session)
        {
            return await session.RunAsync("SELECT count(*) FROM \"table\"", default);
        }
    }

    private async Task PrepareAsync(string root)
    {
        using var domain = Open(root, "2026-12-01");
        using var zhao = Actor.Authenticate(domain, "zhao", null);
        foreach (var (name, organisation, role) in new[] { ("chen", "civil-affairs", Role.SourceDepartment), ("li", "data-company", Role.Operator), ("wu", "data-company", Role.DataScientist) })
        {
            Assert.IsType<Answer.Done>(AddPerson.Run(domain, zhao, name, organisation, role, null));
        }

        using var chen = Actor.Authenticate(domain, "chen", null);
        using var li = Actor.Authenticate(domain, "li", null);
        Assert.IsType<Answer.Done>(await AddData.RunAsync(domain, chen, new NewData("table", new Delivery(_folder.Write("table.csv", SmallCity.Register(2000)), SourceEncoding.Auto, []), "a test", new DateOnly(2026, 11, 1), "person", []), null, default));
        Assert.IsType<Answer.Done>(ConfirmGrades.Run(domain, chen, "table", new Dictionary<string, ColumnGrade> { ["district"] = ColumnGrade.General, ["score"] = ColumnGrade.General }));
        Assert.IsType<Answer.Done>(RequestScenario.Run(domain, li, ScenarioSpec.FromUntrusted(Encoding.UTF8.GetBytes(Scenario))));
        Assert.IsType<Answer.Done>(AnswerScenario.Run(domain, zhao, "shuttle", true, null));
        Assert.IsType<Answer.Done>(AnswerScenario.Run(domain, chen, "shuttle", true, null));
        Assert.IsType<Answer.Done>(await BuildZone.RunAsync(domain, li, "shuttle", ZoneKind.Workbench, null, null, default));
    }

    private sealed class Clock(string day) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(DateOnly.Parse(day, CultureInfo.InvariantCulture).ToDateTime(new TimeOnly(12, 0)), TimeSpan.Zero);

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
