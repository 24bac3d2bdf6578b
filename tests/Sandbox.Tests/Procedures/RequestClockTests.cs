using System.Text;
using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.Demands;
using Sandbox.Host.People;
using Sandbox.Host.Procedures;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Sandbox.Tests.Audits;

namespace Sandbox.Sandbox.Tests.Procedures;

/// <summary>To the day: whom a request waits for, until when, and that a late step stays undecided.</summary>
public sealed class RequestClockTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    [Requirement("FT-18-1")]
    [Requirement("CC-18-1")]
    public void An_operators_request_has_five_and_five_working_days_and_no_step_of_the_operators()
    {
        using var town = new RequestTown("futian", Monday);
        town.AddSet("roads");
        SimulatedYear.Done(town.Request("li", "shuttle", "roads"));
        Assert.Equal(["shuttle confirmation Authority - 2026-03-09 running FT-18-1"], town.Due("scenario"));

        // Silence decides nothing: weeks later the task is late, and is still the authority's.
        town.Year.Now = Monday.AddDays(7);
        Assert.EndsWith(" running FT-18-1", Assert.Single(town.Due("scenario")), StringComparison.Ordinal);
        town.Year.Now = Monday.AddDays(8);
        Assert.EndsWith(" overdue FT-18-1", Assert.Single(town.Due("scenario")), StringComparison.Ordinal);
        town.Year.Now = Monday.AddDays(60);
        Assert.Equal(["shuttle confirmation Authority - 2026-03-09 overdue FT-18-1"], town.Due("scenario"));
        Assert.False(MayBuild(town, "li", "shuttle"));
        Assert.Equal("FT-18-1", SimulatedYear.Rule(town.Reply("chen", "shuttle")));

        town.Year.Now = new(2026, 5, 18, 9, 0, 0, TimeSpan.Zero);
        SimulatedYear.Done(town.Reply("zhao", "shuttle"));
        Assert.Equal(["shuttle answer SourceDepartment office-of-chen 2026-05-25 running FT-18-1"], town.Due("scenario"));
        Assert.False(MayBuild(town, "li", "shuttle"));
        town.Year.Now = new(2026, 7, 18, 9, 0, 0, TimeSpan.Zero);
        Assert.EndsWith(" overdue FT-18-1", Assert.Single(town.Due("scenario")), StringComparison.Ordinal);
        Assert.False(MayBuild(town, "li", "shuttle"));
        SimulatedYear.Done(town.Reply("chen", "shuttle"));
        Assert.Empty(town.Due("scenario"));
        Assert.True(MayBuild(town, "li", "shuttle"));

        // A refusal needs its reason, is kept with it, and ends the request.
        SimulatedYear.Done(town.Request("li", "second", "roads"));
        Assert.Equal("CC-18-1", SimulatedYear.Rule(town.Reply("zhao", "second", agree: false)));
        SimulatedYear.Done(town.Reply("zhao", "second", agree: false, grounds: "purpose is too wide"));
        Assert.Empty(town.Due("scenario"));
        Assert.Equal("purpose is too wide", town.Year.Domain.Registry.Find<Scenario>("second")!.Consents.Single().Grounds);
    }

    [Fact]
    [Requirement("FT-18-2")]
    public void A_partners_request_has_three_steps_each_with_its_own_five_working_days()
    {
        using var town = new RequestTown("futian", Monday);
        town.AddSet("roads");
        SimulatedYear.Done(town.Request("fang", "taxis", "roads"));
        Assert.Equal(["taxis first_check Operator - 2026-03-09 running FT-18-2"], town.Due("scenario"));
        Assert.NotEmpty(SimulatedYear.Rule(town.Reply("zhao", "taxis")));
        Assert.NotEmpty(SimulatedYear.Rule(town.Reply("fang", "taxis")));
        town.Year.Now = new(2026, 3, 11, 9, 0, 0, TimeSpan.Zero);
        Assert.EndsWith(" overdue FT-18-2", Assert.Single(town.Due("scenario")), StringComparison.Ordinal);
        SimulatedYear.Done(town.Reply("li", "taxis"));
        Assert.Equal(["taxis confirmation Authority - 2026-03-18 running FT-18-2"], town.Due("scenario"));
        town.Year.Now = new(2026, 3, 13, 9, 0, 0, TimeSpan.Zero);
        SimulatedYear.Done(town.Reply("zhao", "taxis"));
        Assert.Equal(["taxis answer SourceDepartment office-of-chen 2026-03-20 running FT-18-2"], town.Due("scenario"));
        SimulatedYear.Done(town.Reply("chen", "taxis"));
        Assert.True(MayBuild(town, "fang", "taxis"));

        // A failed first check makes no further task.
        SimulatedYear.Done(town.Request("fang", "bikes", "roads"));
        SimulatedYear.Done(town.Reply("li", "bikes", agree: false, grounds: "no sound plan"));
        Assert.Empty(town.Due("scenario"));
        Assert.NotEmpty(SimulatedYear.Rule(town.Reply("zhao", "bikes")));
    }

    [Fact]
    [Requirement("YB-13-1")]
    [Requirement("YB-15-1")]
    [Requirement("CC-18-1")]
    public void Yibin_has_ten_and_ten_working_days_and_twenty_for_the_delivery_which_the_first_load_closes()
    {
        using var town = new RequestTown("yibin", Monday);
        town.AddSet("roads");
        SimulatedYear.Done(town.Request("li", "shuttle", "roads"));
        Assert.Equal(["shuttle confirmation Authority - 2026-03-16 running YB-13-1"], town.Due("scenario"));
        town.Year.Now = Monday.AddDays(15);
        Assert.EndsWith(" overdue YB-13-1", Assert.Single(town.Due("scenario")), StringComparison.Ordinal);
        SimulatedYear.Done(town.Reply("zhao", "shuttle"));
        Assert.Equal(["shuttle answer SourceDepartment office-of-chen 2026-03-31 running YB-13-1"], town.Due("scenario"));
        Assert.Empty(town.Due("delivery"));
        SimulatedYear.Done(town.Reply("chen", "shuttle"));
        Assert.Equal(["shuttle/roads delivery SourceDepartment office-of-chen 2026-04-15 running YB-15-1"], town.Due("delivery"));
        town.Year.Now = new(2026, 4, 16, 9, 0, 0, TimeSpan.Zero);
        Assert.EndsWith(" overdue YB-15-1", Assert.Single(town.Due("delivery")), StringComparison.Ordinal);
        town.Load("roads");
        Assert.Empty(town.Due("delivery"));
    }

    [Fact]
    [Requirement("YB-13-1")]
    [Requirement("YB-12-1")]
    public void A_demand_list_is_checked_in_ten_working_days_and_answered_by_each_supplier_in_ten_more()
    {
        using var town = new RequestTown("yibin", Monday);
        town.Year.Register("wang", Role.SourceDepartment);
        using var li = town.Year.As("li");
        using var zhao = town.Year.As("zhao");
        using var chen = town.Year.As("chen");
        using var wang = town.Year.As("wang");
        SimulatedYear.Done(KeepDemands.Add(town.Year.Domain, li, Encoding.UTF8.GetBytes(
            """{"demand":"buses","providers":["office-of-chen","office-of-wang"],"content":"stops","way_of_use":"tables","scenario":"lines","feasibility":"sound"}""")));
        SimulatedYear.Done(KeepDemands.Submit(town.Year.Domain, li, "spring"));
        Assert.Equal(["spring check Authority - 2026-03-16 running YB-13-1"], town.Due("demand_list"));
        Assert.Equal("YB-13-1", SimulatedYear.Rule(Close(town, chen, "assessment")));
        town.Year.Now = Monday.AddDays(15);
        Assert.EndsWith(" overdue YB-13-1", Assert.Single(town.Due("demand_list")), StringComparison.Ordinal);
        SimulatedYear.Done(Close(town, zhao, "check"));
        Assert.Equal(
            ["spring assessment SourceDepartment office-of-chen 2026-03-31 running YB-13-1", "spring assessment SourceDepartment office-of-wang 2026-03-31 running YB-13-1"],
            town.Due("demand_list").Order(StringComparer.Ordinal));
        SimulatedYear.Done(Close(town, chen, "assessment"));
        Assert.Equal("YB-13-1", SimulatedYear.Rule(Close(town, chen, "assessment")));
        town.Year.Now = new(2026, 4, 1, 9, 0, 0, TimeSpan.Zero);
        Assert.Equal(["spring assessment SourceDepartment office-of-wang 2026-03-31 overdue YB-13-1"], town.Due("demand_list"));
        Assert.Equal("YB-13-1", SimulatedYear.Rule(Close(town, zhao, "gathering")));
        SimulatedYear.Done(Close(town, wang, "assessment"));
        SimulatedYear.Done(Close(town, zhao, "gathering"));
        Assert.Empty(town.Due("demand_list"));
    }

    private static Answer Close(RequestTown town, Actor actor, string step) =>
        CloseStep.Run(town.Year.Domain, actor, "spring", step, Encoding.UTF8.GetBytes("""{"outcome":"passed","reference":"No. 7"}"""));

    [Fact]
    [Requirement("YB-13-2")]
    public void A_loaded_calendar_moves_the_clock_and_without_one_nothing_counts_as_in_time()
    {
        using var town = new RequestTown("futian", new(2027, 3, 8, 9, 0, 0, TimeSpan.Zero));
        town.AddSet("roads");
        SimulatedYear.Done(town.Request("li", "shuttle", "roads"));
        Assert.Equal(["shuttle confirmation Authority - - not_counted FT-18-1"], town.Due("scenario"));
        Assert.Single(town.Due("calendar"));
        town.Calendar("""{"years":[{"year":2027,"source":"a notice","days_off":["2027-01-01","2027-03-09","2027-03-10","2027-03-11","2027-10-01"],"make_up_days":["2027-03-13"]}]}""");
        Assert.Equal(["shuttle confirmation Authority - 2027-03-17 running FT-18-1"], town.Due("scenario"));
        Assert.Empty(town.Due("calendar"));
        town.Year.Now = new(2027, 3, 18, 9, 0, 0, TimeSpan.Zero);
        Assert.EndsWith(" overdue FT-18-1", Assert.Single(town.Due("scenario")), StringComparison.Ordinal);
        Assert.Equal(ScenarioState.Requested, town.Year.Domain.Registry.Find<Scenario>("shuttle")!.State);
    }

    [Fact]
    [Requirement("YB-27-1")]
    public void Decisions_keep_the_profile_and_version_that_they_were_made_under()
    {
        using var town = new RequestTown("futian", Monday);
        town.AddSet("roads");
        SimulatedYear.Done(town.Request("li", "shuttle", "roads"));
        SimulatedYear.Done(town.Reply("zhao", "shuttle"));
        var scenario = town.Year.Domain.Registry.Find<Scenario>("shuttle")!;
        Assert.Equal(("futian 1", "futian 1"), (scenario.Rules, scenario.Consents.Single().Rules));
        Assert.All(
            town.Year.Domain.Ledger.Entries(0, 1000).Where(entry => entry.Kind is "scenario.requested" or "scenario.answered"),
            entry => Assert.Equal("futian 1", entry.Facts["rules"].Text));
    }

    private static bool MayBuild(RequestTown town, string who, string scenario)
    {
        using var actor = town.Year.As(who);
        return ScenarioAccess.Decide(town.Year.Domain, actor, ScenarioAccess.Find(town.Year.Domain, scenario), DomainAction.BuildZone, ZoneKind.Workbench).IsPermitted;
    }
}
