using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Policy.Parties;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Parties;

/// <summary>Yunnan 2025: developers apart from the operating unit, rising measures and the block list, the development agreement, results with thirty days for putting right.</summary>
public sealed class YunnanTests(YunnanCity city) : IClassFixture<YunnanCity>
{
    [Fact]
    [Requirement("YN25-21-1")]
    [Requirement("YN25-21-2")]
    public void Measures_rise_stop_the_next_call_and_keep_a_barred_developer_out()
    {
        // The operating unit itself, its affiliate and its affiliate's affiliate are no developers.
        city.As("li", "party", "add", "data-company", "--kind", "developer", "--credit-code", RegisterCity.Code("TELF")).RefusedBy("YN25-21-1");
        city.As("li", "party", "add", "daughter", "--kind", "developer", "--credit-code", RegisterCity.Code("DGHT"), "--affiliate-of", "data-company").RefusedBy("YN25-21-1");
        city.As("zhao", "party", "add", "holding", "--kind", "data_user", "--credit-code", RegisterCity.Code("HLDG"), "--affiliate-of", "data-company").Ends(Ran.Done);
        city.As("li", "party", "add", "sister", "--kind", "developer", "--credit-code", RegisterCity.Code("TTTR"), "--affiliate-of", "holding").RefusedBy("YN25-21-1");

        city.Vet("li", "wu", "hu");
        city.Grant("shuttle");
        city.As("li", "zone", "open", "shuttle").Ends(Ran.Done);
        city.Admit("li", "city-lab", PartyKind.Developer, "CTAB");
        city.Ask("shuttle-wb", "hu").Ends(Ran.Done);
        Measure("warn").Ends(Ran.Done);
        city.Ask("shuttle-wb", "hu").Ends(Ran.Done);
        city.As("ma", "party", "measure", "city-lab", "--measure", "lift", "--grounds", "we are good").RefusedBy("SB-HOST-5");
        Measure("suspend").Ends(Ran.Done);
        city.Ask("shuttle-wb", "hu").RefusedBy("YN25-21-2");
        city.Ask("shuttle-wb").Ends(Ran.Done);
        Measure("warn").Ends(Ran.Refused);
        Measure("lift").Ends(Ran.Done);
        city.Ask("shuttle-wb", "hu").Ends(Ran.Done);
        Measure("bar").Ends(Ran.Refused);
        Measure("cancel").Ends(Ran.Done);
        city.Ask("shuttle-wb", "hu").RefusedBy("YN25-21-2");
        Measure("lift").Ends(Ran.Refused);
        Measure("bar").Ends(Ran.Done);
        city.As("li", "party", "add", "new-name", "--kind", "developer", "--credit-code", RegisterCity.Code("CTAB")).RefusedBy("YN25-21-2");
        city.As("li", "party", "add", "new-firm", "--kind", "developer", "--credit-code", RegisterCity.Code("NFRM"), "--affiliate-of", "city-lab").RefusedBy("YN25-21-2");
        city.As("zhao", "person", "add", "new-face", "--org", "city-lab", "--role", "developer").RefusedBy("YN25-21-2");
        Assert.Equal(5, city.Call("party", "show", "city-lab").Json["measures"]!.AsArray().Count);

        Ran Measure(string measure) => city.As("li", "party", "measure", "city-lab", "--measure", measure, "--grounds", "passed data on");
    }

    [Fact]
    [Requirement("YN25-13-4")]
    [Requirement("CC-4-2")]
    public void The_development_agreement_has_eleven_topics_and_three_years_and_a_sector_has_its_department()
    {
        var paper = city.Paper("dev", "development_agreement", 0, 300, ("operator", "data-company"), ("developer", "city-lab"));
        foreach (var clause in city.Rules.Paper("development_agreement")!.Clauses)
        {
            var lacking = paper.DeepClone().AsObject();
            lacking["clauses"]!.AsObject().Remove(clause.Id);
            Assert.StartsWith($"$.clauses.{clause.Id}:", city.File("li", lacking).RefusedBy("YN25-13-4").Json["refusals"]![0]!["why"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        paper["until"] = Iso(RegisterCity.Today.AddYears(3));
        city.File("li", paper).RefusedBy("YN25-13-4");
        paper["exception"] = "the line opens a year later";
        city.File("li", paper).Ends(Ran.Done);
        (paper["name"], paper["until"]) = ("dev-2", Iso(RegisterCity.Today.AddYears(3).AddDays(-1)));
        paper.Remove("exception");
        city.File("li", paper).Ends(Ran.Done);
        city.Sign("dev-2", "li", "ma");
        Assert.True(city.Call("agreement", "list").Json["agreements"]!.AsArray().Single(item => item!["name"]!.GetValue<string>() == "dev-2")!["counts_today"]!.GetValue<bool>());

        var sector = city.Paper("health", "operation_agreement", 0, 300, ("authority", "data-bureau"), ("operator", "other-company"));
        sector["sector"] = true;
        Assert.StartsWith("$.parties.sector_department:", city.File("zhao", sector).RefusedBy("CC-4-2").Json["refusals"]![0]!["why"]!.GetValue<string>(), StringComparison.Ordinal);
        sector["parties"]!["sector_department"] = new JsonArray("civil-affairs");
        city.File("zhao", sector).Ends(Ran.Done);
        city.As("chen", "agreement", "sign", "health").Ends(Ran.Done);
    }

    [Fact]
    [Requirement("YN25-26-1")]
    public void A_case_that_is_to_be_put_right_takes_a_plan_thirty_days_and_a_second_evaluation()
    {
        var year = RegisterCity.Today.Year.ToString(CultureInfo.InvariantCulture);
        Ran Step(string who, string verb, params string[] more) => city.As(who, ["evaluation", verb, "data-company", "--year", year, "--words", "in words", .. more]);
        Step("zhao", "save", "--outcome", "good").RefusedBy("YN25-26-1");
        Step("zhao", "plan").RefusedBy("YN25-26-1");
        Step("li", "save", "--outcome", "pass").RefusedBy("CC-12-1");
        var opened = Step("zhao", "save", "--outcome", "rectify").Ends(Ran.Done).Json;
        Assert.Equal((RegisterCity.Day(30), "plan"), (opened["rectify_by"]!.GetValue<string>(), opened["task"]!.GetValue<string>()));
        Step("li", "finish").RefusedBy("YN25-26-1");
        Step("zhao", "save", "--outcome", "pass").RefusedBy("YN25-26-1");
        Step("zhao", "plan").RefusedBy("CC-12-1");
        Step("li", "plan").Ends(Ran.Done);
        Step("zhao", "save", "--outcome", "pass").RefusedBy("YN25-26-1");
        Step("li", "finish").Ends(Ran.Done);
        Step("zhao", "save", "--outcome", "rectify").RefusedBy("YN25-26-1");
        Assert.Equal("Passed", Step("zhao", "save", "--outcome", "pass").Ends(Ran.Done).Json["state"]!.GetValue<string>());
        Step("zhao", "save", "--outcome", "fail").RefusedBy("YN25-26-1");

        // The operating unit evaluates the developer, nobody else does.
        city.As("zhao", "evaluation", "save", "city-lab", "--year", year, "--outcome", "pass", "--words", "in words").RefusedBy("CC-12-1");
        city.As("li", "evaluation", "save", "city-lab", "--year", year, "--outcome", "pass", "--words", "in words").Ends(Ran.Done);
    }

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
