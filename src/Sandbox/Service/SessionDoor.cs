using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Sandbox.Host.Answers;
using Sandbox.Host.Commands;
using Sandbox.Host.Identity;
using Sandbox.Policy;

namespace Sandbox.Host.Service;

/// <summary><c>/v1/session</c>: in with POST, who am I with GET, out with DELETE.</summary>
internal sealed class SessionDoor(DomainPool pool, Sessions sessions, ServiceSettings settings) : IDisposable
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, MaxDepth = 4 };

    // Opening a key takes 32 MiB and a good part of a second on purpose.
    private readonly SemaphoreSlim _opening = new(Math.Max(1, Environment.ProcessorCount), Math.Max(1, Environment.ProcessorCount));

    public Credentials Read(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? new(null, header[7..].Trim())
            : new(sessions.Find(request.Cookies[settings.Cookie]), null);
    }

    public async Task SignInAsync(HttpContext http)
    {
        if (await RequestBody.ReadAsync(http, 1 << 14).ConfigureAwait(false) is not { } body)
        {
            return;
        }

        SignInRequest? request = null;
        using (body)
        {
            try
            {
                request = body.RootElement.Deserialize<SignInRequest>(Format);
            }
            catch (JsonException)
            {
            }
        }

        if (request is not { Person: not null, Password: { Length: <= 1024 } })
        {
            await HttpAnswers.ProblemAsync(http, StatusCodes.Status400BadRequest, "usage", "Signing in takes person and password, and where there is one code, token (of the unified authentication service) and for. 登录需提供 person、password，必要时另附 code、token、for。").ConfigureAwait(false);
            return;
        }

        await (await EnterAsync(http, request).ConfigureAwait(false) is { } refusal
            ? HttpAnswers.RefuseAsync(http, refusal)
            : HttpAnswers.BodyAsync(http, StatusCodes.Status200OK, "application/json", new JsonObject { ["status"] = "done", ["person"] = request.Person })).ConfigureAwait(false);
    }

    /// <summary>Signs somebody in and gives the browser its cookie; a refusal when that may not be.</summary>
    public async Task<Refusal?> EnterAsync(HttpContext http, SignInRequest request)
    {
        Session? session;
        Refusal? refusal;
        await _opening.WaitAsync(http.RequestAborted).ConfigureAwait(false);
        try
        {
            using var lease = await pool.RentAsync(http.RequestAborted).ConfigureAwait(false);
            (session, refusal) = await Task.Run(() => SignIn.Run(lease.Domain, request)).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }

        if (session is null)
        {
            return refusal ?? IdentityRefusals.SignIn();
        }

        // Whoever signs in anew in the same browser is the former no more.
        sessions.End(http.Request.Cookies[settings.Cookie]);
        if (sessions.Add(session) is not { } id)
        {
            session.Dispose();
            return IdentityRefusals.TooMany();
        }

        http.Response.Cookies.Append(settings.Cookie, id, Options());
        return null;
    }

    public async Task WhoAsync(HttpContext http)
    {
        if (!Read(http.Request).Present)
        {
            await HttpAnswers.RefuseAsync(http, IdentityRefusals.SignedOut()).ConfigureAwait(false);
            return;
        }

        using var lease = await pool.RentAsync(http.RequestAborted).ConfigureAwait(false);
        var answer = await ErrorBoundary.RunAsync(() =>
        {
            using var caller = Read(http.Request).Prove(lease.Domain);
            return Task.FromResult(Answer.Of(
                new JsonObject
                {
                    ["person"] = caller.Person.Id,
                    ["organisation"] = caller.Person.Organisation,
                    ["role"] = caller.Role.ToString(),
                    ["for"] = caller.Principal,
                    ["domain"] = lease.Domain.Record.Name,
                    ["scopes"] = caller.Scopes is { } token ? new JsonArray([.. token.Scopes.Select(scope => (JsonNode)scope)]) : null,
                    ["token_expires"] = caller.Scopes?.ExpiresAt.ToString("O", CultureInfo.InvariantCulture),
                },
                caller.Person.Id));
        }).ConfigureAwait(false);
        await HttpAnswers.WriteAsync(http, answer).ConfigureAwait(false);
    }

    public async Task SignOutAsync(HttpContext http)
    {
        await LeaveAsync(http).ConfigureAwait(false);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task LeaveAsync(HttpContext http)
    {
        http.Response.Cookies.Delete(settings.Cookie, Options());
        if (sessions.Find(http.Request.Cookies[settings.Cookie]) is { } session)
        {
            sessions.End(http.Request.Cookies[settings.Cookie]);
            using var lease = await pool.RentAsync(http.RequestAborted).ConfigureAwait(false);
            lease.Domain.Note(new("session.closed", session.Person, new Trust.Facts()));
        }
    }

    public void Dispose() => _opening.Dispose();

    private CookieOptions Options() => new() { HttpOnly = true, Secure = settings.Secure, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true };
}
