using System.Globalization;
using Sandbox.Fixtures;
using Sandbox.Policy.Parties;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Parties;

/// <summary>Futian: the papers before development, the filing of partners, orders to correct, withdrawal by the supplier, figures of a supplier.</summary>
public sealed class FutianTests(FutianCity city) : IClassFixture<FutianCity>
{
    [Fact]
    [Requirement("FT-19-1")]
    [Requirement("FT-39-1")]
    [Requirement("YB-17-1")]
    [Requirement("FT-26-1")]
    public void Papers_open_the_zone_orders_stop_it_and_the_supplier_ends_it()
    {
        city.Grant("shuttle");
        var year = RegisterCity.Today.Year.ToString(CultureInfo.InvariantCulture);

        // The service agreement: each clause, each of the three signatures.
        var service = city.Paper("service", "service_agreement", -1, 200, ("operator", "data-company"), ("authority", "data-bureau"), ("source_department", "civil-affairs"));
        city.File("li", service).RefusedBy("FT-19-1");
        service["scenarios"] = new System.Text.Json.Nodes.JsonArray("shuttle");
        foreach (var clause in city.Rules.Paper("service_agreement")!.Clauses)
        {
            var lacking = service.DeepClone().AsObject();
            lacking["clauses"]!.AsObject().Remove(clause.Id);
            city.File("li", lacking).RefusedBy("FT-19-1");
        }

        city.File("li", service).Ends(Ran.Done);
        city.As("li", "zone", "open", "shuttle").RefusedBy("FT-19-1");
        city.Sign("service", "li", "chen");
        city.As("li", "zone", "open", "shuttle").RefusedBy("FT-19-1");
        city.Sign("service", "zhao");
        city.As("li", "zone", "open", "shuttle").Ends(Ran.Done);
        city.Ask("shuttle-wb").Ends(Ran.Done);

        // An order on the scenario stops reads at once; an accepted correction opens the same grant again.
        var order = new[] { "order", "open", "night", "--scenario", "shuttle", "--trigger", "supplier-report", "--due", RegisterCity.Day(3), "--grounds", "reads at night" };
        city.As("li", order).RefusedBy("FT-39-1");
        city.As("zhao", order).Ends(Ran.Done);
        Assert.Equal("suspended", city.State("shuttle"));
        city.Ask("shuttle-wb").RefusedBy("FT-39-1");
        city.As("zhao", "order", "accept", "night").RefusedBy("FT-39-1");
        city.As("li", "order", "report", "night", "--words", "the night job is gone").Ends(Ran.Done);
        city.As("zhao", "order", "return", "night", "--words", "it is not").Ends(Ran.Done);
        city.As("li", "order", "accept", "night").RefusedBy("FT-39-1");
        city.As("li", "order", "report", "night", "--words", "now it is").Ends(Ran.Done);
        city.Ask("shuttle-wb").RefusedBy("FT-39-1");
        city.As("zhao", "order", "accept", "night").Ends(Ran.Done);
        Assert.Equal("granted", city.State("shuttle"));
        city.Ask("shuttle-wb").Ends(Ran.Done);

        // The operating unit does the same to its partner, whose people stop while others go on.
        city.Ask("shuttle-wb", "hu").Ends(Ran.Done);
        city.As("li", "order", "open", "lab", "--party", "city-lab", "--trigger", "breach", "--due", RegisterCity.Day(0), "--grounds", "passed a table on").Ends(Ran.Done);
        city.Ask("shuttle-wb", "hu").RefusedBy("FT-39-1");
        city.Ask("shuttle-wb").Ends(Ran.Done);
        city.As("li", "order", "terminate", "lab", "--words", "no answer").RefusedBy("FT-39-1");
        city.As("ma", "order", "report", "lab", "--words", "the table was deleted").Ends(Ran.Done);
        city.As("li", "order", "accept", "lab").Ends(Ran.Done);
        city.Ask("shuttle-wb", "hu").Ends(Ran.Done);

        // The platform agreement of the partner: each clause, both signatures; meanwhile its people wait and others go on.
        var platform = city.Paper("platform", "platform_agreement", 0, 200, ("operator", "data-company"), ("developer", "city-lab"));
        foreach (var clause in city.Rules.Paper("platform_agreement")!.Clauses)
        {
            var lacking = platform.DeepClone().AsObject();
            lacking["clauses"]!.AsObject().Remove(clause.Id);
            city.File("li", lacking).RefusedBy("FT-19-1");
        }

        city.File("li", platform).Ends(Ran.Done);
        city.Ask("shuttle-wb", "hu").RefusedBy("FT-19-1");
        city.Sign("platform", "li");
        city.Ask("shuttle-wb", "hu").RefusedBy("FT-19-1");
        city.Ask("shuttle-wb").Ends(Ran.Done);
        city.Sign("platform", "ma");
        city.Ask("shuttle-wb", "hu").Ends(Ran.Done);

        // Figures of the supplier: one request, one approval, seven answers, no product.
        var figures = city.As("chen", "evaluation", "figures", "civil-affairs", "--year", year).Ends(Ran.Done).Json["figures"]!;
        Assert.Equal((1, 1, 0, 7, 0), (Of("requests"), Of("approvals"), Of("refusals"), Of("retrievals"), Of("products")));
        city.As("hu", "evaluation", "figures", "civil-affairs", "--year", year).RefusedBy("SB-HOST-5");
        int Of(string name) => figures[name]!.GetValue<int>();

        // The supplier withdraws with grounds: one notice to the bureau, one to the operating unit, and no read any more.
        var (bureau, unit) = (city.Notices("zhao").Count, city.Notices("li").Count);
        city.As("chen", "scenario", "end", "shuttle").RefusedBy("YB-17-1");
        var ended = city.As("chen", "scenario", "end", "shuttle", "--grounds", "the source system was closed").Ends(Ran.Done).Json;
        Assert.Equal("YB-17-1", ended["rule"]!.GetValue<string>());
        Assert.Equal((bureau + 1, unit + 1), (city.Notices("zhao").Count, city.Notices("li").Count));
        city.Ask("shuttle-wb").RefusedBy("CC-31-1");
        Assert.Contains(city.Call("scenario", "leftovers").Ends(Ran.Done).Json["to_delete"]!.AsArray(), item => item!["name"]!.GetValue<string>() == "shuttle-wb");
    }

    [Fact]
    [Requirement("FT-17-1")]
    [Requirement("CC-14-1")]
    [Requirement("CT-7-1")]
    public void A_partner_is_admitted_and_leaves_under_written_rules_and_each_is_filed()
    {
        city.As("zhao", "party", "add", "river-lab", "--kind", "developer", "--credit-code", RegisterCity.Code("RRER")).RefusedBy("SB-HOST-5");
        city.As("li", "party", "add", "river-lab", "--kind", "developer", "--credit-code", "91350100M000100Y49").RefusedBy("YN23-20-1");
        city.As("li", "party", "add", "river-lab", "--kind", "developer", "--credit-code", RegisterCity.Code("RRER")).Ends(Ran.Done);
        city.As("li", "party", "add", "other-lab", "--kind", "developer", "--credit-code", RegisterCity.Code("RRER")).RefusedBy("CT-7-1");
        city.As("li", "party", "admit", "river-lab").RefusedBy("FT-17-1");
        city.As("zhao", "person", "add", "bo", "--org", "river-lab", "--role", "developer").Ends(Ran.Done);
        city.As("li", "party", "admit", "river-lab", "--rules", "rules-v3").Ends(Ran.Done);
        city.As("li", "party", "leave", "river-lab", "--rules", "rules-v4").Ends(Ran.Done);
        var filings = city.Call("party", "show", "river-lab").Ends(Ran.Done).Json["filings"]!.AsArray();
        Assert.Equal([("admission", "rules-v3"), ("exit", "rules-v4")], filings.Select(filing => (filing!["act"]!.GetValue<string>(), filing["rule_version"]!.GetValue<string>())));
        Assert.All(filings, filing => Assert.Equal(RegisterCity.Day(0), filing!["day"]!.GetValue<string>()));
        city.Request(RegisterCity.Scenario("left"), "bo").RefusedBy("FT-17-1");

        // An operating unit is admitted with its evidence complete, each piece named.
        city.As("zhao", "party", "add", "third-company", "--kind", "operator", "--credit-code", RegisterCity.Code("THRD")).Ends(Ran.Done);
        Assert.Equal(6, city.As("zhao", "party", "admit", "third-company").RefusedBy("CC-14-1").Rules.Length);
        city.Evidence("zhao", "third-company", "dsmm", 3, -1, 9).RefusedBy("CC-14-1");
        foreach (var demand in city.Rules.Evidence[PartyKind.Operator].Value)
        {
            city.As("zhao", "party", "admit", "third-company").RefusedBy("CC-14-1");
            city.Evidence("zhao", "third-company", demand.Paper, null, -9, -1).Ends(Ran.Done);
            city.As("zhao", "party", "admit", "third-company").RefusedBy("CC-14-1");
            city.Evidence("zhao", "third-company", demand.Paper, null, -9, 0).Ends(Ran.Done);
        }

        city.As("zhao", "party", "admit", "third-company").Ends(Ran.Done);
    }
}
