using System.Text.Encodings.Web;
using System.Text.Json;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Fetching;

/// <summary>Takes the records out of a JSON answer: the array at a JSON Pointer (RFC 6901), one object a line. Numbers keep their very digits.</summary>
internal sealed class RecordPages
{
    private const int Deepest = 64;
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = Deepest };
    private static readonly JsonWriterOptions Writing = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string[] _steps;

    /// <param name="pointer">The empty text, or steps that each begin with a slash.</param>
    public RecordPages(string pointer) => _steps = Steps(pointer) ?? throw new FrameException("The place of the records is no JSON Pointer.");

    /// <summary>Whether a text is a JSON Pointer.</summary>
    public static bool Valid(string pointer) => Steps(pointer) is not null;

    /// <summary>Writes the records of one answer.</summary>
    /// <returns>How many there are.</returns>
    /// <exception cref="WorkerRefusedException"><see cref="FetchRules.Records"/>; a part may be written.</exception>
    public int Write(ReadOnlyMemory<byte> answer, Stream target)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Span.StartsWith("\uFEFF"u8) ? answer[3..] : answer, Reading);
            var at = document.RootElement;
            foreach (var step in _steps)
            {
                at = at.ValueKind == JsonValueKind.Object && at.TryGetProperty(step, out var member) ? member
                    : at.ValueKind == JsonValueKind.Array && Index(step) is { } index && index < at.GetArrayLength() ? at[index]
                    : throw new WorkerRefusedException(FetchRules.Records);
            }

            if (at.ValueKind != JsonValueKind.Array)
            {
                throw new WorkerRefusedException(FetchRules.Records);
            }

            using var writer = new Utf8JsonWriter(target, Writing);
            var records = 0;
            foreach (var record in at.EnumerateArray())
            {
                if (record.ValueKind != JsonValueKind.Object)
                {
                    throw new WorkerRefusedException(FetchRules.Records);
                }

                record.WriteTo(writer);
                writer.Flush();
                writer.Reset();
                target.WriteByte((byte)'\n');
                records++;
            }

            return records;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new WorkerRefusedException(FetchRules.Records);
        }
    }

    private static string[]? Steps(string pointer)
    {
        if (pointer.Length == 0)
        {
            return [];
        }

        string[] steps = pointer.Split('/');
        return pointer.Length <= 500 && steps[0].Length == 0 && steps.All(Escaped) ? [.. steps[1..].Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))] : null;
    }

    private static bool Escaped(string step)
    {
        for (var at = step.IndexOf('~', StringComparison.Ordinal); at >= 0; at = step.IndexOf('~', at + 1))
        {
            if (at + 1 == step.Length || step[at + 1] is not ('0' or '1'))
            {
                return false;
            }
        }

        return true;
    }

    private static int? Index(string step) =>
        step.Length is > 0 and <= 9 && step.All(char.IsAsciiDigit) && (step.Length == 1 || step[0] != '0') ? int.Parse(step, System.Globalization.CultureInfo.InvariantCulture) : null;
}
