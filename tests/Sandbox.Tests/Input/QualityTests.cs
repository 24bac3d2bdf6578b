using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Input;

/// <summary>Loads with planted defects: the scores are the planted numbers, each defect lies with its supplier and load, and no value is told.</summary>
public sealed class QualityTests : IDisposable
{
    private const string Standard = """
        {"standard":"DB53/T 0-2026","rules":[
          {"id":"district-there","present":"district"},
          {"id":"remark-there","present":"remark"},
          {"id":"one-row-a-person","unique":["person"]},
          {"id":"digits","column":"person","identifier":"ResidentIdentity"},
          {"id":"sex-code","column":"sex","one_of":["m","f"]},
          {"id":"score-range","column":"score","between":["0","100"]},
          {"id":"in-order","column":"begun","not_after":"ended"},
          {"id":"same-fee","column":"fee","same_as":"fee_again"},
          {"id":"fresh","column":"updated","within_days":365}]}
        """;

    private static readonly DateOnly Today = DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().Date);

    private readonly SmallCity _city = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    [Requirement("YN23-16-1")]
    public void Scores_are_the_planted_numbers_and_each_defect_names_supplier_and_load()
    {
        // A thousand rows: 17 without district, 4 with a blank remark, 11 wrong check digits, 9 repeated people, 4 wrong codes, 6 impossible scores, 8 in the wrong order, 2 with two fees, 30 stale.
        Load("residents", Rows(1000, 0, row => row with
        {
            District = row.At is >= 100 and < 117 ? "" : row.District,
            Remark = row.At is >= 130 and < 134 ? "\"  \"" : row.Remark,
            Person = row.At is >= 200 and < 211 ? Wrong(row.Person) : row.At is >= 300 and < 309 ? Id(row.At - 50) : row.Person,
            Sex = row.At is >= 400 and < 404 ? "x" : row.At is >= 404 and < 410 ? "" : row.Sex,
            Score = row.At is >= 500 and < 503 ? 101 : row.At is >= 503 and < 506 ? -1 : row.At == 506 ? 100 : row.At == 507 ? 0 : row.Score,
            Ended = row.At is >= 600 and < 608 ? row.Begun.AddDays(-1) : row.At == 608 ? row.Begun : row.Ended,
            FeeAgain = row.At is >= 700 and < 702 ? "9.99" : row.FeeAgain,
            Updated = row.At is >= 800 and < 830 ? Today.AddDays(-366) : row.At == 830 ? Today.AddDays(-365) : row.Updated,
        }));
        As("data", "quality", "residents").RefusedBy("YN23-16-1");
        var first = Assert.Single(As("data", "standard", "residents", _folder.Write("standard.json", Standard)).Ends(Ran.Done).Json["loads"]!.AsArray())!;
        Assert.Equal(
            [
                "district-there complete 1000 17 civil-affairs b1", "remark-there complete 1000 4 civil-affairs b1", "one-row-a-person accurate 1000 9 civil-affairs b1", "digits accurate 1000 11 civil-affairs b1",
                "sex-code accurate 994 4 civil-affairs b1", "score-range accurate 1000 6 civil-affairs b1", "in-order consistent 1000 8 civil-affairs b1", "same-fee consistent 1000 2 civil-affairs b1", "fresh timely 1000 30 civil-affairs b1",
            ],
            Faults(first));
        Assert.Equal("timely 1000 30 0.97, accurate 3994 30 0.992489, complete 2000 21 0.9895, consistent 2000 10 0.995", Scores(first));

        // A second load: five people who stand in the first and three who stand twice in it, one row of which the loader refuses.
        var second = Rows(200, 2000, row => row with { Person = row.At is >= 2010 and < 2015 ? Id(row.At - 2000) : row.At is >= 2020 and < 2023 ? Id(row.At + 100) : row.Person });
        var appended = As("data", "append", "residents", "--file", _folder.Write("more.csv", second + "broken\n"), "--acquired", "2026-02-02").Ends(Ran.Done).Json;
        Assert.Equal(["one-row-a-person accurate 200 8 civil-affairs b2"], Faults(appended["quality"]![1]!));
        var report = As("data", "quality", "residents").Ends(Ran.Done).Json;
        Assert.Equal("DB53/T 0-2026", report["standard"]!.GetValue<string>());
        Assert.Equal(["b1 1000 0", "b2 200 1"], report["loads"]!.AsArray().Select(load => $"{load!["batch"]} {load["rows"]} {load["rejected"]}"));
        Assert.Equal(9, Faults(report["loads"]![0]!).Length);
        Assert.Equal(report["loads"]!.ToJsonString(), _city.As("zhao", "data", "quality", "residents").Ends(Ran.Done).Json["loads"]!.ToJsonString());

        // A corrected delivery takes the first one's place: its faults are gone, and those of the second are counted without it.
        var corrected = As("data", "replace", "residents", "--batch", "b1", "--file", Write(Rows(1000, 0, row => row)), "--acquired", "2026-03-03").Ends(Ran.Done).Json;
        Assert.Equal(["b2", "b3"], corrected["quality"]!.AsArray().Select(load => load!["batch"]!.GetValue<string>()));
        var anew = As("data", "quality", "residents", "--measure").Ends(Ran.Done).Json["loads"]!.AsArray();
        Assert.Equal(["one-row-a-person accurate 200 3 civil-affairs b2"], Faults(anew[0]!));
        Assert.Equal(["one-row-a-person accurate 1000 5 civil-affairs b3"], Faults(anew[1]!));

        // The ledger has the acts and no figure of them; nobody else reads them.
        var entries = _city.Call("ledger", "show").Ends(Ran.Done).Output;
        Assert.Contains("data.quality-measured", entries, StringComparison.Ordinal);
        Assert.DoesNotContain("faulty", entries, StringComparison.Ordinal);
        foreach (var stranger in new[] { "li", "wu" })
        {
            _city.As(stranger, "data", "quality", "residents").RefusedBy("SB-HOST-5");
            _city.As(stranger, "data", "quality", "residents", "--measure").RefusedBy("SB-HOST-5");
        }

        Planted.AssertAbsent("the log", _city.Log);
        Planted.AssertAbsent("the books", _city.State());
        Assert.DoesNotContain(Id(1), report.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_standard_that_is_faulty_does_not_fit_or_is_not_the_providers_changes_nothing()
    {
        Load("residents", Rows(50, 0, row => row));
        string Rule(string rule) => _folder.Write("faulty.json", $$"""{"standard":"q","rules":[{"id":"a",{{rule}}}]}""");
        var before = _city.State();
        As("data", "standard", "residents", Rule("\"present\":\"no-such-column\"")).Ends(Ran.Refused);
        As("data", "standard", "residents", Rule("\"present\":3")).RefusedBy("YN23-16-1");
        As("data", "standard", "residents", Rule("\"column\":\"sex\",\"within_days\":3")).RefusedBy("SB-QUALITY-1");
        As("data", "standard", "residents", Rule("\"column\":\"sex\",\"not_after\":\"score\"")).RefusedBy("SB-QUALITY-1");
        As("data", "standard", "residents", Rule($"\"column\":\"score\",\"between\":[\"{Planted.Cell}\",null]")).RefusedBy("SB-ZONE-5");
        As("data", "standard", "residents", Rule("\"column\":\"sex\",\"one_of\":[\"m'); DROP TABLE x; --\"]")).Ends(Ran.Done);
        _city.As("li", "data", "standard", "residents", Rule("\"present\":\"sex\"")).RefusedBy("SB-HOST-5");
        _city.As("zhao", "data", "standard", "residents", Rule("\"present\":\"sex\"")).RefusedBy("SB-HOST-5");
        As("data", "standard", "nobody", Rule("\"present\":\"sex\"")).Ends(Ran.Refused);
        var quality = As("data", "quality", "residents").Ends(Ran.Done).Json;
        Assert.Equal("1", quality["revision"]!.ToJsonString());
        Assert.Equal(["a accurate 50 50 civil-affairs b1"], Faults(quality["loads"]![0]!));
        Assert.NotEqual(before, _city.State());
        Planted.AssertAbsent("the log", _city.Log);
    }

    public void Dispose()
    {
        _city.Dispose();
        _folder.Dispose();
    }

    private Ran As(params string[] words) => _city.As("chen", words);

    private string Write(string text) => _folder.Write("rows.csv", text);

    private void Load(string name, string rows) =>
        As("data", "add", name, "--file", Write(rows), "--source", "a test", "--acquired", "2026-01-02", "--subject", "person", "--text", "fee", "fee_again").Ends(Ran.Done);

    private static string[] Faults(JsonNode load) =>
        [.. load["faults"]!.AsArray().Select(fault => $"{fault!["rule"]} {fault["dimension"]} {fault["looked"]} {fault["faulty"]} {fault["supplier"]} {fault["batch"]}")];

    private static string Scores(JsonNode load) =>
        string.Join(", ", load["dimensions"]!.AsObject().Select(side => $"{side.Key} {side.Value!["looked"]} {side.Value["faulty"]} {side.Value["score"]}"));

    private static string Rows(int count, int from, Func<Row, Row> change)
    {
        var text = new StringBuilder("person,district,sex,score,begun,ended,fee,fee_again,updated,remark\n");
        for (var at = from; at < from + count; at++)
        {
            var begun = new DateOnly(2020, 1, 1).AddDays(at % 700);
            var row = change(new Row(at, Id(at), "abcd"[at % 4].ToString(), at % 2 == 0 ? "m" : "f", at % 100, begun, begun.AddDays(at % 50), "12.50", "12.50", Today.AddDays(-(at % 300)), Planted.Cell));
            text.Append(CultureInfo.InvariantCulture, $"{row.Person},{row.District},{row.Sex},{row.Score},{Iso(row.Begun)},{Iso(row.Ended)},{row.Fee},{row.FeeAgain},{Iso(row.Updated)},{row.Remark}\n");
        }

        return text.ToString();
    }

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Resident identity number of a made-up person, with the check digit of GB 11643 (ISO 7064 MOD 11-2).</summary>
    private static string Id(int person)
    {
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        var body = string.Create(CultureInfo.InvariantCulture, $"530102{new DateOnly(1960, 1, 1).AddDays(person):yyyyMMdd}{(person % 900) + 100:D3}");
        return body + "10X98765432"[body.Select((digit, at) => (digit - '0') * weights[at]).Sum() % 11];
    }

    private static string Wrong(string id) => id[..^1] + (id[^1] == '1' ? '2' : '1');

    private sealed record Row(int At, string Person, string District, string Sex, int Score, DateOnly Begun, DateOnly Ended, string Fee, string FeeAgain, DateOnly Updated, string Remark);
}
