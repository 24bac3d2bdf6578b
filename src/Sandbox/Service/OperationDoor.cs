using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Sandbox.Host.Answers;
using Sandbox.Host.Commands;
using Sandbox.Host.Identity;

namespace Sandbox.Host.Service;

/// <summary>Operations over HTTP: at once, or as work that is looked after.</summary>
internal sealed class OperationDoor(OperationRunner runner, SessionDoor door, DomainPool pool, Works works)
{
    public async Task RunAsync(HttpContext http, Operation operation)
    {
        // Somebody unknown costs no reading.
        var credentials = door.Read(http.Request);
        if (credentials.Session is null && (credentials.Token is null || ApiToken.Read(credentials.Token) is not { } shown || !Drop(shown.Secret)))
        {
            await HttpAnswers.ProblemAsync(http, StatusCodes.Status401Unauthorized, [IdentityRefusals.SignedOut()]).ConfigureAwait(false);
            return;
        }

        var command = runner.Command(operation);
        OperationWords? words;
        if (operation.Reads)
        {
            words = OperationWords.Read(operation, command, http.Request.Query.SelectMany(item => item.Value.Select(value => (item.Key, value ?? ""))));
        }
        else
        {
            if (await RequestBody.ReadAsync(http, ServiceSettings.MostBody).ConfigureAwait(false) is not { } body)
            {
                return;
            }

            using (body)
            {
                words = http.Request.Query.Count > 0 ? null : OperationWords.Read(operation, command, body.RootElement);
            }
        }

        if (words is null)
        {
            await HttpAnswers.WriteAsync(http, OperationRunner.Misread(command)).ConfigureAwait(false);
            return;
        }

        if (operation.Heavy && http.Request.Headers["Prefer"].ToString().Contains("respond-async", StringComparison.OrdinalIgnoreCase))
        {
            await BeginAsync(http, operation, words, credentials).ConfigureAwait(false);
            return;
        }

        using (words)
        {
            await HttpAnswers.WriteAsync(http, await runner.RunAsync(operation, words, credentials, (_, _) => { }, http.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    public async Task ShowAsync(HttpContext http, string id)
    {
        if (await FindAsync(http, id).ConfigureAwait(false) is not { } work)
        {
            return;
        }

        if (work is { Ended: not null, Answer: { } answer })
        {
            await HttpAnswers.WriteAsync(http, answer).ConfigureAwait(false);
            return;
        }

        await HttpAnswers.BodyAsync(http, StatusCodes.Status202Accepted, "application/json", State(work.Id, work.Last)).ConfigureAwait(false);
    }

    /// <summary>Server-sent events: <c>progress</c>, and <c>end</c> when the answer can be fetched.</summary>
    public async Task WatchAsync(HttpContext http, string id)
    {
        if (await FindAsync(http, id).ConfigureAwait(false) is not { } work)
        {
            return;
        }

        http.Response.ContentType = "text/event-stream; charset=utf-8";
        await foreach (var step in work.WatchAsync(http.RequestAborted).ConfigureAwait(false))
        {
            await SendAsync("progress", State(work.Id, step)).ConfigureAwait(false);
        }

        await SendAsync("end", new JsonObject { ["work"] = work.Id }).ConfigureAwait(false);

        async Task SendAsync(string kind, JsonObject data)
        {
            await http.Response.WriteAsync($"event: {kind}\ndata: {data.ToJsonString()}\n\n", http.RequestAborted).ConfigureAwait(false);
            await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
        }
    }

    public async Task StopAsync(HttpContext http, string id)
    {
        if (await FindAsync(http, id).ConfigureAwait(false) is { } work)
        {
            work.Cancel();
            http.Response.StatusCode = StatusCodes.Status202Accepted;
        }
    }

    private async Task BeginAsync(HttpContext http, Operation operation, OperationWords words, Credentials credentials)
    {
        string person;
        using (var lease = await pool.RentAsync(http.RequestAborted).ConfigureAwait(false))
        {
            try
            {
                using var caller = credentials.Prove(lease.Domain);
                person = caller.Person.Id;
            }
            catch (RefusedException refused)
            {
                words.Dispose();
                await HttpAnswers.WriteAsync(http, new Answer.Refused(refused.Refusals)).ConfigureAwait(false);
                return;
            }
        }

        var work = works.Begin(person, async (report, cancel) =>
        {
            using (words)
            {
                return await runner.RunAsync(operation, words, credentials, report, cancel).ConfigureAwait(false);
            }
        });
        if (work is null)
        {
            words.Dispose();
            http.Response.Headers.RetryAfter = "10";
            await HttpAnswers.ProblemAsync(http, StatusCodes.Status429TooManyRequests, [IdentityRefusals.TooMany()]).ConfigureAwait(false);
            return;
        }

        http.Response.Headers.Location = "/v1/work/" + work.Id;
        http.Response.Headers["Preference-Applied"] = "respond-async";
        await HttpAnswers.BodyAsync(http, StatusCodes.Status202Accepted, "application/json", State(work.Id, work.Last)).ConfigureAwait(false);
    }

    private async Task<Works.Work?> FindAsync(HttpContext http, string id)
    {
        using var lease = await pool.RentAsync(http.RequestAborted).ConfigureAwait(false);
        Works.Work? found = null;
        var answer = await ErrorBoundary.RunAsync(() =>
        {
            using var caller = door.Read(http.Request).Prove(lease.Domain);
            found = works.Find(id, caller.Person.Id);
            return Task.FromResult(found is null ? Answer.No(Refusals.Missing("work of yours", "您的任务", "?")) : Answer.Of([], ""));
        }).ConfigureAwait(false);
        if (found is null)
        {
            await HttpAnswers.WriteAsync(http, answer).ConfigureAwait(false);
        }

        return found;
    }

    private static JsonObject State(string id, (double Done, string Stage) step) => new() { ["status"] = "running", ["work"] = id, ["done"] = Math.Round(step.Done, 3), ["stage"] = step.Stage };

    private static bool Drop(Trust.Secret secret)
    {
        secret.Dispose();
        return true;
    }
}
