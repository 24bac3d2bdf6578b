using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Policy.Calendars;
using Sandbox.Policy.Profiles;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Procedures;

/// <summary>A domain under the Yunnan draft, made through the command line, with people of every role.</summary>
public sealed class YunnanDomain : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public YunnanDomain()
    {
        Root = _folder.File("city");
        SandboxProgram.Json("init", "--dir", Root, "--name", "town", "--profile", "yunnan-2025", "--suite", "nist", "--admin", "zhao", "--acknowledge-draft").Ends(Ran.Done);
        foreach (var (name, organisation, role) in new[] { ("chen", "transport", "provider"), ("li", "data-company", "operator"), ("fang", "software-house", "developer") })
        {
            As("zhao", "person", "add", name, "--org", organisation, "--role", role).Ends(Ran.Done);
        }

        // The years around today as a plain week, so that the tests hold on every day they are run on.
        var years = Enumerable.Range(Today.Year - 1, 3).Select(year => $$"""
            {"year":{{year}},"source":"a test","days_off":["{{year}}-01-01","{{year}}-05-01","{{year}}-10-01","{{year}}-10-02","{{year}}-10-03"],"make_up_days":[]}
            """);
        As("zhao", "calendar", "load", Write("calendar.json", $$"""{"years":[{{string.Join(',', years)}}]}""")).Ends(Ran.Done);
        Calendar = WorkingCalendar.Shipped.With(((CalendarFileResult.Loaded)CalendarFile.FromUntrusted(File.ReadAllBytes(_folder.File("calendar.json")))).Years);
    }

    internal string Root { get; }

    internal WorkingCalendar Calendar { get; }

    internal static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().Date);

    internal string Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }

    internal Ran As(string who, params string[] words) => SandboxProgram.Json([.. words, "--dir", Root, "--as", who]);

    internal Ran Call(params string[] words) => SandboxProgram.Json([.. words, "--dir", Root]);

    internal Ran Close(string who, string item, string step, DateOnly? on = null, string more = "", string outcome = "passed") =>
        As(who, "procedure", "close", item, step, "--file", Write("statement.json", $$"""{"outcome":"{{outcome}}","on":"{{Iso(on ?? Today)}}","reference":"No. 7"{{more}}}"""));

    /// <summary>The latest day from which a limit is missed today; from the day after it, it is not.</summary>
    internal DateOnly LatestMissed(int workingDays)
    {
        for (var day = Today; ; day = day.AddDays(-1))
        {
            if (Calendar.LastDay(new Limit(workingDays, LimitUnit.WorkingDay), day).On(Today) == ClockState.Overdue)
            {
                return day;
            }
        }
    }

    /// <summary>State of the one task of a subject; "-" when there is none.</summary>
    internal string State(string subject) => Item(subject)?["state"]!.GetValue<string>() ?? "-";

    internal JsonNode? Item(string subject) => Call("due").Ends(Ran.Done).Json["items"]!.AsArray().SingleOrDefault(item => item!["subject"]!.GetValue<string>() == subject);

    public void Dispose() => _folder.Dispose();

    internal static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>The procedures of the Yunnan texts through the command line: papers, order, deadlines to the day, refusals with their basis.</summary>
public sealed class ProcedureDoorTests(YunnanDomain domain) : IClassFixture<YunnanDomain>
{
    private const string Topics = "name need_and_feasibility operator_conditions mode data_scope term_and_exit products_and_services costs_and_income security rights_and_duties supervision";

    [Fact]
    [Requirement("YN25-8-1")]
    [Requirement("YN25-10-1")]
    [Requirement("YB-8-1")]
    public void A_plan_needs_its_topics_study_and_approval_and_a_major_change_blocks_new_agreements()
    {
        domain.As("zhao", "procedure", "open", "implementation_plan", "plan", "--subject", "town", "--on", YunnanDomain.Iso(domain.LatestMissed(20).AddDays(-5))).Ends(Ran.Done);
        var day = domain.LatestMissed(20).AddDays(-1);
        var topics = Topics.Split(' ');
        var lacking = domain.Close("zhao", "plan", "draft", day, Papers(topics[1..]));
        Assert.Contains("$.papers.name", Assert.Single(lacking.RefusedBy("YN25-8-1").Json["refusals"]!.AsArray())!["remedy"]!.GetValue<string>(), StringComparison.Ordinal);
        domain.Close("zhao", "plan", "approval", day).RefusedBy("YN25-8-1");
        domain.Close("li", "plan", "draft", day, Papers(topics)).RefusedBy("YN25-8-1");
        domain.Close("zhao", "plan", "draft", day, Papers(topics)).Ends(Ran.Done);
        domain.Close("zhao", "plan", "feasibility_study", day).RefusedBy("YN25-8-1");
        domain.Close("zhao", "plan", "feasibility_study", day, Papers(["study"])).Ends(Ran.Done);
        domain.As("zhao", "procedure", "open", "operator_selection", "none-yet", "--subject", "data-company").RefusedBy("YN25-8-1");

        // Filed with the province within 20 working days after the approval; only a receipt closes it.
        domain.Close("zhao", "plan", "approval", domain.LatestMissed(20)).Ends(Ran.Done);
        Assert.Equal("overdue", domain.State("plan"));
        Assert.Equal("YN25-8-1", domain.Item("plan")!["rule"]!.GetValue<string>());
        domain.Close("zhao", "plan", "filing").RefusedBy("YN25-8-1");
        domain.Close("zhao", "plan", "filing", more: Papers(["receipt"])).Ends(Ran.Done);
        Assert.Equal("-", domain.State("plan"));

        foreach (var item in new[] { "first", "second" })
        {
            domain.As("zhao", "procedure", "open", "operator_selection", item, "--subject", "data-company", "--based-on", "plan", "--on", YunnanDomain.Iso(day)).Ends(Ran.Done);
            domain.Close("zhao", item, "fair_competition", day).Ends(Ran.Done);
            domain.Close("zhao", item, "collective_decision", day).Ends(Ran.Done);
        }

        domain.Close("zhao", "first", "signature", domain.LatestMissed(20).AddDays(1)).Ends(Ran.Done);
        Assert.Equal("running", domain.State("first"));
        domain.As("li", "procedure", "amend", "plan").RefusedBy("YN25-8-1");
        domain.As("zhao", "procedure", "amend", "plan").Ends(Ran.Done);
        domain.Close("zhao", "second", "signature").RefusedBy("YN25-8-1");
        var plan = domain.Call("procedure", "show", "plan").Ends(Ran.Done).Json;
        Assert.All(plan["steps"]!.AsArray(), step => Assert.True(step!["signature_holds"]!.GetValue<bool>()));
        Assert.Equal(("draft", false, 2, 4), (plan["next"]!.GetValue<string>(), plan["opens"]!.GetValue<bool>(), plan["round"]!.GetValue<int>(), plan["steps"]!.AsArray().Count));
        domain.Close("zhao", "plan", "draft", more: Papers(topics)).Ends(Ran.Done);
        domain.Close("zhao", "plan", "feasibility_study", more: Papers(["study"])).Ends(Ran.Done);
        domain.Close("zhao", "second", "signature").RefusedBy("YN25-8-1");
        domain.Close("zhao", "plan", "approval").Ends(Ran.Done);
        domain.Close("zhao", "second", "signature").Ends(Ran.Done);
    }

    [Fact]
    [Requirement("YN25-13-1")]
    public void A_developer_is_a_legal_person_with_four_papers_and_is_checked_before_the_agreement()
    {
        string[] papers = ["scenario_plan", "security_commitment", "credit_report", "proof_of_ability"];
        const string Legal = ""","applicant":{"kind":"legal_person","code":"91350100M000100Y43"}""";
        domain.As("fang", "procedure", "open", "developer_application", "fangs", "--subject", "software-house").Ends(Ran.Done);
        domain.Close("fang", "fangs", "application", more: Papers(papers) + ""","applicant":{"kind":"natural_person"}""").RefusedBy("SB-PROCEDURE-1", "YN25-13-1");
        domain.Close("fang", "fangs", "application", more: Papers(papers)).RefusedBy("YN25-13-1");
        domain.Close("fang", "fangs", "application", more: Papers(papers) + Legal.Replace("Y43", "Y44", StringComparison.Ordinal)).RefusedBy("SB-PROCEDURE-1");

        // The text leaves the time for completion to the operating unit: until it is set there is none.
        domain.Close("fang", "fangs", "application", more: Papers(papers[1..]) + Legal).RefusedBy("YN25-13-1");
        domain.As("zhao", "procedure", "set-time", "developer_application", "--working-days", "5").RefusedBy("SB-HOST-5");
        domain.As("li", "procedure", "set-time", "developer_application", "--working-days", "5").Ends(Ran.Done);
        foreach (var paper in papers)
        {
            var notice = domain.Close("fang", "fangs", "application", more: Papers([.. papers.Where(item => item != paper)]) + Legal).Ends(Ran.Done).Json;
            Assert.Equal(("Returned", paper), (notice["state"]!.GetValue<string>(), Assert.Single(notice["missing"]!.AsArray())!.GetValue<string>()));
            Assert.Equal(YunnanDomain.Iso(((ClockResult.Known)domain.Calendar.LastDay(new(5, LimitUnit.WorkingDay), YunnanDomain.Today)).LastDay), notice["complete_by"]!.GetValue<string>());
        }

        Assert.Equal(("running", "software-house"), (domain.State("fangs"), domain.Item("fangs")!["organisation"]!.GetValue<string>()));
        domain.Close("fang", "fangs", "application", more: Papers(papers) + Legal).Ends(Ran.Done);
        domain.Close("li", "fangs", "agreement").RefusedBy("YN25-13-1");
        domain.Close("fang", "fangs", "qualification_check", more: Papers(["ability", "need", "compliance", "risk"])).RefusedBy("YN25-13-1");
        domain.Close("li", "fangs", "qualification_check", more: Papers(["ability", "need", "compliance"])).RefusedBy("YN25-13-1");
        domain.Close("li", "fangs", "qualification_check", more: Papers(["ability", "need", "compliance", "risk"])).Ends(Ran.Done);
        domain.Close("li", "fangs", "agreement").RefusedBy("YN25-13-1");
        domain.Close("li", "fangs", "publicity").RefusedBy("YN25-13-1");
    }

    [Fact]
    [Requirement("YN23-29-1")]
    public void A_sharing_request_states_its_scenario_runs_on_its_clocks_and_is_refused_only_on_a_cited_basis()
    {
        foreach (var (chain, item) in new[] { ("sharing_unconditional", "share-a"), ("sharing_conditional", "share-b"), ("sharing_conditional", "share-c") })
        {
            domain.As("li", "procedure", "open", chain, item, "--subject", "roads").RefusedBy("SB-HOST-6");
            domain.As("li", "procedure", "open", chain, item, "--subject", "roads", "--party", "transport", "--on", YunnanDomain.Iso(domain.LatestMissed(5).AddDays(-5))).Ends(Ran.Done);
        }

        domain.Close("li", "share-a", "request").RefusedBy("YN23-29-1");
        domain.Close("li", "share-a", "request", domain.LatestMissed(2), Papers(["scenario"])).Ends(Ran.Done);
        Assert.Equal("overdue", domain.State("share-a"));
        domain.Close("chen", "share-a", "delivery", outcome: "refused", more: ""","grounds":"too busy","basis":{"kind":"law","cite":"article 1"}""").RefusedBy("YN23-29-1");

        domain.Close("li", "share-b", "request", domain.LatestMissed(5), Papers(["scenario"])).Ends(Ran.Done);
        Assert.Equal(("overdue", "transport"), (domain.State("share-b"), domain.Item("share-b")!["organisation"]!.GetValue<string>()));
        domain.Close("li", "share-b", "answer").RefusedBy("YN23-29-1");
        domain.Close("chen", "share-b", "answer", domain.LatestMissed(5)).Ends(Ran.Done);
        Assert.Equal(("overdue", "delivery"), (domain.State("share-b"), domain.Item("share-b")!["step"]!.GetValue<string>()));

        domain.Close("li", "share-c", "request", domain.LatestMissed(5).AddDays(1), Papers(["scenario"])).Ends(Ran.Done);
        Assert.Equal("running", domain.State("share-c"));
        domain.Close("chen", "share-c", "answer", outcome: "refused", more: ""","grounds":"not needed" """).RefusedBy("YN23-29-1");
        domain.Close("chen", "share-c", "answer", outcome: "refused", more: ""","grounds":"not needed","basis":{"kind":"habit","cite":"x"}""").RefusedBy("SB-PROCEDURE-1");
        domain.Close("chen", "share-c", "answer", outcome: "refused", more: ""","grounds":"not needed","basis":{"kind":"law","cite":"article 1"}""").Ends(Ran.Done);
        Assert.Equal("-", domain.State("share-c"));
    }

    [Fact]
    [Requirement("YN23-13-2")]
    public void Catalogue_changes_fall_due_at_ten_fifteen_and_five_working_days()
    {
        domain.As("zhao", "procedure", "open", "catalogue_rework", "rework-a", "--subject", "roads-entry", "--party", "transport", "--on", YunnanDomain.Iso(domain.LatestMissed(10))).Ends(Ran.Done);
        domain.As("zhao", "procedure", "open", "catalogue_rework", "rework-b", "--subject", "rails-entry", "--party", "transport", "--on", YunnanDomain.Iso(domain.LatestMissed(10).AddDays(1))).Ends(Ran.Done);
        domain.As("chen", "procedure", "open", "catalogue_update", "update-a", "--subject", "roads-entry", "--party", "transport", "--on", YunnanDomain.Iso(domain.LatestMissed(15))).Ends(Ran.Done);
        domain.As("chen", "procedure", "open", "catalogue_update", "update-b", "--subject", "rails-entry", "--party", "transport", "--on", YunnanDomain.Iso(domain.LatestMissed(15).AddDays(1))).Ends(Ran.Done);
        Assert.Equal(("overdue", "running", "overdue", "running"), (domain.State("rework-a"), domain.State("rework-b"), domain.State("update-a"), domain.State("update-b")));
        domain.Close("chen", "update-a", "update", domain.LatestMissed(5)).Ends(Ran.Done);
        domain.Close("chen", "update-b", "update", domain.LatestMissed(5).AddDays(1)).Ends(Ran.Done);
        Assert.Equal(("overdue", "approval", "running"), (domain.State("update-a"), domain.Item("update-a")!["step"]!.GetValue<string>(), domain.State("update-b")));
        Assert.DoesNotContain("update-b", domain.Call("due", "--overdue").Output, StringComparison.Ordinal);
        domain.Close("chen", "update-a", "approval").RefusedBy("YN23-13-2");
        domain.Close("zhao", "update-a", "approval").Ends(Ran.Done);
        Assert.Equal("-", domain.State("update-a"));
    }

    [Fact]
    [Requirement("YN25-15-1")]
    public void An_entry_of_the_negative_list_needs_reason_and_decision_bars_every_request_and_is_reviewed_yearly()
    {
        string Entry(string name, string set, DateOnly on, string more) => domain.Write("entry.json", $$"""{"entry":"{{name}}","data_set":"{{set}}","decided_on":"{{YunnanDomain.Iso(on)}}"{{more}}}""");
        const string Both = ""","reason":"touches security","decision":"No. 7 of the government" """;
        domain.As("zhao", "negative-list", "add", Entry("n-1", "rails", YunnanDomain.Today, ""","decision":"No. 7" """)).RefusedBy("YN25-15-1");
        domain.As("zhao", "negative-list", "add", Entry("n-1", "rails", YunnanDomain.Today, ""","reason":"touches security" """)).RefusedBy("YN25-15-1");
        domain.As("chen", "negative-list", "add", Entry("n-1", "rails", YunnanDomain.Today, Both)).RefusedBy("SB-HOST-5");
        domain.As("zhao", "negative-list", "add", Entry("n-1", "rails", YunnanDomain.Today.AddYears(-1).AddDays(-1), Both)).Ends(Ran.Done);
        domain.As("zhao", "negative-list", "add", Entry("n-2", "ports", YunnanDomain.Today.AddYears(-1).AddDays(1), Both)).Ends(Ran.Done);
        Assert.Equal(("overdue", "running"), (domain.State("n-1"), domain.State("n-2")));

        var request = domain.Write("request.json", $$"""
            {"name":"shuttle","purpose":"where shuttles are missing","from":"{{YunnanDomain.Iso(YunnanDomain.Today)}}","until":"{{YunnanDomain.Iso(YunnanDomain.Today.AddDays(30))}}","people":[],"tables":[{"data_set":"rails","sample_per_mille":100,"quasi_identifiers":[],
            "columns":[{"name":"line","workbench":{"rule":"keep"},"production":null}]}]}
            """);
        Assert.Contains("n-1", domain.As("li", "scenario", "request", request).RefusedBy("YN25-15-1").Output, StringComparison.Ordinal);
        domain.As("zhao", "negative-list", "review", "n-1", "--decision", "No. 8").Ends(Ran.Done);
        Assert.Equal("running", domain.State("n-1"));
        domain.As("zhao", "negative-list", "end", "n-1", "--decision", "No. 9").Ends(Ran.Done);
        Assert.Equal("-", domain.State("n-1"));
        Assert.DoesNotContain("YN25-15-1", domain.As("li", "scenario", "request", request).Ends(Ran.Refused).Rules);
    }

    private static string Papers(IEnumerable<string> names) => $$""","papers":{{{string.Join(',', names.Select(name => $"\"{name}\":\"text\""))}}}""";
}
