using System.Globalization;
using System.Text;
using Sandbox.Fixtures;
using Sandbox.Host.Rounds;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Vault.Arrow;

namespace Sandbox.Sandbox.Tests.Rounds;

/// <summary>What a provider needs at home: .NET and its rows, as CSV or Arrow; and what its tool refuses.</summary>
public sealed class AtHomeTests(RoundCity city) : IClassFixture<RoundCity>
{
    private const string Measures = """{"name":"score","unit":"","decimals":2,"minimum":"-1000","maximum":"1000","squares":true},{"name":"days","unit":"","decimals":0,"minimum":"0","maximum":"366","squares":false}""";

    private static readonly string[] Three = ["east", "south", "west"];

    [Fact]
    public async Task The_tool_contributes_with_nothing_but_dotnet_from_CSV_and_from_Arrow()
    {
        city.KeyGen("formats").Ends(Ran.Done);
        city.OpenRound("formats", Three, Measures, "\"a\",\"b\"", year: 2010).Ends(Ran.Done);

        // The managed assemblies alone, in a folder with no engines above it, and a path on which there is no program.
        var bare = Directory.CreateDirectory(city.Home("bare")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(SandboxProgram.Path)!).Where(file => file.EndsWith(".dll", StringComparison.Ordinal) || file.EndsWith(".json", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(bare, Path.GetFileName(file)));
        }

        // Whatever needs an engine does not run there: the folder is as bare as it should be.
        (await Bare(bare, [.. city.Contributing("formats", "east", Csv("east"), "--group", "group", "--backend", "seal"), "--json"])).Ends(Ran.Refused);
        Assert.False(File.Exists(city.Part("formats", "east")));
        var files = new[] { Csv("east"), Arrow("south", exact: false), Arrow("west", exact: true) };
        foreach (var (county, rows) in Three.Zip(files))
        {
            var answer = (await Bare(bare, [.. city.Contributing("formats", county, rows, "--group", "group"), "--json"])).Ends(Ran.Done);
            Assert.Equal(40, answer.Json["rows"]!.GetValue<int>());
        }

        city.Take("formats", [.. Three.Select(county => city.Part("formats", county))]).Ends(Ran.Done);
        city.Finish("formats");

        // The three counties have the same forty rows: group a the even ones.
        using var domain = Host.Domains.OpenDomain.Open(city.City, new Host.Domains.Unlocking(), TimeProvider.System, new Host.Domains.DomainSettings());
        var figures = OpenedFigures.Read(domain, domain.Registry.Find<Round>("formats")!).Figures.ToDictionary(figure => (figure.Group, figure.Measure));
        foreach (var (group, first) in new[] { ("a", 0), ("b", 1) })
        {
            var rows = Enumerable.Range(0, 40).Where(row => row % 2 == first).ToArray();
            Assert.Equal(3 * rows.Sum(Score), figures[(group, "score")].Sum);
            Assert.Equal(3 * rows.Sum(row => Score(row) * Score(row)), figures[(group, "score")].Squares);
            Assert.Equal(3 * rows.Length, figures[(group, "score")].Count);
            Assert.Equal(3 * rows.Count(row => row % 10 != 0), figures[(group, "days")].Count);
            Assert.Equal(3 * rows.Where(row => row % 10 != 0).Sum(row => row), figures[(group, "days")].Sum);
        }
    }

    [SharedDataFact]
    public void A_real_Arrow_file_of_two_hundred_thousand_flights_is_added_up_exactly()
    {
        const string Flights = """{"name":"delay","unit":"min","decimals":0,"minimum":"-10000","maximum":"10000","squares":false},{"name":"distance","unit":"mi","decimals":0,"minimum":"0","maximum":"100000","squares":false}""";
        var path = Path.Combine(Checkout.SharedData!, "real", "transport", "flights-200k.arrow");
        city.KeyGen("flights").Ends(Ran.Done);
        city.OpenRound("flights", Three, Flights, rows: 300_000, year: 2001).Ends(Ran.Done);
        var table = ArrowTable.FromUntrusted(File.ReadAllBytes(path), ArrowLimits.Default);
        Assert.True(table.Rows >= 200_000);
        foreach (var county in Three)
        {
            Assert.Equal(table.Rows, city.Contribute("flights", county, path).Ends(Ran.Done).Json["rows"]!.GetValue<long>());
        }

        city.Take("flights", [.. Three.Select(county => city.Part("flights", county))]).Ends(Ran.Done);
        city.Finish("flights");
        using var domain = Host.Domains.OpenDomain.Open(city.City, new Host.Domains.Unlocking(), TimeProvider.System, new Host.Domains.DomainSettings());
        foreach (var figure in OpenedFigures.Read(domain, domain.Registry.Find<Round>("flights")!).Figures)
        {
            var at = table.Schema.IndexOf(figure.Measure);
            Assert.Equal(3 * table.Batches.Sum(batch => Enumerable.Range(0, batch.Rows).Sum(row => batch.Columns[at].GetInt64(row) ?? 0)), figure.Sum);
            Assert.Equal(3 * table.Rows, figure.Count);
        }
    }

    [Fact]
    public void Arrow_that_is_cut_or_of_other_columns_is_refused_and_values_are_held_to_their_bounds()
    {
        city.KeyGen("hostile-arrow").Ends(Ran.Done);
        city.OpenRound("hostile-arrow", Three, Measures, "\"a\",\"b\"", year: 2009).Ends(Ran.Done);
        var good = File.ReadAllBytes(Arrow("good", exact: true));
        foreach (var bytes in new byte[][] { good[..^8], good[..(good.Length / 2)], [], [1, 2, 3], "ARROW1"u8.ToArray(), [.. "ARROW1\0\0"u8, .. new byte[40]] })
        {
            city.Contribute("hostile-arrow", "east", city.Write("hostile.arrow", bytes), "--group", "group").RefusedBy("SB-HE-68");
        }

        for (var at = 4; at < good.Length; at += good.Length / 12)
        {
            var flipped = good.ToArray();
            flipped[at] ^= 0x40;
            var ran = city.Contribute("hostile-arrow", "east", city.Write("flipped.arrow", flipped), "--group", "group");
            Assert.True(ran.Code is Ran.Done or Ran.Refused, ran.ToString());
            File.Delete(city.Part("hostile-arrow", "east"));
        }

        Refused("SB-HE-15", ArrowColumns.OfText("group", ["a"]), ArrowColumns.OfFloat64("score", [0.125]), ArrowColumns.OfInt64("days", [1]));
        Refused("SB-HE-15", ArrowColumns.OfText("group", ["a"]), ArrowColumns.OfFloat64("score", [double.NaN]), ArrowColumns.OfInt64("days", [1]));
        Refused("SB-HE-15", ArrowColumns.OfText("group", ["a"]), ArrowColumns.OfFloat64("score", [1]), ArrowColumns.OfInt64("days", [367]));
        Refused("SB-HE-14", ArrowColumns.OfText("group", [null]), ArrowColumns.OfFloat64("score", [1]), ArrowColumns.OfInt64("days", [1]));
        Refused("SB-HE-52", ArrowColumns.OfText("group", ["a"]), ArrowColumns.OfFloat64("score", [1]));
        Refused("SB-HE-52", ArrowColumns.OfText("group", ["a"]), ArrowColumns.OfFloat64("score", [1]), ArrowColumns.OfInt64("days", [1]), ArrowColumns.OfInt64("days", [1]));
        Refused("SB-HE-68", ArrowColumns.OfText("group", ["a"]), ArrowColumns.OfFloat64("score", [1]), ArrowColumns.OfBool("days", [true]));
        var words = city.Contributing("hostile-arrow", "east", Csv("both"), "--group", "group");
        Assert.Equal(Ran.Usage, SandboxProgram.Run([.. words, "--arrow", city.Home("flipped.arrow")]).Code);
        Assert.Equal(Ran.Usage, SandboxProgram.Run([.. words.Where(word => word != "--csv" && !word.EndsWith(".csv", StringComparison.Ordinal))]).Code);

        void Refused(string rule, params ArrowColumn[] columns)
        {
            using (var target = File.Create(city.Home("wrong.arrow")))
            {
                Table(columns).WriteTo(target);
            }

            city.Contribute("hostile-arrow", "east", city.Home("wrong.arrow"), "--group", "group").RefusedBy(rule);
        }
    }

    [Fact]
    public void A_round_without_flooding_says_so_and_takes_only_those_who_trust_the_key_holder()
    {
        city.KeyGen("unflooded", "--set", "A", "--guard", city.Home("guard.key")).Ends(Ran.Done);

        // Nobody stated a distance, so there is to be one, and set A has no room; a demanded one neither.
        foreach (var more in new[] { "", ",\"flooding_bits\":40", ",\"flooding_bits\":13", ",\"flooding_bits\":-1" })
        {
            var refused = city.OpenRound("unflooded", Three, Measures, "\"a\",\"b\"", more, year: 2008).RefusedBy("SB-HE-29");
            Assert.Contains("parameter set A has room for 13", refused.Output, StringComparison.Ordinal);
        }

        city.OpenRound("unflooded", Three, Measures, "\"a\",\"b\"", ",\"flooding_bits\":0", year: 2008).Ends(Ran.Done);
        Assert.Contains("parameter set A has not the room: the key holder is trusted", city.Call("he", "status", "unflooded").Json["key_holder_noise"]!.GetValue<string>(), StringComparison.Ordinal);
        city.Contribute("unflooded", "east", Csv("east"), "--group", "group").RefusedBy("SB-HE-66");
        Assert.False(File.Exists(city.Part("unflooded", "east")));
        foreach (var county in Three)
        {
            city.Contribute("unflooded", county, Csv(county), "--group", "group", "--trust-key-holder").Ends(Ran.Done);
        }

        city.Take("unflooded", [.. Three.Select(county => city.Part("unflooded", county))]).Ends(Ran.Done);
        city.Finish("unflooded");

        // Set B without a stated distance is flooded, and its terms say how.
        city.KeyGen("flooded").Ends(Ran.Done);
        Assert.Equal(64, city.OpenRound("flooded", Three, Measures, "\"a\",\"b\"", year: 2007).Ends(Ran.Done).Json["flooding_bits"]!.GetValue<int>());
        Assert.Contains("within the statistical distance 2^-64", city.Call("he", "status", "flooded").Json["key_holder_noise"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private static decimal Score(int row) => row % 3 == 0 ? -row - 0.25m : row + 0.1m;

    private static ArrowTable Table(params ArrowColumn[] columns)
    {
        var batch = ArrowColumns.ToBatch(columns);
        return new(batch.Schema, [batch]);
    }

    private static async Task<Ran> Bare(string folder, string[] words)
    {
        var start = SandboxProgram.Words(words);
        start.ArgumentList[0] = Path.Combine(folder, "Sandbox.dll");
        start.Environment["PATH"] = folder;
        start.Environment.Remove("SANDBOX_ENGINES");
        start.WorkingDirectory = folder;
        return await SandboxProgram.RunAsync(start);
    }

    private string Csv(string county)
    {
        var text = new StringBuilder("days,group,score\n");
        for (var row = 0; row < 40; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(row % 10 == 0 ? "" : row)},{(row % 2 == 0 ? "a" : "b")},{Score(row)}\n");
        }

        return city.Write($"home-{county}.csv", text.ToString());
    }

    /// <summary>The same rows in two batches: as doubles and text, or as decimals and indices into a dictionary.</summary>
    private string Arrow(string county, bool exact)
    {
        using var target = new MemoryStream();
        ArrowBatch[] batches = [Rows(0, 25), Rows(25, 15)];
        new ArrowTable(batches[0].Schema, batches).WriteTo(target);
        return city.Write($"home-{county}.arrow", target.ToArray());

        ArrowBatch Rows(int from, int count)
        {
            var rows = Enumerable.Range(from, count).ToArray();
            string?[] groups = [.. rows.Select(row => row % 2 == 0 ? "a" : "b")];
            return ArrowColumns.ToBatch(
                exact ? ArrowColumns.OfDictionary("group", 1, groups) : ArrowColumns.OfText("group", groups),
                exact ? ArrowColumns.OfDecimal("score", 9, 3, [.. rows.Select(row => (Int128?)(Int128)(Score(row) * 1000))]) : ArrowColumns.OfFloat64("score", [.. rows.Select(row => (double?)(double)Score(row))]),
                ArrowColumns.OfInt64("days", [.. rows.Select(row => row % 10 == 0 ? null : (long?)row)]));
        }
    }
}
