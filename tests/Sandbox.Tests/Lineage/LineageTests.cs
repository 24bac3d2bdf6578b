using System.Text.Json.Nodes;
using System.Xml.Linq;
using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Supervision;
using Sandbox.Host.People;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Lineage;

/// <summary>Every result can be traced to its sources and back, through the door that people use.</summary>
public sealed class LineageTests(FinishedDemo demo) : IClassFixture<FinishedDemo>
{
    private const string Release = "release:income-by-city";

    private static string[] Ids(Ran ran) => [.. ran.Json["nodes"]!.AsArray().Select(node => node!["id"]!.GetValue<string>())];

    private static JsonObject Node(Ran ran, string id) => ran.Json["nodes"]!.AsArray().Select(node => node!.AsObject()).Single(node => node["id"]!.GetValue<string>() == id);

    private Ran Show(string who, string id, params string[] more) => demo.As(who, ["lineage", "show", id, .. more]);

    [Fact]
    [Requirement("CC-25-2")]
    public void A_release_leads_back_to_the_data_set_it_came_from_and_to_no_other()
    {
        var ran = Show("zhao", Release).Ends(Ran.Done);
        var ids = Ids(ran);
        Assert.Superset(new HashSet<string>
        {
            "data-set:register", "batch:register/b1", "segment:register/b1/main", "scenario:night-bus", "zone:night-bus-prod", "zone-table:night-bus-prod/register", "export:income-by-city", Release,
        }, ids.ToHashSet());
        // The zone holds the flights too; this release was not made from them.
        Assert.DoesNotContain("zone-table:night-bus-prod/flights", ids);
        Assert.DoesNotContain("data-set:flights", ids);
        Assert.DoesNotContain("zone:night-bus-wb", ids);
        foreach (var edge in ran.Json["edges"]!.AsArray())
        {
            Assert.Contains(edge![0]!.GetValue<string>(), ids);
            Assert.Contains(edge[1]!.GetValue<string>(), ids);
        }
    }

    [Fact]
    [Requirement("CC-25-2")]
    [Requirement("YB-22-1")]
    public void Everyone_responsible_is_named_in_all_four_segments()
    {
        var ran = Show("zhao", Release).Ends(Ran.Done);
        Assert.Equal(["collect", "operate", "provide", "use"], ran.Json["nodes"]!.AsArray().Select(node => node!["segment"]!.GetValue<string>()).Distinct().Order(StringComparer.Ordinal));
        Assert.All(ran.Json["nodes"]!.AsArray(), node => Assert.False(string.IsNullOrEmpty(node!["person"]?.GetValue<string>()) || node["organisation"] is null || node["role"] is null, node["id"]!.ToString()));
        Assert.Equal(("wang", "civil-affairs"), (Node(ran, "data-set:register")["person"]!.GetValue<string>(), Node(ran, "data-set:register")["organisation"]!.GetValue<string>()));
        Assert.Equal("zhao", Node(ran, Release)["person"]!.GetValue<string>());
        var voters = Node(ran, "export:income-by-city")["acts"]!.AsArray().Where(act => act!["kind"]!.GetValue<string>() == "export.voted").Select(act => act!["actor"]!.GetValue<string>());
        Assert.Equal(["qian", "sun"], voters);
        // Each act stands in the ledger under the number given.
        foreach (var act in ran.Json["nodes"]!.AsArray().SelectMany(node => node!["acts"]!.AsArray()))
        {
            var index = act!["entry"]!.GetValue<long>();
            var entry = demo.Call("ledger", "show", "--from", $"{index}", "--count", "1").Json["entries"]![0]!;
            Assert.Equal((act["kind"]!.GetValue<string>(), act["actor"]!.GetValue<string>()), (entry["kind"]!.GetValue<string>(), entry["actor"]!.GetValue<string>()));
        }
    }

    /// <summary>What stands among the sources of a thing has that thing among its consequences, and the other way round.</summary>
    [Fact]
    [Requirement("CC-25-2")]
    public void Both_directions_agree()
    {
        foreach (var source in Ids(Show("zhao", Release)))
        {
            Assert.Contains(Release, Ids(demo.As("zhao", "lineage", "impact", source).Ends(Ran.Done)));
        }

        var consequences = Ids(demo.As("zhao", "lineage", "impact", "data-set:register"));
        Assert.Contains("recipient:bus-company", consequences);
        foreach (var consequence in consequences)
        {
            Assert.Contains("data-set:register", Ids(Show("zhao", consequence).Ends(Ran.Done)));
        }
    }

    [Fact]
    [Requirement("CC-25-2")]
    public void Queries_and_runs_of_the_workbench_come_from_the_tables_they_read()
    {
        var ran = demo.As("zhao", "lineage", "impact", "data-set:flights").Ends(Ran.Done);
        var queries = ran.Json["nodes"]!.AsArray().Where(node => node!["kind"]!.GetValue<string>() == "query").ToArray();
        Assert.NotEmpty(queries);
        foreach (var query in queries)
        {
            var index = query!["id"]!.GetValue<string>()["query:".Length..];
            Assert.Contains("flights", demo.Call("ledger", "show", "--from", index, "--count", "1").Json["entries"]![0]!["facts"]!["tables"]!.GetValue<string>(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_picture_is_well_formed_shows_every_thing_and_loads_nothing()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("release.svg");
        var ran = Show("zhao", Release, "--svg", file).Ends(Ran.Done);
        var text = File.ReadAllText(file);
        var svg = XDocument.Parse(text).Root!;
        Assert.Equal("svg", svg.Name.LocalName);
        foreach (var id in Ids(ran))
        {
            Assert.Contains(id, text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(svg.Descendants(), item => item.Name.LocalName is "script" or "foreignObject" or "image" or "a" or "style");
        Assert.DoesNotContain(svg.DescendantsAndSelf().SelectMany(item => item.Attributes()), item => item.Name.LocalName is "href" or "src" || item.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        // Boxes do not lie over one another.
        var boxes = svg.Descendants().Where(item => item.Name.LocalName == "g").Select(item => item.Elements().First(part => part.Name.LocalName == "rect")).Select(item => ((int)item.Attribute("x")!, (int)item.Attribute("y")!)).ToArray();
        Assert.Equal(Ids(ran).Length, boxes.Length);
        foreach (var (x, y) in boxes)
        {
            Assert.Single(boxes, other => Math.Abs(other.Item1 - x) < 200 && Math.Abs(other.Item2 - y) < 62);
        }

        // An existing file stays as it is.
        Show("zhao", Release, "--svg", file).RefusedBy("SB-LINEAGE-2");
        Assert.Equal(text, File.ReadAllText(file));
        Show("zhao", Release, "--svg", folder.File("none/release.svg")).RefusedBy("SB-LINEAGE-2");
    }

    [Fact]
    public void Who_may_not_see_it_is_refused_and_every_look_is_recorded()
    {
        // A provider: its own data both ways, others' only backwards from results.
        demo.As("wang", "lineage", "impact", "data-set:register").Ends(Ran.Done);
        demo.As("wang", "lineage", "impact", "data-set:flights").RefusedBy("SB-HOST-5");
        // The operating unit: what its results were made from, not what others made of the data.
        demo.As("li", "lineage", "impact", "data-set:register").RefusedBy("SB-HOST-5");
        Show("li", Release).Ends(Ran.Done);
        Show("wu", "zone:night-bus-wb").Ends(Ran.Done);
        Assert.Equal(Ran.Refused, SandboxProgram.Json("lineage", "show", Release, "--dir", demo.Folder).Code);
        var last = demo.Call("ledger", "show", "--from", "0", "--count", "10000").Json["entries"]!.AsArray().Select(entry => (entry!["kind"]!.GetValue<string>(), entry["actor"]!.GetValue<string>())).ToArray();
        Assert.Contains(("lineage.shown", "wang"), last);
        Assert.Contains(("lineage.shown", "wu"), last);
        Assert.Contains(("refused", "li"), last);
    }

    [Theory]
    [InlineData("income-by-city", "SB-LINEAGE-1")]
    [InlineData("release:nothing", "SB-HOST-1")]
    [InlineData("", "SB-HOST-1")]
    [InlineData("zone:night-bus-prod'; DROP TABLE documents; --", "SB-HOST-1")]
    public void Names_that_are_none_or_several_are_refused(string id, string rule) => Show("zhao", id).RefusedBy(rule);

    [Fact]
    public void No_answer_holds_a_data_value_a_purpose_or_a_column()
    {
        var answers = Show("zhao", Release).Output + demo.As("zhao", "lineage", "impact", "data-set:register").Output + SandboxProgram.Run("lineage", "show", Release, "--dir", demo.Folder, "--as", "zhao").Output;
        Assert.DoesNotContain("Plan night buses", answers, StringComparison.Ordinal);
        foreach (var column in Books.Documents(demo.Folder).Where(document => document.Kind == "data_set").SelectMany(document => document.Body["columns"]!.AsArray()).Select(column => column!["name"]!.GetValue<string>()).Where(name => name.Length > 4))
        {
            Assert.DoesNotContain($"\"{column}\"", answers, StringComparison.Ordinal);
        }

        // Exact counts are for reviewers.
        Assert.All(Show("zhao", Release).Json["nodes"]!.AsArray(), node => Assert.True(node!["rows"] is null || node["rows"]!.GetValue<long>().ToString(System.Globalization.CultureInfo.InvariantCulture).TrimEnd('0').Length <= 1));
    }

    /// <summary>Sealing periods takes entries out of the database; they are found in their files, and where a file is gone the answer says from where on it is whole.</summary>
    [Fact]
    public void Sealed_periods_are_read_and_missing_ones_are_said()
    {
        using var copy = FinishedDemo.CopyOf(demo.Folder);
        var folder = copy.File("city");
        Ran Impact() => SandboxProgram.Json("lineage", "impact", "data-set:flights", "--dir", folder, "--as", "zhao");
        var before = Ids(Impact().Ends(Ran.Done));
        using (var domain = OpenDomain.Open(folder, new Unlocking(), new Tomorrow(), new DomainSettings()))
        using (var zhao = Actor.Authenticate(domain, "zhao", null))
        {
            Assert.IsType<Answer.Done>(LedgerPeriods.Seal(domain, zhao, domain.Today));
        }

        var after = Impact().Ends(Ran.Done);
        Assert.Equal(before, Ids(after));
        Assert.Equal(0, after.Json["ledger_from"]!.GetValue<long>());
        var file = Assert.Single(Directory.GetFiles(Path.Combine(folder, "archive"), "*.ndjson"));
        File.Move(file, file + ".away");
        var partial = Impact().Ends(Ran.Done);
        Assert.True(partial.Json["ledger_from"]!.GetValue<long>() > 0);
        Assert.DoesNotContain(Ids(partial), id => id.StartsWith("query:", StringComparison.Ordinal) && long.Parse(id["query:".Length..], System.Globalization.CultureInfo.InvariantCulture) < partial.Json["ledger_from"]!.GetValue<long>());
        Assert.Contains("zone-table:night-bus-wb/flights", Ids(partial));
    }

    private sealed class Tomorrow : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddDays(1);
    }
}
