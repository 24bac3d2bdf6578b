using System.Collections.Frozen;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Sandbox.Host.Service;

/// <summary>What every request meets first and every answer bears: the host that was asked for, where a browser came from, headers that keep an answer where it belongs.</summary>
internal static class Shield
{
    /// <summary>Pages have their own style sheet and icon and nothing else, no script; nothing frames them and forms stay here.</summary>
    private const string Policy = "default-src 'none'; style-src 'self'; script-src 'none'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    public static void Use(WebApplication app, ServiceSettings settings)
    {
        var hosts = settings.Hosts.Append(settings.Address.Host).Concat(settings.Address.IsLoopback ? ["localhost", "127.0.0.1", "[::1]"] : []).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        app.Use(async (http, next) =>
        {
            Mark(http.Response.Headers, settings.Secure);
            if (!hosts.Contains(http.Request.Host.Host))
            {
                // Else a page of another site could give its own name to this address and read what it gets.
                await HttpAnswers.ProblemAsync(http, StatusCodes.Status421MisdirectedRequest, "host", "This service is not reached under that name.").ConfigureAwait(false);
                return;
            }

            if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) && Foreign(http.Request))
            {
                await HttpAnswers.ProblemAsync(http, StatusCodes.Status403Forbidden, "cross-site", "A page of another site sent this.").ConfigureAwait(false);
                return;
            }

            await next(http).ConfigureAwait(false);
        });
    }

    /// <summary>Browsers say where a request comes from; programs say nothing and bear no cookie that a browser added for them.</summary>
    private static bool Foreign(HttpRequest request) =>
        (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site && site is not ("same-origin" or "none"))
        || (request.Headers.Origin.ToString() is { Length: > 0 } origin && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Scheme == request.Scheme && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)));

    private static void Mark(IHeaderDictionary headers, bool secure)
    {
        headers[HeaderNames.ContentSecurityPolicy] = Policy;
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers[HeaderNames.CacheControl] = "no-store";
        // With none at all browsers would send forms from nowhere.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), interest-cohort=()";
        if (secure)
        {
            headers[HeaderNames.StrictTransportSecurity] = "max-age=31536000";
        }
    }
}
