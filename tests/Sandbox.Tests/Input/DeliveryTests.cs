using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Input;

/// <summary>Further deliveries of a data set through the command line: append, replace, withdraw, quarantine. What stands, what is gone, what the ledger says, and who may.</summary>
public sealed class DeliveryTests(SmallCity city) : IClassFixture<SmallCity>
{
    [Fact]
    public void Deliveries_come_are_replaced_and_go_and_the_books_agree()
    {
        using var folder = new TemporaryFolder();
        Add("people", folder.Write("first.csv", People(0, 300))).Ends(Ran.Done);
        Assert.Equal((300, 1, 1), State("people"));

        // More of the same, in another order of columns and another encoding.
        var second = folder.Write("second.csv", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(People(300, 500, turned: true))).ToArray());
        Grow("append", "people", second).Ends(Ran.Done);
        Assert.Equal((500, 2, 2), State("people"));
        var before = city.State();
        Grow("append", "people", second).RefusedBy("LOAD-AGAIN");
        Grow("append", "people", folder.Write("other.csv", "person,district,score\np1,east,1\n")).RefusedBy("LOAD-SCHEMA");
        Grow("append", "people", folder.Write("typed.csv", People(500, 520).Replace(",7,", ",seven,", StringComparison.Ordinal))).Ends(Ran.Done);
        Assert.Equal(3, Shown("people")["epoch"]!.GetValue<int>());
        city.As("chen", "data", "withdraw", "people", "--batch", "b3").Ends(Ran.Done);
        Assert.NotEqual(before, city.State());

        // A replaced batch's objects are gone from the folder.
        var objects = Objects();
        Grow("replace", "people", folder.Write("third.csv", People(0, 250)), "2026-01-03", ["--batch", "b1"]).Ends(Ran.Done);
        Assert.Equal((450, 2, 5), State("people"));
        Assert.Equal(objects.Count, Objects().Count);
        Assert.NotEmpty(objects.Except(Objects()));
        Grow("replace", "people", folder.Write("third.csv", People(0, 250)), "2026-01-03", ["--batch", "b1"]).RefusedBy("SB-HOST-1");

        // Single records, from all batches.
        var gone = city.As("chen", "data", "withdraw", "people", "--subjects", folder.Write("gone.txt", "p0\np249\np300\nnobody\n")).Ends(Ran.Done).Json;
        Assert.Equal((4, 3, 3), (gone["subjects"]!.GetValue<int>(), gone["found"]!.GetValue<int>(), gone["records"]!.GetValue<int>()));
        Assert.Equal((447, 2, 6), State("people"));
        city.As("chen", "data", "withdraw", "people", "--subjects", folder.Write("again.txt", "p0\n")).RefusedBy("DATA-NOBODY");
        city.As("chen", "data", "withdraw", "people", "--subjects", folder.Write("bad.txt", [0xFF, 0x0A])).RefusedBy("SB-HOST-6");

        Grow("replace", "people", folder.Write("whole.csv", People(0, 100)), "2026-01-03", ["--batch", "all"]).Ends(Ran.Done);
        Assert.Equal((100, 1, 7), State("people"));
        city.As("chen", "data", "withdraw", "people", "--batch", "all").Ends(Ran.Done);
        Assert.Equal((0, 0, 8), State("people"));
        Grow("append", "people", second).Ends(Ran.Done);
        Assert.Equal((200, 1, 9), State("people"));

        Books.Check(city.Folder);
        Books.CheckSwept(city.Folder);
        Assert.Equal(
            ["data.loaded", "data.appended", "data.appended", "data.withdrawn", "data.replaced", "data.records-withdrawn", "data.replaced", "data.withdrawn", "data.appended"],
            Entries().Where(entry => entry["facts"]?["data_set"]?.GetValue<string>() == "people" && entry["kind"]!.GetValue<string>().StartsWith("data.", StringComparison.Ordinal)).Select(entry => entry["kind"]!.GetValue<string>()));
        Assert.DoesNotContain("p249", string.Concat(Entries().Select(entry => entry.ToJsonString())), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_provider_changes_its_data_or_reads_what_was_rejected()
    {
        using var folder = new TemporaryFolder();
        city.As("zhao", "person", "add", "sun", "--org", "traffic-office", "--role", "provider").Ends(Ran.Done);
        var file = folder.Write("broken.csv", People(0, 50) + "p50,east\np51,east,1,z,more\n");
        Add("broken", file).Ends(Ran.Done);
        var state = city.State();
        foreach (var who in new[] { "sun", "li", "wu", "zhao" })
        {
            city.As(who, "data", "quarantine", "broken").RefusedBy("SB-HOST-5");
            city.As(who, "data", "withdraw", "broken", "--batch", "b1").RefusedBy("SB-HOST-5");
            city.As(who, "data", "append", "broken", "--file", file, "--acquired", "2026-01-02").RefusedBy("SB-HOST-5");
            city.As(who, "data", "replace", "broken", "--batch", "all", "--file", file, "--acquired", "2026-01-02").RefusedBy("SB-HOST-5");
        }

        Assert.Equal(state, city.State());
        var rows = city.As("chen", "data", "quarantine", "broken").Ends(Ran.Done).Json["rows"]!.AsArray();
        Assert.Equal(["52 MissingFields p50,east", "53 ExtraFields p51,east,1,z,more"], rows.Select(row => $"{row!["line"]} {row["reason"]} {row["content"]}"));
        Assert.Single(city.As("chen", "data", "quarantine", "broken", "--from", "1").Ends(Ran.Done).Json["rows"]!.AsArray());
        city.As("chen", "data", "quarantine", "broken", "--batch", "b7").RefusedBy("SB-HOST-1");
        Assert.Contains(Entries(), entry => entry["kind"]!.GetValue<string>() == "data.quarantine-read");
        city.As("chen", "data", "withdraw", "broken").Ends(Ran.Usage);
        Grow("append", "broken", file, "2999-01-01", []).RefusedBy("CC-27-1");
    }

    [Fact]
    public void A_look_tells_what_a_file_would_be_and_its_schema_can_be_confirmed()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("look.csv", "person;score;day\np1;1;2026-01-02\np2;2;2026-01-03\np3;3\n");
        var state = city.State();
        var look = SandboxProgram.Json("data", "look", "--file", file, "--out", folder.File("schema.json")).Ends(Ran.Done).Json;
        Assert.Equal(("Csv", "Utf8", ";", 2, 1), (look["format"]!.GetValue<string>(), look["encoding"]!.GetValue<string>(), look["delimiter"]!.GetValue<string>(), look["rows"]!.GetValue<int>(), look["rejections"]!["MissingFields"]!.GetValue<int>()));
        Assert.Equal(["Text", "Whole64", "Date"], look["columns"]!.AsArray().Select(column => column!["type"]!.GetValue<string>()));
        Assert.Equal(state, city.State());
        var schema = File.ReadAllText(folder.File("schema.json"));
        Assert.Contains("whole64", schema, StringComparison.Ordinal);

        // The provider corrects it: scores are exact with two digits.
        var corrected = folder.Write("corrected.json", schema.Replace("\"type\": \"whole64\"", "\"type\": \"exact\", \"precision\": 9, \"scale\": 2", StringComparison.Ordinal));
        city.As("chen", "data", "add", "looked", "--file", file, "--source", "a test", "--acquired", "2026-01-02", "--schema", corrected).Ends(Ran.Done);
        Assert.Equal(["Text", "Exact", "Date"], Shown("looked")["columns"]!.AsArray().Select(column => column!["type"]!.GetValue<string>()));
        city.As("chen", "data", "add", "unlooked", "--file", file, "--source", "a test", "--acquired", "2026-01-02", "--schema", folder.Write("bad.json", "{\"colums\":[]}")).RefusedBy("SB-HOST-6");
        SandboxProgram.Json("data", "look", "--file", folder.File("absent.csv")).RefusedBy("LOAD-MISSING");
    }

    /// <summary>kill -9 and Ctrl-C at several moments of each act: afterwards the old state or the new one stands, whole, and the books agree.</summary>
    [Theory]
    [InlineData("append")]
    [InlineData("replace")]
    [InlineData("withdraw")]
    public async Task Stopped_at_any_moment_a_delivery_stands_whole_or_not_at_all(string act)
    {
        using var folder = new TemporaryFolder();
        var name = "stopped-" + act;
        Add(name, folder.Write("first.csv", People(0, 20_000))).Ends(Ran.Done);
        var file = folder.Write("second.csv", People(20_000, 60_000));
        var subjects = folder.Write("gone.txt", string.Join('\n', Enumerable.Range(0, 5000).Select(i => $"p{i}")));
        string[] words = act switch
        {
            "append" => ["data", "append", name, "--file", file, "--acquired", "2026-01-03"],
            "replace" => ["data", "replace", name, "--batch", "all", "--file", file, "--acquired", "2026-01-03"],
            _ => ["data", "withdraw", name, "--subjects", subjects],
        };
        var (old, @new) = (20_000, act switch { "append" => 60_000, "replace" => 40_000, _ => 15_000 });
        foreach (var (milliseconds, signal) in new[] { (500, 9), (1000, 2), (1600, 9) })
        {
            using var process = SandboxProgram.Start([.. words, "--dir", city.Folder, "--as", "chen"]);
            await Task.Delay(milliseconds);
            if (!process.HasExited)
            {
                Assert.Empty(await Killing.ProcessTree.SurvivorsAsync(Killing.ProcessTree.KillLeader(process.Id, signal)));
            }

            await process.WaitForExitAsync();
            var rows = Shown(name)["rows"]!.GetValue<int>();
            Assert.True(rows == old || rows == @new, $"{rows} rows after {milliseconds} ms");
            Books.Check(city.Folder);
            Books.CheckSwept(city.Folder);
            if (rows == @new)
            {
                return;
            }
        }

        city.As("chen", words).Ends(Ran.Done);
        Assert.Equal(@new, Shown(name)["rows"]!.GetValue<int>());
        Books.Check(city.Folder);
    }

    private Ran Add(string name, string file) => city.As("chen", "data", "add", name, "--file", file, "--source", "a test", "--acquired", "2026-01-02", "--subject", "person");

    private Ran Grow(string verb, string name, string file) => Grow(verb, name, file, "2026-01-03", []);

    private Ran Grow(string verb, string name, string file, string day, string[] more) => city.As("chen", ["data", verb, name, "--file", file, "--acquired", day, .. more]);

    private JsonObject Shown(string name) => city.Call("data", "show", name).Ends(Ran.Done).Json;

    private (int Rows, int Batches, int Epoch) State(string name)
    {
        var shown = Shown(name);
        return (shown["rows"]!.GetValue<int>(), shown["batches"]!.AsArray().Count, shown["epoch"]!.GetValue<int>());
    }

    private HashSet<string> Objects() => [.. Directory.GetFiles(Path.Combine(city.Folder, "objects")).Select(path => Path.GetFileName(path))];

    private JsonObject[] Entries() => [.. city.Call("ledger", "show", "--count", "10000").Ends(Ran.Done).Json["entries"]!.AsArray().Select(entry => entry!.AsObject())];

    private static string People(int from, int to, bool turned = false)
    {
        var text = new StringBuilder(turned ? "score,remark,person,district\n" : "person,district,score,remark\n");
        for (var row = from; row < to; row++)
        {
            var (district, score) = (row % 2 == 0 ? "east" : "west", row % 17);
            text.Append(turned ? string.Create(CultureInfo.InvariantCulture, $"{score},x,p{row},{district}\n") : string.Create(CultureInfo.InvariantCulture, $"p{row},{district},{score},x\n"));
        }

        return text.ToString();
    }
}
