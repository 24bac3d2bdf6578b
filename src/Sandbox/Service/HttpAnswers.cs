using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Sandbox.Host.Answers;
using Sandbox.Policy;

namespace Sandbox.Host.Service;

/// <summary>Answers as HTTP: what the command line prints with <c>--json</c>, or problem details (RFC 9457) with the rule of every refusal.</summary>
internal static class HttpAnswers
{
    private static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteAsync(HttpContext http, Answer answer) => answer switch
    {
        Answer.Done done => BodyAsync(http, StatusCodes.Status200OK, "application/json", AnswerPrinter.Marked("done", done.Body)),
        Answer.Refused { Refusals: { Count: > 0 } refusals } => ProblemAsync(http, Status(refusals[0].Rule), refusals),
        Answer.Misused misused => ProblemAsync(http, StatusCodes.Status400BadRequest, "usage", misused.Sentence),
        Answer.Failed failed => ProblemAsync(http, StatusCodes.Status503ServiceUnavailable, "failed", failed.Sentence),
        _ => ProblemAsync(http, StatusCodes.Status503ServiceUnavailable, "failed", "The answer has a form this version does not know."),
    };

    /// <summary>One refusal with the status that its rule has.</summary>
    public static Task RefuseAsync(HttpContext http, Refusal refusal) => ProblemAsync(http, Status(refusal.Rule), [refusal]);

    private static Task ProblemAsync(HttpContext http, int status, IReadOnlyList<Refusal> refusals)
    {
        if (status == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer realm=\"sandbox\"";
        }

        if (status == StatusCodes.Status429TooManyRequests && http.Response.Headers.RetryAfter.Count == 0)
        {
            http.Response.Headers.RetryAfter = "10";
        }

        return BodyAsync(http, status, "application/problem+json", new JsonObject
        {
            ["type"] = "urn:sandbox:refusal:" + refusals[0].Rule,
            ["title"] = refusals[0].Why,
            ["status"] = status,
            ["detail"] = refusals[0].Remedy,
            ["refusals"] = new JsonArray([.. refusals.Select(AnswerPrinter.ToJson)]),
        });
    }

    /// <summary>A problem that is no rule's: the request itself, or this machine.</summary>
    public static Task ProblemAsync(HttpContext http, int status, string kind, string sentence) =>
        BodyAsync(http, status, "application/problem+json", new JsonObject { ["type"] = "urn:sandbox:" + kind, ["title"] = sentence, ["status"] = status });

    public static Task BodyAsync(HttpContext http, int status, string type, JsonNode body)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, Format);
        http.Response.StatusCode = status;
        http.Response.ContentType = type + "; charset=utf-8";
        http.Response.ContentLength = bytes.Length;
        return http.Response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();
    }

    /// <summary>A rule's status: who asks is not known, may not, asks for nothing that is there, or for something that is taken; else the rules of the domain say no.</summary>
    public static int Status(string rule) => rule switch
    {
        "SB-SIGN-1" or "SB-SIGN-2" or "SB-SIGN-7" or "SB-HOST-4" or "CC-11-2" => StatusCodes.Status401Unauthorized,
        "SB-SIGN-6" => StatusCodes.Status429TooManyRequests,
        "SB-HOST-1" => StatusCodes.Status404NotFound,
        "SB-HOST-2" => StatusCodes.Status409Conflict,
        "SB-HOST-3" or "SB-HOST-6" or "SB-HOST-10" or "SB-SIGN-4" or "TRUST-KEY-9" => StatusCodes.Status422UnprocessableEntity,
        _ => StatusCodes.Status403Forbidden,
    };

    public static string Seconds(TimeSpan time) => Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
