using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sandbox.Sandbox.Tests.Service;

/// <summary>The console's pages as a browser without script gets them: forms carry their session's mark, words are words, nobody is sent elsewhere, foreign things are not there.</summary>
[Collection(Served.Name)]
public sealed partial class ConsoleTests(ServedCity city)
{
    private static readonly string[] Pages = ["/", "/scenarios", "/scenarios/night-bus", "/catalogue", "/data", "/data/flights", "/zones", "/zones/night-bus-wb", "/models", "/exports", "/exports/income-by-city", "/ledger", "/account"];

    [Fact]
    public async Task Every_page_for_everybody_is_drawn_or_refused_in_words()
    {
        foreach (var (person, foreign, forbidden) in new[]
        {
            ("li", Array.Empty<string>(), new[] { "/ledger" }),
            ("wu", [], ["/ledger", "/exports/income-by-city"]),
            ("chen", ["/zones/night-bus-wb"], ["/ledger", "/exports/income-by-city"]),
            ("zhao", [], []),
            ("zhou", [], ["/exports/income-by-city"]),
            ("ming", ["/scenarios/night-bus", "/data/flights", "/zones/night-bus-wb", "/exports/income-by-city"], ["/ledger"]),
        })
        {
            foreach (var path in Pages)
            {
                var (status, html) = await PageAsync(person, path);
                var expected = foreign.Contains(path) ? HttpStatusCode.NotFound : forbidden.Contains(path) ? HttpStatusCode.Forbidden : HttpStatusCode.OK;
                Assert.True(status == expected, $"{person} {path}: {(int)status} {html}");
                Assert.Contains("</html>", html, StringComparison.Ordinal);
                Assert.Matches("<html lang=\"(en|zh-CN)\">", html);
                Assert.DoesNotMatch(Inline(), html);
                Assert.True(html.Length < 100_000, $"{path} has {html.Length} characters");
            }
        }
    }

    [Fact]
    public async Task Nobody_is_sent_to_the_sign_in_page_and_back_but_never_elsewhere()
    {
        using var http = city.Client();
        foreach (var path in Pages)
        {
            using var answer = await http.GetAsync(path);
            Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
            Assert.StartsWith("/sign-in", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        }

        foreach (var (back, expected) in new[] { ("/exports?x=1", "/exports?x=1"), ("//elsewhere.example", "/"), ("https://elsewhere.example/", "/"), ("/\\elsewhere.example", "/"), ("javascript:alert(1)", "/"), ("/a\r\nSet-Cookie: x=1", "/"), ("", "/") })
        {
            var (status, location, cookie) = await PostAsync(null, "/sign-in", ("person", "ming"), ("password", ServedCity.Password), ("back", back));
            Assert.Equal((HttpStatusCode.Found, expected), (status, location));
            Assert.NotNull(cookie);
        }

        var (refused, _, none) = await PostAsync(null, "/sign-in", ("person", "ming"), ("password", "wrong horse battery"));
        Assert.Equal((HttpStatusCode.Unauthorized, null), (refused, none));
    }

    [Fact]
    public async Task A_form_without_its_sessions_mark_does_nothing()
    {
        var cookie = await city.CookieAsync("ming");
        var mark = Mark().Match((await PageAsync("ming", "/account")).Html).Groups[1].Value;
        var other = Mark().Match((await PageAsync("li", "/account")).Html).Groups[1].Value;
        Assert.True(mark.Length > 40 && mark != other);
        foreach (var wrong in new[] { "", "x", other, mark[..^1], mark + "x" })
        {
            Assert.Equal("/sign-in", (await PostAsync(cookie, "/do/token/create", ("form", wrong), ("name", "forged"), ("scope", "due:read"))).Location);
            Assert.Equal("/sign-in", (await PostAsync(cookie, "/zones/night-bus-wb", ("form", wrong), ("sql", "SELECT 1"))).Location);
            Assert.Equal("/sign-in", (await PostAsync(cookie, "/sign-out", ("form", wrong))).Location);
        }

        Assert.DoesNotContain("forged", (await PageAsync("ming", "/account")).Html, StringComparison.Ordinal);
        Assert.Equal("/account", (await PostAsync(cookie, "/do/token/create", ("form", mark), ("back", "/account"), ("name", "by-form"), ("scope", "due:read\nscenario:read"))).Location);
        var told = (await PageAsync("ming", "/account")).Html;
        Assert.Contains("sbx_by-form_", told, StringComparison.Ordinal);
        Assert.DoesNotContain("sbx_by-form_", (await PageAsync("ming", "/account")).Html, StringComparison.Ordinal);

        // Operations that only read, that are not offered, or that nothing is called: no form leads there.
        foreach (var verb in new[] { "scenario/list", "serve", "init", "backup/create", "..", "export/approve/x" })
        {
            Assert.Contains((await PostAsync(cookie, "/do/" + verb, ("form", mark))).Status, new[] { HttpStatusCode.Found, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed });
        }
    }

    [Fact]
    public async Task What_people_write_is_shown_as_words()
    {
        const string script = "<script>alert(1)</script>\"'&<img src=x onerror=y>";
        var (status, html) = await PageAsync("zhao", $"/ledger?kind={Uri.EscapeDataString(script)}&actor={Uri.EscapeDataString(script)}");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        (_, html) = await PageAsync("li", $"/catalogue?search={Uri.EscapeDataString(script)}");
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        var (_, answer) = await PageAsync("li", "/scenarios/" + Uri.EscapeDataString(script));
        Assert.DoesNotContain("<script", answer, StringComparison.OrdinalIgnoreCase);
        var mark = Mark().Match((await PageAsync("wu", "/account")).Html).Groups[1].Value;
        var asked = await SendAsync(await city.CookieAsync("wu"), "/zones/night-bus-wb", ("form", mark), ("sql", $"SELECT '{script.Replace("'", "''", StringComparison.Ordinal)}' AS words, 1 AS n"));
        Assert.DoesNotContain("<script", asked.Html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script", asked.Html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Everybody_reads_what_is_published_without_signing_in()
    {
        using var http = city.Client();
        using var page = await http.GetAsync("/public");
        var html = await page.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.DoesNotMatch(Inline(), html);
        using var machine = await http.GetAsync("/public.json");
        var body = JsonNode.Parse(await machine.Content.ReadAsStringAsync())!;
        Assert.Equal("demo", body["domain"]!.GetValue<string>());
        Assert.True(body["use"]!["releases"]!.GetValue<long>() >= 1 && body["use"]!["runs"]!.GetValue<long>() >= 3, body.ToJsonString());
        foreach (var secret in new[] { "\"li\"", "\"qian\"", "income-by-city", "night-bus" })
        {
            Assert.DoesNotContain(secret, body.ToJsonString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_language_is_chosen_and_kept()
    {
        using var http = city.Client();
        foreach (var (accept, lang) in new[] { ("zh-CN,zh;q=0.9", "zh-CN"), ("en-GB", "en"), ("fr", "en") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
            request.Headers.TryAddWithoutValidation("Accept-Language", accept);
            using var answer = await http.SendAsync(request);
            Assert.Contains($"lang=\"{lang}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        var (status, location, cookie) = await PostAsync(null, "/language", ("language", "zh"), ("back", "/sign-in"));
        Assert.Equal((HttpStatusCode.Found, "/sign-in", "language=zh"), (status, location, cookie));
        Assert.Null((await PostAsync(null, "/language", ("language", "xx"))).Cookie);
    }

    private async Task<(HttpStatusCode Status, string Html)> PageAsync(string person, string path)
    {
        using var http = city.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Cookie", await city.CookieAsync(person));
        using var answer = await http.SendAsync(request);
        var html = await answer.Content.ReadAsStringAsync();
        ServedCity.Clean(path, (int)answer.StatusCode, html);
        return (answer.StatusCode, html);
    }

    private async Task<(HttpStatusCode Status, string? Location, string? Cookie)> PostAsync(string? cookie, string path, params (string Name, string Value)[] fields)
    {
        var (status, location, set, _) = await SendAsync(cookie, path, fields);
        return (status, location, set);
    }

    private async Task<(HttpStatusCode Status, string? Location, string? Cookie, string Html)> SendAsync(string? cookie, string path, params (string Name, string Value)[] fields)
    {
        using var http = city.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))) };
        if (cookie is not null)
        {
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
        }

        using var answer = await http.SendAsync(request);
        var html = await answer.Content.ReadAsStringAsync();
        ServedCity.Clean(path, (int)answer.StatusCode, html);
        return (answer.StatusCode, answer.Headers.Location?.ToString(), answer.Headers.TryGetValues("Set-Cookie", out var set) ? set.Single().Split(';')[0] : null, html);
    }

    [GeneratedRegex("<script|<[^>]*\\s(on[a-z]+|style)=|<[^>]*javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();

    [GeneratedRegex("name=\"form\" value=\"([A-Za-z0-9_-]+)\"")]
    private static partial Regex Mark();
}
