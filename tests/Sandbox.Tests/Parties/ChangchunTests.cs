using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Parties;

/// <summary>People with four records, scenarios that are described, struck and ended, and the operation agreement above them, as Changchun words it.</summary>
public sealed class ChangchunTests(ChangchunCity city) : IClassFixture<ChangchunCity>
{
    [Fact]
    [Requirement("CC-20-1")]
    public void Without_any_of_the_four_records_the_workbench_stays_closed()
    {
        city.Grant("vetted");
        city.As("li", "zone", "open", "vetted").RefusedBy("CC-20-1");
        city.Vet("li", "wu");
        city.As("li", "zone", "open", "vetted").Ends(Ran.Done);
        city.Ask("vetted-wb").Ends(Ran.Done);
        foreach (var kind in new[] { "real-name", "filing", "examination", "confidentiality" })
        {
            // Over since yesterday; then not begun yet.
            city.Record("wu", kind, -30, -1).Ends(Ran.Done);
            Assert.Equal(["CC-20-1"], city.Ask("vetted-wb").RefusedBy("CC-20-1").Rules);
            city.Record("wu", kind, 1, 30).Ends(Ran.Done);
            Assert.Equal(["CC-20-1"], city.Ask("vetted-wb").RefusedBy("CC-20-1").Rules);
            city.Record("wu", kind, 0, 0).Ends(Ran.Done);
        }

        city.Ask("vetted-wb").Ends(Ran.Done);
        city.As("li", "person", "record", "wu", "--kind", "filing", "--from", RegisterCity.Day(0), "--until", RegisterCity.Day(9), "--file", city.Write("x")).RefusedBy("SB-HOST-5");
        city.As("zhao", "person", "record", "zhao", "--kind", "filing", "--from", RegisterCity.Day(0), "--until", RegisterCity.Day(9), "--file", city.Write("x")).RefusedBy("CC-20-1");
    }

    [Theory]
    [Requirement("CC-17-2")]
    [InlineData("partners")]
    [InlineData("scope")]
    [InlineData("value")]
    [InlineData("plan")]
    [InlineData("plan_until")]
    public void A_request_without_a_part_of_its_description_is_refused_with_the_part_named(string part)
    {
        var scenario = RegisterCity.Scenario("described-" + part.Replace('_', '-'));
        scenario["description"]!.AsObject().Remove(part);
        var refusal = city.Request(scenario).RefusedBy("CC-17-2").Json["refusals"]!.AsArray().Single();
        Assert.StartsWith("$.description." + (part == "plan_until" ? "plan" : part), refusal!["why"]!.GetValue<string>(), StringComparison.Ordinal);
        scenario.Remove("description");
        Assert.Equal(4, city.Request(scenario).RefusedBy("CC-17-2").Rules.Length);
    }

    [Fact]
    [Requirement("CC-4-1")]
    public void The_right_to_hold_data_cannot_be_asked_for_and_a_right_to_process_alone_serves_nobody_else()
    {
        var holding = RegisterCity.Scenario("holding");
        holding["description"]!["rights"] = new JsonArray("process", "hold");
        city.Request(holding).RefusedBy("CC-4-1");
        holding["description"]!["rights"] = new JsonArray();
        city.Request(holding).RefusedBy("CC-4-1");

        city.Vet("li", "wu");
        var processing = RegisterCity.Scenario("processing");
        processing["description"]!["rights"] = new JsonArray("process");
        city.Request(processing).Ends(Ran.Done);
        city.As("zhao", "scenario", "confirm", "processing").Ends(Ran.Done);
        city.As("chen", "scenario", "consent", "processing").Ends(Ran.Done);
        city.As("li", "zone", "open", "processing", "--kind", "production").Ends(Ran.Done);
        Export("to-others", "processing", "bus-company").RefusedBy("CC-4-1");
        Export("to-itself", "processing", "data-company").Ends(Ran.Done);
    }

    [Fact]
    [Requirement("CC-17-3")]
    public void A_struck_column_is_in_no_part_of_any_query()
    {
        city.Vet("li", "wu");
        city.Request(RegisterCity.Scenario("struck")).Ends(Ran.Done);
        city.As("zhao", "scenario", "confirm", "struck", "--strike", "register.nothing").RefusedBy("CC-17-3");
        city.As("zhao", "scenario", "confirm", "struck", "--strike", "register.secret").Ends(Ran.Done);
        city.As("chen", "scenario", "consent", "struck", "--strike", "register.secret").RefusedBy("CC-17-3");
        city.As("chen", "scenario", "consent", "struck", "--strike", "register.income").Ends(Ran.Done);
        Assert.Equal("granted", city.State("struck"));
        city.As("li", "zone", "open", "struck").Ends(Ran.Done);
        city.Ask("struck-wb", sql: "SELECT score, count(*) AS people FROM register WHERE sex = 'm' GROUP BY score ORDER BY score").Ends(Ran.Done);
        foreach (var column in new[] { "secret", "income" })
        {
            foreach (var sql in new[]
            {
                $"SELECT {column} FROM register", $"SELECT score FROM register WHERE {column} > 1", $"SELECT score FROM register ORDER BY {column}",
                $"SELECT a.score FROM register a JOIN register b ON a.{column} = b.{column}",
            })
            {
                city.Ask("struck-wb", sql: sql).RefusedBy("CC-17-3");
            }
        }

        var audited = city.Call("ledger", "show", "--count", "1000").Json["entries"]!.AsArray().Count(entry => entry!["kind"]!.GetValue<string>() == "refused" && entry["facts"]!["zone"]?.GetValue<string>() == "struck-wb");
        Assert.Equal(8, audited);
    }

    [Fact]
    [Requirement("CC-17-1")]
    public void A_grant_for_one_scenario_opens_no_second_one()
    {
        city.Vet("li", "wu");
        city.Grant("first");
        city.Request(RegisterCity.Scenario("second")).Ends(Ran.Done);
        city.As("li", "zone", "open", "first").Ends(Ran.Done);
        city.As("li", "zone", "open", "second").RefusedBy("CC-18-1");
        var two = RegisterCity.Scenario("third");
        two["scenarios"] = new JsonArray("third", "fourth");
        city.Request(two).RefusedBy("SB-HOST-6");
        city.As("zhao", "scenario", "confirm", "second").Ends(Ran.Done);
        city.As("chen", "scenario", "consent", "second").Ends(Ran.Done);
        city.As("li", "zone", "open", "second").Ends(Ran.Done);
    }

    private Ran Export(string name, string scenario, string recipient) => city.As("li", "export", "request", city.Write(
        $$"""
        {"name":"{{name}}","scenario":"{{scenario}}","purpose":"Plan buses","recipient":{"id":"{{recipient}}","name":"Company","country":"CN"},"tables":[
          {"name":"t","source":"register","run":null,"round":null,"dimensions":["district"],"measures":[{"name":"people","kind":"count","column":null,"digits":15}]}]}
        """));
}
