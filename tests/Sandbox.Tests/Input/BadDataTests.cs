using System.Text;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Input;

/// <summary>Files that are not what they should be: a clear refusal, nothing half done.</summary>
public sealed class BadDataTests(SmallCity city) : IClassFixture<SmallCity>
{
    public static TheoryData<string, string> Files() => new()
    {
        { "missing.parquet", "LOAD-MISSING" },
        { "empty.parquet", "LOAD-EMPTY" },
        { "cut.parquet", "LOAD-PARQUET" },
        { "garbage.parquet", "LOAD-PARQUET" },
        { "flipped.parquet", "LOAD-PARQUET" },
        { "folder", "LOAD-NOT-A-FILE" },
        { "noise.csv", "LOAD-NOT" },
        { "utf16.csv", "LOAD-NOT" },
        { "headless.csv", "LOAD-HEADER" },
        { "doubled.csv", "LOAD-HEADER" },
        { "header-only.csv", "LOAD-NO-ROWS" },
        { "one-line.csv", "LOAD-" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_that_is_no_sound_data_is_refused(string name, string rule)
    {
        using var folder = new TemporaryFolder();
        Make(folder, name);
        var before = city.State();
        var ran = city.Load("bad", folder.File(name)).Ends(Ran.Refused);
        Assert.All(ran.Rules, given => Assert.StartsWith(rule, given, StringComparison.Ordinal));
        Assert.Equal(before, city.State());
        city.Call("ledger", "verify").Ends(Ran.Done);
    }

    [Fact]
    public void Broken_rows_go_to_the_quarantine_and_are_counted()
    {
        using var folder = new TemporaryFolder();
        var text = new StringBuilder(SmallCity.Register(500));
        text.Append(Planted.BrokenRow).Append('\n');
        text.Append("p1,east,3,x,").Append(Planted.BrokenRow).Append('\n');
        text.Append("p2,east\n");
        var answer = city.Load("broken-rows", folder.Write("broken.csv", text.ToString())).Ends(Ran.Done).Json;
        Assert.Equal(500, answer["rows"]!.GetValue<long>());
        Assert.Equal(3, answer["rejected"]!.GetValue<long>());
        Planted.AssertAbsent("the log", city.Log);
        Planted.AssertAbsent("the registry", city.State());
    }

    [Theory]
    [InlineData("a1234567")]
    [InlineData("Flights")]
    [InlineData("../up")]
    [InlineData("a b")]
    [InlineData("市民")]
    public void A_bad_name_is_refused(string name)
    {
        using var folder = new TemporaryFolder();
        var before = city.State();
        city.Load(name, folder.Write("good.csv", SmallCity.Register(20))).RefusedBy("SB-HOST-3");
        city.As("zhao", "person", "add", name, "--org", "lab", "--role", "scientist").RefusedBy("SB-HOST-3");
        Assert.Equal(before, city.State());
    }

    [Fact]
    public void A_name_that_is_taken_is_refused_and_the_first_stays()
    {
        using var folder = new TemporaryFolder();
        city.Load("twice", folder.Write("first.csv", SmallCity.Register(100))).Ends(Ran.Done);
        var before = city.State();
        city.Load("twice", folder.Write("second.csv", SmallCity.Register(200))).RefusedBy("SB-HOST-2");
        Assert.Equal(before, city.State());
    }

    [Theory]
    [InlineData("31.12.2025")]
    [InlineData("2025-13-01")]
    [InlineData("yesterday")]
    public void A_date_that_is_none_is_a_misuse(string date) =>
        city.As("chen", "data", "add", "dated", "--file", "/dev/null", "--source", "a test", "--acquired", date).Ends(Ran.Usage);

    [Fact]
    public void A_date_in_the_future_is_refused() =>
        city.As("chen", "data", "add", "dated", "--file", "/dev/null", "--source", "a test", "--acquired", "2999-01-01").RefusedBy("CC-27-1");

    [Fact]
    public void Only_a_source_department_loads() =>
        city.As("li", "data", "add", "foreign", "--file", "/dev/null", "--source", "a test", "--acquired", "2026-01-02").RefusedBy("SB-HOST-5");

    private static void Make(TemporaryFolder folder, string name)
    {
        var flights = Path.Combine(Checkout.Engines, "vega-datasets", "data", "flights-3m.parquet");
        switch (name)
        {
            case "empty.parquet":
                folder.Write(name, []);
                break;
            case "cut.parquet":
                folder.Write(name, File.ReadAllBytes(flights)[..3_000_000]);
                break;
            case "garbage.parquet":
                var noise = new byte[100_000];
                new Random(5).NextBytes(noise);
                folder.Write(name, [.. "PAR1"u8, .. noise, .. "PAR1"u8]);
                break;
            case "flipped.parquet":
                var bytes = File.ReadAllBytes(flights);
                bytes.AsSpan(bytes.Length - 600, 200).Fill(0xA5);
                folder.Write(name, bytes);
                break;
            case "folder":
                Directory.CreateDirectory(folder.File(name));
                break;
            case "noise.csv":
                var random = new byte[50_000];
                new Random(6).NextBytes(random);
                folder.Write(name, random);
                break;
            case "utf16.csv":
                // Without its byte order mark nothing proves what it is.
                folder.Write(name, Encoding.Unicode.GetBytes(SmallCity.Register(10)));
                break;
            case "headless.csv":
                folder.Write(name, $"{Planted.Phone},east,3\n{Planted.Phone},west,4\n");
                break;
            case "doubled.csv":
                folder.Write(name, $"a,b,a\n1,2,{Planted.Cell}\n");
                break;
            case "header-only.csv":
                folder.Write(name, "a,b,c\n");
                break;
            case "one-line.csv":
                folder.Write(name, Planted.Cell);
                break;
        }
    }
}
