using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Trust;

namespace Sandbox.Sandbox.Tests.Rounds;

/// <summary>CC-11-3, distributed privacy computing: a joint sum, a match count and a model through the command line; what the platform keeps holds no input, and its whole disk opens no contribution.</summary>
public sealed class JointComputingTests(RoundCity city) : IClassFixture<RoundCity>
{
    private static readonly string[] Three = ["east", "south", "west"];

    [Fact]
    [Requirement("CC-11-3")]
    public void Means_deviations_and_a_joint_model_leave_by_the_gate_and_the_disk_of_the_platform_opens_nothing()
    {
        const string Measures = """{"name":"x","unit":"","decimals":0,"minimum":"0","maximum":"1000","squares":false},{"name":"y","unit":"","decimals":2,"minimum":"-20000","maximum":"20000","squares":false}""";
        city.Begin("joint", Three, Rows, Measures, more: ",\"cross_products\":true", year: 2014);
        AssertClosed("joint");
        city.Finish("joint");
        AssertClosed("joint");

        AssertNothingOnTheWay("joint");
        Passes("joint-model", "joint", "term", """{"name":"estimate","kind":"coefficient","column":"y ~ x","digits":6},{"name":"rows","kind":"count","column":null,"digits":15}""");
        Passes("joint-spread", "joint", "group", """{"name":"mean","kind":"mean","column":"y","digits":6},{"name":"spread","kind":"deviation","column":"y","digits":6},{"name":"rows","kind":"count","column":null,"digits":15}""");

        // What left is right: the least-squares line, mean and deviation over the pooled rows of all three, worked out here.
        var rows = File.ReadAllLines(city.Home("joint-east.csv")).Skip(1).Select(line => line.Split(',').Select(cell => decimal.Parse(cell, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        var (n, x, y) = (rows.Length, rows.Sum(row => row[0]), rows.Sum(row => row[1]));
        var slope = ((n * rows.Sum(row => row[0] * row[1])) - (x * y)) / ((n * rows.Sum(row => row[0] * row[0])) - (x * x));
        AssertFigures(city.Release("joint-model"), slope, (y - (slope * x)) / n, 3 * n);
        var variance = 3 * rows.Sum(row => (row[1] - (y / n)) * (row[1] - (y / n))) / ((3 * n) - 1);
        AssertFigures(city.Release("joint-spread"), y / n, (decimal)Math.Sqrt((double)variance), 3 * n);
        AssertEvidence("joint", "joint-model");
        city.Export("joint-unknown", "joint", "term", """{"name":"estimate","kind":"coefficient","column":"y ~ z","digits":6},{"name":"rows","kind":"count","column":null,"digits":15}""").RefusedBy("SB-HE-65");
        city.Export("joint-bare", "joint", "term", """{"name":"estimate","kind":"coefficient","column":"y ~ x","digits":6}""").RefusedBy("SB-HOST-6");
    }

    [Fact]
    [Requirement("CC-11-3")]
    public void A_match_count_leaves_by_the_gate_only_and_small_ones_not_at_all()
    {
        Assert.Equal(25, Match("drivers", 40, 60, 25));
        city.Export("drivers-table", "drivers", "pair", """{"name":"common","kind":"count","column":null,"digits":15}""").Ends(Ran.Done);
        AssertFigures(city.Release("drivers-table"), 25);

        // Below ten; and one that differs by one from the count before.
        Match("few", 40, 60, 4);
        city.Export("few-table", "few", "pair", """{"name":"common","kind":"count","column":null,"digits":15}""").RefusedBy("SB-MATCH-8");
        Match("nearly", 40, 60, 26);
        city.Export("nearly-table", "nearly", "pair", """{"name":"common","kind":"count","column":null,"digits":15}""").RefusedBy("SB-MATCH-8");
        city.Export("none-table", "absent", "pair", """{"name":"common","kind":"count","column":null,"digits":15}""").Ends(Ran.Refused);
    }

    // FT-18-3 and YN23-18-1, as far as a round carries them: its key lies with a bureau of a higher level, off the platform; how a request climbs and is answered in time is not the round's.
    [Fact]
    public void Nothing_opens_before_the_upper_bureaus_answer_which_is_sealed_to_the_domain_that_asked_and_keeps_its_name_on_both_sides()
    {
        const string Measure = """{"name":"y","unit":"","decimals":2,"minimum":"-20000","maximum":"20000","squares":true}""";
        city.Begin("upper", Three, Rows, Measure, year: 2012);
        city.Sum("upper");
        city.Permit("upper").Ends(Ran.Done);
        const string Table = """{"name":"total","kind":"sum","column":"y","digits":15},{"name":"rows","kind":"count","column":null,"digits":15}""";
        city.Export("too-early", "upper", "group", Table).RefusedBy("SB-HE-50");
        city.As("zhao", "he", "round", "receive", "upper", city.Write("made-up.opened", new byte[300])).RefusedBy("SB-HE-62");
        Assert.Equal("Permitted", city.Call("he", "status", "upper").Json["state"]!.GetValue<string>());

        // The upper bureau answers: with its own key, on its own machine, into an envelope that shows nothing.
        city.Open("upper").Ends(Ran.Done);
        AssertNothingOnTheWay("upper");
        city.Receive("upper").Ends(Ran.Done);
        city.Export("in-time", "upper", "group", Table).Ends(Ran.Done);

        // The same name and terms in the upper bureau's record and in the domain's ledger; and the round in the domain's lineage with all who took part.
        var record = File.ReadAllText(city.Home("openings.log"));
        var opened = city.Call("ledger", "show", "--kind", "round.opened", "--count", "1000").Output;
        var terms = JsonNode.Parse(File.ReadAllLines(city.Home("openings.log")).Last(line => line.Contains("\"upper\"", StringComparison.Ordinal)))!["payload"]!["terms"]!.GetValue<string>();
        Assert.Contains(terms, opened, StringComparison.Ordinal);
        Assert.DoesNotContain("17319", record, StringComparison.Ordinal);
        var lineage = city.As("zhao", "lineage", "show", "round:upper").Ends(Ran.Done).Output;
        Assert.All(Three, county => Assert.Contains($"county-{county}", lineage, StringComparison.Ordinal));
    }

    private static void AssertFigures(string csv, params decimal[] expected)
    {
        decimal[] numbers = [.. csv.Split('\n', ',').Select(cell => decimal.TryParse(cell.Trim('"', '\r', ' '), NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : (decimal?)null).OfType<decimal>()];
        Assert.All(expected, one => Assert.True(numbers.Any(number => Math.Abs(number - one) <= Math.Abs(one) * 0.00001m), $"{one} is not in\n{csv}"));
    }

    /// <summary>What the parties hand to one another – the traffic of a round – holds no input, as text, wide text or number.</summary>
    private void AssertNothingOnTheWay(string round)
    {
        byte[][] forms = [Encoding.ASCII.GetBytes("17319.46"), Encoding.Unicode.GetBytes("17319.46"), BitConverter.GetBytes(1731946L), BitConverter.GetBytes(17319.46)];
        string[] files = [round + ".hepub", round + ".invitation", .. Three.Select(county => $"{round}-{county}.part"), round + ".recount", round + ".witness", round + ".hesum", round + ".opened"];
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(city.Home(file));
            Assert.All(forms, form => Assert.True(bytes.AsSpan().IndexOf(form) < 0, $"an input is in {file}"));
        }
    }

    /// <summary>The ledger holds every step of the round, the release is proved to be in it, and a changed entry is found.</summary>
    private void AssertEvidence(string round, string release)
    {
        foreach (var act in new[] { "round.opened", "round.contributed", "round.closed", "round.summed", "round.permitted", "round.opened-total" })
        {
            Assert.Contains($"\"{round}\"", city.Call("ledger", "show", "--kind", act, "--count", "1000").Ends(Ran.Done).Output, StringComparison.Ordinal);
        }

        city.Call("ledger", "verify").Ends(Ran.Done);
        var package = city.Package(release);
        SandboxProgram.Json("verify", package, "--key", Path.Combine(city.City, "domain.pub"), "--receipt", package + ".receipt").Ends(Ran.Done);
        var copy = Directory.CreateDirectory(city.Home("tampered")).FullName;
        foreach (var file in Directory.EnumerateFiles(city.City))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        using (var database = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(copy, "registry.db")};Pooling=False"))
        {
            database.Open();
            using var checkpoint = database.CreateCommand();
            checkpoint.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            checkpoint.ExecuteNonQuery();
        }

        SandboxProgram.Json("ledger", "verify", "--dir", copy).Ends(Ran.Done);
        var bytes = ReadShared(Path.Combine(copy, "registry.db"));
        var at = bytes.AsSpan().LastIndexOf("round.summed"u8);
        Assert.True(at > 0);
        bytes[at + 6] ^= 1;
        File.WriteAllBytes(Path.Combine(copy, "registry.db"), bytes);
        SandboxProgram.Json("ledger", "verify", "--dir", copy).Ends(Ran.Refused);
    }

    private int Match(string name, int first, int second, int common)
    {
        city.Write(name + ".json", $$"""
            {"name":"{{name}}","scenario":"shuttle","purpose":"a test","identifier":"licence","first":"office-east","second":"office-west","padded_size":64,"closes_at":"2090-01-01T00:00:00Z"}
            """);
        city.As("li", "he", "match", "open", city.Home(name + ".json"), "--out", city.Home(name + ".terms")).Ends(Ran.Done);
        city.Write(name + "-east.txt", string.Concat(Enumerable.Range(0, first).Select(i => $"{Planted.Number}-{i}\n")));
        city.Write(name + "-west.txt", string.Concat(Enumerable.Range(0, second).Select(i => $"{(i < common ? Planted.Number : "other")}-{i}\n")));
        foreach (var party in new[] { "east", "west" })
        {
            Party(name, "blind", party, "--ids", city.Home($"{name}-{party}.txt"), "--out", city.Home($"{name}-{party}.points")).Ends(Ran.Done);
        }

        Party(name, "reblind", "east", "--points", city.Home(name + "-west.points"), "--out", city.Home(name + "-1.double")).Ends(Ran.Done);
        Party(name, "reblind", "west", "--points", city.Home(name + "-east.points"), "--out", city.Home(name + "-2.double")).Ends(Ran.Done);
        city.As("li", "he", "match", "count", name, city.Home(name + "-1.double"), city.Home(name + "-1.double")).RefusedBy("SB-MATCH-3");
        var answer = city.As("li", "he", "match", "count", name, city.Home(name + "-2.double"), city.Home(name + "-1.double")).Ends(Ran.Done);
        Assert.Equal(["status", "match", "held"], answer.Json.Select(member => member.Key));
        city.As("li", "he", "match", "count", name, city.Home(name + "-2.double"), city.Home(name + "-1.double")).RefusedBy("SB-MATCH-6");

        // Nothing that went between the parties or lies with the platform shows an identifier.
        foreach (var file in new[] { "-east.points", "-west.points", "-1.double", "-2.double" })
        {
            Assert.Equal(-1, File.ReadAllBytes(city.Home(name + file)).AsSpan().IndexOf(Encoding.ASCII.GetBytes(Planted.Number)));
        }

        AssertAbsent(Planted.Number);
        return common;
    }

    private Ran Party(string name, string step, string party, params string[] more) => SandboxProgram.Json(
        ["he", "match", step, city.Home(name + ".terms"), "--secret", city.Home($"{name}-{party}.secret"), "--person-key", city.Home(party + ".key"), "--platform-key", Path.Combine(city.City, "domain.pub"), .. more]);

    private void Passes(string name, string round, string dimension, string measures)
    {
        city.Export(name, round, dimension, measures).Ends(Ran.Done);
        city.As("sun", "export", "show", name).Ends(Ran.Done);
    }

    /// <summary>Whoever has every file of the platform, opened with its own master key, finds no key of the scheme and no input in them.</summary>
    private void AssertClosed(string round)
    {
        AssertAbsent("17319.46");
        var files = Directory.EnumerateFiles(city.City, "*", SearchOption.AllDirectories).ToArray();
        Assert.DoesNotContain(files, file => file.EndsWith(".hekey", StringComparison.Ordinal));

        // The secret key as it lies at the bureau, encrypted or not, lies nowhere in the domain; nor is any sealed object as long as one.
        var guarded = File.ReadAllBytes(city.Home(round + ".hekey"));
        var sample = guarded.AsSpan(guarded.Length / 2, 24).ToArray();
        Assert.All(files, file => Assert.Equal(-1, ReadShared(file).AsSpan().IndexOf(sample)));

        // With the domain's own keys every object of the round is read: none of them is a secret key.
        using var domain = Host.Domains.OpenDomain.Open(city.City, new Host.Domains.Unlocking(), TimeProvider.System, new Host.Domains.DomainSettings());
        var kept = domain.Registry.Find<Host.Rounds.Round>(round)!;
        using var key = domain.Keys.OpenKey(KeyScope.Round, round);
        foreach (var reference in new[] { kept.HolderKey, kept.Total, kept.Receiver, kept.Opened }.Concat(kept.Contributions.Select(part => part.Sealed)).OfType<ObjectRef>())
        {
            using var plain = new MemoryStream();
            domain.Store.OpenInto(reference, key, plain);
            Assert.DoesNotContain((int)plain.Length, ParameterSet.All.Select(set => set.SecretKeyBytes));
        }
    }

    private void AssertAbsent(string value)
    {
        foreach (var file in Directory.EnumerateFiles(city.City, "*", SearchOption.AllDirectories))
        {
            Assert.True(ReadShared(file).AsSpan().IndexOf(Encoding.ASCII.GetBytes(value)) < 0, $"an input lies in {file}");
        }
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes;
    }

    private string Rows(string county)
    {
        var text = new StringBuilder("x,y\n5,17319.46\n");
        for (var row = 0; row < 40; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row},{2.5 * row + (row % 2 == 0 ? 0.25 : -0.25):0.00}\n");
        }

        return city.Write($"joint-{county}.csv", text.ToString());
    }
}
