using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Sandbox.Host.Service;

/// <summary>JSON that somebody sends: strict, shallow, bounded. What is not so is answered here.</summary>
internal static class RequestBody
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 24, CommentHandling = JsonCommentHandling.Disallow, AllowTrailingCommas = false };

    /// <returns>The document, to be disposed; null when an answer was written.</returns>
    public static async Task<JsonDocument?> ReadAsync(HttpContext http, long most)
    {
        if (http.Request.ContentType?.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase) is not true)
        {
            await HttpAnswers.ProblemAsync(http, StatusCodes.Status415UnsupportedMediaType, "usage", "The body is application/json.").ConfigureAwait(false);
            return null;
        }

        if (http.Request.Headers.ContentEncoding.Count > 0)
        {
            await HttpAnswers.ProblemAsync(http, StatusCodes.Status415UnsupportedMediaType, "usage", "The body is sent as it is, not packed.").ConfigureAwait(false);
            return null;
        }

        if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = most;
        }

        try
        {
            return await JsonDocument.ParseAsync(http.Request.Body, Strict, http.RequestAborted).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            await HttpAnswers.ProblemAsync(http, StatusCodes.Status400BadRequest, "usage", "The body is not a JSON text, has a name twice, or is nested too deeply.").ConfigureAwait(false);
            return null;
        }
    }
}
