using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Service;

/// <summary>
/// A copy of the finished demo with a second tenant in it (an operating unit, its analyst, a source department with a data set, a request of theirs), served by the built
/// program in a process of its own. Everybody has an account; sessions are opened as they are needed.
/// </summary>
public sealed class ServedCity : IDisposable
{
    public const string Password = "correct horse battery";

    private readonly FinishedDemo _demo = new();
    private readonly TemporaryFolder _files = new();
    private readonly Dictionary<string, string> _authenticators = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);
    private Process _process = null!;
    private HttpClient _http = null!;

    public ServedCity()
    {
        foreach (var (name, organisation, role) in new[] { ("ming", "rail-company", "operator"), ("lan", "rail-company", "scientist"), ("bao", "weather-office", "provider"), ("yu", "nobody", "subject") })
        {
            _demo.As("zhao", "person", "add", name, "--org", organisation, "--role", role).Ends(Ran.Done);
        }

        var rows = _files.Write("stations.csv", "station,rain,zone\n" + string.Join('\n', Enumerable.Range(0, 200).Select(i => $"s{i},{i % 9},{(i % 2 == 0 ? "north" : "south")}")) + "\n");
        _demo.As("bao", "data", "add", "stations", "--file", rows, "--source", "weather stations", "--acquired", "2026-10-01").Ends(Ran.Done);
        _demo.As("bao", "data", "confirm", "stations", "--grade", "station=General", "--grade", "rain=General", "--grade", "zone=General").Ends(Ran.Done);
        _demo.As("ming", "scenario", "request", _files.Write("rail.json", $$"""
            {"name":"rail-plan","purpose":"Plan trains by rain","from":"{{Day(-20)}}","until":"{{Day(40)}}","people":["ming","lan"],
             "tables":[{"data_set":"stations","sample_per_mille":200,"quasi_identifiers":[],"columns":[{"name":"rain","workbench":{"rule":"keep"},"production":null},{"name":"zone","workbench":{"rule":"keep"},"production":null} ] } ] }
            """)).Ends(Ran.Done);
        foreach (var person in People)
        {
            var opened = _demo.As(person, "account", "open", "--password-file", _files.Write("password", Password + "\nnot this line\n")).Ends(Ran.Done).Json;
            if (opened["authenticator"]?.GetValue<string>() is { } address)
            {
                _authenticators[person] = address;
            }
        }

        Start();
    }

    /// <summary>Serves it, or serves it again after the process is gone; sessions are gone with it.</summary>
    internal void Start()
    {
        _http?.Dispose();
        _process?.Dispose();
        _cookies.Clear();
        _process = SandboxProgram.Start(SandboxProgram.Words("serve", "--dir", _demo.Folder, "--urls", "http://127.0.0.1:0", "--sign-ins", "500", "--requests", "5000"));
        Base = ReadAddress(_process);
        _http = Client();
    }

    /// <summary>Persons with an account: the demo's, then the other tenant's.</summary>
    public static IReadOnlyList<string> People { get; } = ["li", "wu", "chen", "wang", "zhao", "qian", "sun", "zhou", "ming", "lan", "bao", "yu"];

    public Uri Base { get; private set; } = null!;

    public string Folder => _demo.Folder;

    internal FinishedDemo Demo => _demo;

    internal int ProcessId => _process.Id;

    /// <summary>The exit code, once it has ended by itself.</summary>
    internal async Task<int> EndedAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return _process.ExitCode;
    }

    /// <summary>What a process that serves says first is where.</summary>
    internal static Uri ReadAddress(Process process)
    {
        while (process.StandardError.ReadLine() is { } line)
        {
            var at = line.IndexOf("http", StringComparison.Ordinal);
            if (line.StartsWith("Serving ", StringComparison.Ordinal) && at > 0)
            {
                // Nobody reads the rest; the pipe must not fill.
                _ = process.StandardError.ReadToEndAsync();
                return new Uri(line[at..].Split(' ')[0]);
            }
        }

        throw new InvalidOperationException("It did not say where it serves.");
    }

    /// <summary>A client that keeps no cookies and follows nothing.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = Base, Timeout = TimeSpan.FromMinutes(3) };

    /// <summary>The Cookie header of a person's session, opened now if there is none yet.</summary>
    public async Task<string> CookieAsync(string person)
    {
        if (!_cookies.TryGetValue(person, out var cookie))
        {
            var (status, body, headers) = await SendAsync(null, HttpMethod.Post, "/v1/session", SignIn(person, Password));
            Assert.True(status == HttpStatusCode.OK, $"{person}: {(int)status} {body}");
            cookie = headers.GetValues("Set-Cookie").Single().Split(';')[0];
            _cookies[person] = cookie;
        }

        return cookie;
    }

    /// <summary>A day from today on, as files write it.</summary>
    internal static string Day(int offset) => DateTime.Now.AddDays(offset).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Lets go of a session that is over.</summary>
    internal void Forget(string person) => _cookies.Remove(person);

    /// <summary>A body to sign in with, code included where the person has an authenticator.</summary>
    public JsonObject SignIn(string person, string password, int step = 0)
    {
        var body = new JsonObject { ["person"] = person, ["password"] = password };
        if (_authenticators.TryGetValue(person, out var address))
        {
            body["code"] = Code(address, DateTimeOffset.UtcNow.AddSeconds(30 * step));
        }

        return body;
    }

    /// <summary>Asks as somebody who is signed in; null for nobody.</summary>
    public async Task<(HttpStatusCode Status, JsonNode? Body, System.Net.Http.Headers.HttpResponseHeaders Headers)> AsAsync(string? person, HttpMethod method, string path, JsonNode? body = null) =>
        await SendAsync(person is null ? null : ("Cookie", await CookieAsync(person)), method, path, body);

    public async Task<(HttpStatusCode Status, JsonNode? Body, System.Net.Http.Headers.HttpResponseHeaders Headers)> SendAsync((string Name, string Value)? header, HttpMethod method, string path, JsonNode? body = null, params (string Name, string Value)[] more)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in more.Concat(header is { } given ? [given] : []))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), new UTF8Encoding(false), "application/json");
        }

        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Clean($"{method} {path}", (int)answer.StatusCode, text);
        return (answer.StatusCode, text.Length > 0 && answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true ? JsonNode.Parse(text) : null, answer.Headers);
    }

    /// <summary>What holds for every answer.</summary>
    internal static void Clean(string request, int status, string text)
    {
        Assert.True(status != 500, $"{request}: a bare failure: {text}");
        Assert.False(text.Contains("   at ", StringComparison.Ordinal) || text.Contains("Exception", StringComparison.Ordinal) || text.Contains("/proc/", StringComparison.Ordinal), $"{request}: the inside of the program: {text}");
        Planted.AssertAbsent(request, text);
    }

    public void Dispose()
    {
        _http.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
        _files.Dispose();
        _demo.Dispose();
    }

    /// <summary>RFC 6238, written down a second time.</summary>
    internal static string Code(string address, DateTimeOffset at)
    {
        var base32 = address.Split("secret=")[1].Split('&')[0];
        var bits = string.Concat(base32.Select(letter => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var secret = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2)).ToArray();
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, at.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350
        var mac = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        var offset = mac[19] & 15;
        var number = (((mac[offset] & 127) << 24) | (mac[offset + 1] << 16) | (mac[offset + 2] << 8) | mac[offset + 3]) % 1_000_000;
        return number.ToString("D6", CultureInfo.InvariantCulture);
    }
}
