using System.Globalization;
using System.Text;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Trust;

namespace Sandbox.Sandbox.Tests.Rounds;

/// <summary>CC-11-3, distributed privacy computing: a joint sum, a match count and a model through the command line; what the platform keeps holds no input, and its whole disk opens no contribution.</summary>
public sealed class JointComputingTests(RoundCity city) : IClassFixture<RoundCity>
{
    private static readonly string[] Three = ["east", "south", "west"];

    [Fact]
    public void Means_deviations_and_a_joint_model_leave_by_the_gate_and_the_disk_of_the_platform_opens_nothing()
    {
        const string Measures = """{"name":"x","unit":"","decimals":0,"minimum":"0","maximum":"1000","squares":false},{"name":"y","unit":"","decimals":2,"minimum":"-20000","maximum":"20000","squares":false}""";
        city.Begin("joint", Three, Rows, Measures, more: ",\"cross_products\":true", year: 2014);
        AssertClosed("joint");
        city.Finish("joint");
        AssertClosed("joint");

        // Whether the fit is right is held against pooled rows elsewhere; here that it leaves, by the gate.
        Passes("joint-model", "joint", "term", """{"name":"estimate","kind":"coefficient","column":"y ~ x","digits":6},{"name":"rows","kind":"count","column":null,"digits":15}""");
        Passes("joint-spread", "joint", "group", """{"name":"mean","kind":"mean","column":"y","digits":6},{"name":"spread","kind":"deviation","column":"y","digits":6},{"name":"rows","kind":"count","column":null,"digits":15}""");
        city.Export("joint-unknown", "joint", "term", """{"name":"estimate","kind":"coefficient","column":"y ~ z","digits":6},{"name":"rows","kind":"count","column":null,"digits":15}""").RefusedBy("SB-HE-65");
        city.Export("joint-bare", "joint", "term", """{"name":"estimate","kind":"coefficient","column":"y ~ x","digits":6}""").RefusedBy("SB-HOST-6");
    }

    [Fact]
    public void A_match_count_leaves_by_the_gate_only_and_small_ones_not_at_all()
    {
        Assert.Equal(25, Match("drivers", 40, 60, 25));
        city.Export("drivers-table", "drivers", "pair", """{"name":"common","kind":"count","column":null,"digits":15}""").Ends(Ran.Done);

        // Below ten; and one that differs by one from the count before.
        Match("few", 40, 60, 4);
        city.Export("few-table", "few", "pair", """{"name":"common","kind":"count","column":null,"digits":15}""").RefusedBy("SB-MATCH-8");
        Match("nearly", 40, 60, 26);
        city.Export("nearly-table", "nearly", "pair", """{"name":"common","kind":"count","column":null,"digits":15}""").RefusedBy("SB-MATCH-8");
        city.Export("none-table", "absent", "pair", """{"name":"common","kind":"count","column":null,"digits":15}""").Ends(Ran.Refused);
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
            Assert.NotEqual(ParameterSet.A.SecretKeyBytes, (int)plain.Length);
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
