using System.Net;
using System.Text.Json.Nodes;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Killing;

namespace Sandbox.Sandbox.Tests.Service;

/// <summary>The service as a process: work that is followed, many at once, another hand in the registry, Ctrl-C, kill -9 while it is busy.</summary>
public sealed class ServiceLifeTests : IDisposable
{
    private readonly ServedCity _city = new();
    private readonly SemaphoreSlim _asking = new(8, 8);

    public void Dispose()
    {
        _asking.Dispose();
        _city.Dispose();
    }

    [Fact]
    public async Task Busy_it_serves_everybody_and_what_it_acknowledged_survives_a_kill()
    {
        // Work that goes on, followed by its person and by nobody else.
        var (begun, state, headers) = await _city.SendAsync(("Cookie", await _city.CookieAsync("li")), HttpMethod.Post, "/v1/zone/open", new JsonObject { ["scenario"] = "night-bus", ["kind"] = "workbench", ["name"] = "second-wb" }, ("Prefer", "respond-async"));
        Assert.True(begun == HttpStatusCode.Accepted, $"{state}");
        var work = headers.Location!.ToString();
        Assert.Equal(HttpStatusCode.NotFound, (await _city.AsAsync("wu", HttpMethod.Get, work)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _city.AsAsync(null, HttpMethod.Get, work)).Status);
        var events = await EventsAsync("li", work + "/events");
        Assert.Contains("event: progress", events, StringComparison.Ordinal);
        Assert.EndsWith("\n\n", events, StringComparison.Ordinal);
        Assert.Contains("event: end", events, StringComparison.Ordinal);
        var (done, answer, _) = await _city.AsAsync("li", HttpMethod.Get, work);
        Assert.True(done == HttpStatusCode.OK && answer!["zone"]!.GetValue<string>() == "second-wb", $"{answer}");

        // Everybody at once, reading, asking and writing; nothing fails.
        var people = new[] { "li", "wu", "chen", "wang", "zhao", "ming", "lan", "bao" };
        foreach (var person in people)
        {
            await _city.CookieAsync(person);
        }

        var acknowledged = new System.Collections.Concurrent.ConcurrentBag<string>();
        var answered = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            var person = people[i % people.Length];
            var (status, body, _) = (i % 10) switch
            {
                0 => await _city.AsAsync(person, HttpMethod.Post, "/v1/token/create", new JsonObject { ["name"] = $"t-{i}", ["scope"] = new JsonArray("due:read") }),
                1 => await QueryAsync(i % 20 == 1 ? "wu" : "li", "/v1/query", new JsonObject { ["zone"] = "night-bus-wb", ["sql"] = "SELECT origin, count(*) FROM flights GROUP BY origin ORDER BY 2 DESC LIMIT 5" }),
                _ => await _city.AsAsync(person, HttpMethod.Get, "/v1/scenario/list"),
            };
            Assert.True(status == HttpStatusCode.OK, $"{person} {i}: {(int)status} {body}");
            if (i % 10 == 0)
            {
                acknowledged.Add($"t-{i}");
            }

            Interlocked.Increment(ref answered);
        });
        Assert.Equal(400, answered);

        // And in the middle of it a kill.
        await KillBusyAsync(acknowledged);
        var tokens = SandboxProgram.Json("token", "list", "--dir", _city.Folder, "--as", "zhao").Ends(Ran.Done).Json["tokens"]!.AsArray().Select(token => token!["token"]!.GetValue<string>()).ToHashSet();
        Assert.All(acknowledged, name => Assert.Contains(name, tokens));
        SandboxProgram.Json("ledger", "verify", "--dir", _city.Folder).Ends(Ran.Done);
        Books.Check(_city.Folder);

        _city.Start();
        await ChangedRegistryAsync();
    }

    /// <summary>Another hand in the registry is found out while it runs, and then Ctrl-C ends it in order.</summary>
    private async Task ChangedRegistryAsync()
    {
        await _city.CookieAsync("ming");
        Assert.Equal(HttpStatusCode.OK, (await _city.AsAsync("li", HttpMethod.Get, "/v1/scenario/list")).Status);
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_city.Folder, "registry.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE documents SET body = replace(body, '\"role\":\"operator\"', '\"role\":\"authority\"') WHERE kind = 'person' AND id = 'ming'";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        await Task.Delay(TimeSpan.FromSeconds(6));
        var (status, body, _) = await _city.AsAsync("ming", HttpMethod.Get, "/v1/person/list");
        Assert.True(status == HttpStatusCode.Forbidden && body!["refusals"]![0]!["rule"]!.GetValue<string>() == "SB-HOST-11", $"{(int)status} {body}");

        ProcessTree.KillLeader(_city.ProcessId, ProcessTree.Interrupt);
        Assert.Equal(0, await _city.EndedAsync());
    }

    /// <summary>A question, as somebody asks who waits for the answer before: only so many of one person's may wait at a time, however slow the machine is.</summary>
    private async Task<(HttpStatusCode Status, JsonNode? Body, System.Net.Http.Headers.HttpResponseHeaders Headers)> QueryAsync(string person, string path, JsonNode words)
    {
        await _asking.WaitAsync();
        try
        {
            return await _city.AsAsync(person, HttpMethod.Post, path, words);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>Everybody writes; in the middle of it the process is killed. What was acknowledged before its answer came is kept in the bag.</summary>
    private async Task KillBusyAsync(System.Collections.Concurrent.ConcurrentBag<string> acknowledged)
    {
        using var gone = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 8).Select(async lane =>
        {
            for (var i = 0; !gone.IsCancellationRequested; i++)
            {
                try
                {
                    var name = $"k-{lane}-{i}";
                    var (status, _, _) = await _city.AsAsync("li", HttpMethod.Post, "/v1/token/create", new JsonObject { ["name"] = name, ["scope"] = new JsonArray("due:read") });
                    if (status == HttpStatusCode.OK)
                    {
                        acknowledged.Add(name);
                    }
                }
                catch (HttpRequestException)
                {
                    return;
                }
            }
        }).ToArray();
        await Task.Delay(TimeSpan.FromSeconds(2));
        ProcessTree.KillLeader(_city.ProcessId);
        await gone.CancelAsync();
        await Task.WhenAll(writers);
        Assert.True(acknowledged.Count > 44, $"only {acknowledged.Count} were acknowledged");
    }

    private async Task<string> EventsAsync(string person, string path)
    {
        using var http = _city.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Cookie", await _city.CookieAsync(person));
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        return await answer.Content.ReadAsStringAsync();
    }
}
