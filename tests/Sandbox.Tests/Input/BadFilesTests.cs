using Sandbox.Host.Answers;
using Sandbox.Host.Exports;
using Sandbox.Host.Rounds;
using Sandbox.Host.Scenarios;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Trust;

namespace Sandbox.Sandbox.Tests.Input;

/// <summary>Scenario, export and round files and models that are malformed or hostile.</summary>
public sealed class BadFilesTests(FinishedDemo demo) : IClassFixture<FinishedDemo>
{
    private const string Scenario = """
        {"name":"second","purpose":"p","from":"2026-01-01","until":"2099-01-01","people":["wu"],"tables":[{"data_set":"flights","sample_per_mille":10,"quasi_identifiers":[],
        "columns":[{"name":"delay","workbench":{"rule":"keep"},"production":null}]}]}
        """;

    private const string Export = """
        {"name":"second","scenario":"night-bus","purpose":"p","recipient":{"id":"r","name":"R","country":"CN"},"tables":[{"name":"t","source":"register","run":null,"round":null,
        "dimensions":["division"],"measures":[{"name":"people","kind":"count","column":null,"digits":15}]}]}
        """;

    private const string Round = """
        {"name":"second","scenario":"night-bus","purpose":"p","from":"2025-01-01","until":"2025-06-30","key_holder":"zhao","groups":["a","b"],"measures":[{"name":"m","unit":"CNY","decimals":2,"minimum":"0","maximum":"10","squares":false}],
        "contributors":["office-county-east","office-county-south","office-county-west"],"minimum_contributors":3,"maximum_rows":100,"closes_at":"2099-01-01T00:00:00Z"}
        """;

    private static string[] OpenRound => ["he", "round", "open", "--key", FinishedDemo.Homes.PublicKey];

    /// <summary>Texts that are of no such form, made from the right one.</summary>
    public static TheoryData<string> Broken() =>
    [
        "", " ", "{", "[]", "null", "7", "\"text\"", "{}", "name: x", "{\"name\":\"x\"}", "{\"name\":null}", "deep", "unknown", "doubled", "comment", "trailing", "utf-8", "too long", "number", "null list", "null item", "BOM twice",
    ];

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_malformed_file_is_refused_by_its_reader(string how)
    {
        Assert.Throws<RefusedException>(() => ScenarioSpec.FromUntrusted(Break(Scenario, how)));
        Assert.Throws<RefusedException>(() => ExportSpec.FromUntrusted(Break(Export, how)));
        Assert.Throws<RefusedException>(() => RoundSpec.FromUntrusted(Break(Round, how)));
    }

    [Theory]
    [InlineData("null item")]
    [InlineData("doubled")]
    [InlineData("utf-8")]
    [InlineData("too long")]
    public void A_malformed_file_is_refused_at_the_door(string how)
    {
        using var folder = new TemporaryFolder();
        foreach (var (words, text) in new[] { (new[] { "scenario", "request" }, Scenario), (["export", "request"], Export), (OpenRound, Round) })
        {
            demo.As("li", [.. words, folder.Write("file.json", Break(text, how))]).RefusedBy("SB-HOST-6", "SB-HOST-10");
        }
    }

    public static TheoryData<string, string, string, string> Wrong() => new()
    {
        { "scenario", "\"until\":\"2099-01-01\"", "\"until\":\"2025-01-01\"", "CC-13-1" },
        { "scenario", "\"wu\"", "\"nobody\"", "SB-HOST-1" },
        { "scenario", "\"flights\"", "\"none\"", "SB-HOST-1" },
        { "scenario", "\"sample_per_mille\":10", "\"sample_per_mille\":1000", "CC-20-2" },
        { "scenario", "\"sample_per_mille\":10", "\"sample_per_mille\":-5", "CC-20-2" },
        { "scenario", "\"name\":\"delay\"", "\"name\":\"qdocument6617\"", "SB-HOST-1" },
        { "scenario", "{\"rule\":\"keep\"}", "{\"rule\":\"qdocument6617\"}", "" },
        { "scenario", "{\"rule\":\"keep\"}", "[]", "" },
        { "scenario", "\"name\":\"second\"", "\"name\":\"s123456\"", "SB-HOST-3" },
        { "export", "\"scenario\":\"night-bus\"", "\"scenario\":\"none\"", "SB-HOST-1" },
        { "export", "\"source\":\"register\"", "\"source\":\"none\"", "CC-17-3" },
        { "export", "\"source\":\"register\"", "\"source\":null", "SB-HOST-6" },
        { "export", "\"division\"", "\"phone\"", "CC-17-3" },
        { "export", "\"division\"", "\"id_number\"", "" },
        { "export", "\"run\":null", "\"run\":\"run-99\"", "SB-HOST-1" },
        { "export", "\"kind\":\"count\",\"column\":null", "\"kind\":\"sum\",\"column\":null", "" },
        { "export", "\"kind\":\"count\",\"column\":null", "\"kind\":\"sum\",\"column\":\"name\"", "" },
        { "export", "\"digits\":15", "\"digits\":99", "" },
        { "export", "[\"division\"]", "[\"division\",\"division\"]", "" },
        { "export", "\"name\":\"second\"", "\"name\":\"s123456\"", "SB-HOST-3" },
        { "export", "\"purpose\":\"p\"", "\"purpose\":\"another purpose\"", "" },
        { "round", "\"scenario\":\"night-bus\"", "\"scenario\":\"none\"", "SB-HOST-1" },
        { "round", "\"office-county-east\"", "\"nobody\"", "" },
        { "round", "\"office-county-east\"", "\"office-county-west\"", "" },
        { "round", "\"maximum\":\"10\"", "\"maximum\":\"qdocument6617\"", "" },
        { "round", "\"decimals\":2", "\"decimals\":40", "" },
        { "round", "\"closes_at\":\"2099", "\"closes_at\":\"1999", "" },
        { "round", "\"name\":\"second\"", "\"name\":\"s123456\"", "SB-HOST-3" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_file_that_asks_for_what_may_not_be_is_refused(string kind, string right, string wrong, string rule)
    {
        using var folder = new TemporaryFolder();
        var (words, text) = kind switch { "scenario" => (new[] { "scenario", "request" }, Scenario), "export" => (["export", "request"], Export), _ => (OpenRound, Round) };
        Assert.Contains(right, text, StringComparison.Ordinal);
        var before = Documents();
        var ran = demo.As("li", [.. words, folder.Write("file.json", text.Replace(right, wrong, StringComparison.Ordinal))]).Ends(Ran.Refused);
        Assert.True(rule.Length == 0 || ran.Rules.Contains(rule), ran.ToString());
        Assert.Equal(before, Documents());
    }

    public static TheoryData<string> Models() => ["text", "empty", "cut", "folder", "missing", "no manifest", "bad manifest", "other module", "native"];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_that_is_no_sound_WebAssembly_is_refused(string how)
    {
        using var folder = new TemporaryFolder();
        var path = Model(folder, how);
        var before = Documents();
        Assert.NotEqual(Ran.Done, SandboxProgram.Json("model", "inspect", path).Code);
        demo.As("li", "model", "submit", path, "--scenario", "night-bus").Ends(Ran.Refused);
        Assert.Equal(before, Documents());
    }

    [Theory]
    [InlineData("age_group,allowance\nunder-30,qdocument6617\n")]
    [InlineData("age_group,allowance\nqdocument6617,10.00\n")]
    [InlineData("age_group,allowance\nunder-30\n")]
    [InlineData("age_group\nunder-30\n")]
    [InlineData("age_group,allowance\nunder-30,999999999.00\n")]
    [InlineData("age_group,allowance\n\"under-30,10.00\n")]
    [InlineData("")]
    [InlineData("\uFFFDbytes")]
    public void A_providers_own_file_that_does_not_fit_the_round_is_refused(string text)
    {
        using var folder = new TemporaryFolder();
        var path = text.EndsWith("bytes", StringComparison.Ordinal) ? folder.Write("rows.csv", [.. "age_group,allowance\n"u8, 0xFF, 0xFE, 0x2C, 0x31, 0x0A]) : folder.Write("rows.csv", text);
        Contribute(folder, path, "wrong").Ends(Ran.Refused);
        Assert.False(File.Exists(folder.File("wrong")));
        Contribute(folder, folder.Write("right.csv", "age_group,allowance\nunder-30,10.00\n"), "right").Ends(Ran.Done);
    }

    private Ran Contribute(TemporaryFolder folder, string rows, string target)
    {
        string Key(string who) => Path.Combine(demo.Folder, "keys", who + ".key");
        using var bureau = SigningKeyFile.Read(Key("zhao"));
        return SandboxProgram.Json(
            "he", "contribute", FinishedDemo.Homes.Invitation, "--csv", rows, "--group", "age_group", "--person-key", Key("office-county-east"),
            "--platform-key", demo.KeyFile, "--holder-key", folder.Write(target + "-bureau.pub", bureau.Public.ToString()), "--out", folder.File(target));
    }

    private static byte[] Break(string text, string how) => how switch
    {
        "deep" => System.Text.Encoding.UTF8.GetBytes(text.Replace("\"purpose\":\"p\"", "\"purpose\":" + new string('[', 5000) + new string(']', 5000), StringComparison.Ordinal)),
        "unknown" => System.Text.Encoding.UTF8.GetBytes(text.Replace("\"purpose\":\"p\"", $"\"purpose\":\"p\",\"{Planted.Document}\":1", StringComparison.Ordinal)),
        "doubled" => System.Text.Encoding.UTF8.GetBytes(text.Replace("\"purpose\":\"p\"", $"\"purpose\":\"p\",\"purpose\":\"{Planted.Document}\"", StringComparison.Ordinal)),
        "comment" => System.Text.Encoding.UTF8.GetBytes("/* c */" + text),
        "trailing" => System.Text.Encoding.UTF8.GetBytes(text + " {}"),
        "utf-8" => [.. System.Text.Encoding.UTF8.GetBytes(text.Replace("\"p\"", "\"\u0001", StringComparison.Ordinal)).Select(b => b == 1 ? (byte)0xFF : b)],
        "too long" => System.Text.Encoding.UTF8.GetBytes(text + new string(' ', 1 << 20)),
        "number" => System.Text.Encoding.UTF8.GetBytes(text.Replace("\"p\"", "7", StringComparison.Ordinal)),
        "null list" => System.Text.Encoding.UTF8.GetBytes(NullList(text)),
        "null item" => System.Text.Encoding.UTF8.GetBytes(text.Replace("[\"", "[null,\"", StringComparison.Ordinal)),
        "BOM twice" => [0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF, .. System.Text.Encoding.UTF8.GetBytes(text)],
        _ => System.Text.Encoding.UTF8.GetBytes(how),
    };

    private static string NullList(string text) => text.Contains("\"tables\":[", StringComparison.Ordinal)
        ? text[..text.IndexOf("\"tables\":[", StringComparison.Ordinal)] + "\"tables\":null}"
        : text.Replace("\"groups\":[\"a\",\"b\"]", "\"groups\":null", StringComparison.Ordinal);

    private static string Model(TemporaryFolder folder, string how)
    {
        var good = Path.Combine(Fixtures.Checkout.Root, "artifacts", "models", "district-income");
        var path = folder.File("model");
        if (how == "missing")
        {
            return path;
        }

        Directory.CreateDirectory(path);
        var module = Path.Combine(path, "model.wasm");
        var manifest = Path.Combine(path, "model.json");
        File.Copy(Path.Combine(good, "model.wasm"), module);
        File.Copy(Path.Combine(good, "model.json"), manifest);
        switch (how)
        {
            case "text":
                File.WriteAllText(module, $"not a module {Planted.Module}");
                break;
            case "empty":
                File.WriteAllBytes(module, []);
                break;
            case "cut":
                File.WriteAllBytes(module, File.ReadAllBytes(module)[..1000]);
                break;
            case "folder":
                File.Delete(module);
                Directory.CreateDirectory(module);
                break;
            case "no manifest":
                File.Delete(manifest);
                break;
            case "bad manifest":
                File.WriteAllText(manifest, $"{{\"name\":\"{Planted.Module}\"}}");
                break;
            case "other module":
                // A sound module that asks for a foreign import: (import "env" "f" (func)).
                File.WriteAllBytes(module, [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 9, 1, 3, 0x65, 0x6E, 0x76, 1, 0x66, 0, 0]);
                break;
            case "native":
                File.Copy("/bin/true", module, overwrite: true);
                break;
        }

        return path;
    }

    // So many refusals raise an alert, as they should.
    private string Documents() => string.Join('\n', Books.Documents(demo.Folder).Where(item => item.Kind != "alert").Select(item => $"{item.Kind} {item.Id} {item.Body.ToJsonString()}"));
}
