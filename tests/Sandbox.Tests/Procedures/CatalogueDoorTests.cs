using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Input;

namespace Sandbox.Sandbox.Tests.Procedures;

/// <summary>Catalogue, demands and classification through the command line.</summary>
public sealed class CatalogueDoorTests : IClassFixture<SmallCity>, IDisposable
{
    private readonly SmallCity _city;
    private readonly TemporaryFolder _folder = new();

    public CatalogueDoorTests(SmallCity city) => _city = city;

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Requirement("FT-5-1")]
    [Requirement("YN23-13-1")]
    [Requirement("CC-25-1")]
    public void Requests_name_only_what_is_in_the_catalogue_and_a_raised_grade_acts_on_the_next_read()
    {
        foreach (var name in new[] { "register", "other" })
        {
            _city.Load(name, _folder.Write($"{name}.csv", SmallCity.Register(2000))).Ends(Ran.Done);
            var request = Write("early.json", Request("early", name));
            _city.As("li", "scenario", "request", request).RefusedBy("CC-25-1");
            _city.As("chen", "data", "confirm", name, "--grade", "person=Identifier", "district=QuasiIdentifier", "score=QuasiIdentifier", "remark=Sensitive").Ends(Ran.Done);
        }

        _city.As("li", "procedure", "require", "catalogue").RefusedBy("SB-HOST-5");
        _city.As("zhao", "procedure", "require", "catalogue").Ends(Ran.Done);
        var spec = Write("shuttle.json", Request("shuttle", "register"));
        _city.As("li", "scenario", "request", spec).RefusedBy("FT-5-1");
        var incomplete = Entry("register-entry", "register", true);
        incomplete["resource"]!.AsObject().Remove("update_frequency");
        incomplete["resource"]!.AsObject().Remove("sharing_scope");
        var refused = _city.As("chen", "catalogue", "publish", Write("entry.json", incomplete.ToJsonString())).RefusedBy("YN23-13-1").Json["refusals"]!.AsArray();
        Assert.Equal(["$.resource.sharing_scope", "$.resource.update_frequency"], refused.Select(item => item!["remedy"]!.GetValue<string>().Split(' ')[1].TrimEnd(';')).Order(StringComparer.Ordinal));
        _city.As("li", "catalogue", "publish", Write("entry.json", Entry("register-entry", "register", true).ToJsonString())).RefusedBy("SB-HOST-5");
        _city.As("chen", "catalogue", "publish", Write("entry.json", Entry("register-entry", "register", false).ToJsonString())).Ends(Ran.Done);
        _city.As("li", "scenario", "request", spec).RefusedBy("FT-5-1");
        foreach (var name in new[] { "register", "other" })
        {
            _city.As("chen", "catalogue", "publish", Write("entry.json", Entry($"{name}-entry", name, true).ToJsonString())).Ends(Ran.Done);
        }

        var found = _city.Call("catalogue", "list", "--search", "works of register").Ends(Ran.Done).Json["entries"]!.AsArray();
        Assert.Equal(("register-entry", 2), (Assert.Single(found)!["entry"]!.GetValue<string>(), found[0]!["revision"]!.GetValue<int>()));
        _city.As("li", "scenario", "request", spec).Ends(Ran.Done);
        _city.As("zhao", "scenario", "confirm", "shuttle").Ends(Ran.Done);
        _city.As("chen", "scenario", "consent", "shuttle").Ends(Ran.Done);
        _city.As("li", "zone", "open", "shuttle").Ends(Ran.Done);
        _city.As("wu", "query", "--zone", "shuttle-wb", "SELECT count(*) FROM register").Ends(Ran.Done);

        // In the catalogue, but not granted: refused, and in the books.
        var before = Refusals();
        Assert.NotEmpty(_city.As("wu", "query", "--zone", "shuttle-wb", "SELECT count(*) FROM other").Ends(Ran.Refused).Rules);
        Assert.Equal(before + 1, Refusals());

        // One grade up, from narrowing down to sensitive: what was open is shut on the next read.
        _city.As("chen", "data", "confirm", "register", "--grade", "district=Sensitive").Ends(Ran.Done);
        _city.As("wu", "query", "--zone", "shuttle-wb", "SELECT count(*) FROM register").RefusedBy("CC-25-1");
        _city.As("li", "zone", "open", "shuttle", "--name", "shuttle-second").RefusedBy("CC-25-1");
    }

    [Fact]
    [Requirement("YB-12-1")]
    public void Three_complete_demands_make_a_list_of_three_rows_and_an_incomplete_one_stays_out()
    {
        string[] parts = ["content", "way_of_use", "scenario", "feasibility"];
        _city.As("li", "demand", "submit", "spring").RefusedBy("YB-12-1");
        foreach (var part in parts)
        {
            var lacking = _city.As("li", "demand", "add", Write("demand.json", Demand($"lacks-{part.Replace('_', '-')}", parts.Where(item => item != part)))).Ends(Ran.Done).Json;
            Assert.Equal(part, Assert.Single(lacking["missing"]!.AsArray())!.GetValue<string>());
        }

        _city.As("li", "demand", "submit", "spring").RefusedBy("YB-12-1");
        _city.As("wu", "demand", "add", Write("demand.json", Demand("mine", parts))).RefusedBy("SB-HOST-5");
        foreach (var name in new[] { "buses", "taxis", "lacks-content" })
        {
            _city.As("li", "demand", "add", Write("demand.json", Demand(name, parts))).Ends(Ran.Done);
        }

        Assert.Equal(3, _city.As("li", "demand", "submit", "spring").Ends(Ran.Done).Json["rows"]!.GetValue<int>());
        Assert.Equal(
            ["buses", "lacks-content", "taxis"],
            _city.Call("demand", "list", "--of", "spring").Ends(Ran.Done).Json["demands"]!.AsArray().Select(item => item!["demand"]!.GetValue<string>()));
        _city.As("li", "demand", "add", Write("demand.json", Demand("buses", parts))).RefusedBy("SB-HOST-2");
        _city.As("li", "demand", "submit", "summer").RefusedBy("YB-12-1");
    }

    [Fact]
    [Requirement("YN23-26-1")]
    [Requirement("YN23-32-2")]
    public void Attributes_need_what_they_rest_on_and_what_was_not_open_is_opened_only_with_evidence()
    {
        _city.Load("stops", _folder.Write("stops.csv", SmallCity.Register(50))).Ends(Ran.Done);
        Ran Set(string sharing, string openness, params string[] more) =>
            _city.As("chen", ["classification", "set", "stops", Write("class.json", $$"""{"category":"traffic","classes":[],"sharing":{{sharing}},"openness":"{{openness}}","review_by":"{{Day(200)}}"}"""), .. more]);
        Set("""{"attribute":"conditional","conditions":"duty"}""", "not_open").RefusedBy("YN23-26-1");
        Set("""{"attribute":"conditional","reason":"privacy"}""", "not_open").RefusedBy("YN23-26-1");
        Set("""{"attribute":"not_shared"}""", "not_open").RefusedBy("YN23-26-1");
        Set("""{"attribute":"sometimes"}""", "not_open").RefusedBy("YN23-26-1");
        Set("""{"attribute":"unconditional"}""", "half_open").RefusedBy("YN23-26-1");
        _city.As("li", "classification", "set", "stops", Write("class.json", "{}")).RefusedBy("SB-HOST-5");
        Set("""{"attribute":"conditional","reason":"privacy","conditions":"duty"}""", "not_open").Ends(Ran.Done);
        var paper = _folder.Write("paper.txt", Planted.Document);
        Set("""{"attribute":"unconditional"}""", "conditional").RefusedBy("YN23-32-2");
        Set("""{"attribute":"unconditional"}""", "conditional", "--evidence-kind", "rumour", "--evidence", paper).Ends(Ran.Usage);
        Set("""{"attribute":"unconditional"}""", "conditional", "--evidence-kind", "consent").Ends(Ran.Usage);
        foreach (var kind in new[] { "masking_result", "declassification", "consent" })
        {
            Set("""{"attribute":"unconditional"}""", "conditional", "--evidence-kind", kind, "--evidence", paper).Ends(Ran.Done);
            Set("""{"attribute":"not_shared","basis":"law: article 1"}""", "not_open").Ends(Ran.Done);
        }

        var history = _city.Call("classification", "show", "stops").Ends(Ran.Done).Json["history"]!.AsArray();
        Assert.Equal(
            ["conditional not_open  chen", "unconditional conditional masking_result chen", "not_shared not_open  chen", "unconditional conditional declassification chen", "not_shared not_open  chen", "unconditional conditional consent chen", "not_shared not_open  chen"],
            history.Select(item => $"{item!["sharing"]} {item["openness"]} {item["evidence"]} {item["person"]}"));
        Assert.Equal(history.Select(item => item!["at"]!.GetValue<string>()).Order(StringComparer.Ordinal), history.Select(item => item!["at"]!.GetValue<string>()));

        // The papers lie sealed, and a domain that is opened anew keeps them.
        Assert.DoesNotContain(Directory.EnumerateFiles(_city.Folder, "*", SearchOption.AllDirectories), path => File.ReadAllText(path, Encoding.Latin1).Contains(Planted.Document, StringComparison.Ordinal));
        Assert.Contains("stops", _city.Call("due", "--role", "source-department").Output, StringComparison.Ordinal);

        // Under these rules data that are not open are granted to nobody; and the data set has no entry and no registration record yet.
        _city.As("li", "scenario", "request", Write("stops.json", Request("stops-a", "stops"))).RefusedBy("YB-2-1");
        Assert.Contains("stops", _city.Call("catalogue", "list", "--unregistered").Ends(Ran.Done).Json["without_entry"]!.AsArray().Select(item => item!.GetValue<string>()));
    }

    private int Refusals() => _city.Call("ledger", "show", "--count", "10000").Ends(Ran.Done).Json["entries"]!.AsArray().Count(item => item!["kind"]!.GetValue<string>() == "refused");

    private string Write(string name, string text) => _folder.Write(name, text);

    private static string Day(int from) => DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().Date).AddDays(from).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static string Demand(string name, IEnumerable<string> parts) =>
        $$"""{"demand":"{{name}}","providers":["civil-affairs"]{{string.Concat(parts.Select(part => $",\"{part}\":\"a few words\""))}}}""";

    private static string Request(string name, string set) => $$"""
        {"name":"{{name}}","purpose":"where shuttles are missing","from":"{{Day(0)}}","until":"{{Day(60)}}","people":["wu"],"tables":[{"data_set":"{{set}}","sample_per_mille":200,"quasi_identifiers":[],
        "columns":[{"name":"district","workbench":{"rule":"keep"},"production":null}]}]}
        """;

    private static JsonObject Entry(string name, string set, bool operation) => JsonNode.Parse($$"""
        {"entry":"{{name}}","data_set":"{{set}}","operation":{{(operation ? "true" : "false")}},"registration":null,"requirements_on_use":"name the source",
         "resource":{"data_form":"table","shared_content":"works of {{set}}","sharing_attribute":"conditional","sharing_conditions":"duty","sharing_scope":"city","openness_attribute":"conditional",
           "update_frequency":"monthly","collecting_department":"civil-affairs","verifying_department":"civil-affairs","supplying_department":"civil-affairs"},
         "open":null}
        """)!.AsObject();
}
