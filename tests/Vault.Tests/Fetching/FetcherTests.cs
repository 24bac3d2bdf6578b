using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sandbox.Jail;
using Sandbox.Vault.Fetching;

namespace Sandbox.Vault.Tests.Fetching;

/// <summary>Pulls from interfaces on loopback: sound ones, and ones that lie, stall, redirect or never end. Every pull runs in the real jail.</summary>
public sealed class FetcherTests
{
    private static readonly Fetcher Fetcher = new(new Jailer(EnginePaths.Locate(), new JailOptions()));

    [Fact]
    public async Task A_file_comes_as_it_is_and_is_not_sent_again_while_its_tag_holds()
    {
        const string Csv = "city,people\r\n长春,9066906\r\nYibin,4588804\r\n";
        await using var server = new PlainServer(async (head, stream) =>
        {
            if (!head.Contains("If-None-Match: \"v1\"", StringComparison.Ordinal))
            {
                return await PlainServer.OkAsync(stream, Csv, "ETag: \"v1\"\r\n");
            }

            await PlainServer.WriteAsync(stream, "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n");
            return true;
        });
        var request = Request(server.Url("/cities.csv")) with { Headers = [new("X-Key", "k-4711"), new("Accept", "text/csv")] };
        var fetched = Assert.IsType<FetchResult.Fetched>(await Fetcher.FetchAsync(request));
        Assert.Equal(Csv, Text(fetched));
        Assert.Equal("\"v1\"", fetched.EntityTag);
        Assert.IsType<FetchResult.Unchanged>(await Fetcher.FetchAsync(request with { EntityTag = fetched.EntityTag }));

        // What is told to the other side: the address, the provider's headers, and nothing else.
        var lines = server.Requests[0].Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["GET /cities.csv HTTP/1.1", "Accept-Encoding: identity", "Accept: text/csv", $"Host: localhost:{server.Port}", "User-Agent: sandbox-fetch", "X-Key: k-4711"], lines.Take(1).Concat(lines.Skip(1).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task An_interface_proves_by_its_certificate_to_be_the_named_host()
    {
        using var right = PlainServer.Certificate("localhost");
        using var other = PlainServer.Certificate("localhost");
        using var foreign = PlainServer.Certificate("data.example");
        using var past = PlainServer.Certificate("localhost", fromDays: -30, untilDays: -1);
        foreach (var (certificate, roots, trusted) in new[] { (right, right, true), (right, other, false), (foreign, foreign, false), (past, past, false) })
        {
            await using var server = new PlainServer((_, stream) => PlainServer.OkAsync(stream, "a\n1\n"), certificate);
            var result = await Fetcher.FetchAsync(Request(server.Url("/a.csv")) with { Roots = roots.ExportCertificatePem() });
            if (trusted)
            {
                Assert.Equal("a\n1\n", Text(Assert.IsType<FetchResult.Fetched>(result)));
            }
            else
            {
                // Nothing was asked, so no header and no key was told.
                Assert.Equal("FETCH-TRUST", Rule(result));
                Assert.Empty(server.Requests);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pages_are_asked_until_one_is_empty_also_where_each_closes_its_connection(bool keep)
    {
        await using var server = new PlainServer((head, stream) =>
        {
            var page = int.Parse(Regex.Match(head, "page=([0-9]+)&").Groups[1].Value, CultureInfo.InvariantCulture);
            var items = page > 3 ? "" : string.Join(", ", Enumerable.Range(1, 2).Select(i => $$"""{ "id": {{page}}00{{i}}, "big": 12345678901234567890123, "text": "{{(i == 1 ? "甲\\n\\u0022" : "乙")}}" }"""));
            return PlainServer.OkAsync(stream, "{\"code\":0,\"data\":{\"a/b\":[{\"items\":[" + items + "]}]}}", keep: keep);
        });
        var fetched = Assert.IsType<FetchResult.Fetched>(await Fetcher.FetchAsync(Request(server.Url("/list?page={page}&size=2")) with { RecordsAt = "/data/a~1b/0/items" }));
        var expected = Enumerable.Range(1, 3).SelectMany(page => new[] { (page * 1000) + 1, (page * 1000) + 2 }).Select(id => (id.ToString(CultureInfo.InvariantCulture), "12345678901234567890123", id % 10 == 1 ? "甲\n\"" : "乙"));
        Assert.Equal(expected, Text(fetched).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).Select(record => (record.GetProperty("id").GetRawText(), record.GetProperty("big").GetRawText(), record.GetProperty("text").GetString()!)));
        Assert.Equal(4, fetched.Pages);
        Assert.Equal(keep ? 1 : 4, server.Connections);
    }

    public static TheoryData<string, string, string?> Refusals => new()
    {
        { "HTTP/1.1 302 Found\r\nLocation: http://localhost:1/\r\nContent-Length: 0\r\n\r\n", "FETCH-REDIRECT", null },
        { "HTTP/1.1 304 Not Modified\r\n\r\n", "FETCH-STATUS", null },
        { "HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\nsecret", "FETCH-STATUS", null },
        { "HTTP/1.1 204 No Content\r\n\r\n", "FETCH-STATUS", null },
        { "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "FETCH-PACKED", null },
        { "HTTP/1.1 200 OK\r\n\r\na,b\n1,2\n", "FETCH-CUT", null },
        { "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\na,b\n1,2\n", "FETCH-CUT", null },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", "FETCH-CUT", null },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabcde\r\n0\r\n\r\n", "FETCH-CUT", null },
        { "SSH-2.0-OpenSSH_9.2\r\n\r\n", "FETCH-CUT", null },
        { "", "FETCH-CUT", null },
        { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "FETCH-RECORDS", "" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[1", "FETCH-RECORDS", "" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n[{},[{}]", "FETCH-RECORDS", "" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[{},\"x\"] ", "FETCH-RECORDS", "" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"data\":null}", "FETCH-RECORDS", "/data" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"data\":[{}]}", "FETCH-RECORDS", "/data/1" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_is_not_a_whole_answer_to_the_question_is_refused(string bytes, string rule, string? records)
    {
        await using var server = new PlainServer(async (_, stream) =>
        {
            await PlainServer.WriteAsync(stream, bytes);
            return false;
        });
        var refusal = Assert.IsType<FetchResult.Refused>(await Fetcher.FetchAsync(Request(server.Url("/x")) with { RecordsAt = records })).Refusal;
        Assert.Equal(rule, refusal.Rule);
        Assert.DoesNotContain("secret", refusal.Why + refusal.Remedy, StringComparison.Ordinal);
        Assert.Equal(rule == "FETCH-STATUS", Regex.IsMatch(refusal.Why, "status was (204|304|403)"));
    }

    [Theory]
    [InlineData("body")]
    [InlineData("chunks")]
    [InlineData("heads")]
    [InlineData("line")]
    public async Task What_never_ends_is_ended(string what)
    {
        var part = new string('x', 16000);
        await using var server = new PlainServer(async (_, stream) =>
        {
            await PlainServer.WriteAsync(stream, what switch { "body" => "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "chunks" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "heads" => "HTTP/1.1 200 OK\r\n", _ => "HTTP/1.1 " });
            for (var i = 0; ; i++)
            {
                await PlainServer.WriteAsync(stream, what switch { "chunks" => $"3e80\r\n{part}\r\n", "heads" => $"X-{i}: {part}\r\n", _ => part });
            }
        });
        var result = await Fetcher.FetchAsync(Request(server.Url("/x")) with { LimitBytes = 4 << 20 });
        Assert.Equal(what is "body" or "chunks" ? "FETCH-TOO-LARGE" : "FETCH-CUT", Rule(result));
    }

    [Fact]
    public async Task A_page_that_is_larger_than_a_page_may_be_or_comes_twice_is_refused()
    {
        await using var huge = new PlainServer((_, stream) => PlainServer.OkAsync(stream, "[{\"a\":\"" + new string('x', FetchRole.MostPageBytes) + "\"}]"));
        Assert.Equal("FETCH-TOO-LARGE", Rule(await Fetcher.FetchAsync(Request(huge.Url("/x?p={page}")) with { RecordsAt = "" })));
        foreach (var keep in new[] { true, false })
        {
            await using var same = new PlainServer((_, stream) => PlainServer.OkAsync(stream, "[{\"a\":1}]", keep: keep));
            Assert.Equal("FETCH-PAGES", Rule(await Fetcher.FetchAsync(Request(same.Url("/x?p={page}")) with { RecordsAt = "" })));
        }
    }

    [Fact]
    public async Task One_that_stands_still_or_is_not_there_is_not_waited_for()
    {
        await using var silent = new PlainServer(async (_, stream) => await stream.ReadAsync(new byte[1]) > 0);
        Assert.Equal("FETCH-CUT", Rule(await Fetcher.FetchAsync(Request(silent.Url("/x")) with { Patience = TimeSpan.FromSeconds(1) })));
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        Assert.Equal("FETCH-REACH", Rule(await Fetcher.FetchAsync(Request($"http://localhost:{port}/x"))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pull_ends_however_many_pages_there_are(bool keep)
    {
        var page = 0;
        await using var server = new PlainServer(async (_, stream) =>
        {
            await Task.Delay(200);
            return await PlainServer.OkAsync(stream, $"[{{\"a\":{Interlocked.Increment(ref page)}}}]", keep: keep);
        });
        Assert.Equal("FETCH-CUT", Rule(await Fetcher.FetchAsync(Request(server.Url("/x?p={page}")) with { RecordsAt = "", Limit = TimeSpan.FromSeconds(3) })));
        Assert.True(page > 1);
    }

    [Fact]
    public async Task Much_around_few_records_is_bounded_too()
    {
        var page = 0;
        var padding = new string('x', 1 << 20);
        await using var server = new PlainServer((_, stream) => PlainServer.OkAsync(stream, $"{{\"pad\":\"{padding}\",\"rows\":[{{\"a\":{Interlocked.Increment(ref page)}}}]}}"));
        Assert.Equal("FETCH-TOO-LARGE", Rule(await Fetcher.FetchAsync(Request(server.Url("/x?p={page}")) with { RecordsAt = "/rows", LimitBytes = 2 << 20 })));
        Assert.Equal(4, page);
    }

    [Fact]
    public async Task Cancelling_ends_the_child()
    {
        using var cancel = new CancellationTokenSource();
        await using var server = new PlainServer(async (_, stream) =>
        {
            await PlainServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
            await cancel.CancelAsync();
            return await stream.ReadAsync(new byte[1]) > 0;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Fetcher.FetchAsync(Request(server.Url("/x")), null, cancel.Token));
    }

    [Theory]
    [InlineData("https://data.example.gov.cn/a.csv", "data.example.gov.cn", 443, "/a.csv")]
    [InlineData("https://data.example.gov.cn:8443/api?size=10&page={page}", "data.example.gov.cn", 8443, "/api?size=10&page={page}")]
    [InlineData("https://data.example.gov.cn", "data.example.gov.cn", 443, "/")]
    [InlineData("https://data.example.gov.cn?x=1", "data.example.gov.cn", 443, "/?x=1")]
    [InlineData("https://10.1.2.3/list/{page}", "10.1.2.3", 443, "/list/{page}")]
    [InlineData("http://127.0.0.1:8080/x", "127.0.0.1", 8080, "/x")]
    [InlineData("http://localhost/x", "localhost", 80, "/x")]
    [InlineData("https://data.example.gov.cn/%E4%BA%BA%E5%8F%A3.csv", "data.example.gov.cn", 443, "/%E4%BA%BA%E5%8F%A3.csv")]
    public void An_address_is_read(string text, string host, int port, string target)
    {
        Assert.True(SourceAddress.TryRead(text, out var address));
        Assert.Equal((host, port, target), (address.Host, address.Port, address.Target));
    }

    [Theory]
    [InlineData("http://data.example.gov.cn/a.csv")]
    [InlineData("ftp://data.example.gov.cn/a.csv")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:secret@data.example.gov.cn/a.csv")]
    [InlineData("https://data.example.gov.cn/a#b")]
    [InlineData("https://data.example.gov.cn/a/../b")]
    [InlineData("https://data.example.gov.cn/人口.csv")]
    [InlineData("https://data.example.gov.cn/a b")]
    [InlineData("https://data.example.gov.cn/{page}/{page}")]
    [InlineData("https://data{page}.example.gov.cn/")]
    [InlineData("https://data.example.gov.cn/{since}")]
    [InlineData("https://data.example.gov.cn\\@other/")]
    [InlineData("http://localhost.example.gov.cn/")]
    [InlineData("http://127.0.0.1@data.example.gov.cn/")]
    [InlineData("//data.example.gov.cn/")]
    [InlineData("https:///a")]
    [InlineData("https://data.example.gov.cn:0/a")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_address_is_not(string? text) => Assert.False(SourceAddress.TryRead(text, out _));

    [Theory]
    [InlineData("10.0.0.1", true)]
    [InlineData("172.16.3.4", true)]
    [InlineData("203.0.113.7", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.8.8.8", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("0.1.2.3", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    public void A_name_may_not_lead_to_this_machine_or_to_no_host(string address, bool may) => Assert.Equal(may, Dial.MayAsk(IPAddress.Parse(address)));

    [Theory]
    [InlineData("Authorization: Bearer abc\r\nX-App: 7\n", true)]
    [InlineData("", true)]
    [InlineData("Host: other", false)]
    [InlineData("content-length: 5", false)]
    [InlineData("Content-Type: text/csv", false)]
    [InlineData("Expires: 0", false)]
    [InlineData("Transfer-Encoding: chunked", false)]
    [InlineData("X-A", false)]
    [InlineData("X A: 1", false)]
    [InlineData(": 1", false)]
    [InlineData("X-A: ", false)]
    [InlineData("X-A: b\u0001", false)]
    [InlineData("X-A: 密钥", false)]
    public void Headers_are_read(string text, bool holds) => Assert.Equal(holds, FetchHeaders.TryRead(text, out _));

    private static FetchRequest Request(string url) => new() { Address = SourceAddress.TryRead(url, out var address) ? address : throw new ArgumentException(url), Patience = TimeSpan.FromSeconds(20) };

    private static string Rule(FetchResult result) => Assert.IsType<FetchResult.Refused>(result).Refusal.Rule;

    private static string Text(FetchResult.Fetched fetched)
    {
        using (fetched.Content)
        using (var reader = new StreamReader(fetched.Content.OpenRead(), Encoding.UTF8))
        {
            Assert.True(fetched.Content.IsSealed);
            return reader.ReadToEnd();
        }
    }
}
