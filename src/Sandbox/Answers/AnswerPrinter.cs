using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Policy;
using Spectre.Console;

namespace Sandbox.Host.Answers;

/// <summary>Prints an answer for people (standard output, refusals on standard error) or as one JSON object, and gives the exit code.</summary>
public sealed class AnswerPrinter(bool json, IAnsiConsole output, IAnsiConsole errors, TextWriter raw)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>0 done, 1 refused, 2 usage, 3 failed.</returns>
    public int Print(Answer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        switch (answer)
        {
            case Answer.Done done:
                if (json)
                {
                    Write("done", done.Body);
                }
                else
                {
                    done.Human(output);
                }

                return 0;
            case Answer.Refused refused:
                if (json)
                {
                    Write("refused", new JsonObject { ["refusals"] = new JsonArray([.. refused.Refusals.Select(ToJson)]) });
                }
                else
                {
                    foreach (var refusal in refused.Refusals)
                    {
                        PrintRefusal(errors, refusal);
                    }
                }

                return 1;
            case Answer.Misused misused:
                Sentence("usage", misused.Sentence);
                return 2;
            case Answer.Failed failed:
                Sentence("failed", failed.Sentence);
                return 3;
            default:
                Sentence("failed", "The answer has a form this version does not know.");
                return 3;
        }
    }

    /// <summary>A refusal in both languages: rule, reason, remedy.</summary>
    public static void PrintRefusal(IAnsiConsole console, Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(refusal);
        console.MarkupLineInterpolated($"[red]refused[/] [bold]{refusal.Rule}[/] {refusal.Why}");
        console.MarkupLineInterpolated($"        {refusal.Remedy}");
        console.MarkupLineInterpolated($"[grey]拒绝    {refusal.WhyZh} {refusal.RemedyZh}[/]");
    }

    public static JsonNode ToJson(Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return new JsonObject
        {
            ["rule"] = refusal.Rule,
            ["why"] = refusal.Why,
            ["remedy"] = refusal.Remedy,
            ["why_zh"] = refusal.WhyZh,
            ["remedy_zh"] = refusal.RemedyZh,
        };
    }

    /// <summary>A body with its status in front, as every door gives it.</summary>
    internal static JsonObject Marked(string status, JsonObject body)
    {
        var marked = new JsonObject { ["status"] = status };
        foreach (var (name, value) in body)
        {
            marked[name] = value?.DeepClone();
        }

        return marked;
    }

    private void Write(string status, JsonObject body) => raw.WriteLine(Marked(status, body).ToJsonString(Format));

    private void Sentence(string status, string sentence)
    {
        if (json)
        {
            Write(status, new JsonObject { ["message"] = sentence });
        }
        else
        {
            errors.MarkupLineInterpolated($"[red]{status}[/] {sentence}");
        }
    }
}
