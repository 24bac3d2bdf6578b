using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Input;

/// <summary>A file that is larger than what is read at once, through the command line: one batch in several parts, of which every use of a batch knows.</summary>
public sealed class LargeDeliveryTests : IDisposable
{
    private const int Rows = 600_000;
    private static readonly int[] Broken = [4, Rows / 2, Rows - 1];

    private readonly SmallCity _city = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_batch_in_parts_is_one_batch()
    {
        var remark = new string('r', 80);
        using (var text = new StreamWriter(_folder.File("large.csv")))
        {
            text.Write("person,district,score,remark\n");
            for (var row = 0; row < Rows; row++)
            {
                // Three people stand twice, once in the first part and once in the last.
                var person = row >= Rows - 10 && row < Rows - 7 ? row - Rows + 20 : row;
                text.Write(string.Create(CultureInfo.InvariantCulture, $"p{person},{"ewns"[row % 4]},{row % 17},{remark}\n"));
                if (Broken.Contains(row))
                {
                    text.Write(string.Create(CultureInfo.InvariantCulture, $"broken {row}\n"));
                }
            }
        }

        Add("--memory", "16").Ends(Ran.Usage);
        var added = Add("--memory", "128").Ends(Ran.Done).Json;
        Assert.Equal((Rows, 3), (added["rows"]!.GetValue<int>(), added["rejected"]!.GetValue<int>()));
        var first = Segments();
        Assert.True(first.Length >= 4 && first.Length % 2 == 0);
        Append("--memory", "128").RefusedBy("LOAD-AGAIN");

        // What was rejected, with its line in the whole file.
        var rejected = _city.As("chen", "data", "quarantine", "large").Ends(Ran.Done).Json["rows"]!.AsArray();
        Assert.Equal(Broken.Select((row, before) => $"{row + 3 + before} broken {row}"), rejected.Select(row => $"{row!["line"]} {row["content"]}"));
        Assert.Equal($"broken {Rows - 1}", Assert.Single(_city.As("chen", "data", "quarantine", "large", "--from", "2").Ends(Ran.Done).Json["rows"]!.AsArray())!["content"]!.GetValue<string>());

        // Rows that stand twice are found across the parts.
        var standard = _folder.Write("standard.json", """{"standard":"once","rules":[{"id":"once","unique":["person"]},{"id":"range","column":"score","between":["0","15"]}]}""");
        var quality = _city.As("chen", "data", "standard", "large", standard).Ends(Ran.Done).Json["loads"]![0]!["faults"]!.AsArray();
        Assert.Equal([$"once {Rows} 3", $"range {Rows} {Rows / 17}"], quality.Select(rule => $"{rule!["rule"]} {rule["looked"]} {rule["faulty"]}"));

        // A production zone has all rows.
        Grant();
        var zone = _city.As("li", "zone", "open", "buses", "--kind", "production").Ends(Ran.Done).Json;
        Assert.Equal(Rows, zone["tables"]![0]!["rows"]!.GetValue<int>());
        var answer = _city.As("li", "query", "--zone", "buses-prod", "SELECT district, count(*) AS rows FROM large GROUP BY district ORDER BY district").Ends(Ran.Done).Json["rows"]!.AsArray();
        Assert.Equal(4, answer.Count);

        // Two people are taken out of the first and the last part; the objects of those between stay.
        var gone = _city.As("chen", "data", "withdraw", "large", "--subjects", _folder.Write("gone.txt", $"p1\np{Rows - 1}\n")).Ends(Ran.Done).Json;
        Assert.Equal((2, 2), (gone["found"]!.GetValue<int>(), gone["records"]!.GetValue<int>()));
        var after = Segments();
        Assert.Equal(first.Length, after.Length);
        Assert.Equal(first.Length - 4, first.Intersect(after).Count());
        Assert.Equal(Rows - 2, _city.As("chen", "data", "show", "large").Ends(Ran.Done).Json["rows"]!.GetValue<int>());
        Books.Check(_city.Folder);
        Books.CheckSwept(_city.Folder);
    }

    public void Dispose()
    {
        _city.Dispose();
        _folder.Dispose();
    }

    private Ran Add(params string[] more) => _city.As("chen", ["data", "add", "large", "--file", _folder.File("large.csv"), "--source", "a test", "--acquired", "2026-01-02", "--subject", "person", .. more]);

    private Ran Append(params string[] more) => _city.As("chen", ["data", "append", "large", "--file", _folder.File("large.csv"), "--acquired", "2026-01-02", .. more]);

    private string[] Segments() =>
        [.. Books.Documents(_city.Folder).Single(document => document.Kind == "data_set").Body["batches"]!.AsArray().Last(batch => batch!["withdrawn_at"] is null)!["segments"]!.AsArray().Select(segment => segment!["object_ref"]!["name"]!.GetValue<string>())];

    private void Grant()
    {
        _city.As("chen", "data", "confirm", "large", "--grade", "district=General", "score=General", "remark=General").Ends(Ran.Done);
        var spec = $$"""
            {"name":"buses","purpose":"Plan","from":"{{DateTime.Today:yyyy-MM-dd}}","until":"{{DateTime.Today.AddDays(30):yyyy-MM-dd}}","people":["li"],"tables":[
              {"data_set":"large","sample_per_mille":100,"quasi_identifiers":[],"columns":[
                {"name":"district","workbench":{"rule":"keep"},"production":null},{"name":"score","workbench":{"rule":"keep"},"production":null},
                {"name":"remark","workbench":{"rule":"suppress"},"production":null},{"name":"person","workbench":{"rule":"suppress"},"production":null}]}]}
            """;
        _city.As("li", "scenario", "request", _folder.Write("buses.json", spec)).Ends(Ran.Done);
        _city.As("zhao", "scenario", "confirm", "buses").Ends(Ran.Done);
        _city.As("chen", "scenario", "consent", "buses").Ends(Ran.Done);
    }
}
