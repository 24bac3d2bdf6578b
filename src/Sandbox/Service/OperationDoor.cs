using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Sandbox.Host.Answers;
using Sandbox.Host.Commands;
using Sandbox.Host.Identity;

namespace Sandbox.Host.Service;

/// <summary>Operations over HTTP: at once, or as work that is looked after.</summary>
internal sealed class OperationDoor(OperationRunner runner, SessionDoor door, DomainPool pool, Works works)
{
    /// <summary>Largest body of an operation that takes no file.</summary>
    private const int SmallBody = 1 << 20;

    private const int MostLarge = 4;

    // Of the process: memory is.
    private static readonly SemaphoreSlim Large = new(MostLarge, MostLarge);

    public async Task RunAsync(HttpContext http, Operation operation)
    {
        // Somebody unknown costs no reading: what a token's text claims is proved before its body is taken.
        var credentials = door.Read(http.Request);
        if (!credentials.Present || (credentials.Session is null && !await ProvedAsync(http, credentials, operation.Act).ConfigureAwait(false)))
        {
            await HttpAnswers.RefuseAsync(http, IdentityRefusals.SignedOut()).ConfigureAwait(false);
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
            // Files come in the bodies of few operations, and only so many of them are held at a time.
            var large = operation.Words.Any(word => OperationWords.IsContent(OperationWords.Symbol(command, word)));
            var counted = large && (http.Request.ContentLength ?? long.MaxValue) > SmallBody;
            if (counted)
            {
                await Large.WaitAsync(http.RequestAborted).ConfigureAwait(false);
            }

            try
            {
                if (await RequestBody.ReadAsync(http, large ? ServiceSettings.MostBody : SmallBody).ConfigureAwait(false) is not { } body)
                {
                    return;
                }

                using (body)
                {
                    words = http.Request.Query.Count > 0 ? null : OperationWords.Read(operation, command, body.RootElement);
                }
            }
            finally
            {
                if (counted)
                {
                    Large.Release();
                }
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
        if (!await ProvedAsync(http, credentials, operation.Act).ConfigureAwait(false))
        {
            words.Dispose();
            await HttpAnswers.RefuseAsync(http, IdentityRefusals.SignedOut()).ConfigureAwait(false);
            return;
        }

        var work = works.Begin(credentials.Owner!, async (report, cancel) =>
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
            await HttpAnswers.RefuseAsync(http, IdentityRefusals.TooMany()).ConfigureAwait(false);
            return;
        }

        http.Response.Headers.Location = "/v1/work/" + work.Id;
        http.Response.Headers["Preference-Applied"] = "respond-async";
        await HttpAnswers.BodyAsync(http, StatusCodes.Status202Accepted, "application/json", State(work.Id, work.Last)).ConfigureAwait(false);
    }

    private async Task<Works.Work?> FindAsync(HttpContext http, string id)
    {
        var credentials = door.Read(http.Request);
        if (!credentials.Present || !await ProvedAsync(http, credentials, "work.show").ConfigureAwait(false))
        {
            await HttpAnswers.RefuseAsync(http, IdentityRefusals.SignedOut()).ConfigureAwait(false);
            return null;
        }

        if (works.Find(id, credentials.Owner) is { } found)
        {
            return found;
        }

        await HttpAnswers.WriteAsync(http, Answer.No(Refusals.Missing("work of yours", "您的任务", "?"))).ConfigureAwait(false);
        return null;
    }

    private async Task<bool> ProvedAsync(HttpContext http, Credentials credentials, string act)
    {
        using var lease = await pool.RentAsync(http.RequestAborted).ConfigureAwait(false);
        try
        {
            runner.Prove(lease.Domain, act, credentials).Dispose();
            return true;
        }
        catch (RefusedException)
        {
            return false;
        }
    }

    private static JsonObject State(string id, (double Done, string Stage) step) => new() { ["status"] = "running", ["work"] = id, ["done"] = Math.Round(step.Done, 3), ["stage"] = step.Stage };
}
