using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Parties;

/// <summary>Yunnan 2023: data that are open under conditions, and the second stage of development.</summary>
public sealed class OldYunnanTests(OldYunnanCity city) : IClassFixture<OldYunnanCity>
{
    private static readonly (string, string)[] Both = [("operator", "data-company"), ("source_department", "civil-affairs")];

    [Fact]
    [Requirement("YN23-35-1")]
    public void Conditional_data_open_with_approval_commitment_and_agreement_together_and_with_no_two_of_them()
    {
        Classify("conditional");
        city.Request(RegisterCity.Scenario("buses")).Ends(Ran.Done);
        city.As("li", "zone", "open", "buses").Ends(Ran.Refused);
        city.As("zhao", "scenario", "confirm", "buses").Ends(Ran.Done);
        city.As("chen", "scenario", "consent", "buses").Ends(Ran.Done);

        // Approval alone; the refusal names both papers.
        Assert.Equal(2, Lacking("buses").Length);

        // A commitment without its clauses or signature, about other data, or by somebody else is none.
        var bare = Commitment("bare");
        bare["clauses"]!.AsObject().Remove("security");
        city.File("li", bare).RefusedBy("YN23-35-1");
        var vague = Commitment("vague");
        vague.Remove("data_sets");
        city.File("li", vague).RefusedBy("YN23-35-1");
        var other = Commitment("elsewhere");
        other["data_sets"] = new JsonArray("another-register");
        city.File("li", other).Ends(Ran.Done);
        city.Sign("elsewhere", "li");
        city.File("li", Commitment("commitment")).Ends(Ran.Done);
        Assert.Equal(2, Lacking("buses").Length);

        // Approval and commitment.
        city.Sign("commitment", "li");
        Assert.Contains("open use agreement", Assert.Single(Lacking("buses")), StringComparison.Ordinal);

        // Approval and agreement.
        city.As("li", "agreement", "end", "commitment", "--grounds", "written anew").Ends(Ran.Done);
        city.File("li", Agreement("use")).Ends(Ran.Done);
        city.Sign("use", "li");
        Assert.Equal(2, Lacking("buses").Length);
        city.Sign("use", "chen");
        Assert.Contains("open security commitment", Assert.Single(Lacking("buses")), StringComparison.Ordinal);

        // All three.
        city.File("li", Commitment("commitment-2")).Ends(Ran.Done);
        city.Sign("commitment-2", "li");
        city.As("li", "zone", "open", "buses").Ends(Ran.Done);
        city.Ask("buses-wb").Ends(Ran.Done);

        // The sheet to print: who answered, when, and that the signatures hold.
        var sheet = city.Call("scenario", "show", "buses", "--sheet").Ends(Ran.Done).Json["sheet"]!.GetValue<string>();
        Assert.StartsWith("公共数据授权运营场景审批表\n", sheet, StringComparison.Ordinal);
        Assert.Matches("主管部门确认：同意，zhao（data-bureau），[0-9 :UTC-]+（已签名）", sheet);
        Assert.Matches("数源部门答复：同意，chen（civil-affairs），[0-9 :UTC-]+（已签名）", sheet);
        Assert.Contains("register（civil-affairs）：抽样 100‰", sheet, StringComparison.Ordinal);
        Assert.Contains("当前状态：已授权", sheet, StringComparison.Ordinal);

        // Commitment and agreement without the supplier's approval of this use.
        city.Request(RegisterCity.Scenario("trams")).Ends(Ran.Done);
        city.As("zhao", "scenario", "confirm", "trams").Ends(Ran.Done);
        city.As("li", "zone", "open", "trams").Ends(Ran.Refused);

        // The end of one shuts the zone that stands, at the next question.
        city.As("li", "agreement", "end", "use", "--grounds", "no longer needed").Ends(Ran.Done);
        city.Ask("buses-wb").RefusedBy("YN23-35-1");

        // Data that are open without conditions need neither paper.
        Classify("unconditional");
        city.Ask("buses-wb").Ends(Ran.Done);
        Classify("conditional");
        city.Ask("buses-wb").RefusedBy("YN23-35-1");
        Classify("unconditional");
    }

    [Fact]
    [Requirement("YN23-35-1")]
    public void A_second_stage_developer_is_qualified_after_four_assessments_and_bound_by_an_agreement()
    {
        string[] assessments = ["purpose", "technical_means", "processing_capacity", "security_management"];
        city.As("ma", "procedure", "open", "developer_application", "lab", "--subject", "city-lab").Ends(Ran.Done);
        Close("ma", "application", "scenario_plan").Ends(Ran.Done);
        Close("ma", "assessment", assessments).RefusedBy("YN23-35-1");
        foreach (var missing in assessments)
        {
            Assert.Contains(missing, Close("zhao", "assessment", [.. assessments.Where(item => item != missing)]).RefusedBy("YN23-35-1").Output, StringComparison.Ordinal);
            Close("zhao", "agreement", "security", "income").RefusedBy("YN23-35-1");
        }

        Close("zhao", "assessment", assessments).Ends(Ran.Done);
        Close("zhao", "agreement", "security").RefusedBy("YN23-35-1");
        Assert.Contains("当前状态：待办：签订二级开发协议", Sheet(), StringComparison.Ordinal);
        Close("zhao", "agreement", "security", "income").Ends(Ran.Done);
        var sheet = Sheet();
        Assert.StartsWith("二级开发申请审批表\n", sheet, StringComparison.Ordinal);
        Assert.All(assessments, name => Assert.Contains($"    {name}：on file", sheet, StringComparison.Ordinal));
        Assert.Equal(3, sheet.Split("（已签名）").Length - 1);
        Assert.Contains("当前状态：已办结", sheet, StringComparison.Ordinal);
        string Sheet() => city.Call("procedure", "show", "lab", "--sheet").Ends(Ran.Done).Json["sheet"]!.GetValue<string>();

        // The agreement itself: both topics, both signatures; until then the developer's people read nothing.
        var paper = city.Paper("second", "second_stage_agreement", 0, 300, ("developer", "city-lab"), ("authority", "data-bureau"));
        foreach (var clause in new[] { "security", "income" })
        {
            var lacking = paper.DeepClone().AsObject();
            lacking["clauses"]!.AsObject().Remove(clause);
            city.File("ma", lacking).RefusedBy("YN23-35-1");
        }

        city.File("ma", paper).Ends(Ran.Done);
        city.As("zhao", "party", "add", "city-lab", "--kind", "developer", "--credit-code", RegisterCity.Code("CTAB")).Ends(Ran.Done);
        city.As("zhao", "party", "admit", "city-lab").Ends(Ran.Done);
        city.Grant("second-stage");
        city.As("li", "zone", "open", "second-stage").Ends(Ran.Done);
        city.Ask("second-stage-wb", "hu").RefusedBy("YN23-35-1");
        city.Sign("second", "ma", "zhao");
        city.Ask("second-stage-wb", "hu").Ends(Ran.Done);
    }

    private JsonObject Commitment(string name) => WithData(city.Paper(name, "open_security_commitment", 0, 60, Both[0]));

    private JsonObject Agreement(string name) => WithData(city.Paper(name, "open_use_agreement", 0, 60, Both));

    private static JsonObject WithData(JsonObject paper)
    {
        paper["data_sets"] = new JsonArray("register");
        return paper;
    }

    /// <summary>The papers that an attempt names as missing.</summary>
    private string[] Lacking(string scenario) =>
        [.. city.As("li", "zone", "open", scenario).RefusedBy("YN23-35-1").Json["refusals"]!.AsArray().Where(item => item!["rule"]!.GetValue<string>() == "YN23-35-1").Select(item => item!["why"]!.GetValue<string>())];

    private void Classify(string openness) => city.As(
        "chen", "classification", "set", "register", city.Write($$"""{"category":"people","classes":[],"sharing":{"attribute":"unconditional"},"openness":"{{openness}}","review_by":"{{RegisterCity.Day(200)}}"}""")).Ends(Ran.Done);

    private Ran Close(string who, string step, params string[] papers) => city.As(
        who, "procedure", "close", "lab", step, "--file",
        city.Write(new JsonObject { ["outcome"] = "passed", ["reference"] = "No. 7", ["papers"] = new JsonObject(papers.Select(name => KeyValuePair.Create(name, (JsonNode?)"on file"))) }.ToJsonString()));
}
