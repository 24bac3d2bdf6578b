using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Parties;

/// <summary>Absence holds up no gate: a deputy confirms, votes and releases for somebody within a term, and is one person with that somebody before every bar. What was granted goes only to people of the scenario.</summary>
public sealed class DeputyTests(FutianCity city) : IClassFixture<FutianCity>
{
    [Fact]
    [Requirement("CC-27-4")]
    public void A_deputy_keeps_the_gate_open_and_inherits_every_bar()
    {
        foreach (var (name, organisation, role) in new[] { ("he", "data-bureau", "third-party"), ("sun", "audit-institute", "third-party"), ("jin", "data-company", "third-party") })
        {
            city.As("zhao", "person", "add", name, "--org", organisation, "--role", role).Ends(Ran.Done);
        }

        // Only somebody fit, only within a term, and nobody appoints for somebody else.
        Appoint("zhao", "wu", 0, 9).RefusedBy("SB-PERSON-2");
        Appoint("zhao", "qian", 0, 9).RefusedBy("SB-PERSON-2");
        Appoint("zhao", "he", -9, -1).RefusedBy("SB-HOST-6");
        Appoint("zhao", "he", 0, 92).RefusedBy("SB-HOST-6");
        city.Request(RegisterCity.Scenario("holiday")).Ends(Ran.Done);
        Stand("he", "zhao", "scenario", "confirm", "holiday").RefusedBy("SB-PERSON-2");
        Appoint("zhao", "he", 1, 9).Ends(Ran.Done);
        Stand("he", "zhao", "scenario", "confirm", "holiday").RefusedBy("SB-PERSON-2");
        city.As("he", "scenario", "confirm", "holiday").Ends(Ran.Refused);
        Appoint("zhao", "he", 0, 9).Ends(Ran.Done);
        Stand("he", "qian", "scenario", "confirm", "holiday").RefusedBy("SB-PERSON-2");
        Stand("he", "zhao", "person", "deputy", "wu", "--from", RegisterCity.Day(0), "--until", RegisterCity.Day(1)).RefusedBy("SB-PERSON-2");
        Stand("he", "zhao", "scenario", "confirm", "holiday").Ends(Ran.Done);
        city.As("chen", "scenario", "consent", "holiday").Ends(Ran.Done);

        // The grant holds although a deputy gave half of it.
        city.As("li", "zone", "open", "holiday", "--kind", "production").Ends(Ran.Done);
        city.As("li", "export", "request", city.Write(
            """
            {"name":"away","scenario":"holiday","purpose":"Plan buses","recipient":{"id":"bus-company","name":"Company","country":"CN"},"tables":[
              {"name":"t","source":"register","run":null,"round":null,"dimensions":["district"],"measures":[{"name":"people","kind":"count","column":null,"digits":15}]}]}
            """)).Ends(Ran.Done);

        // One human in two capacities, or somebody and the deputy, are one vote; the author's house has none.
        Appoint("qian", "he", 0, 9).Ends(Ran.Done);
        Appoint("li", "jin", 0, 9).Ends(Ran.Done);
        Stand("jin", "li", "export", "approve", "away").Ends(Ran.Refused);
        city.As("jin", "export", "approve", "away").Ends(Ran.Refused);
        Stand("he", "zhao", "export", "approve", "away").Ends(Ran.Done);
        city.As("zhao", "export", "approve", "away").RefusedBy("CC-27-4");
        city.As("he", "export", "approve", "away").RefusedBy("CC-27-4");
        Stand("he", "qian", "export", "approve", "away").RefusedBy("CC-27-4");
        Stand("he", "zhao", "export", "release", "away").RefusedBy("CC-27-4");
        Assert.Equal("Approved", city.As("sun", "export", "approve", "away").Ends(Ran.Done).Json["stage"]!.GetValue<string>());

        // After the end of the appointment what was done under it stands, and nothing new is.
        city.As("zhao", "person", "deputy-end", "he").Ends(Ran.Done);
        Stand("he", "zhao", "export", "release", "away").RefusedBy("SB-PERSON-2");
        city.As("zhao", "export", "release", "away").Ends(Ran.Done);
        Assert.Contains(city.Call("ledger", "show", "--count", "1000").Json["entries"]!.AsArray(), entry => entry!["kind"]!.GetValue<string>() == "deputy.acts" && entry["facts"]!["for"]!.GetValue<string>() == "zhao");
    }

    [Fact]
    [Requirement("CC-16-1")]
    [Requirement("CC-27-3")]
    public void What_was_granted_goes_to_nobody_outside_the_scenario()
    {
        city.As("zhao", "person", "add", "tan", "--org", "other-company", "--role", "scientist").Ends(Ran.Done);
        city.As("zhao", "person", "add", "fu", "--org", "other-company", "--role", "operator").Ends(Ran.Done);
        city.Grant("closed");
        city.As("li", "zone", "open", "closed").Ends(Ran.Done);
        city.Ask("closed-wb").Ends(Ran.Done);
        city.Ask("closed-wb", "tan").RefusedBy("CC-16-1");
        city.As("fu", "zone", "open", "closed", "--name", "mine").RefusedBy("CC-16-1");
        city.As("fu", "zone", "destroy", "closed-wb").RefusedBy("SB-HOST-5");

        // A product for another purpose, or abroad, is none of the grant; a use before its first day is none either.
        city.As("li", "zone", "open", "closed", "--kind", "production").Ends(Ran.Done);
        Export("other-purpose", "Sell addresses", "CN").RefusedBy("CC-27-3", "CC-17-1");
        Export("fine", "Plan buses", "CN").Ends(Ran.Done);
        var later = RegisterCity.Scenario("later", 1, 9);
        city.Request(later).Ends(Ran.Done);
        city.As("zhao", "scenario", "confirm", "later").Ends(Ran.Done);
        city.As("chen", "scenario", "consent", "later").Ends(Ran.Done);
        city.As("li", "zone", "open", "later").RefusedBy("CC-27-3");
        var refused = city.Call("ledger", "show", "--count", "1000").Json["entries"]!.AsArray().Where(entry => entry!["kind"]!.GetValue<string>() == "refused").Select(entry => entry!["facts"]!["rules"]!.GetValue<string>()).ToArray();
        Assert.True(refused.Count(rules => rules.Contains("CC-16-1", StringComparison.Ordinal)) >= 2);
    }

    private Ran Appoint(string who, string deputy, int from, int until) => city.As(who, "person", "deputy", deputy, "--from", RegisterCity.Day(from), "--until", RegisterCity.Day(until));

    private Ran Stand(string deputy, string principal, params string[] words) => city.As(deputy, [.. words, "--for", principal]);

    private Ran Export(string name, string purpose, string country) => city.As("li", "export", "request", city.Write(
        $$"""
        {"name":"{{name}}","scenario":"closed","purpose":"{{purpose}}","recipient":{"id":"bus-company","name":"Company","country":"{{country}}"},"tables":[
          {"name":"t","source":"register","run":null,"round":null,"dimensions":["district"],"measures":[{"name":"people","kind":"count","column":null,"digits":15}]}]}
        """));
}
