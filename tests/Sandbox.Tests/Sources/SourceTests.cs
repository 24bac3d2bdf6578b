using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Input;
using Sandbox.Vault.Tests.Fetching;

namespace Sandbox.Sandbox.Tests.Sources;

/// <summary>A provider's interface through the command line: who may register, approve, ask and stop it, what is loaded, and that its key and its rows are shown nowhere.</summary>
public sealed class SourceTests : IDisposable
{
    private const string Key = "marker-of-a-key-7c1f";

    private readonly SmallCity _city = new();
    private readonly TemporaryFolder _files = new();

    public void Dispose()
    {
        _city.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task An_approved_interface_is_loaded_asked_again_and_stopped()
    {
        using var certificate = PlainServer.Certificate("localhost");
        var rows = 150;
        await using var server = new PlainServer(
            (head, stream) =>
            {
                var page = head.Contains("page=1 ", StringComparison.Ordinal) ? Enumerable.Range(0, 100) : head.Contains("page=2 ", StringComparison.Ordinal) ? Enumerable.Range(100, rows - 100) : [];
                var items = page.Select(i => $$"""{"person":"p{{i}}","district":"{{(i % 2 == 0 ? "east" : "west")}}","score":{{i % 17}},"remark":"{{Planted.Cell}}"}""");
                return head.Contains($"X-Key: {Key}\r\n", StringComparison.Ordinal)
                    ? PlainServer.OkAsync(stream, "{\"code\":0,\"data\":{\"items\":[" + string.Join(',', items) + "]}}")
                    : PlainServer.OkAsync(stream, "{\"code\":403}");
            },
            certificate);
        var url = server.Url("/people?page={page}");
        Add("people-api", url, "--records", "/data/items", "--header-file", _files.Write("key.txt", $"X-Key: {Key}\n"), "--ca", _files.Write("ca.pem", certificate.ExportCertificatePem()), "--every", "24").Ends(Ran.Done);

        // Nobody connects before the bureau has agreed, and only the bureau can.
        Load("people-api").RefusedBy("SB-SOURCE-2");
        _city.As("chen", "source", "approve", "people-api").RefusedBy("SB-HOST-5");
        _city.As("li", "source", "approve", "people-api").RefusedBy("SB-HOST-5");
        Assert.Equal(0, server.Connections);
        _city.As("zhao", "source", "approve", "people-api").Ends(Ran.Done);
        _city.As("zhao", "source", "approve", "people-api").RefusedBy("SB-SOURCE-4");
        _city.As("chen", "source", "pull", "people-api").RefusedBy("SB-SOURCE-3");
        Assert.Equal(0, server.Connections);

        Assert.Equal(150, Load("people-api").Ends(Ran.Done).Json["rows"]!.GetValue<int>());
        Load("people-api", "others").RefusedBy("SB-SOURCE-3");
        _city.As("li", "source", "pull", "people-api").RefusedBy("SB-HOST-5");

        // Asked again: the same rows change nothing; other rows take their place.
        Assert.True(_city.As("chen", "source", "pull", "people-api").Ends(Ran.Done).Json["unchanged"]!.GetValue<bool>());
        Assert.Equal((150, 1), Shown("people"));
        rows = 180;
        _city.As("chen", "source", "pull", "people-api").Ends(Ran.Done);
        Assert.Equal((180, 2), Shown("people"));
        Assert.Empty(_city.As("chen", "source", "pull", "--due").Ends(Ran.Done).Json["pulled"]!.AsArray());

        // An answer without the records is no empty delivery.
        _city.As("chen", "source", "stop", "people-api").Ends(Ran.Done);
        var asked = server.Connections;
        _city.As("chen", "source", "pull", "people-api").RefusedBy("SB-SOURCE-2");
        Assert.Equal(asked, server.Connections);
        Assert.Equal("stopped", Listed("people-api")["state"]!.GetValue<string>());

        // Another key is another source, which goes on with the same data set.
        Add("new-api", url, "--records", "/data/items", "--header-file", _files.Write("key.txt", $"X-Key: {Key}\n"), "--ca", _files.Write("ca.pem", certificate.ExportCertificatePem())).Ends(Ran.Done);
        _city.As("zhao", "source", "approve", "new-api").Ends(Ran.Done);
        rows = 190;
        Load("new-api").Ends(Ran.Done);
        Assert.Equal((190, 3), Shown("people"));
        Assert.True(_city.As("chen", "source", "pull", "new-api").Ends(Ran.Done).Json["unchanged"]!.GetValue<bool>());

        Books.Check(_city.Folder);
        Books.CheckSwept(_city.Folder);
        var ledger = SandboxProgram.Json("ledger", "show", "--count", "10000", "--dir", _city.Folder).Ends(Ran.Done).Output;
        Assert.All(["source.proposed", "source.approved", "source.pulled", "source.unchanged", "source.stopped"], kind => Assert.Contains($"\"{kind}\"", ledger, StringComparison.Ordinal));
        var registry = string.Concat(Books.Documents(_city.Folder).Select(document => document.Body.ToJsonString()));
        foreach (var (text, where) in new[] { (ledger, "ledger"), (_city.Log, "log"), (registry, "registry"), (_city.Call("source", "list").Output, "list") })
        {
            Assert.False(text.Contains(Key, StringComparison.Ordinal) || text.Contains(Planted.Cell, StringComparison.Ordinal), where);
        }
    }

    [Fact]
    public async Task A_pull_that_fails_keeps_nothing_and_stays_due()
    {
        var broken = false;
        await using var server = new PlainServer(async (_, stream) =>
        {
            if (!broken)
            {
                return await PlainServer.OkAsync(stream, SmallCity.Register(120), keep: false);
            }

            await PlainServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + SmallCity.Register(20));
            return false;
        });
        foreach (var name in new[] { "first", "second" })
        {
            Add(name + "-api", server.Url("/register.csv"), "--every", "1", "--renews", "append").Ends(Ran.Done);
            _city.As("zhao", "source", "approve", name + "-api").Ends(Ran.Done);
            Load(name + "-api", name).Ends(Ran.Done);
        }

        var before = _city.State();
        broken = true;
        _city.As("chen", "source", "pull", "first-api").RefusedBy("FETCH-CUT");
        Assert.Equal(before, _city.State());
        Assert.Equal((120, 1), Shown("first"));
        broken = false;

        // The same rows under the key of another data set are another file: each knows its own.
        Assert.True(_city.As("chen", "source", "pull", "second-api").Ends(Ran.Done).Json["unchanged"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_tag_counts_as_long_as_its_rows_stand_and_one_source_feeds_one_data_set()
    {
        await using var server = new PlainServer(async (head, stream) =>
        {
            if (!head.Contains("If-None-Match: \"v1\"", StringComparison.Ordinal))
            {
                return await PlainServer.OkAsync(stream, SmallCity.Register(120), "ETag: \"v1\"\r\n");
            }

            await PlainServer.WriteAsync(stream, "HTTP/1.1 304 Not Modified\r\n\r\n");
            return true;
        });
        foreach (var name in new[] { "first-api", "second-api" })
        {
            Add(name, server.Url("/register.csv")).Ends(Ran.Done);
            _city.As("zhao", "source", "approve", name).Ends(Ran.Done);
        }

        Load("first-api").Ends(Ran.Done);
        Load("second-api").RefusedBy("SB-SOURCE-3");
        Assert.True(_city.As("chen", "source", "pull", "first-api").Ends(Ran.Done).Json["unchanged"]!.GetValue<bool>());
        Assert.Equal(1, server.Requests.Count(head => head.Contains("If-None-Match", StringComparison.Ordinal)));
        _city.As("chen", "data", "withdraw", "people", "--batch", "all").Ends(Ran.Done);
        _city.As("chen", "source", "pull", "first-api").Ends(Ran.Done);
        Assert.Equal((120, 3), Shown("people"));
        Books.Check(_city.Folder);
    }

    [Theory]
    [InlineData("http://data.example.gov.cn/a.csv")]
    [InlineData("https://user:word@data.example.gov.cn/a.csv")]
    [InlineData("https://data.example.gov.cn/{page}")]
    [InlineData("https://data.example.gov.cn/", "--records", "items")]
    [InlineData("https://data.example.gov.cn/", "--every", "0")]
    [InlineData("https://data.example.gov.cn/", "--every", "9000")]
    [InlineData("https://data.example.gov.cn/", "--header-file", "Host: other")]
    [InlineData("https://data.example.gov.cn/", "--header-file", "Content-Type: application/json")]
    [InlineData("https://data.example.gov.cn/", "--ca", "no certificate")]
    public void What_can_not_be_asked_is_not_registered(string url, params string[] more)
    {
        var before = _city.State();
        Add("api", url, [.. more.Select((word, i) => i == 1 && more[0] is "--header-file" or "--ca" && i == 1 ? _files.Write("given", word) : word)]).RefusedBy("SB-SOURCE-1");
        Assert.Equal(before, _city.State());
        _city.As("li", "source", "add", "api", "--url", "https://data.example.gov.cn/a.csv").RefusedBy("SB-HOST-5");
        _city.As("chen", "source", "stop", "api").RefusedBy("SB-HOST-1");
    }

    [Fact]
    [Requirement("YB-15-2")]
    public async Task Data_come_only_in_the_manner_that_their_provider_agreed_to()
    {
        await using var server = new PlainServer((_, stream) => PlainServer.OkAsync(stream, SmallCity.Register(120)));
        Add("api", server.Url("/register.csv")).Ends(Ran.Done);
        _city.As("zhao", "source", "approve", "api").Ends(Ran.Done);
        var file = _files.Write("register.csv", SmallCity.Register(130));

        // What was agreed as an interface comes in no batch, what was loaded as a batch is asked from no interface, and what is for joint modelling comes in no way.
        Load("api").Ends(Ran.Done);
        Assert.Equal("interface", _city.Call("data", "show", "people").Json["supply"]!.GetValue<string>());
        Append().RefusedBy("YB-15-2");
        _city.As("chen", "data", "replace", "people", "--batch", "all", "--file", file, "--acquired", "2026-01-03").RefusedBy("YB-15-2");
        _city.As("chen", "data", "supply", "patients", "--mode", "joint").Ends(Ran.Done);
        _city.Load("patients", file).RefusedBy("YB-15-2");
        _city.As("chen", "data", "supply", "files", "--mode", "file").Ends(Ran.Done);
        Add("other-api", server.Url("/register.csv")).Ends(Ran.Done);
        _city.As("zhao", "source", "approve", "other-api").Ends(Ran.Done);
        var asked = server.Connections;
        Load("other-api", "files").RefusedBy("YB-15-2");
        Load("other-api", "patients").RefusedBy("YB-15-2");
        Assert.Equal(asked, server.Connections);

        // Only its provider decides anew; rows that are in the domain shut joint modelling out.
        _city.As("zhao", "data", "supply", "people", "--mode", "file").RefusedBy("SB-HOST-5");
        _city.As("li", "data", "supply", "people", "--mode", "file").RefusedBy("SB-HOST-5");
        _city.As("chen", "data", "supply", "people", "--mode", "joint").RefusedBy("YB-15-2");
        _city.As("chen", "data", "supply", "people", "--mode", "file").Ends(Ran.Done);
        Append().Ends(Ran.Done);
        _city.As("chen", "source", "pull", "api").RefusedBy("YB-15-2");
        Assert.Equal(asked, server.Connections);
        _city.As("chen", "data", "withdraw", "people", "--batch", "all").Ends(Ran.Done);
        _city.As("chen", "data", "supply", "people", "--mode", "joint").Ends(Ran.Done);
        Append().RefusedBy("YB-15-2");
        Assert.Equal((0, 3), Shown("people"));

        // Another house can't decide over a name that is taken.
        _city.As("zhao", "person", "add", "sun", "--org", "health", "--role", "provider").Ends(Ran.Done);
        _city.As("sun", "data", "supply", "patients", "--mode", "file").RefusedBy("SB-HOST-2");
        _city.As("sun", "data", "supply", "people", "--mode", "file").RefusedBy("SB-HOST-5");
        Books.Check(_city.Folder);

        Ran Append() => _city.As("chen", "data", "append", "people", "--file", file, "--acquired", "2026-01-03");
    }

    private Ran Add(string name, string url, params string[] more) => _city.As("chen", ["source", "add", name, "--url", url, .. more]);

    private Ran Load(string source, string name = "people") => _city.As("chen", "data", "add", name, "--from", source, "--source", "a test interface", "--acquired", "2026-01-02", "--subject", "person");

    private (int Rows, int Epoch) Shown(string name)
    {
        var shown = _city.Call("data", "show", name).Ends(Ran.Done).Json;
        return (shown["rows"]!.GetValue<int>(), shown["epoch"]!.GetValue<int>());
    }

    private JsonNode Listed(string name) => _city.Call("source", "list").Ends(Ran.Done).Json["sources"]!.AsArray().Single(source => source!["source"]!.GetValue<string>() == name)!;
}
