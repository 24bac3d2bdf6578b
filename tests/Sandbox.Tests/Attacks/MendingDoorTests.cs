using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Export.Packaging;
using Sandbox.Export.Reviewing;
using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Exports;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Vault.Loading;

namespace Sandbox.Host.Tests.Attacks;

/// <summary>Mending, review and calling back through the doors that authors and reviewers use.</summary>
public sealed class MendingDoorTests
{
    private const string Persons = """{"name":"people","kind":"count","column":null,"digits":15}""";
    private const string Income = """{"name":"income","kind":"sum","column":"income","digits":6}""";

    /// <summary>Rows by area (north, south, east, west) and band (young, middle, old). Four people in the south are middle-aged.</summary>
    private static readonly int[,] Sizes = { { 100, 120, 90 }, { 80, 4, 110 }, { 95, 105, 85 }, { 100, 100, 111 } };

    [Fact]
    [Requirement("CC-27-2")]
    public async Task A_mended_table_is_voted_on_leaves_and_stands_in_the_way_of_later_differences()
    {
        using var domain = await LoadAsync();
        var refused = await domain.AskAsync("plain", Table("", Persons, Income));
        Assert.Contains("MinimumThresholdCheck", AttackDomain.Rules(refused));

        AttackDomain.Done(await domain.AskAsync("mended", Table(""","mend":{"withhold":true,"round":5}""", Persons, Income)));
        using (var qian = domain.As("qian"))
        {
            var page = Assert.IsType<Answer.Done>(await ShowExport.RunAsync(domain.Open, qian, "mended", CancellationToken.None)).Body;
            var mended = Assert.Single(page["mended"]!.AsArray())!;
            Assert.Equal("Fail", (string?)mended["before"]!["verdict"]);
            Assert.NotEqual("Fail", (string?)mended["after"]!["verdict"]);
            Assert.Equal(1, (int)mended["withheld_unsafe"]!);
            Assert.Equal(3, (int)mended["withheld_with_them"]!);
            Assert.Equal(5, (int)mended["rounded_to"]!);
        }

        var files = Files(await ReleaseAsync(domain, "mended"));
        var lines = Encoding.UTF8.GetString(files["data/t.csv"].Span).Split("\r\n");
        Assert.Contains("\"south\",\"middle\",x,x", lines);
        Assert.Equal(4, lines.Count(line => line.EndsWith(",x,x", StringComparison.Ordinal)));
        Assert.All(lines.Skip(1).Where(line => line.Length > 0 && !line.EndsWith(",x", StringComparison.Ordinal)), line => Assert.Equal(0, int.Parse(line.Split(',')[2], CultureInfo.InvariantCulture) % 5));
        var manifest = JsonNode.Parse(files["manifest.json"].Span)!["payload"]!;
        Assert.Contains(manifest["checks"]!.AsArray(), check => (string?)check!["rule"] == "MendingCheck" && (string?)check["table"] == "t");

        // The other withheld cell of the row, alone a safe figure of 110, would give the four away.
        const string Alone = """{"name":"t","source":"register","run":null,"round":null,"dimensions":["area"],"measures":[{0}],"where":[{"column":"area","one_of":["south"]},{"column":"band","one_of":["{1}"]}]}""";
        string One(string band) => Alone.Replace("{0}", Persons, StringComparison.Ordinal).Replace("{1}", band, StringComparison.Ordinal);
        var hidden = lines.Single(line => line.StartsWith("\"south\"", StringComparison.Ordinal) && line.EndsWith(",x,x", StringComparison.Ordinal) && !line.Contains("middle", StringComparison.Ordinal)).Split('"')[3];
        Assert.Contains("SB-EXP-15", AttackDomain.Rules(await domain.AskAsync("rest", One(hidden))));

        // A cell that was told anyway adds nothing.
        AttackDomain.Done(await domain.AskAsync("told", One(hidden == "old" ? "young" : "old")));
    }

    [Fact]
    public async Task Merged_categories_and_top_coding_make_a_table_safe_or_do_not()
    {
        using var domain = await LoadAsync();
        AttackDomain.Done(await domain.AskAsync("merged", Table(""","mend":{"merge":[{"dimension":"band","into":"middle and old","values":["middle","old"]}]}""", Persons)));
        AttackDomain.Done(await domain.AskAsync("top", """{"name":"t","source":"register","run":null,"round":null,"dimensions":["age"],"measures":[{"name":"people","kind":"count","column":null,"digits":15}],"mend":{"merge":[{"dimension":"age","into":"80 and over","from":"80"},{"dimension":"age","into":"under 30","to":"29"}]}}"""));
        using (var qian = domain.As("qian"))
        {
            var page = Assert.IsType<Answer.Done>(await ShowExport.RunAsync(domain.Open, qian, "top", CancellationToken.None)).Body;
            var mended = Assert.Single(page["mended"]!.AsArray())!;
            Assert.Equal("Fail", (string?)mended["before"]!["verdict"]);
            Assert.True((bool)mended["merged"]!);
        }

        var files = Files(await ReleaseAsync(domain, "top"));
        var csv = Encoding.UTF8.GetString(files["data/t.csv"].Span);
        Assert.Contains("\"80 and over\",", csv, StringComparison.Ordinal);
        Assert.DoesNotContain("\"97\"", csv, StringComparison.Ordinal);

        // Merging the wrong ones mends nothing, and merging one way after another isolates the few.
        Assert.Contains("MinimumThresholdCheck", AttackDomain.Rules(await domain.AskAsync("wrong", Table(""","mend":{"merge":[{"dimension":"area","into":"north and east","values":["north","east"]}]}""", Persons))));
        await ReleaseAsync(domain, "merged");
        Assert.Contains("SB-EXP-15", AttackDomain.Rules(await domain.AskAsync("other-way", """{"name":"t","source":"register","run":null,"round":null,"dimensions":["area","band"],"measures":[{"name":"people","kind":"count","column":null,"digits":15}],"mend":{"merge":[{"dimension":"band","into":"young and middle","values":["young","middle"]}]}}""")));
        Assert.Contains("SB-EVIDENCE-6", AttackDomain.Rules(await domain.AskAsync("no-number", """{"name":"t","source":"register","run":null,"round":null,"dimensions":["age"],"measures":[{"name":"people","kind":"count","column":null,"digits":15}],"mend":{"merge":[{"dimension":"age","into":"a","from":"eighty"}]}}""")));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"withhold":false}""")]
    [InlineData("""{"round":1}""")]
    [InlineData("""{"round":1001}""")]
    [InlineData("""{"withhold":true,"other":1}""")]
    [InlineData("""{"merge":[{"dimension":"nowhere","into":"a","values":["b"]}]}""")]
    [InlineData("""{"merge":[{"dimension":"area","into":"(all)","values":["b"]}]}""")]
    [InlineData("""{"merge":[{"dimension":"area","into":"(missing)","values":["b"]}]}""")]
    [InlineData("""{"merge":[{"dimension":"area","into":"a"}]}""")]
    [InlineData("""{"merge":[{"dimension":"area","into":"a","values":["b"],"from":"1"}]}""")]
    [InlineData("""{"merge":[{"dimension":"area","into":"a\u202e","values":["b"]}]}""")]
    [InlineData("""{"merge":[{"dimension":"area","into":"a","values":[null]}]}""")]
    [InlineData("""{"merge":[null]}""")]
    public void A_mending_that_is_none_is_refused(string mend) =>
        Assert.Throws<RefusedException>(() => ExportSpec.FromUntrusted(Encoding.UTF8.GetBytes(AttackDomain.Spec("e", Table($""","mend":{mend}""", Persons)))));

    [Fact]
    [Requirement("CC-27-4")]
    public async Task A_returned_request_is_changed_reviewed_anew_released_and_called_back()
    {
        using var domain = await LoadAsync();
        AttackDomain.Done(await domain.AskAsync("areas", Area(Persons)));
        using var li = domain.As("li");
        using var qian = domain.As("qian");
        using var sun = domain.As("sun");
        using var zhao = domain.As("zhao");
        AttackDomain.Done(VoteExport.Run(domain.Open, qian, "areas", VoteDecision.Approve, ["fine"]));

        // Nobody but the reviewer reads the words of a review that is not over, and no sheet is printed.
        Assert.Empty(Body(ExportSheet.Status(domain.Open, li, "areas"))["comments"]!.AsArray());
        Assert.Empty(Body(ExportSheet.Status(domain.Open, sun, "areas"))["comments"]!.AsArray());
        Assert.Single(Body(ExportSheet.Status(domain.Open, qian, "areas"))["comments"]!.AsArray());
        Assert.IsType<Answer.Refused>(ExportSheet.Print(domain.Open, sun, "areas"));
        Assert.IsType<Answer.Refused>(ExportSheet.Print(domain.Open, li, "areas"));
        Assert.Contains("SB-EXP-25", AttackDomain.Rules(VoteExport.Run(domain.Open, sun, "areas", VoteDecision.Return, ["\u001b[2J"])));
        Assert.Contains("SB-EXP-25", AttackDomain.Rules(VoteExport.Run(domain.Open, sun, "areas", VoteDecision.Return, [new string('a', 501)])));

        AttackDomain.Done(VoteExport.Run(domain.Open, sun, "areas", VoteDecision.Return, ["data/t.csv: say incomes too"]));
        var told = Body(ExportSheet.Status(domain.Open, li, "areas"));
        Assert.Equal("Returned", (string?)told["stage"]);
        Assert.Contains(told["comments"]!.AsArray(), comment => (string?)comment!["file"] == "data/t.csv" && (string?)comment["words"] == "say incomes too");

        // Only the author changes it; every vote is forgotten, and the page says what is new.
        using (var hu = AddOperator(domain))
        {
            var spec = ExportSpec.FromUntrusted(Encoding.UTF8.GetBytes(AttackDomain.Spec("areas", Area(Persons, Income))));
            Assert.IsType<Answer.Refused>(await RequestExport.RunAsync(domain.Open, hu, spec, CancellationToken.None));
        }

        AttackDomain.Done(await domain.AskAsync("areas", Area(Persons, Income)));
        var page = Body(await ShowExport.RunAsync(domain.Open, qian, "areas", CancellationToken.None));
        Assert.Equal(["data/t.csv", "data/t.json"], page["changed_files"]!.AsArray().Select(path => (string)path!));
        Assert.Equal("InReview", (string?)page["stage"]);
        Assert.Equal(6, page["review_points"]!.AsArray().Count);
        Assert.Empty(page["votes"]!.AsArray());
        Assert.IsType<Answer.Refused>(await ReleaseExport.RunAsync(domain.Open, zhao, "areas", CancellationToken.None));

        await ReleaseAsync(domain, "areas");
        var sheet = (string)Body(ExportSheet.Print(domain.Open, sun, "areas"))["sheet"]!;
        Assert.Contains("数据产品出域审批表", sheet, StringComparison.Ordinal);
        Assert.Contains("sun（audit-institute）：同意", sheet, StringComparison.Ordinal);
        Assert.Contains("已出域", sheet, StringComparison.Ordinal);
        Assert.Contains("Bus company", sheet, StringComparison.Ordinal);
        Assert.Contains("数据跨境：通过", sheet, StringComparison.Ordinal);

        // After the release nothing is changed or withdrawn; only the authority calls back, once, and hears whom to tell.
        Assert.IsType<Answer.Refused>(await domain.AskAsync("areas", Area(Persons)));
        Assert.IsType<Answer.Refused>(CloseExport.Withdraw(domain.Open, li, "areas"));
        Assert.IsType<Answer.Refused>(CloseExport.Revoke(domain.Open, li, "areas"));
        Assert.IsType<Answer.Refused>(CloseExport.Revoke(domain.Open, sun, "areas"));
        Assert.Equal("bus", (string?)Assert.Single(Body(CloseExport.Revoke(domain.Open, zhao, "areas"))["recipients_to_tell"]!.AsArray()));
        Assert.IsType<Answer.Refused>(CloseExport.Revoke(domain.Open, zhao, "areas"));
        Assert.NotNull(domain.Open.Registry.Find<Release>("areas")!.RevokedAt);

        AttackDomain.Done(await domain.AskAsync("again", Area(Persons)));
        Assert.IsType<Answer.Refused>(CloseExport.Withdraw(domain.Open, qian, "again"));
        AttackDomain.Done(CloseExport.Withdraw(domain.Open, li, "again"));
        Assert.IsType<Answer.Refused>(VoteExport.Run(domain.Open, qian, "again", VoteDecision.Approve));
    }

    private static JsonObject Body(Answer answer) => Assert.IsType<Answer.Done>(answer).Body;

    private static string Table(string mend, params string[] measures) =>
        $$"""{"name":"t","source":"register","run":null,"round":null,"dimensions":["area","band"],"measures":[{{string.Join(',', measures)}}]{{mend}}}""";

    private static string Area(params string[] measures) =>
        $$"""{"name":"t","source":"register","run":null,"round":null,"dimensions":["area"],"measures":[{{string.Join(',', measures)}}]}""";

    private static Actor AddOperator(AttackDomain domain)
    {
        using (var zhao = domain.As("zhao"))
        {
            AttackDomain.Done(AddPerson.Run(domain.Open, zhao, "hu", "city-data-company", Role.Operator, null));
        }

        return domain.As("hu");
    }

    private static async Task<string> ReleaseAsync(AttackDomain domain, string name)
    {
        foreach (var reviewer in new[] { "qian", "sun" })
        {
            using var actor = domain.As(reviewer);
            AttackDomain.Done(VoteExport.Run(domain.Open, actor, name, VoteDecision.Approve));
        }

        using var zhao = domain.As("zhao");
        var released = await ReleaseExport.RunAsync(domain.Open, zhao, name, CancellationToken.None);
        AttackDomain.Done(released);
        return (string)Body(released)["package"]!;
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> Files(string package)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>();
        var bytes = File.ReadAllBytes(package);
        for (var at = 0; at + 512 <= bytes.Length && bytes[at] != 0;)
        {
            var name = Encoding.ASCII.GetString(bytes, at, Array.IndexOf(bytes, (byte)0, at) - at);
            var length = Convert.ToInt32(Encoding.ASCII.GetString(bytes, at + 124, 11), 8);
            files.Add(name, bytes.AsMemory(at + ArchiveLayout.Block, length));
            at += ArchiveLayout.Block + ((length + 511) / 512 * 512);
        }

        return files;
    }

    private static async Task<AttackDomain> LoadAsync()
    {
        var domain = await AttackDomain.MakeAsync(withData: false);
        string[] areas = ["north", "south", "east", "west"];
        string[] bands = ["young", "middle", "old"];
        var csv = new StringBuilder("pid,area,band,age,income\n");
        var row = 0;
        for (var cell = 0; cell < 12; cell++)
        {
            for (var person = 0; person < Sizes[cell / 3, cell % 3]; person++, row++)
            {
                // Ages from 20 to 99, few of them above 80.
                var age = row % 17 == 0 ? 80 + (row % 20) : 20 + (row % 60);
                csv.Append(CultureInfo.InvariantCulture, $"p{row:D4},{areas[cell / 3]},{bands[cell % 3]},{age},{3000 + (row * 7919 % 6000)}\n");
            }
        }

        var path = Path.Combine(domain.Root, "register.csv");
        await File.WriteAllTextAsync(path, csv.ToString());
        using var wang = domain.As("wang");
        AttackDomain.Done(await AddData.RunAsync(domain.Open, wang, new NewData("register", new Delivery(path, SourceEncoding.Auto, []), "civil affairs", domain.Open.Today, "pid", ["pid"]), null, CancellationToken.None));
        AttackDomain.Done(ConfirmGrades.Run(domain.Open, wang, "register", new Dictionary<string, ColumnGrade> { ["area"] = ColumnGrade.General, ["band"] = ColumnGrade.General, ["age"] = ColumnGrade.General, ["income"] = ColumnGrade.Sensitive }));
        using (var li = domain.As("li"))
        {
            AttackDomain.Done(RequestScenario.Run(domain.Open, li, ScenarioSpec.FromUntrusted(Encoding.UTF8.GetBytes($$"""
                {"name":"buses","purpose":"{{AttackDomain.Purpose}}","from":"{{domain.Open.Today:yyyy-MM-dd}}","until":"{{domain.Open.Today.AddDays(30):yyyy-MM-dd}}","people":["li"],"tables":[
                  {"data_set":"register","sample_per_mille":100,"quasi_identifiers":[],"columns":[
                    {"name":"area","workbench":{"rule":"keep"},"production":null},
                    {"name":"band","workbench":{"rule":"keep"},"production":null},
                    {"name":"age","workbench":{"rule":"keep"},"production":null},
                    {"name":"income","workbench":{"rule":"suppress"},"production":{"rule":"exact-invisible"} }]}]}
                """))));
        }

        using var zhao = domain.As("zhao");
        AttackDomain.Done(AnswerScenario.Run(domain.Open, zhao, "buses", agree: true, null));
        AttackDomain.Done(AnswerScenario.Run(domain.Open, wang, "buses", agree: true, null));
        return domain;
    }
}
