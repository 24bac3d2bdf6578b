using System.Net;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Host.Identity;
using Sandbox.Host.Service;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Service;

/// <summary>Who comes in: passwords, codes, lock-out, tokens and their scopes, and that all of it is in the ledger.</summary>
[Collection(Served.Name)]
public sealed class IdentityTests(ServedCity city)
{
    /// <summary>RFC 6238, appendix B, of its eight digits the last six.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code)
    {
        var secret = "12345678901234567890"u8;
        var now = DateTimeOffset.FromUnixTimeSeconds(seconds);
        Assert.Equal(code, OneTimeCode.At(secret, OneTimeCode.Counter(now)));
        Assert.Equal(seconds / 30, OneTimeCode.Good(secret, code, now, 0));
        Assert.Equal(seconds / 30, OneTimeCode.Good(secret, code, now.AddSeconds(30), 0));
        Assert.Null(OneTimeCode.Good(secret, code, now.AddSeconds(60), 0));
        Assert.Null(OneTimeCode.Good(secret, code, now, seconds / 30));
        Assert.Null(OneTimeCode.Good(secret, code + "0", now, 0));
        Assert.Null(OneTimeCode.Good(secret, null, now, 0));
        Assert.Equal(code, ServedCity.Code(OneTimeCode.Address(secret, "a domain", "li"), now));
    }

    [Fact]
    public async Task Whoever_reviews_needs_a_code_and_each_code_serves_once()
    {
        var body = city.SignIn("qian", ServedCity.Password);
        var without = (JsonObject)body.DeepClone();
        without.Remove("code");
        var nobody = await InAsync(city.SignIn("nobody-here", ServedCity.Password));
        foreach (var wrong in new[] { without, city.SignIn("qian", "wrong horse battery"), With(body, "code", "00000"), With(body, "password", "short") })
        {
            var (status, answer, cookie) = await InAsync(wrong);
            Assert.Equal(HttpStatusCode.Unauthorized, status);
            Assert.Null(cookie);
            // To the letter the same as for somebody who does not exist.
            Assert.Equal(nobody.Body!.ToJsonString(), answer!.ToJsonString());
        }

        var good = city.SignIn("qian", ServedCity.Password);
        Assert.Equal(HttpStatusCode.OK, (await InAsync(good)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await InAsync(good)).Status);
    }

    /// <summary>Whoever stands for a reviewer has a code too: what counts is in whose role somebody comes.</summary>
    [Fact]
    public async Task A_deputy_of_a_reviewer_needs_a_code()
    {
        city.Demo.As("zhao", "person", "add", "hu", "--org", "data-bureau", "--role", "scientist").Ends(Ran.Done);
        using var files = new TemporaryFolder();
        var password = files.Write("password", ServedCity.Password);
        city.Demo.As("hu", "account", "open", "--password-file", password).Ends(Ran.Done);
        city.Demo.As("zhao", "person", "deputy", "hu", "--from", ServedCity.Day(0), "--until", ServedCity.Day(5)).Ends(Ran.Done);
        var body = city.SignIn("hu", ServedCity.Password);
        Assert.Equal(HttpStatusCode.OK, (await InAsync((JsonObject)body.DeepClone())).Status);
        body["for"] = "zhao";
        var (status, answer, cookie) = await InAsync((JsonObject)body.DeepClone());
        Assert.Equal((HttpStatusCode.Unauthorized, "SB-SIGN-7", null), (status, Rule(answer), cookie));
        var address = city.Demo.As("hu", "account", "open", "--password-file", password, "--second-factor").Ends(Ran.Done).Json["authenticator"]!.GetValue<string>();
        body["code"] = ServedCity.Code(address, DateTimeOffset.UtcNow);
        (status, _, cookie) = await InAsync((JsonObject)body.DeepClone());
        Assert.Equal(HttpStatusCode.OK, status);
        var who = (await city.SendAsync(("Cookie", cookie!), HttpMethod.Get, "/v1/session")).Body!;
        Assert.Equal(("Authority", "zhao"), (who["role"]!.GetValue<string>(), who["for"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Failures_in_a_row_lock_an_account_and_the_bureau_unlocks_it()
    {
        for (var i = 0; i < Account.MostMisses; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await InAsync(city.SignIn("lan", "wrong horse battery"))).Status);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await InAsync(city.SignIn("lan", ServedCity.Password))).Status);
        city.Demo.As("li", "account", "unlock", "lan").RefusedBy("SB-HOST-5");
        city.Demo.As("zhao", "account", "unlock", "lan").Ends(Ran.Done);
        Assert.Equal(HttpStatusCode.OK, (await InAsync(city.SignIn("lan", ServedCity.Password))).Status);
        var kinds = Kinds("lan");
        Assert.Equal(Account.MostMisses, kinds.Count(kind => kind == "session.refused"));
        Assert.Equal(1, kinds.Count(kind => kind == "session.opened"));
    }

    [Fact]
    public async Task A_token_does_what_its_scopes_say_until_it_is_ended()
    {
        var made = await city.AsAsync("ming", HttpMethod.Post, "/v1/token/create", new JsonObject { ["name"] = "nightly", ["scope"] = new JsonArray("scenario:read", "zone"), ["days"] = 2 });
        var bearer = ("Authorization", "Bearer " + made.Body!["secret"]!.GetValue<string>());
        Assert.Equal("ming", (await city.SendAsync(bearer, HttpMethod.Get, "/v1/session")).Body!["person"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await city.SendAsync(bearer, HttpMethod.Get, "/v1/scenario/list")).Status);
        Assert.Equal(HttpStatusCode.OK, (await city.SendAsync(bearer, HttpMethod.Get, "/v1/zone/list")).Status);
        Assert.Equal("SB-SIGN-3", Rule((await city.SendAsync(bearer, HttpMethod.Get, "/v1/export/list")).Body));
        Assert.Equal("SB-SIGN-3", Rule((await city.SendAsync(bearer, HttpMethod.Post, "/v1/scenario/end", new JsonObject { ["scenario"] = "rail-plan" })).Body));
        Assert.Equal("SB-SIGN-3", Rule((await city.SendAsync(bearer, HttpMethod.Post, "/v1/token/create", new JsonObject { ["name"] = "more", ["scope"] = new JsonArray("zone") })).Body));
        foreach (var (scope, days) in new[] { ("everything", 3), ("scenario:write", 3), ("scenario", 0), ("scenario", 367), ("token", 3), ("account", 3) })
        {
            Assert.Equal("SB-SIGN-4", Rule((await city.AsAsync("ming", HttpMethod.Post, "/v1/token/create", new JsonObject { ["name"] = "bad", ["scope"] = new JsonArray(scope), ["days"] = days })).Body));
        }

        Assert.DoesNotContain(made.Body!["secret"]!.GetValue<string>()[^20..], string.Concat(Directory.EnumerateFiles(city.Folder, "registry.db*").Select(file => System.Text.Encoding.Latin1.GetString(Read(file)))), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await city.AsAsync("li", HttpMethod.Post, "/v1/token/end", new JsonObject { ["name"] = "nightly" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await city.AsAsync("ming", HttpMethod.Post, "/v1/token/end", new JsonObject { ["name"] = "nightly" })).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await city.SendAsync(bearer, HttpMethod.Get, "/v1/scenario/list")).Status);

        // Whoever goes on trying with it is on record; a rubbish name is not.
        var refused = SandboxProgram.Json("ledger", "show", "--count", "10000", "--kind", "refused", "--dir", city.Folder).Ends(Ran.Done).Json["entries"]!.AsArray();
        Assert.Contains(refused, entry => entry!["facts"]!["claimed"]?.GetValue<string>() == "ming" && entry["actor"]!.GetValue<string>() == "unknown");

        // A new password ends what was made with the old one.
        var again = await city.AsAsync("chen", HttpMethod.Post, "/v1/token/create", new JsonObject { ["name"] = "of-old-password", ["scope"] = new JsonArray("data:read") });
        var old = ("Authorization", "Bearer " + again.Body!["secret"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await city.SendAsync(old, HttpMethod.Get, "/v1/data/list")).Status);
        using var files = new TemporaryFolder();
        city.Demo.As("chen", "account", "open", "--password-file", files.Write("password", ServedCity.Password)).Ends(Ran.Done);
        Assert.Equal(HttpStatusCode.Unauthorized, (await city.SendAsync(old, HttpMethod.Get, "/v1/data/list")).Status);
        city.Forget("chen");
    }

    /// <summary>Counts of a data set, to the last row, are its provider's; people of other organisations are not told by a list of names.</summary>
    [Fact]
    public async Task Neither_counts_nor_people_of_others_are_told_by_asking()
    {
        Assert.Equal(3_000_000, (await city.AsAsync("chen", HttpMethod.Get, "/v1/data/show?name=flights")).Body!["rows"]!.GetValue<long>());
        var (_, seen, _) = await city.AsAsync("ming", HttpMethod.Get, "/v1/data/show?name=stations");
        Assert.True(seen!["rejected"] is null && seen["batches"] is null && seen["epoch"] is null, seen.ToJsonString());
        foreach (var people in new[] { new JsonArray("ming", "li"), new JsonArray("ming", "nobody-at-all") })
        {
            var (status, body, _) = await city.AsAsync("ming", HttpMethod.Post, "/v1/scenario/request", new JsonObject
            {
                ["file"] = new JsonObject
                {
                    ["json"] = new JsonObject
                    {
                        ["name"] = "guess", ["purpose"] = "look", ["from"] = ServedCity.Day(-20), ["until"] = ServedCity.Day(40), ["people"] = people.DeepClone(),
                        ["tables"] = JsonNode.Parse("""[{"data_set":"stations","sample_per_mille":100,"quasi_identifiers":[],"columns":[{"name":"rain","workbench":{"rule":"keep"},"production":null}]}]"""),
                    },
                },
            });
            Assert.True(status == HttpStatusCode.NotFound && body!["title"]!.GetValue<string>().Contains("named ? in", StringComparison.Ordinal), $"{body}");
        }
    }

    [Fact]
    public async Task A_new_password_or_a_closed_account_ends_every_session()
    {
        using var files = new TemporaryFolder();
        var cookie = (await InAsync(city.SignIn("bao", ServedCity.Password))).Cookie!;
        Assert.Equal(HttpStatusCode.OK, (await city.SendAsync(("Cookie", cookie), HttpMethod.Get, "/v1/data/list")).Status);
        city.Demo.As("bao", "account", "open", "--password-file", files.Write("new", "another horse battery")).Ends(Ran.Done);
        Assert.Equal(HttpStatusCode.Unauthorized, (await city.SendAsync(("Cookie", cookie), HttpMethod.Get, "/v1/data/list")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await InAsync(city.SignIn("bao", ServedCity.Password))).Status);
        var anew = (await InAsync(city.SignIn("bao", "another horse battery"))).Cookie!;
        city.Demo.As("zhao", "account", "close", "--person", "bao").Ends(Ran.Done);
        Assert.Equal(HttpStatusCode.Unauthorized, (await city.SendAsync(("Cookie", anew), HttpMethod.Get, "/v1/data/list")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await InAsync(city.SignIn("bao", "another horse battery"))).Status);
        city.Demo.As("bao", "account", "open", "--password-file", files.Write("short", "too short")).RefusedBy("TRUST-KEY-9");
    }

    /// <summary>An auditor reads cases and logs of every organisation and checks the log, changes nothing by any operation, gets no data, and each look is in the ledger.</summary>
    [Fact]
    [Requirement("CC-11-5")]
    public async Task A_supervisor_sees_every_tenant_changes_nothing_and_is_on_record()
    {
        string[] own = ["account close", "token create", "token end", "token list", "alerts see"];
        await city.CookieAsync("zhou");
        var before = Books.Documents(city.Folder).Where(item => item.Kind is not ("alert" or "account")).Select(item => (item.Kind, item.Id, item.Body.ToJsonString())).ToArray();
        var seen = new Dictionary<string, string>();
        foreach (var operation in Operations.All.Where(operation => !own.Contains(operation.Verb)))
        {
            foreach (var (_, names) in EndpointTableTests.Worlds[..2])
            {
                var words = EndpointTableTests.Words(operation, names, "zhou");
                var (status, body, _) = operation.Reads
                    ? await city.AsAsync("zhou", HttpMethod.Get, operation.Path + "?" + string.Join('&', words.Select(word => $"{word.Key}={Uri.EscapeDataString(word.Value!.ToString())}")))
                    : await city.AsAsync("zhou", HttpMethod.Post, operation.Path, words);
                if (status == HttpStatusCode.OK)
                {
                    seen[operation.Verb] = seen.GetValueOrDefault(operation.Verb, "") + body!.ToJsonString();
                    Assert.True(operation.Reads || operation.Verb is "run replay" or "lineage show" or "lineage impact" or "ledger verify" or "case show", $"{operation.Verb} is not a look");
                }
            }
        }

        foreach (var verb in new[] { "scenario list", "data list", "data show", "scenario show" })
        {
            Assert.Contains(verb.StartsWith("data", StringComparison.Ordinal) ? "stations" : "rail-plan", seen[verb], StringComparison.Ordinal);
            Assert.Contains(verb.StartsWith("data", StringComparison.Ordinal) ? "flights" : "night-bus", seen[verb], StringComparison.Ordinal);
        }

        Assert.Contains("\"intact\":true", seen["ledger verify"], StringComparison.Ordinal);
        Assert.All(new[] { "ledger show", "case list", "export list", "person list", "party list" }, verb => Assert.True(seen.ContainsKey(verb), verb));
        Assert.All(new[] { "query", "result show", "data quarantine", "export show", "run report" }, verb => Assert.False(seen.ContainsKey(verb), verb));
        Assert.Equal(before, Books.Documents(city.Folder).Where(item => item.Kind is not ("alert" or "account")).Select(item => (item.Kind, item.Id, item.Body.ToJsonString())).ToArray());
        var looks = SandboxProgram.Json("ledger", "show", "--count", "10000", "--actor", "zhou", "--dir", city.Folder).Ends(Ran.Done).Json["entries"]!.AsArray();
        var recorded = looks.Select(entry => entry!["facts"]!["act"]?.ToString().Replace('.', ' ') ?? entry["kind"]!.ToString()).ToHashSet();
        Assert.All(seen.Keys.Where(verb => verb is not ("due" or "calendar show" or "notice list" or "run replay" or "lineage show" or "lineage impact")), verb => Assert.Contains(verb, recorded));
        Assert.Contains("run.replayed", recorded);
        Assert.Contains("lineage.shown", recorded);
    }

    [Fact]
    public async Task Nobody_sees_a_name_of_another_tenant()
    {
        string[] first = ["night-bus", "flights", "register", "income-by-city", "district-income", "city-data-company", "transport-bureau", "civil-affairs", "run-", "allowance"];
        string[] second = ["rail-plan", "stations", "rail-company", "weather-office"];
        foreach (var (people, foreign) in new (string[], string[])[] { (["li", "wu", "chen", "wang"], second), (["ming"], first), (["yu"], [.. first, .. second]) })
        {
            foreach (var person in people)
            {
                foreach (var path in new[] { "/v1/due", "/v1/notice/list", "/v1/data/list", "/v1/catalogue/list", "/v1/scenario/list", "/v1/scenario/leftovers", "/v1/zone/list", "/v1/model/list", "/v1/run/list", "/v1/export/list" })
                {
                    var (status, body, _) = await city.AsAsync(person, HttpMethod.Get, path);
                    Assert.Equal(HttpStatusCode.OK, status);
                    Assert.All(foreign, name => Assert.DoesNotContain(name, body!.ToJsonString(), StringComparison.Ordinal));
                }
            }
        }

        Assert.Contains("rail-plan", (await city.AsAsync("ming", HttpMethod.Get, "/v1/scenario/list")).Body!.ToJsonString(), StringComparison.Ordinal);

        // Nor inside a file.
        var (asked, refused, _) = await city.AsAsync("ming", HttpMethod.Post, "/v1/export/request", new JsonObject
        {
            ["file"] = new JsonObject
            {
                ["json"] = JsonNode.Parse("""{"name":"spy","scenario":"night-bus","purpose":"look","recipient":{"id":"rail-company","name":"Rail","country":"CN"},"tables":[{"name":"t","source":"register","run":null,"round":null,"dimensions":["city"],"measures":[{"name":"people","kind":"count","column":null,"digits":15}]}]}"""),
            },
        });
        Assert.True(asked == HttpStatusCode.NotFound && Rule(refused) == "SB-HOST-1", $"{refused}");
    }

    private async Task<(HttpStatusCode Status, JsonNode? Body, string? Cookie)> InAsync(JsonObject body)
    {
        var (status, answer, headers) = await city.SendAsync(null, HttpMethod.Post, "/v1/session", body);
        return (status, answer, headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Single().Split(';')[0] : null);
    }

    private string[] Kinds(string actor) =>
        [.. SandboxProgram.Json("ledger", "show", "--count", "10000", "--actor", actor, "--dir", city.Folder).Ends(Ran.Done).Json["entries"]!.AsArray().Select(entry => entry!["kind"]!.GetValue<string>())];

    private static byte[] Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static JsonObject With(JsonObject body, string name, string value)
    {
        var copy = (JsonObject)body.DeepClone();
        copy[name] = value;
        return copy;
    }

    private static string? Rule(JsonNode? body) => body?["refusals"]?[0]?["rule"]?.GetValue<string>();
}
