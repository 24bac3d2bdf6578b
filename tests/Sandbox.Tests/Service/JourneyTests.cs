using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Service;

/// <summary>
/// People in sessions of their own go from loading a file to a release that verifies, in a real browser: in Chinese, with axe-core at every page, and in English with
/// script switched off; then a program walks it by the service's description alone. The pictures lie in <c>artifacts/journey</c>.
/// </summary>
public sealed class JourneyTests : IDisposable
{
    private const int MostPageBytes = 100_000;

    private static readonly string Folder = Path.Combine(Checkout.Root, "tests", "Journey");
    private readonly TemporaryFolder _files = new();
    private readonly string _city;

    public JourneyTests()
    {
        _city = _files.File("city");
        SandboxProgram.Json("init", "--dir", _city, "--name", "town", "--profile", "futian", "--suite", "sm", "--admin", "zhao").Ends(Ran.Done);
        foreach (var (name, organisation, role) in new[] { ("chen", "civil-affairs", "provider"), ("li", "data-company", "operator"), ("wu", "data-company", "scientist"), ("qian", "data-bureau", "bureau"), ("sun", "audit-institute", "third-party") })
        {
            As("zhao", "person", "add", name, "--org", organisation, "--role", role).Ends(Ran.Done);
        }
    }

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task From_a_file_to_a_verified_release_in_two_languages_and_by_a_program()
    {
        var secrets = new JsonObject();
        foreach (var person in new[] { "chen", "li", "wu", "zhao", "qian", "sun" })
        {
            var opened = As(person, "account", "open", "--password-file", _files.Write("password", ServedCity.Password)).Ends(Ran.Done).Json;
            if (opened["authenticator"] is { } address)
            {
                secrets[person] = address.GetValue<string>().Split("secret=")[1].Split('&')[0];
            }
        }

        using var process = SandboxProgram.Start(SandboxProgram.Words("serve", "--dir", _city, "--urls", "http://127.0.0.1:0"));
        try
        {
            var address = ServedCity.ReadAddress(process);
            var pictures = Path.Combine(Checkout.Root, "artifacts", "journey");
            Directory.CreateDirectory(pictures);
            var service = address.GetLeftPart(UriPartial.Authority);
            Walked(await WalkAsync(Cast("zh", secrets), cast => ["journey.mjs", Browser(), service, cast, pictures]), pages: 30);
            Walked(await WalkAsync(Cast("en", secrets), cast => ["journey.mjs", Browser(), service, cast, pictures]), pages: 30);

            // And a program in another language that was given the service's description and nothing else.
            var program = await WalkAsync(Cast("api", secrets), cast => ["client.mjs", service, cast]);
            Assert.True(program["ended"]!.GetValue<bool>(), program.ToJsonString());
            Assert.True(program["called"]!.AsArray().Count >= 20, program.ToJsonString());
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        foreach (var name in new[] { "zh-table", "en-table", "api-table" })
        {
            SandboxProgram.Json("verify", Path.Combine(_city, "releases", name + ".sandbox.tar"), "--key", Path.Combine(_city, "domain.pub")).Ends(Ran.Done);
        }

        SandboxProgram.Json("ledger", "verify", "--dir", _city).Ends(Ran.Done);
    }

    private static void Walked(JsonObject walk, int pages)
    {
        Assert.True(walk["ended"]!.GetValue<bool>(), walk.ToJsonString());
        var seen = walk["seen"]!.AsArray();
        Assert.True(seen.Count >= pages, $"{seen.Count} pages");
        Assert.All(seen, page =>
        {
            Assert.True(page!["fault"] is null, page.ToJsonString());
            Assert.True(page["bytes"]!.GetValue<int>() <= MostPageBytes, page.ToJsonString());
            Assert.False(page["script"]!.GetValue<bool>(), page.ToJsonString());
            Assert.True(page["serious"] is not JsonArray { Count: > 0 }, page.ToJsonString());
        });
    }

    private JsonObject Cast(string language, JsonObject secrets)
    {
        var (set, scenario, exported) = ($"{language}_people".Replace('_', '-'), $"{language}-plan", $"{language}-table");
        var rows = new StringBuilder("person,city,income\n");
        string[] cities = ["Changchun", "Yibin", "Futian", "Kunming"];
        for (var i = 0; i < 2400; i++)
        {
            rows.Append(CultureInfo.InvariantCulture, $"{language}{i:x5},{cities[(i * 7 % 11) % 4]},{3000 + (i * 37 % 5000)}\n");
        }

        var (from, until) = (DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), DateTime.UtcNow.AddDays(40).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        return new()
        {
            ["prefix"] = language,
            ["locale"] = language == "zh" ? "zh-CN" : "en-GB",
            ["script"] = language == "zh",
            ["viewport"] = language == "zh" ? null : new JsonObject { ["width"] = 420, ["height"] = 860 },
            ["password"] = ServedCity.Password,
            ["secrets"] = secrets.DeepClone(),
            ["set"] = set,
            ["scenario"] = scenario,
            ["exported"] = exported,
            ["today"] = from,
            ["source"] = language == "zh" ? "民政登记（虚构）" : "civil register, made up",
            ["comment"] = language == "zh" ? "可以出域" : "fine",
            ["word"] = language == "zh" ? "人口" : "people",
            ["grades"] = "person=Identifier\ncity=General\nincome=Sensitive",
            ["files"] = new JsonObject
            {
                ["rows"] = _files.Write($"{language}.csv", rows.ToString()),
                ["entry"] = _files.Write($"{language}-entry.json", $$"""
                    {"entry":"{{set}}","data_set":"{{set}}","operation":true,"registration":"R-{{language}}","requirements_on_use":"statistics only","open":null,
                     "resource":{"data_form":"table","shared_content":"{{(language == "zh" ? "人口基本信息" : "people and cities")}}","sharing_attribute":"conditional","sharing_conditions":"by consent","sharing_scope":"departments","openness_attribute":"conditional",
                      "update_frequency":"monthly","collecting_department":"civil-affairs","verifying_department":"civil-affairs","supplying_department":"civil-affairs"} }
                    """),
                ["scenario"] = _files.Write($"{language}-scenario.json", $$"""
                    {"name":"{{scenario}}","purpose":"Plan by city","from":"{{from}}","until":"{{until}}","people":["li","wu"],
                     "tables":[{"data_set":"{{set}}","sample_per_mille":200,"quasi_identifiers":["city"],"columns":[
                      {"name":"person","workbench":{"rule":"token"},"production":null},
                      {"name":"city","workbench":{"rule":"keep"},"production":null},
                      {"name":"income","workbench":{"rule":"round","step":1000},"production":{"rule":"exact-invisible"} } ] } ] }
                    """),
                ["exported"] = _files.Write($"{language}-export.json", $$"""
                    {"name":"{{exported}}","scenario":"{{scenario}}","purpose":"Plan by city","recipient":{"id":"bus-company","name":"City bus company","country":"CN"},
                     "tables":[{"name":"people","source":"{{set}}","run":null,"round":null,"dimensions":["city"],"measures":[{"name":"people","kind":"count","column":null,"digits":15},{"name":"income","kind":"mean","column":"income","digits":3} ] } ] }
                    """),
            },
        };
    }

    private async Task<JsonObject> WalkAsync(JsonObject cast, Func<string, string[]> words)
    {
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, WorkingDirectory = Folder };
        foreach (var word in words(_files.Write("cast.json", cast.ToJsonString())))
        {
            start.ArgumentList.Add(word);
        }

        using var process = SandboxProgram.Start(start);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(6));
        var lines = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 0, await errors);
        return JsonNode.Parse(lines[^1])!.AsObject();
    }

    private static string Browser() =>
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("There is no Chromium here; ./sandbox test installs it on Debian.");

    private Ran As(string who, params string[] words) => SandboxProgram.Json([.. words, "--dir", _city, "--as", who]);
}
