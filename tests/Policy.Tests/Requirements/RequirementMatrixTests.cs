using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sandbox.Fixtures;

namespace Sandbox.Policy.Tests.Requirements;

/// <summary>The matrix of demands is whole, every claim of every test is one that can be believed, and the page in docs is what they give.</summary>
public sealed partial class RequirementMatrixTests
{
    private static readonly IReadOnlyList<SourceMember> Tests =
    [
        .. Directory.EnumerateFiles(Path.Combine(Checkout.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) != "Requirements")
            .Order(StringComparer.Ordinal)
            .SelectMany(file => TestSource.Members(file, File.ReadAllText(file))),
    ];

    [Fact]
    public void The_page_in_docs_is_what_the_demands_and_the_claims_give() => Held("requirements.md", RequirementMatrix.Write(TestSource.Claims(Tests)));

    [Fact]
    public void The_page_of_states_is_what_the_transition_tables_give() => Held("states.md", StatePage.Write());

    private static void Held(string name, string page)
    {
        var path = Path.Combine(Checkout.Root, "docs", "reference", name);
        if (Environment.GetEnvironmentVariable("SANDBOX_WRITE_MATRIX") == "1")
        {
            File.WriteAllText(path, page, new UTF8Encoding(false));
        }

        Assert.True(File.Exists(path) && File.ReadAllText(path) == page, $"docs/reference/{name} is not what the sources give. Write it anew: ./sandbox test --matrix");
    }

    [Fact]
    public void Every_claim_is_of_a_known_demand_and_of_a_test_that_goes_through_a_door_and_asserts()
    {
        var claims = TestSource.Claims(Tests).ToArray();
        Assert.True(claims.Length > 20);
        var doors = Doors.Of(Tests);
        var faults = claims.Select(claim => doors.Fault(claim, Tests)).OfType<string>().ToArray();
        Assert.True(faults.Length == 0, string.Join('\n', faults));
    }

    [Fact]
    public void Every_attribute_in_the_sources_is_read_as_a_claim()
    {
        var written = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) != "Requirements")
            .Sum(file => Attribute().Count(File.ReadAllText(file)));
        Assert.Equal(written, TestSource.Claims(Tests).Count());
    }

    /// <summary>The check itself: it finds what it is meant to find.</summary>
    [Theory]
    [InlineData("[Fact]", "CC-27-1", "SandboxProgram.Json(\"doctor\").Ends(0);", null)]
    [InlineData("[Fact]", "CC-27-1", "Helper();", null)]
    [InlineData("[Fact]", "CC-27-9", "SandboxProgram.Json(\"doctor\").Ends(0);", "no demand")]
    [InlineData("[Fact]", "CC-ORG-1", "SandboxProgram.Json(\"doctor\").Ends(0);", "nothing of software")]
    [InlineData("[Fact]", "CC-27-1", "Assert.True(true);", "no door")]
    [InlineData("[Fact]", "CC-27-1", "// SandboxProgram.Json(\"doctor\")\n        Assert.True(true);", "no door")]
    [InlineData("[Fact]", "CC-27-1", "SandboxProgram.Json(\"doctor\");", "asserts nothing")]
    [InlineData("", "CC-27-1", "SandboxProgram.Json(\"doctor\").Ends(0);", "is no test")]
    [InlineData("[Fact]", "CC-27-1\", \"changchun", "SandboxProgram.Json(\"init\", \"changchun\").Ends(0);", null)]
    [InlineData("[Fact]", "CC-27-1\", \"changchun", "SandboxProgram.Json(\"init\").Ends(0);", "never uses")]
    [InlineData("[Fact]", "CC-27-1\", \"yibin", "SandboxProgram.Json(\"init\", \"yibin\").Ends(0);", "does not ask")]
    [InlineData("[Fact]", "CC-27-1\", \"beijing", "SandboxProgram.Json(\"init\", \"beijing\").Ends(0);", "is none")]
    public void A_claim_that_shows_nothing_is_found(string fact, string id, string body, string? fault)
    {
        var source = $$"""
            namespace A;

            public sealed class SampleTests
            {
                {{fact}}
                [Requirement("{{id}}")]
                public void It_holds()
                {
                    {{body}}
                }

                private static void Helper() => SandboxProgram.Json("doctor").Ends(0);
            }
            """;
        var members = TestSource.Members("Sample.cs", source);
        var claim = Assert.Single(TestSource.Claims(members));
        var found = Doors.Of(members).Fault(claim, members);
        Assert.True(fault is null ? found is null : found?.Contains(fault, StringComparison.Ordinal) == true, found ?? "nothing was found");
    }

    [Fact]
    public void There_are_a_hundred_and_seventeen_demands_and_every_profile_has_some()
    {
        Assert.Equal(117, Policy.Requirements.All.Count);
        Assert.Equal(6, Policy.Requirements.All.Count(item => item.Kind == RequirementKind.Organisational));
        Assert.All(Policy.Requirements.Profiles, profile => Assert.NotEmpty(Policy.Requirements.Of(profile.Profile)));
        Assert.Equal(["futian"], Policy.Requirements.Find("FT-18-1")!.Profiles);
        Assert.Equal("Export", Policy.Requirements.Find("CC-27-1")!.Room);
        Assert.Null(Policy.Requirements.Find("CC-27-9"));
        Assert.All(Policy.Requirements.All, item => Assert.Matches(Form(), item.Id));
    }

    [Theory]
    [InlineData("""[{"id":"CC-1-1"}]""")]
    [InlineData("""[{"id":"CC-1-1","kind":"must_guess","capability":"audit","room":"Trust","profiles":["changchun"],"articles":["CC 1"],"demand":"A."}]""")]
    [InlineData("""[{"id":"CC-1-1","kind":"must_record","capability":"audit","room":"Cellar","profiles":["changchun"],"articles":["CC 1"],"demand":"A."}]""")]
    [InlineData("""[{"id":"CC-1-1","kind":"must_record","capability":"audit","room":"Trust","profiles":["futian"],"articles":["CC 1"],"demand":"A."}]""")]
    [InlineData("""[{"id":"CC-1-1","kind":"must_record","capability":"audit","room":"Trust","profiles":["changchun"],"articles":["XX 1","CC 1"],"demand":"A."}]""")]
    [InlineData("""[{"id":"CC-1-1","kind":"must_record","capability":"audit","room":"Trust","profiles":["changchun"],"articles":["CC 1"],"demand":"A.","more":1}]""")]
    [InlineData("""[{"id":"CC-1-1","kind":"must_record","capability":"audit","room":"Trust","profiles":["changchun"],"articles":["CC 1"],"demand":"A."},{"id":"CC-1-1","kind":"must_record","capability":"audit","room":"Trust","profiles":["changchun"],"articles":["CC 1"],"demand":"A."}]""")]
    public void A_faulty_matrix_is_refused_whole(string json) => Assert.Throws<FormatException>(() => Policy.Requirements.FromJson(JsonDocument.Parse(json).RootElement));

    /// <summary>Where the outside list of demands is at hand: the same ids, kinds and articles, and no sentence of it.</summary>
    [SharedDataFact]
    public void The_matrix_has_the_ids_and_articles_of_the_outside_list_and_none_of_its_sentences()
    {
        var list = Path.Combine(Checkout.SharedData!, "..", "requirements", "requirements.yaml");
        if (!File.Exists(list))
        {
            return;
        }

        var text = File.ReadAllText(list);
        var blocks = Block().Split(text).Skip(1).ToDictionary(block => block[..block.IndexOf('\n', StringComparison.Ordinal)].Trim(), StringComparer.Ordinal);
        Assert.Equal(blocks.Keys.Order(StringComparer.Ordinal), Policy.Requirements.All.Select(item => item.Id).Order(StringComparer.Ordinal));
        var words = Space().Replace(text, " ");
        foreach (var item in Policy.Requirements.All)
        {
            Assert.Equal(Quoted().Matches(Articles().Match(blocks[item.Id]).Value).Select(match => match.Groups[1].Value), item.Articles);
            Assert.DoesNotContain(item.Demand.TrimEnd('.'), words, StringComparison.OrdinalIgnoreCase);
        }
    }

    [GeneratedRegex(@"\[Requirement\(""")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"^(CC|CT|FT|YB|YN23|YN25)-([1-9][0-9]?|ORG)-[1-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"^- id: ", RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"articles: \[[^\]]*\]")]
    private static partial Regex Articles();

    [GeneratedRegex(@"""([^""]*)""")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
