using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Policy.Parties;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Parties;

/// <summary>Yibin with the binding register: an admitted operating unit, the agreement of the three over the data, and the level of its certificate.</summary>
public sealed class YibinTests(YibinCity city) : IClassFixture<YibinCity>
{
    [Fact]
    [Requirement("YB-16-1")]
    [Requirement("CC-14-1")]
    public void A_binding_register_opens_data_only_to_an_admitted_unit_under_the_agreement_of_the_three()
    {
        city.Grant("shuttle");
        city.As("li", "party", "bind").RefusedBy("SB-HOST-5");
        city.As("zhao", "party", "bind").Ends(Ran.Done);
        city.As("zhao", "party", "bind").RefusedBy("SB-HOST-2");
        Assert.True(city.Call("party", "list").Ends(Ran.Done).Json["bound"]!.GetValue<bool>());
        var rules = city.As("li", "zone", "open", "shuttle").Ends(Ran.Refused).Rules;
        Assert.Contains("CC-14-1", rules);
        Assert.Contains("YB-16-1", rules);

        // Level 2 and an event of 35 months ago block; level 3 and an event of 37 months ago do not.
        city.As("zhao", "party", "add", "data-company", "--kind", "operator", "--credit-code", RegisterCity.Code("CMPN")).Ends(Ran.Done);
        city.Evidence("zhao", "data-company", "staff_ability", null, -9, 90).Ends(Ran.Done);
        city.Evidence("zhao", "data-company", "credit_record", null, -9, 90).Ends(Ran.Done);
        city.Evidence("zhao", "data-company", "dsmm", 2, -9, 90).Ends(Ran.Done);
        city.Evidence("zhao", "data-company", "no_security_event", null, -9, 90, Months(-35)).Ends(Ran.Done);
        Assert.Equal(2, city.As("zhao", "party", "admit", "data-company").RefusedBy("CC-14-1").Rules.Length);
        city.Evidence("zhao", "data-company", "dsmm", 3, -9, 90).Ends(Ran.Done);
        Assert.Single(city.As("zhao", "party", "admit", "data-company").RefusedBy("CC-14-1").Rules);
        city.Evidence("zhao", "data-company", "no_security_event", null, -9, 90, Months(-37)).Ends(Ran.Done);
        city.As("zhao", "party", "admit", "data-company").Ends(Ran.Done);

        // The agreement of the three: content, term and three signatures.
        var paper = city.Paper("three", "tri_party_agreement", -1, 200, ("operator", "data-company"), ("authority", "data-bureau"), ("source_department", "civil-affairs"));
        city.File("chen", paper).RefusedBy("YB-16-1");
        paper["data_sets"] = new JsonArray("register");
        city.File("chen", paper).Ends(Ran.Done);
        foreach (var person in new[] { "chen", "li", "zhao" })
        {
            Assert.Equal(["YB-16-1"], city.As("li", "zone", "open", "shuttle").RefusedBy("YB-16-1").Rules);
            city.Sign("three", person);
        }

        city.As("li", "zone", "open", "shuttle").Ends(Ran.Done);

        // A paper that was changed behind the program's back is nobody's agreement (the seal refuses the whole registry first).
        Demo.Books.Rewrite(city.Folder, "agreement", "three", body => body.Replace("\"register\"", "\"residents\"", StringComparison.Ordinal));
        city.Ask("shuttle-wb").Ends(Ran.Refused);
        Demo.Books.Rewrite(city.Folder, "agreement", "three", body => body.Replace("\"residents\"", "\"register\"", StringComparison.Ordinal));
        city.Ask("shuttle-wb").Ends(Ran.Done);

        // A product goes to nobody without a use agreement that both sides signed.
        city.As("li", "zone", "open", "shuttle", "--kind", "production").Ends(Ran.Done);
        Assert.Equal(["YB-16-1"], Export("to-lab").RefusedBy("YB-16-1").Rules);
        var use = city.Paper("use", "data_use_agreement", 0, 90, ("operator", "data-company"), ("data_user", "city-lab"));
        foreach (var clause in city.Rules.Paper("data_use_agreement")!.Clauses)
        {
            var lacking = use.DeepClone().AsObject();
            lacking["clauses"]!.AsObject().Remove(clause.Id);
            city.File("li", lacking).RefusedBy("YB-16-1");
        }

        city.File("li", use).Ends(Ran.Done);
        Assert.Equal("Filed", city.As("li", "agreement", "sign", "use").Ends(Ran.Done).Json["state"]!.GetValue<string>());
        Assert.Equal(["YB-16-1"], Export("to-lab").RefusedBy("YB-16-1").Rules);
        Assert.Equal("InForce", city.As("ma", "agreement", "sign", "use").Ends(Ran.Done).Json["state"]!.GetValue<string>());
        Assert.DoesNotContain("YB-16-1", Export("to-lab").Json["refusals"]?.AsArray().Select(refusal => refusal!["rule"]!.GetValue<string>()) ?? []);
    }

    private Ran Export(string name) => city.As("li", "export", "request", city.Write(
        $$"""
        {"name":"{{name}}","scenario":"shuttle","purpose":"Plan buses","recipient":{"id":"city-lab","name":"City lab","country":"CN"},"tables":[
          {"name":"t","source":"register","run":null,"round":null,"dimensions":["district"],"measures":[{"name":"people","kind":"count","column":null,"digits":15}]}]}
        """));

    private static int Months(int back) => RegisterCity.Today.AddMonths(back).DayNumber - RegisterCity.Today.DayNumber;
}
