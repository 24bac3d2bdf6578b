using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Host.Service;

namespace Sandbox.Sandbox.Tests.Service;

/// <summary>
/// Requests that nobody means well: forged, replayed, too large, slow, malformed, nested, with a name twice, with paths of the machine. Each has a refusal of its own kind;
/// none brings a bare failure, a word of the inside or a change.
/// </summary>
[Collection(Served.Name)]
public sealed class HostileRequestTests(ServedCity city)
{
    private const string MarkerFile = "/etc/passwd";

    [Fact]
    public async Task Malformed_bodies_are_refused_as_that()
    {
        var cookie = await city.CookieAsync("li");
        var cases = 0;
        foreach (var operation in Operations.All.Where(operation => !operation.Reads))
        {
            foreach (var (body, type, expected) in Bodies(operation))
            {
                var (status, text) = await RawAsync(cookie, "POST", operation.Path, type, body);
                Assert.True(status == expected || (expected == 400 && status == 403 && operation.Supervisors), $"{operation.Verb} {(body.Length > 80 ? body[..80] : body)}: {status} {text}");
                cases++;
            }
        }

        foreach (var operation in Operations.All.Where(operation => operation.Reads))
        {
            foreach (var query in new[] { "?unknown=1", "?as=zhao", "?json=true", "?dir=/tmp", "?%00=1", "?=1", "?" + string.Join('&', operation.Words.Take(1).SelectMany(word => new[] { word.Key + "=a", word.Key + "=b" }).DefaultIfEmpty("x=1")) })
            {
                var (status, text) = await RawAsync(cookie, "GET", operation.Path + query, null, "");
                Assert.True(status == 400, $"{operation.Verb}{query}: {status} {text}");
                cases++;
            }
        }

        Assert.True(cases >= 1000, $"{cases} cases");
    }

    private static IEnumerable<(string Body, string? Type, int Expected)> Bodies(Operation operation)
    {
        const string json = "application/json";
        yield return ("", json, 400);
        yield return ("{", json, 400);
        yield return ("[]", json, 400);
        yield return ("null", json, 400);
        yield return ("\"text\"", json, 400);
        yield return ("{}{}", json, 400);
        yield return ("{\"a\":1,}", json, 400);
        yield return ("// {}", json, 400);
        yield return ("{\"unknown\":1}", json, 400);
        yield return ("{\"as\":\"zhao\"}", json, 400);
        yield return ("{\"person_key\":\"" + MarkerFile + "\"}", json, 400);
        yield return ("{\"dir\":\"/tmp\"}", json, 400);
        yield return ("{\"unsafe_no_jail\":true}", json, 400);
        yield return (string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100), json, 400);
        yield return (new string('[', 5000) + new string(']', 5000), json, 400);
        yield return ("{}", "text/plain", 415);
        yield return ("{}", "application/x-www-form-urlencoded", 415);
        yield return ("{}", null, 415);
        foreach (var word in operation.Words)
        {
            var key = word.Key;
            yield return ($"{{\"{key}\":\"a\",\"{key}\":\"b\"}}", json, 400);
            yield return ($"{{\"{key}\":{{\"path\":\"{MarkerFile}\"}}, \"zzz\":1}}", json, 400);
        }
    }

    [Fact]
    public async Task Content_is_content_and_never_a_path()
    {
        foreach (var (path, key) in new[] { ("/v1/data/add", "file"), ("/v1/model/submit", "path"), ("/v1/export/request", "file"), ("/v1/scenario/request", "file"), ("/v1/scenario/request", "proof") })
        {
            foreach (JsonNode value in new JsonNode[]
            {
                JsonValue.Create(MarkerFile), JsonValue.Create("../../../etc/passwd"), JsonValue.Create("/proc/self/environ"), JsonValue.Create("@" + MarkerFile),
                new JsonObject { ["path"] = MarkerFile }, new JsonObject { ["file"] = MarkerFile }, new JsonObject { ["base64"] = "not base64!" }, new JsonObject { ["text"] = 5 },
                new JsonObject { ["text"] = "a", ["base64"] = "YQ==" }, new JsonObject(), new JsonArray(MarkerFile), JsonValue.Create(7),
            })
            {
                var body = path switch
                {
                    "/v1/data/add" => new JsonObject { ["name"] = "passwords", ["source"] = "a test", ["acquired"] = "2026-01-02" },
                    "/v1/model/submit" => new JsonObject { ["scenario"] = "night-bus" },
                    _ => new JsonObject(),
                };
                body[key] = value.DeepClone();
                var (status, answer, _) = await city.AsAsync("chen", HttpMethod.Post, path, body);
                Assert.True(status == HttpStatusCode.BadRequest, $"{path} {body.ToJsonString()}: {(int)status} {answer}");
            }
        }
    }

    /// <summary>A value is a value, whatever it looks like on a command line.</summary>
    [Theory]
    [InlineData("--as=zhao")]
    [InlineData("--dir=/tmp")]
    [InlineData("-d")]
    [InlineData("@/etc/passwd")]
    [InlineData("--")]
    [InlineData("--json")]
    [InlineData("[diagram]")]
    [InlineData("$(id)")]
    [InlineData("a\nb")]
    [InlineData("../../keys/master.key")]
    [InlineData("night-bus/../night-bus")]
    [InlineData("NIGHT-BUS")]
    [InlineData("night-bus\u200b")]
    [InlineData("' OR 1=1 --")]
    public async Task A_value_that_looks_like_an_option_or_a_path_is_a_name_that_nothing_has(string value)
    {
        foreach (var (method, path, key) in new[] { (HttpMethod.Get, "/v1/scenario/show", "scenario"), (HttpMethod.Get, "/v1/data/show", "name"), (HttpMethod.Get, "/v1/zone/show", "zone"), (HttpMethod.Post, "/v1/export/status", "export"), (HttpMethod.Post, "/v1/zone/refresh", "zone") })
        {
            var (status, body, _) = await city.AsAsync("li", method, method == HttpMethod.Get ? $"{path}?{key}={Uri.EscapeDataString(value)}" : path, method == HttpMethod.Get ? null : new JsonObject { [key] = value });
            Assert.True(status == HttpStatusCode.NotFound, $"{path} {value}: {(int)status} {body}");
            Assert.Contains("named ? in", body!["title"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        // In an option it stays a value too: grounds and comments are words.
        var (answered, said, _) = await city.AsAsync("chen", HttpMethod.Post, "/v1/scenario/reject", new JsonObject { ["scenario"] = "night-bus", ["grounds"] = value });
        Assert.True(answered is HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity, $"{said}");
    }

    [Fact]
    public async Task Sessions_and_tokens_cant_be_forged_or_used_after_their_end()
    {
        var cookie = (await city.SendAsync(null, HttpMethod.Post, "/v1/session", city.SignIn("wu", ServedCity.Password))).Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        var id = cookie.Split('=')[1];
        foreach (var forged in new[] { id[..^1], id + "A", id.ToUpperInvariant(), new string('A', 43), "", "..", id[..20] + "%00" + id[20..], id + ";sandbox=" + id + "x" }.Where(forged => forged != id))
        {
            Assert.Equal(401, (await RawAsync("sandbox=" + forged, "GET", "/v1/session", null, "")).Status);
        }

        // Another sign-in in the same browser ends the former; signing out ends it for good.
        var (status, _, headers) = await city.SendAsync(("Cookie", cookie), HttpMethod.Post, "/v1/session", city.SignIn("wu", ServedCity.Password));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(401, (await RawAsync(cookie, "GET", "/v1/session", null, "")).Status);
        var second = headers.GetValues("Set-Cookie").Single().Split(';')[0];
        Assert.Equal(200, (await RawAsync(second, "GET", "/v1/session", null, "")).Status);
        Assert.Equal(204, (await RawAsync(second, "DELETE", "/v1/session", null, "")).Status);
        Assert.Equal(401, (await RawAsync(second, "GET", "/v1/session", null, "")).Status);
        Assert.Contains("samesite=strict", headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        Assert.Contains("httponly", headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_of_other_sites_reach_nothing()
    {
        var cookie = await city.CookieAsync("li");
        var own = city.Base.GetLeftPart(UriPartial.Authority);
        foreach (var (header, expected) in new[]
        {
            ("Origin: https://elsewhere.example", 403), ("Origin: null", 403), ("Origin: " + own.Replace("http:", "https:", StringComparison.Ordinal), 403), ("Origin: http://127.0.0.1:1", 403),
            ("Sec-Fetch-Site: cross-site", 403), ("Sec-Fetch-Site: same-site", 403), ("Origin: " + own, 200), ("Sec-Fetch-Site: same-origin", 200), ("Sec-Fetch-Site: none", 200),
        })
        {
            Assert.Equal(expected, (await RawAsync(cookie, "POST", "/v1/token/list", "application/json", "{}", header)).Status);
        }

        // Another name that leads to this address.
        foreach (var host in new[] { "elsewhere.example", "127.0.0.1.elsewhere.example", "" })
        {
            Assert.True((await RawAsync(cookie, "GET", "/v1/session", null, "", host: host)).Status is 421 or 400);
        }

        Assert.DoesNotContain("Access-Control", (await RawAsync(cookie, "OPTIONS", "/v1/session", null, "", "Origin: https://elsewhere.example\r\nAccess-Control-Request-Method: POST")).Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_is_too_large_or_no_request_is_refused_early()
    {
        var cookie = await city.CookieAsync("li");
        Assert.Equal(413, (await RawAsync(cookie, "POST", "/v1/due", "application/json", "", $"X: y", declared: ServiceSettings.MostBody + 1L, path: "/v1/token/list")).Status);
        Assert.True((await RawAsync(null, "POST", "/v1/session", "application/json", "{\"person\":\"" + new string('a', 20_000) + "\",\"password\":\"x\"}")).Status is 400 or 413);
        Assert.Equal(431, (await RawAsync(cookie, "GET", "/v1/session", null, "", "X-Long: " + new string('a', 20_000))).Status);
        Assert.Equal(414, (await RawAsync(cookie, "GET", "/v1/due?overdue=" + new string('a', 9_000), null, "")).Status);
        foreach (var line in new[] { "GET  / HTTP/1.1", "GET /\0 HTTP/1.1", "GET / HTTP/9.9", "\x16\x03\x01\x02\x00", "GET /v1/%zz HTTP/1.1", "get / http/1.1" })
        {
            var text = await SocketAsync(line + "\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
            Assert.False(text.Contains(" 500 ", StringComparison.Ordinal) || text.Contains("Exception", StringComparison.Ordinal), text);
        }

        // Two lengths, or a length and pieces: what one server takes for one request another takes for two.
        foreach (var heads in new[] { "Content-Length: 2\r\nContent-Length: 3", "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked, identity", "Content-Length: +2", "Content-Length: -1" })
        {
            var text = await SocketAsync($"POST /v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n{heads}\r\n\r\n{{}}");
            Assert.StartsWith("HTTP/1.1 4", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Paths_that_play_tricks_lead_nowhere()
    {
        var cookie = await city.CookieAsync("zhao");
        foreach (var path in new[] { "/../../etc/passwd", "/v1/../v1/ledger/show/..%2f..", "/v1/ledger%2fshow", "//v1/ledger/show", "/v1//ledger//show", "/v1/ledger/show/", "/V1/LEDGER/SHOW/x", "/.git/config", "/v1", "/v1/", "/v1/serve", "/v1/init", "/v1/backup/create", "/v1/person/keygen", "/v1/work/../session", "/v1/work/%2e%2e", "/keys/master.key", "/registry.db" })
        {
            var (status, text) = await RawAsync(cookie, "GET", path, null, "");
            Assert.True(status is 404 or 405 or 400 || (status == 200 && (path.Contains("ledger", StringComparison.OrdinalIgnoreCase) || path.EndsWith("session", StringComparison.Ordinal))), $"{path}: {status} {text}");
        }
    }

    [Fact]
    public async Task Every_answer_bears_the_headers_that_keep_it_where_it_belongs()
    {
        foreach (var path in new[] { "/healthz", "/v1/session", "/nothing", "/openapi/v1.json" })
        {
            var (_, text) = await RawAsync(null, "GET", path, null, "");
            foreach (var header in new[] { "Content-Security-Policy: default-src 'none'", "X-Content-Type-Options: nosniff", "Cache-Control: no-store", "Referrer-Policy: same-origin", "Cross-Origin-Resource-Policy: same-origin" })
            {
                Assert.Contains(header, text, StringComparison.OrdinalIgnoreCase);
            }

            Assert.DoesNotContain("unsafe-inline", text, StringComparison.Ordinal);
            Assert.DoesNotContain("\r\nServer:", text, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>A request as bytes, so that nothing mends it on the way; the whole answer comes back as text.</summary>
    private async Task<(int Status, string Text)> RawAsync(string? cookie, string method, string target, string? type, string body, string? header = null, string? host = null, long? declared = null, string? path = null)
    {
        var bytes = Encoding.UTF8.GetByteCount(body);
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{method} {path ?? target} HTTP/1.1\r\nHost: {host ?? city.Base.Authority}\r\nConnection: close\r\n");
        if (cookie is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"Cookie: {cookie}\r\n");
        }

        if (type is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: {type}\r\n");
        }

        if (method == "POST")
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {declared ?? bytes}\r\n");
        }

        if (header is not null)
        {
            head.Append(header).Append("\r\n");
        }

        var text = await SocketAsync(head.Append("\r\n").Append(body).ToString());
        Assert.True(text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal), $"{method} {target}: {text}");
        var status = int.Parse(text.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);
        ServedCity.Clean($"{method} {target}", status, text);
        Assert.DoesNotContain("root:", text, StringComparison.Ordinal);
        return (status, text);
    }

    private async Task<string> SocketAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, city.Base.Port);
        client.ReceiveTimeout = 30_000;
        var stream = client.GetStream();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(12));
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(request), patience.Token);
        }
        catch (IOException)
        {
            // It was answered before all of it was sent.
        }

        using var text = new MemoryStream();
        try
        {
            await stream.CopyToAsync(text, patience.Token);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }
}
