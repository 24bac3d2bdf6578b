using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.Cases;
using Sandbox.Host.DataSets;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Tests.Attacks;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Input;
using Sandbox.Trust;
using Sandbox.Vault.Loading;

namespace Sandbox.Host.Tests.Cases;

/// <summary>Bad data, doubts, claims, incidents, drills and joins: each goes its way with its clock, and shuts what it must meanwhile.</summary>
public sealed class TicketTests(CaseCity city) : IClassFixture<CaseCity>
{
    // A Monday with no holiday near.
    private static readonly DateTimeOffset Monday = new(2026, 3, 9, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    [Requirement("YN25-17-1", "yunnan-2025", "changchun")]
    public async Task A_quality_ticket_goes_to_the_provider_within_the_profiles_time_and_its_result_to_the_reporter()
    {
        const string Ticket = """{"data_set":"register","dimension":"accurate","problem":"ages above 120"}""";
        city.Under("yunnan-2025");
        city.Now = Monday;
        CaseCity.Refused(await city.OpenAsync("wu", "quality-ticket", "q-yn", CaseCity.Without(Ticket, "problem")), "YN25-17-1", "$.problem");
        var opened = CaseCity.Body(await city.OpenAsync("wu", "quality-ticket", "q-yn", Ticket));
        Assert.Equal("2026-03-23", opened["due"]!["last_day"]!.GetValue<string>());
        city.Now = new(2026, 3, 23, 20, 0, 0, TimeSpan.Zero);
        Assert.Equal("running", city.Listed("q-yn")["due"]!["state"]!.GetValue<string>());
        city.Now = new(2026, 3, 24, 1, 0, 0, TimeSpan.Zero);
        Assert.Equal("overdue", city.Listed("q-yn")["due"]!["state"]!.GetValue<string>());
        Assert.Equal("overdue", city.Due("q-yn", Role.SourceDepartment)!["state"]!.GetValue<string>());
        Assert.Null(city.Due("q-yn", Role.Developer));
        Assert.Equal("received", city.Listed("q-yn")["state"]!.GetValue<string>());

        // Another provider's people answer nothing, and an answer says what was found.
        const string Answer = """{"finding":"corrected","result":"ages were months","batch":"b1"}""";
        CaseCity.Refused(await city.StepAsync("hu", "q-yn", "answer", Answer), "YN25-17-1");
        CaseCity.Refused(await city.StepAsync("wang", "q-yn", "answer", CaseCity.Without(Answer, "result")), "YN25-17-1", "$.result");
        CaseCity.Refused(await city.StepAsync("wu", "q-yn", "accept"), "YN25-17-1");
        await city.DoneAsync("wang", "q-yn", "answer", Answer);
        var seen = city.Show("wu", "q-yn")["steps"]!.AsArray()[1]!["content"]!;
        Assert.Equal(("ages were months", "b1"), (seen["result"]!.GetValue<string>(), seen["batch"]!.GetValue<string>()));
        Assert.Equal("closed", await city.DoneAsync("wu", "q-yn", "accept"));

        // The sheet to print, and what it says of a step that somebody changed behind the domain's back.
        var sheet = Sheet();
        Assert.StartsWith("数据质量问题工单审批表\n", sheet, StringComparison.Ordinal);
        Assert.Contains("    result: ages were months", sheet, StringComparison.Ordinal);
        Assert.Contains("当前状态：closed（已办结）", sheet, StringComparison.Ordinal);
        Assert.Equal((3, 0), (sheet.Split("（已签名）").Length - 1, sheet.Split("签名无效").Length - 1));
        var genuine = city.Domain.Registry.Find<Case>("q-yn")!;
        city.Domain.Commit(new("case.moved", "zhao", new Facts()), writer => writer.Update(genuine with { Steps = [.. genuine.Steps.Select(step => step.Command == "answer" ? step with { By = "hu" } : step)] }));
        Assert.Equal((2, 1), (Sheet().Split("（已签名）").Length - 1, Sheet().Split("签名无效").Length - 1));
        city.Domain.Commit(new("case.moved", "zhao", new Facts()), writer => writer.Update(genuine));
        string Sheet()
        {
            using var actor = city.As("zhao");
            return CaseCity.Body(ShowCase.Run(city.Domain, actor, "q-yn", sheet: true))["sheet"]!.GetValue<string>();
        }

        // In Changchun the bureau sets the day; until it does, none is made up.
        city.Under("changchun");
        Assert.Null(CaseCity.Body(await city.OpenAsync("wu", "quality-ticket", "q-cc", Ticket))["due"]!["last_day"]);
        CaseCity.Refused(await city.StepAsync("wang", "q-cc", "set-limit", """{"due":"2026-05-04"}"""), "YN25-17-1");
        await city.DoneAsync("zhao", "q-cc", "set-limit", """{"due":"2026-05-04"}""");
        Assert.Equal("2026-05-04", city.Listed("q-cc")["due"]!["last_day"]!.GetValue<string>());
        city.Now = null;
    }

    [Fact]
    [Requirement("YN23-22-1", "yunnan-2023")]
    public async Task A_verification_has_five_working_days_ten_with_the_heads_word_and_two_to_be_passed_on()
    {
        city.Under("yunnan-2023");
        city.Now = Monday;
        const string Doubt = """{"data_set":"register","doubt":"my address is old","made_to":"authority"}""";
        Assert.Equal("2026-03-11", CaseCity.Body(await city.OpenAsync("tang", "verification", "v-1", Doubt))["due"]!["last_day"]!.GetValue<string>());
        Assert.Equal("2026-03-16", CaseCity.Body(await city.StepAsync("zhao", "v-1", "pass-on"))["due"]!["last_day"]!.GetValue<string>());
        await city.DoneAsync("wang", "v-1", "ask-extension", """{"reason":"three registers"}""");
        CaseCity.Refused(await city.StepAsync("wang", "v-1", "grant-extension", """{"decision_of_the_head":"granted"}"""), "YN23-22-1", "ask-extension");
        CaseCity.Refused(await city.StepAsync("hu", "v-1", "grant-extension", """{"decision_of_the_head":"granted"}"""), "YN23-22-1");
        CaseCity.Refused(await city.StepAsync("head", "v-1", "grant-extension"), "YN23-22-1", "$.decision_of_the_head");
        Assert.Equal("2026-03-16", city.Listed("v-1")["due"]!["last_day"]!.GetValue<string>());
        Assert.Equal("2026-03-23", CaseCity.Body(await city.StepAsync("head", "v-1", "grant-extension", """{"decision_of_the_head":"granted until the 23rd"}"""))["due"]!["last_day"]!.GetValue<string>());
        await city.DoneAsync("wang", "v-1", "settle", """{"finding":"data_corrected","result":"the address was brought up to date"}""");
        CaseCity.Refused(await city.StepAsync("wang", "v-1", "close"), "YN23-22-1", "requester");
        await city.DoneAsync("wang", "v-1", "notify", """{"body":"requester","words":"your address was corrected"}""");
        Assert.Equal("closed", await city.DoneAsync("wang", "v-1", "close"));
        Assert.Contains(city.Show("tang", "v-1")["steps"]!.AsArray(), step => step!["command"]!.GetValue<string>() == "notify");
        city.Now = null;
    }

    [Fact]
    [Requirement("YN23-36-1", "yunnan-2023")]
    public async Task A_claim_shuts_the_data_on_the_next_call_and_opening_them_again_needs_a_decision()
    {
        city.Now = null;
        city.Under("yunnan-2023", "changchun:training", "futian:approvers");
        await AskAsync("before-the-claim");
        CaseCity.Body(await city.OpenAsync("tang", "rights-claim", "c-1", """{"data_set":"register","cause":"infringed_rights","claim":"my household can be told"}"""));
        Assert.Equal("checking", city.Listed("c-1")["state"]!.GetValue<string>());
        await AskAsync("while-it-is-looked-into");
        CaseCity.Refused(await city.StepAsync("li", "c-1", "suspend"), "YN23-36-1");
        await city.DoneAsync("wang", "c-1", "suspend");
        CaseCity.Refused(await RequestAsync("suspended"), "YN23-36-1", "'register' is shut");
        using (var li = city.As("li"))
        {
            CaseCity.Refused(await BuildZone.RunAsync(city.Domain, li, "buses", ZoneKind.Production, "shut", null, default), "YN23-36-1");
        }

        CaseCity.Refused(await city.StepAsync("wang", "c-1", "reopen", """{"outcome":"treated"}"""), "YN23-36-1", "$.decision");
        await city.DoneAsync("wang", "c-1", "reopen", """{"outcome":"treated","decision":"cities under 500 are merged"}""");
        await AskAsync("after-the-decision");
        CaseCity.Refused(await city.StepAsync("wang", "c-1", "close"), "YN23-36-1", "claimant");
        CaseCity.Refused(await city.StepAsync("wang", "c-1", "notify", """{"body":"claimant","result":"treated"}"""), "YN23-36-1", "$.review_path");
        await city.DoneAsync("wang", "c-1", "notify", """{"body":"claimant","result":"treated","review_path":"ask the data bureau to review within a month"}""");
        Assert.Equal("reviewing", await city.DoneAsync("tang", "c-1", "ask-review", """{"grounds":"my city has 600 people"}"""));
        Assert.Equal("checking", await city.DoneAsync("zhao", "c-1", "review", """{"decision":"look again"}"""));
        await city.DoneAsync("wang", "c-1", "decide", """{"outcome":"claim_unfounded","decision":"nobody can be told"}""");
        await city.DoneAsync("wang", "c-1", "notify", """{"body":"claimant","result":"unfounded","review_path":"court"}""");
        Assert.Equal("closed", await city.DoneAsync("wang", "c-1", "close"));

        // A risk stops opening at once, by the bureau's order too.
        CaseCity.Body(await city.OpenAsync("zhao", "rights-claim", "c-2", """{"data_set":"register","cause":"security_risk","claim":"a flaw in the interface"}"""));
        await city.DoneAsync("zhao", "c-2", "order-suspension");
        CaseCity.Refused(await RequestAsync("at-risk"), "YN23-36-1");
        await city.DoneAsync("zhao", "c-2", "reopen", """{"outcome":"risk_gone","decision":"mended"}""");
    }

    [Theory]
    [InlineData("yibin", "li", "data bureau", "cyberspace office", "public security")]
    [InlineData("yunnan-2025", "li", "implementing body", "competent authorities", null)]
    [InlineData("yunnan-2025", "dev", "operating unit", null, null)]
    [InlineData("changchun-trading", "li", "trading parties", "departments concerned", null)]
    [Requirement("YB-24-2", "yibin", "yunnan-2025", "changchun-trading")]
    public async Task An_incident_is_contained_at_once_and_closed_after_every_body_was_told(string profile, string who, string first, string? second, string? third)
    {
        city.Now = null;
        city.Under(profile, [.. profile == "yunnan-2025" ? Array.Empty<string>() : ["futian:approvers"], "changchun:training"]);
        var id = $"i-{profile}-{who}";
        string[] bodies = [.. new[] { first, second, third }.OfType<string>()];
        var raised = CaseCity.Body(await city.OpenAsync(who, "incident", id, """{"data_set":"register","severity":"major","event":"a laptop with a key was lost"}"""));
        Assert.Equal(bodies, raised["to_be_told"]!.AsArray().Select(item => item!.GetValue<string>()));
        CaseCity.Refused(await RequestAsync("contained"), "YB-24-2", "'register' is shut");
        CaseCity.Refused(await city.StepAsync("li", id, "lift", """{"remedy":"x"}"""), "YB-24-2");
        await city.DoneAsync("zhao", id, "lift", """{"remedy":"the key was destroyed"}""");
        const string Close = """{"cause":"loss","lessons":"keys stay in the office"}""";
        foreach (var body in bodies)
        {
            CaseCity.Refused(await city.StepAsync("zhao", id, "close", Close), "YB-24-2", body);
            await city.DoneAsync(who, id, "notify", $$"""{"body":"{{body}}","words":"a key was lost and destroyed"}""");
        }

        var notice = city.Show("zhao", id)["steps"]!.AsArray().Last(step => step!["command"]!.GetValue<string>() == "notify")!;
        Assert.Equal("a key was lost and destroyed", notice["content"]!["words"]!.GetValue<string>());
        Assert.True(DateTimeOffset.TryParse(notice["at"]!.GetValue<string>(), CultureInfo.InvariantCulture, out _));
        Assert.Equal("closed", await city.DoneAsync("zhao", id, "close", Close));
    }

    [Fact]
    [Requirement("FT-35-1", "futian")]
    public async Task A_drill_follows_a_plan_touches_nothing_tells_nobody_and_is_missed_after_a_year()
    {
        city.Under("futian", "changchun:training");
        city.Now = new(2026, 2, 2, 9, 0, 0, TimeSpan.Zero);
        Assert.True(Missing());
        const string Event = """{"data_set":"register","plan":"plan-1","severity":"grave","event":"a drill: the vault is flooded"}""";
        CaseCity.Refused(await city.OpenAsync("li", "emergency-plan", "plan-1", """{"version":"v-1","scope":"the whole domain"}"""), "FT-35-1", "paper");
        CaseCity.Body(await city.OpenAsync("li", "emergency-plan", "plan-1", """{"version":"v-1","scope":"the whole domain"}""", "the plan, first version"));
        CaseCity.Refused(await city.OpenAsync("li", "incident", "drill-1", Event, drill: true), "YB-24-2", "$.plan");
        await city.DoneAsync("zhao", "plan-1", "adopt");
        CaseCity.Refused(await city.OpenAsync("li", "incident", "drill-1", CaseCity.Without(Event, "plan"), drill: true), "FT-35-1", "plan");
        var raised = CaseCity.Body(await city.OpenAsync("li", "incident", "drill-1", Event, drill: true));
        Assert.Empty(raised["to_be_told"]!.AsArray());
        city.Now = null;
        await AskAsync("during-the-drill");
        city.Now = new(2026, 2, 2, 11, 0, 0, TimeSpan.Zero);
        await city.DoneAsync("li", "drill-1", "measure", """{"measure":"pumps were tried"}""");
        Assert.True(Missing());
        await city.DoneAsync("zhao", "drill-1", "lift", """{"remedy":"dry"}""");
        await city.DoneAsync("zhao", "drill-1", "close", """{"cause":"a drill","lessons":"the second pump is slow"}""");
        Assert.True(city.Show("sun", "drill-1")["drill"]!.GetValue<bool>());
        Assert.Equal(4, city.Show("sun", "drill-1")["steps"]!.AsArray().Count);
        Assert.False(Missing());
        city.Now = new(2027, 2, 2, 9, 0, 0, TimeSpan.Zero);
        Assert.False(Missing());
        city.Now = new(2027, 2, 3, 9, 0, 0, TimeSpan.Zero);
        Assert.True(Missing());

        // Versions stay.
        await city.DoneAsync("zhao", "plan-1", "replace", """{"reason":"a second version"}""");
        CaseCity.Body(await city.OpenAsync("li", "emergency-plan", "plan-2", """{"version":"v-2","scope":"the whole domain"}""", "the plan, second version"));
        Assert.Equal(["replaced", "drafted"], new[] { "plan-1", "plan-2" }.Select(plan => city.Listed(plan)["state"]!.GetValue<string>()));
        city.Now = null;

        bool Missing() => CaseCity.Body(ShowCase.List(city.Domain, null, false))["missing"]!.AsArray().Any(item => item!["kind"]!.GetValue<string>() == "incident");
    }

    [Fact]
    [Requirement("YN23-44-1", "yunnan-2023")]
    public async Task Data_sets_about_the_same_persons_are_joined_after_an_assessment_and_take_the_grade_it_gives()
    {
        city.Now = null;
        city.Under("yunnan-2023", "changchun:training", "futian:approvers");
        var csv = new StringBuilder("pid,line\n");
        for (var row = 0; row < 900; row++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"p{row:D4},line{row % 3}\n");
        }

        var path = Path.Combine(city.Root, "tickets.csv");
        await File.WriteAllTextAsync(path, csv.ToString());
        using (var wang = city.As("wang"))
        {
            CaseCity.Body(await AddData.RunAsync(city.Domain, wang, new NewData("tickets", new Delivery(path, SourceEncoding.Auto, []), "bus company", city.Domain.Today, "pid", ["pid"]) { Tags = SetIdentifierTags.Read("organisations", ["pid=other-code"])! }, null, default));
            CaseCity.Body(ConfirmGrades.Run(city.Domain, wang, "tickets", new Dictionary<string, ColumnGrade> { ["line"] = ColumnGrade.General }));
        }

        Granted("joined", """{"data_set":"tickets","sample_per_mille":100,"quasi_identifiers":[],"columns":[{"name":"line","workbench":{"rule":"keep"},"production":null}]}""");
        CaseCity.Refused(await BuildAsync("joined", "first"), "YN23-44-1", "joins");
        CaseCity.Body(await city.OpenAsync("li", "combination", "join-1", """{"scenario":"joined","why_joined":"which lines households take"}"""));
        CaseCity.Refused(await BuildAsync("joined", "first"), "YN23-44-1", "joins");
        string Assessed(bool yes, string grade) => $$"""{"no_secret_or_sensitive_yield":{"holds":true,"words":"sums only"},"advice_carried_out":{"holds":{{(yes ? "true" : "false")}},"words":"looked at"},"grade":"{{grade}}","advice":"merge small cities"}""";
        CaseCity.Refused(await city.StepAsync("li", "join-1", "assess", Assessed(true, "general")), "YN23-44-1");
        Assert.Equal("refused", await city.DoneAsync("sun", "join-1", "assess", Assessed(false, "general")));
        CaseCity.Refused(await BuildAsync("joined", "first"), "YN23-44-1", "joins");

        // Assessed as sensitive, columns that were kept as they are must be masked.
        CaseCity.Body(await city.OpenAsync("li", "combination", "join-2", """{"scenario":"joined","why_joined":"which lines households take"}"""));
        await city.DoneAsync("sun", "join-2", "assess", Assessed(true, "sensitive"));
        CaseCity.Refused(await BuildAsync("joined", "first"), "YN23-44-1", "grade");
        CaseCity.Body(await city.OpenAsync("li", "combination", "join-3", """{"scenario":"joined","why_joined":"which lines households take"}"""));
        await city.DoneAsync("sun", "join-3", "assess", Assessed(true, "general"));
        CaseCity.Body(await BuildAsync("joined", "first"));

        // One data set alone is no join.
        await AskAsync("no-join");
    }

    [Fact]
    [Requirement("CC-20-4", "changchun")]
    [Requirement("CC-25-1", "changchun")]
    public async Task Data_from_outside_are_shut_until_the_bureau_approves_them_with_proof_and_lineage_names_them()
    {
        city.Now = null;
        city.Under("changchun");
        using (var zhao = city.As("zhao"))
        {
            await Vetted.FileRecordsAsync(city.Domain, zhao, "li");
        }

        const string Weather = """{"data_set":"weather","sample_per_mille":100,"quasi_identifiers":[],"columns":[{"name":"city","workbench":{"rule":"keep"},"production":null},{"name":"rain","workbench":{"rule":"keep"},"production":null}]}""";
        const string Announced = """{"data_set":"weather","source":"Weather company","licence":"contract 7 of 2026","lawful_because":"bought; no person is in it"}""";
        var csv = new StringBuilder("city,rain\n");
        for (var row = 0; row < 300; row++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"city{(char)('a' + (row % 3))},{row % 40}\n");
        }

        var path = Path.Combine(city.Root, "weather.csv");
        await File.WriteAllTextAsync(path, csv.ToString());
        async Task<Answer> LoadAsync(string who)
        {
            using var actor = city.As(who);
            return await AddData.RunAsync(city.Domain, actor, new NewData("weather", new Delivery(path, SourceEncoding.Auto, []), "Weather company", city.Domain.Today, null, []), null, default);
        }

        CaseCity.Refused(await LoadAsync("li"), "SB-HOST-5");
        CaseCity.Refused(await city.OpenAsync("li", "outside-data", "weather-in", Announced), "CC-20-4", "paper");
        foreach (var member in new[] { "source", "licence", "lawful_because" })
        {
            CaseCity.Refused(await city.OpenAsync("li", "outside-data", "weather-in", CaseCity.Without(Announced, member), "contract"), "CC-20-4", "$." + member);
        }

        CaseCity.Body(await city.OpenAsync("li", "outside-data", "weather-in", Announced, "the contract"));
        CaseCity.Refused(await LoadAsync("ma"), "SB-HOST-5");
        CaseCity.Body(await LoadAsync("li"));

        // Nothing is asked for before its columns are graded.
        CaseCity.Refused(Asked("ungraded", Weather), "CC-25-1");
        using (var li = city.As("li"))
        {
            CaseCity.Body(ConfirmGrades.Run(city.Domain, li, "weather", new Dictionary<string, ColumnGrade> { ["city"] = ColumnGrade.General, ["rain"] = ColumnGrade.General }));
        }

        // Granted by bureau and department, it is shut all the same.
        Granted("rainy", Weather);
        CaseCity.Refused(await BuildAsync("rainy", "rainy-zone"), "CC-20-4", "'weather' is shut");
        CaseCity.Refused(await city.StepAsync("li", "weather-in", "approve", """{"decision":"fine"}"""), "CC-20-4");
        CaseCity.Refused(await city.StepAsync("wang", "weather-in", "approve", """{"decision":"fine"}"""), "CC-20-4");
        await city.DoneAsync("zhao", "weather-in", "reject", """{"grounds":"which stations?"}""");
        CaseCity.Refused(await BuildAsync("rainy", "rainy-zone"), "CC-20-4");
        await city.DoneAsync("li", "weather-in", "ask-again", """{"what_changed":"a list of stations"}""", "the contract with its list");
        await city.DoneAsync("zhao", "weather-in", "approve", """{"decision":"for this scenario and others"}""");
        CaseCity.Body(await BuildAsync("rainy", "rainy-zone"));
        var lineage = SandboxProgram.Json("lineage", "show", "zone-table:rainy-zone/weather", "--as", "zhao", "--dir", city.Root).Ends(0).Output;
        Assert.Contains("data-set:weather", lineage, StringComparison.Ordinal);
        Assert.Contains("city-data-company", lineage, StringComparison.Ordinal);

        // A higher grade acts on the next reading.
        using (var li = city.As("li"))
        {
            CaseCity.Body(ConfirmGrades.Run(city.Domain, li, "weather", new Dictionary<string, ColumnGrade> { ["rain"] = ColumnGrade.Sensitive }));
        }

        Assert.IsType<Answer.Refused>(await BuildAsync("rainy", "second-zone"));
    }

    [Fact]
    [Requirement("YN23-43-1")]
    public async Task Bursts_of_refused_reads_and_of_exports_are_noticed_at_once_with_house_and_grant_and_a_weakness_stays_until_its_remedy()
    {
        city.Now = null;
        city.Under("futian", "changchun:training");
        using (var stranger = city.As("lin"))
        {
            for (var i = 0; i < 10; i++)
            {
                Assert.IsType<Answer.Refused>(await BuildZone.RunAsync(city.Domain, stranger, "buses", ZoneKind.Production, null, null, default));
                Assert.Equal(i == 9, Alerted("refusals", "lin", "third-company"));
            }
        }

        // More rows at once than the bureau lets pass unseen.
        using (var zhao = city.As("zhao"))
        {
            CaseCity.Body(Supervision.AlertLimits.Set(city.Domain, zhao, 1));
        }

        Assert.False(Alerted("export-rows", "zhao", "data-bureau"));
        await city.ReleaseAsync("bulk", CaseCity.People);
        Assert.True(Alerted("export-rows", "zhao", "data-bureau"));

        bool Alerted(string rule, string by, string house) => CaseCity.Body(Supervision.Alerts.List(city.Domain, false))["alerts"]!.AsArray().Any(alert =>
            alert!["rule"]!.GetValue<string>() == rule && alert["by"]!.GetValue<string>() == by && alert["organisation"]!.GetValue<string>() == house
            && alert["scenarios"]!.AsArray().Any(scenario => scenario!.GetValue<string>() == "buses"));

        CaseCity.Body(await city.OpenAsync("sun", "weakness", "w-1", """{"where":"platform","severity":"high","weakness":"an old library"}"""));
        await city.DoneAsync("li", "w-1", "note", """{"words":"the vendor was asked"}""");
        Assert.True(city.Listed("w-1")["open"]!.GetValue<bool>());
        CaseCity.Refused(await city.StepAsync("li", "w-1", "remedy"), "YN23-43-1", "$.remedy");
        CaseCity.Refused(await city.StepAsync("sun", "w-1", "remedy", """{"remedy":"updated"}"""), "YN23-43-1");
        await city.DoneAsync("li", "w-1", "remedy", """{"remedy":"updated"}""");
        Assert.False(city.Listed("w-1")["open"]!.GetValue<bool>());
    }

    private async Task<Answer> RequestAsync(string name)
    {
        using var li = city.As("li");
        return await Exports.RequestExport.RunAsync(city.Domain, li, Exports.ExportSpec.FromUntrusted(Encoding.UTF8.GetBytes(AttackDomain.Spec(name, AttackDomain.Table(CaseCity.People)))), default);
    }

    private async Task AskAsync(string name) => CaseCity.Body(await RequestAsync(name));

    private async Task<Answer> BuildAsync(string scenario, string zone)
    {
        using var li = city.As("li");
        return await BuildZone.RunAsync(city.Domain, li, scenario, ZoneKind.Production, zone, null, default);
    }

    private Answer Asked(string name, string secondTable)
    {
        using var li = city.As("li");
        var today = city.Domain.Today;
        return RequestScenario.Run(city.Domain, li, ScenarioSpec.FromUntrusted(Encoding.UTF8.GetBytes($$"""
            {"name":"{{name}}","purpose":"Plan buses","from":"{{today:yyyy-MM-dd}}","until":"{{today.AddDays(30):yyyy-MM-dd}}","people":["li"],"description":{{Vetted.Description(today.AddDays(30))}},"tables":[
              {"data_set":"register","sample_per_mille":100,"quasi_identifiers":[],"columns":[{"name":"city","workbench":{"rule":"keep"},"production":null}]},{{secondTable}}]}
            """)));
    }

    private void Granted(string name, string secondTable)
    {
        using var zhao = city.As("zhao");
        using var wang = city.As("wang");
        CaseCity.Body(Asked(name, secondTable));
        CaseCity.Body(AnswerScenario.Run(city.Domain, zhao, name, agree: true, null));
        CaseCity.Body(AnswerScenario.Run(city.Domain, wang, name, agree: true, null));
    }
}
