using System.Text.Json.Nodes;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Killing;

namespace Sandbox.Host.Tests.Queries;

/// <summary>Named results through the door: who reads them, what they cost, how they end, and that they leave by no way.</summary>
public sealed class NamedResultTests(WorkbenchCity city) : IClassFixture<WorkbenchCity>
{
    private const string Marker = "kmarkerq5521";

    [Fact]
    public void A_kept_answer_is_read_by_name_shown_in_pages_and_every_page_is_in_the_ledger()
    {
        var kept = city.Ask("wu", $"SELECT *, '{Marker}' AS mark FROM register", "--keep", "all_rows").Ends(Ran.Done).Json;
        var total = kept["rows"]!.GetValue<long>();
        Assert.InRange(total, 1500, 2500);
        Assert.Equal(total, city.Ask("mei", "SELECT count(*) FROM results.all_rows").Ends(Ran.Done).Json["rows"]![0]![0]!.GetValue<long>());
        Assert.Equal(0, city.Ask("mei", "SELECT count(*) FROM (SELECT place, district, score FROM results.all_rows EXCEPT ALL SELECT place, district, score FROM register)").Ends(Ran.Done).Json["rows"]![0]![0]!.GetValue<long>());
        city.IsNowhere(Marker);

        var first = city.As("wu", "result", "show", "all_rows", "--zone", "bench").Ends(Ran.Done).Json;
        var limit = first["rows"]!.AsArray().Count;
        var pages = first["pages"]!.GetValue<int>();
        Assert.Equal((total + limit - 1) / limit, pages);
        var seen = first["rows"]!.AsArray().Count + Enumerable.Range(2, pages - 1).Sum(page => city.As("wu", "result", "show", "all_rows", "--zone", "bench", "--page", $"{page}").Ends(Ran.Done).Json["rows"]!.AsArray().Count);
        Assert.Equal(total, seen);
        city.As("wu", "result", "show", "all_rows", "--zone", "bench", "--page", $"{pages + 1}").RefusedBy("SB-RESULT-5");
        city.As("wu", "result", "show", "all_rows", "--zone", "bench", "--page", "0").RefusedBy("SB-RESULT-5");
        Assert.Equal(pages, Entries("result.shown").Count(entry => entry["facts"]!["result"]!.GetValue<string>() == "all_rows" && entry["facts"]!["tables"]!.GetValue<string>() == "results.all_rows"));
        var entry = Entries("result.kept").Single(entry => entry["facts"]!["result"]!.GetValue<string>() == "all_rows");
        Assert.Equal(("wu", "main.register", (total / 1000) * 1000), (entry["actor"]!.GetValue<string>(), entry["facts"]!["tables"]!.GetValue<string>(), entry["facts"]!["rows"]!.GetValue<long>()));

        // A result may be made from results, and is dropped by who made it.
        city.Ask("mei", "SELECT district, count(*) AS people FROM results.all_rows GROUP BY ALL ORDER BY ALL", "--keep", "by_district").Ends(Ran.Done);
        city.As("wu", "result", "drop", "by_district", "--zone", "bench").RefusedBy("SB-HOST-5");
        city.Ask("wu", "SELECT 1 AS x", "--keep", "by_district").RefusedBy("SB-HOST-2");
        var names = city.As("wu", "result", "list", "--zone", "bench").Ends(Ran.Done).Json["results"]!.AsArray().Select(item => item!["name"]!.GetValue<string>());
        Assert.Contains("by_district", names);
        city.As("mei", "result", "drop", "by_district", "--zone", "bench").Ends(Ran.Done);
        city.As("mei", "result", "show", "by_district", "--zone", "bench").RefusedBy("SB-HOST-1");
        city.Ask("mei", "SELECT * FROM results.by_district").RefusedBy("SB-QUERY-6");
        city.Ask("mei", "SELECT 1 AS x", "--keep", "by_district").Ends(Ran.Done);
        city.As("li", "result", "drop", "by_district", "--zone", "bench").Ends(Ran.Done);
    }

    [Fact]
    public void Bars_are_drawn_under_the_display_limit_as_text_and_as_svg_without_anything_that_runs()
    {
        city.Ask("wu", "SELECT district || '<script>' AS word, count(*) AS people, -1.5::DOUBLE AS minus FROM register GROUP BY ALL ORDER BY ALL", "--keep", "bars").Ends(Ran.Done);
        var text = city.As("wu", "result", "chart", "bars", "--zone", "bench", "--words", "word", "--values", "people").Ends(Ran.Done).Json["text"]!.GetValue<string>();
        Assert.Equal(4, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.Contains('█', StringComparison.Ordinal)));
        var svg = city.As("wu", "result", "chart", "bars", "--zone", "bench", "--words", "word", "--values", "minus", "--svg").Ends(Ran.Done).Json["svg"]!.GetValue<string>();
        Assert.DoesNotContain("<script", svg, StringComparison.Ordinal);
        var drawn = System.Xml.Linq.XDocument.Parse(svg);
        Assert.Equal(4, drawn.Descendants().Count(element => element.Name.LocalName == "rect"));
        city.As("wu", "result", "chart", "bars", "--zone", "bench", "--words", "people", "--values", "word").RefusedBy("SB-RESULT-6");
        city.As("wu", "result", "chart", "bars", "--zone", "bench", "--words", "x\" FROM read_text('/etc/passwd') --", "--values", "people").Ends(Ran.Refused);
        city.Ask("wu", "SELECT 'w' || range AS word, range AS n FROM range(100000)", "--keep", "long_bars").Ends(Ran.Done);
        var cut = city.As("wu", "result", "chart", "long_bars", "--zone", "bench", "--words", "word", "--values", "n").Ends(Ran.Done).Json;
        Assert.True(cut["truncated"]!.GetValue<bool>());
        Assert.InRange(cut["rows"]!.AsArray().Count, 1, 200);
    }

    [Theory]
    [InlineData("wang")]
    [InlineData("qian")]
    [InlineData("sun")]
    public void Who_may_not_query_the_zone_hears_nothing_of_its_results(string who)
    {
        foreach (var words in new string[][] { ["result", "list"], ["result", "show", "all_rows"], ["result", "show", "no_such"], ["result", "chart", "all_rows", "--words", "place", "--values", "score"] })
        {
            var ran = city.As(who, [.. words, "--zone", "bench"]).Ends(Ran.Refused);
            Assert.DoesNotContain("SB-HOST-1", ran.Rules);
        }
    }

    [Theory]
    [InlineData("Bad", "SB-RESULT-1")]
    [InlineData("1st", "SB-RESULT-1")]
    [InlineData("a b", "SB-RESULT-1")]
    [InlineData("a\";DROP TABLE register", "SB-RESULT-1")]
    [InlineData("p1234567", "SB-RESULT-1")]
    [InlineData("../../x", "SB-RESULT-1")]
    public void A_name_is_plain(string name, string rule) => city.Ask("wu", "SELECT 1", "--keep", name).RefusedBy(rule);

    [Fact]
    public void Only_a_workbench_keeps_and_what_is_refused_or_too_large_leaves_nothing()
    {
        var before = Objects();
        city.As("wu", "query", "--zone", "plant", "--keep", "mine", "SELECT count(*) FROM register").RefusedBy("SB-RESULT-2");
        city.Ask("wu", "SELECT * FROM range(2000000)", "--keep", "mine").RefusedBy("SB-RESULT-3");
        city.Ask("wu", "SELECT pid FROM register", "--keep", "mine").RefusedBy("CC-17-3");
        city.Ask("wu", "SELECT * FROM read_csv('/etc/passwd')", "--keep", "mine").RefusedBy("SB-QUERY-7");
        city.Ask("wu", "EXPLAIN SELECT 1", "--keep", "mine").RefusedBy("SB-QUERY-21");
        city.As("wu", "query", "--zone", "bench", "--keep", "mine").Ends(Ran.Usage);
        Assert.Equal(before, Objects());
    }

    /// <summary>The gate has no word for a result: a table is recomputed from production rows, whatever somebody has kept.</summary>
    [Theory]
    [InlineData("\"result\":\"all_rows\",\"run\":null,\"round\":null,", "SB-HOST-6")]
    [InlineData("\"run\":\"all_rows\",\"round\":null,", "SB-HOST-1")]
    [InlineData("\"run\":\"bench/all_rows\",\"round\":null,", "SB-HOST-1")]
    public void A_result_leaves_by_no_way(string held, string rule)
    {
        city.Ask("wu", "SELECT district, count(*) AS people FROM register GROUP BY ALL", "--keep", "to_leave_" + (char)('a' + (held.Length % 26)) + (rule[^1] == '6' ? "x" : "y"));
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("ask.json"), $$"""{"name":"out","scenario":"buses","purpose":"Plan buses","recipient":{"id":"bus","name":"Bus company","country":"CN"},"tables":[{"name":"t","source":"register",{{held}}"dimensions":["district"],"measures":[{"name":"people","kind":"count","column":null,"digits":6}]}]}""");
        city.As("li", "export", "request", folder.File("ask.json")).RefusedBy(rule);
    }

    [Fact]
    public async Task Destroying_the_zone_ends_its_results_and_no_copy_opens()
    {
        await city.OpenZoneAsync("gone");
        city.As("wu", "query", "--zone", "gone", "--keep", "mine", "SELECT * FROM register").Ends(Ran.Done);
        var name = Books.Documents(city.Folder).Where(document => document.Kind == "named_result" && document.Id == "gone/mine").Select(document => document.Body["object"]!["name"]!.GetValue<string>()).Single();
        var file = Path.Combine(city.Folder, "objects", name);
        var copy = await File.ReadAllBytesAsync(file);
        city.As("li", "zone", "destroy", "gone").Ends(Ran.Done);
        Assert.False(File.Exists(file));
        city.As("wu", "result", "show", "mine", "--zone", "gone").Ends(Ran.Refused);

        // Somebody puts the old file back: there is no key for it any more, and the next start sweeps it.
        await File.WriteAllBytesAsync(file, copy);
        city.As("wu", "result", "show", "mine", "--zone", "gone").Ends(Ran.Refused);
        city.As("wu", "query", "--zone", "gone", "SELECT * FROM results.mine").Ends(Ran.Refused);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(2)]
    public async Task A_process_that_ends_while_it_keeps_leaves_no_half_result(int signal)
    {
        // What other tests put into the folder is swept first.
        city.Domain.Between(_ => { });
        var before = Objects();
        for (var wait = 200; wait < 1800; wait += 400)
        {
            using var process = SandboxProgram.Start("query", "--zone", "bench", "--dir", city.Folder, "--as", "wu", "--keep", "half", "SELECT uuid() AS u, range FROM range(900000)", "--json");
            await Task.Delay(wait);
            var below = ProcessTree.KillLeader(process.Id, signal);
            await process.WaitForExitAsync();
            Assert.Empty(await ProcessTree.SurvivorsAsync(below));
            if (process.ExitCode == 0)
            {
                // It was done before the signal came.
                city.As("wu", "result", "drop", "half", "--zone", "bench").Ends(Ran.Done);
            }

            city.As("wu", "result", "show", "half", "--zone", "bench").RefusedBy("SB-HOST-1");
        }

        city.Domain.Between(_ => { });
        Assert.Equal(before, Objects());
        Assert.Empty(Directory.GetFiles(Path.Combine(city.Folder, "staging")));
    }

    private JsonObject[] Entries(string kind) =>
        [.. SandboxProgram.Json("ledger", "show", "--count", "10000", "--dir", city.Folder).Ends(Ran.Done).Json["entries"]!.AsArray().Select(item => item!.AsObject()).Where(entry => entry["kind"]!.GetValue<string>() == kind)];

    private string[] Objects() => [.. Directory.GetFiles(Path.Combine(city.Folder, "objects")).Order(StringComparer.Ordinal)];
}
