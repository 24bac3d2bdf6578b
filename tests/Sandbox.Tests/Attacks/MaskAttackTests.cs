using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Trust;

namespace Sandbox.Host.Tests.Attacks;

/// <summary>An applicant who wants to see more than a provider allows, and the figures by which provider and bureau judge it.</summary>
public sealed class MaskAttackTests
{
    private static readonly Dictionary<string, ColumnGrade> NoGrades = [];

    [Fact]
    [Requirement("YB-16-2")]
    public async Task A_floor_holds_at_the_request_and_at_the_build_of_a_scenario_granted_before()
    {
        using var domain = await AttackDomain.MakeAsync();
        using var wang = domain.As("wang");
        using var li = domain.As("li");

        // The granted scenario keeps the city; then the provider wants less to be seen.
        AttackDomain.Done(await BuildZone.RunAsync(domain.Open, li, "buses", ZoneKind.Production, "before", null, default));
        AttackDomain.Done(ConfirmGrades.Run(domain.Open, wang, "register", NoGrades, new Dictionary<string, MaskRule> { ["city"] = new MaskRule.Constant("x"), ["banded"] = new MaskRule.Band(1000) }));
        Assert.Contains("SB-MASK-5", AttackDomain.Rules(await BuildZone.RunAsync(domain.Open, li, "buses", ZoneKind.Production, "after", null, default)));
        Assert.Contains("SB-MASK-5", AttackDomain.Rules(Request(domain, "finer", """{"name":"banded","workbench":{"rule":"band","width":500},"production":null}""")));
        Assert.Contains("SB-MASK-5", AttackDomain.Rules(Request(domain, "hidden", """{"name":"banded","workbench":{"rule":"suppress"},"production":{"rule":"exact-invisible"}}""")));
        AttackDomain.Done(Request(domain, "coarser", """{"name":"banded","workbench":{"rule":"band","width":2000},"production":{"rule":"band","width":3000}}"""));
        AttackDomain.Done(Request(domain, "nothing", """{"name":"banded","workbench":{"rule":"suppress"},"production":null},{"name":"age","workbench":{"rule":"band","width":10},"production":null}"""));

        // Nobody but the provider sets one, on no column but its own, and never a rule out of range.
        Assert.NotEmpty(AttackDomain.Rules(ConfirmGrades.Run(domain.Open, li, "register", NoGrades, new Dictionary<string, MaskRule> { ["city"] = new MaskRule.Keep() })));
        Assert.NotEmpty(AttackDomain.Rules(ConfirmGrades.Run(domain.Open, wang, "register", NoGrades, new Dictionary<string, MaskRule> { ["nowhere"] = new MaskRule.Keep() })));
        Assert.NotEmpty(AttackDomain.Rules(ConfirmGrades.Run(domain.Open, wang, "register", NoGrades, new Dictionary<string, MaskRule> { ["age"] = new MaskRule.Band(0) })));
    }

    [Fact]
    public async Task Columns_that_are_too_strong_together_give_no_workbench_and_a_ladder_does()
    {
        using var domain = await AttackDomain.MakeAsync();
        using var li = domain.As("li");
        AttackDomain.Done(Request(domain, "strong", """{"name":"city","workbench":{"rule":"keep"},"production":null},{"name":"age","workbench":{"rule":"keep"},"production":null}""", grant: true));
        Assert.Contains("SB-ZONE-1", AttackDomain.Rules(await BuildZone.RunAsync(domain.Open, li, "strong", ZoneKind.Workbench, null, null, default)));
        AttackDomain.Done(Request(domain, "ladder", """{"name":"city","workbench":{"rule":"keep"},"production":null},{"name":"age","workbench":{"rule":"ladder","steps":[{"rule":"keep"},{"rule":"band","width":10},{"rule":"band","width":50},{"rule":"constant","value":"*"}]},"production":null}""", grant: true));
        var built = await BuildZone.RunAsync(domain.Open, li, "ladder", ZoneKind.Workbench, null, null, default);
        AttackDomain.Done(built);
        var zone = domain.Open.Registry.Find<Zone>("ladder-wb")!;
        Assert.True(zone.Tables[0].SmallestClass >= domain.Open.Profile.Floor.K.Value);
        Assert.True(zone.Tables[0].Candidates >= domain.Open.Profile.Floor.K.Value);
        Assert.DoesNotContain(zone.Tables[0].Columns, column => column.Rule.Contains("ladder", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Risk_is_measured_for_provider_and_bureau_and_for_nobody_else()
    {
        using var domain = await AttackDomain.MakeAsync();
        using var wang = domain.As("wang");
        using var qian = domain.As("qian");
        using var li = domain.As("li");
        KeyValuePair<string, MaskRule?>[] columns = [new("city", null), new("age", null)];
        var raw = Body(await MeasureRisk.RunAsync(domain.Open, wang, "register", columns, "flagged", 1, default));

        // 900 people; the age repeats every 60 rows and the city every 3, so there are 60 classes of 15.
        Assert.Equal((900, 60, 15, 0), (Whole(raw, "records"), Whole(raw, "classes"), Whole(raw, "k"), Whole(raw, "uniques")));
        Assert.Equal(60.0 / 900, raw["average_risk"]!.GetValue<double>(), 5);
        Assert.Equal(15.0, raw["candidates"]!.GetValue<double>(), 5);
        Assert.Equal(1, Whole(raw, "l"));
        Assert.InRange(raw["t"]!.GetValue<double>(), 0.001, 1);
        var alone = Body(await MeasureRisk.RunAsync(domain.Open, qian, "register", [new("city", null), new("age", null), new("income", null), new("secret", null)], null, 0.1, default));
        Assert.True(Whole(alone, "uniques") > 0);
        Assert.Equal(Whole(alone, "uniques") * 0.1, alone["population_uniques"]!.GetValue<double>(), 2);
        Assert.Null(alone["l"]);
        var masked = Body(await MeasureRisk.RunAsync(domain.Open, wang, "register", [new("age", new MaskRule.Band(100))], null, 1, default));
        Assert.Equal((1, 900), (Whole(masked, "classes"), Whole(masked, "k")));
        Assert.NotEmpty(AttackDomain.Rules(await MeasureRisk.RunAsync(domain.Open, li, "register", columns, null, 1, default)));
        Assert.Equal(["SB-RISK-2"], AttackDomain.Rules(await MeasureRisk.RunAsync(domain.Open, wang, "register", [new("age", new MaskRule.Token())], null, 1, default)));
        Assert.Equal(["SB-RISK-2"], AttackDomain.Rules(await MeasureRisk.RunAsync(domain.Open, wang, "register", [], null, 1, default)));
        Assert.NotEmpty(AttackDomain.Rules(await MeasureRisk.RunAsync(domain.Open, wang, "register", [new("nowhere", null)], null, 1, default)));
        Assert.Contains(domain.Open.Ledger.Entries(0, 1000), entry => entry.Kind == "data.risk-measured");
    }

    [Fact]
    public async Task A_destroyed_zone_opens_with_no_key_on_disk_and_no_copy_of_its_file_brings_it_back()
    {
        using var domain = await AttackDomain.MakeAsync();
        using (var li = domain.As("li"))
        using (var qian = domain.As("sun"))
        {
            AttackDomain.Done(await BuildZone.RunAsync(domain.Open, li, "buses", ZoneKind.Production, "doomed", null, default));
            Assert.NotEmpty(AttackDomain.Rules(DestroyZone.Run(domain.Open, qian, "doomed")));
            var zone = domain.Open.Registry.Find<Zone>("doomed")!;
            var file = Path.Combine(domain.Root, "objects", zone.Object.Name);
            var copy = await File.ReadAllBytesAsync(file);
            var old = Directory.GetFiles(Path.Combine(domain.Root, "keys"), "epoch*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllBytes);
            var done = Body(DestroyZone.Run(domain.Open, li, "doomed"));
            var certificate = SignedStatement.Verify(Encoding.UTF8.GetBytes(domain.Open.Registry.Find<Zone>("doomed")!.Certificate!), DestructionCertificate.Label, domain.Open.Keys.DomainKey.Public);
            Assert.Equal(done["key"]!.GetValue<string>(), certificate.Payload["key"]!.GetValue<string>());
            Assert.False(File.Exists(file));
            await File.WriteAllBytesAsync(file, copy);
            Assert.False(domain.Open.Keys.Has(KeyScope.Zone, "doomed"));
            Assert.Throws<TrustException>(() => domain.Open.Keys.OpenKey(KeyScope.Zone, "doomed"));
            Assert.All(old.Keys, path => Assert.False(File.Exists(path)));
            Assert.NotEmpty(AttackDomain.Rules(DestroyZone.Run(domain.Open, li, "doomed")));
            Assert.NotEmpty(AttackDomain.Rules(await BuildZone.RunAsync(domain.Open, li, "buses", ZoneKind.Production, "doomed", null, default)));

            // Its rows are not shut off for others: the scenario may build another.
            AttackDomain.Done(await BuildZone.RunAsync(domain.Open, li, "buses", ZoneKind.Production, "second", null, default));
        }

        // The next start sweeps what nothing names.
        domain.Between(_ => { });
        Assert.False(File.Exists(Path.Combine(domain.Root, "objects", domain.Open.Registry.Find<Zone>("doomed")!.Object.Name)));
        Assert.Contains(domain.Open.Ledger.Entries(0, 1000), entry => entry.Kind == "zone.destroyed");
    }

    [Theory]
    [InlineData("""{"rule":"keep-part","part":"surname"}""", "PersonName", "Identifier", true, "欧阳锋", "欧阳*")]
    [InlineData("""{"rule":"keep-part","part":"province"}""", "Address", "Identifier", true, "内蒙古自治区某市某旗", "内蒙古自治区***")]
    [InlineData("""{"rule":"band","width":10}""", "None", "QuasiIdentifier", true, "37", "30")]
    [InlineData("""{"rule":"keep"}""", "ResidentIdentity", "Identifier", false, "000000190001010018", "000000190001010018")]
    [InlineData("""{"rule":"date","part":"year"}""", "BirthDate", "QuasiIdentifier", true, "1986-02-28", "1986-01-01")]
    public void A_preview_shows_made_up_values_and_where_the_rule_is_allowed(string rule, string kind, string grade, bool allowed, string value, string masked)
    {
        var answer = SandboxProgram.Json("zone", "preview", "--rule", rule, "--identifies", kind, "--grade", grade).Ends(Ran.Done).Json;
        Assert.Equal(allowed, answer["workbench"]!["allowed"]!.GetValue<bool>());
        Assert.NotEmpty(answer["left_to_guess"]!.GetValue<string>());
        Assert.NotEmpty(answer["reversible_by_zh"]!.GetValue<string>());
        Assert.Equal(masked, answer["made_up"]!.AsArray().Single(pair => pair!["value"]!.GetValue<string>() == value)!["masked"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"rule":"token"}""")]
    [InlineData("""{"rule":"format-token"}""")]
    [InlineData("""{"rule":"noise","scale":5}""")]
    [InlineData("""{"rule":"date-shift","days":365}""")]
    public void A_preview_of_a_keyed_rule_uses_another_key_each_time(string rule)
    {
        string Shown() => SandboxProgram.Json("zone", "preview", "--rule", rule, "--identifies", rule.Contains("token", StringComparison.Ordinal) ? "RecordKey" : "None").Ends(Ran.Done).Json["made_up"]!.ToJsonString();
        Assert.True(Enumerable.Range(0, 4).Select(_ => Shown()).Distinct().Count() > 1);
    }

    [Fact]
    public void A_preview_of_nonsense_is_refused() => SandboxProgram.Json("zone", "preview", "--rule", """{"rule":"sprinkle"}""").Ends(Ran.Refused);

    private static JsonObject Body(Answer answer) => answer is Answer.Done done ? done.Body : throw new InvalidOperationException(string.Join(' ', AttackDomain.Rules(answer)));

    private static long Whole(JsonObject body, string name) => body[name]!.GetValue<long>();

    private static Answer Request(AttackDomain domain, string name, string columns, bool grant = false)
    {
        using var li = domain.As("li");
        var answer = RequestScenario.Run(domain.Open, li, ScenarioSpec.FromUntrusted(Encoding.UTF8.GetBytes($$"""
            {"name":"{{name}}","purpose":"Plan buses","from":"{{domain.Open.Today:yyyy-MM-dd}}","until":"{{domain.Open.Today.AddDays(30):yyyy-MM-dd}}","people":["li"],"tables":[
              {"data_set":"register","sample_per_mille":150,"quasi_identifiers":[],"leave_out_per_mille":0,"columns":[{{columns}}]}]}
            """)));
        if (grant)
        {
            using var zhao = domain.As("zhao");
            using var wang = domain.As("wang");
            AttackDomain.Done(AnswerScenario.Run(domain.Open, zhao, name, agree: true, null));
            AttackDomain.Done(AnswerScenario.Run(domain.Open, wang, name, agree: true, null));
        }

        return answer;
    }
}
