using System.Net;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Host.Identity;
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
    [Requirement("CC-20-2")]
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
