using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Sandbox.Host.Service;

/// <summary>Forms of the console: whose they are, and the words of an operation in them.</summary>
internal sealed class PageForms(OperationRunner runner, SessionDoor door)
{
    /// <summary>A token of the city's service is at most 8 KiB, and may be escaped.</summary>
    private const int MostStrangerForm = 32 << 10;

    /// <summary>A form of somebody who is not signed in: a few short words.</summary>
    public static async Task<IFormCollection?> StrangersAsync(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MostStrangerForm;
        }

        return http.Request.HasFormContentType ? await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false) : null;
    }

    /// <summary>The form, where it bears the session's own mark; null where it does not.</summary>
    public async Task<IFormCollection?> OwnAsync(HttpContext http)
    {
        if (door.Read(http.Request).Session is not { } session || !http.Request.HasFormContentType)
        {
            return null;
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(form["form"].ToString()), Encoding.UTF8.GetBytes(session.FormToken)) ? form : null;
    }

    /// <summary>The words of a form; a text of several lines is a list where the word is one.</summary>
    /// <exception cref="InvalidDataException">A number is none.</exception>
    public async Task<OperationWords?> WordsAsync(Operation operation, IFormCollection form, CancellationToken cancel)
    {
        var command = runner.Command(operation);
        var body = new JsonObject();
        foreach (var word in operation.Words)
        {
            var symbol = OperationWords.Symbol(command, word);
            var type = Nullable.GetUnderlyingType(OperationWords.TypeOf(symbol)) ?? OperationWords.TypeOf(symbol);
            var text = form[word.Key].ToString().ReplaceLineEndings("\n").Trim();
            if (OperationWords.IsContent(symbol))
            {
                if (form.Files.GetFile(word.Key) is { Length: > 0 } file)
                {
                    using var bytes = new MemoryStream();
                    await file.CopyToAsync(bytes, cancel).ConfigureAwait(false);
                    body[word.Key] = new JsonObject { ["base64"] = Convert.ToBase64String(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) };
                }
            }
            else if (text.Length > 0)
            {
                body[word.Key] = type == typeof(string[]) ? new JsonArray([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => (JsonNode)line)])
                    : type == typeof(bool) ? text is "on" or "true"
                    : type == typeof(string) ? text
                    : long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number
                    : throw new InvalidDataException("A number is none.");
            }
        }

        return Words(operation, body);
    }

    /// <summary>Words of a page of our own.</summary>
    public OperationWords? Words(Operation operation, JsonObject body)
    {
        using var document = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(body));
        return OperationWords.Read(operation, runner.Command(operation), document.RootElement);
    }
}
