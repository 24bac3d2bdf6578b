using System.Globalization;
using System.Text.Json;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Procedures;

/// <summary>What a person states when closing a step. Read strictly; every fault is reported with its path in one pass.</summary>
public sealed record StepStatement
{
    private const int LongestText = 2000;
    private static readonly string[] Kinds = ["law", "administrative_regulation", "central_policy"];

    /// <summary>True when the step passed, false when it was refused.</summary>
    public required bool Passed { get; init; }

    /// <summary>Day of the decision; null in a file for today.</summary>
    public DateOnly? On { get; init; }

    /// <summary>Number or title of the paper that holds the decision.</summary>
    public required string Reference { get; init; }

    /// <summary>Papers or topics by name: each with its text, or where it is kept.</summary>
    public IReadOnlyDictionary<string, string> Papers { get; init; } = new Dictionary<string, string>();

    /// <summary>True for an applicant that is a legal person with a genuine credit code; null where the file names no applicant.</summary>
    public bool? LegalPerson { get; init; }

    /// <summary>Grounds of a refusal.</summary>
    public string? Grounds { get; init; }

    /// <summary>The citation on which a refusal rests.</summary>
    public string? LegalBasis { get; init; }

    /// <summary>Reads <c>{"outcome":"passed","on":"2026-11-30","reference":"…","papers":{…},"applicant":{"kind":"legal_person","code":"…"},"grounds":"…","basis":{"kind":"law","cite":"…"}}</c>; all but outcome and reference may be left out.</summary>
    public static StepStatementResult FromUntrusted(ReadOnlySpan<byte> json)
    {
        var faults = new List<string>();
        using var document = StrictJson.Parse(json, "$", faults);
        if (document is null)
        {
            return Faulty(faults);
        }

        var root = new StrictJson(document.RootElement, "$", ["outcome", "on", "reference", "papers", "applicant", "grounds", "basis"], faults);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return Faulty(faults);
        }

        var outcome = root.Text("outcome");
        if (outcome is not ("passed" or "refused"))
        {
            faults.Add("$.outcome");
        }

        var statement = new StepStatement
        {
            Passed = outcome == "passed",
            On = Day(document.RootElement, faults),
            Reference = Short(root.Text("reference"), "$.reference", faults),
            Papers = ReadPapers(document.RootElement, faults),
            LegalPerson = Applicant(document.RootElement, faults),
            Grounds = document.RootElement.TryGetProperty("grounds", out _) ? Short(root.Text("grounds"), "$.grounds", faults) : null,
            LegalBasis = Basis(document.RootElement, faults),
        };
        if (statement.Passed && (statement.Grounds is not null || statement.LegalBasis is not null))
        {
            // Grounds for a refusal in a step that passed: the file contradicts itself.
            faults.Add("$.outcome");
        }

        return faults.Count == 0 ? new StepStatementResult.Read(statement) : Faulty(faults);
    }

    private static DateOnly? Day(JsonElement json, List<string> faults)
    {
        if (!json.TryGetProperty("on", out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        faults.Add("$.on");
        return null;
    }

    private static Dictionary<string, string> ReadPapers(JsonElement json, List<string> faults)
    {
        var papers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!json.TryGetProperty("papers", out var value))
        {
            return papers;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            faults.Add("$.papers");
            return papers;
        }

        foreach (var paper in value.EnumerateObject())
        {
            // A paper with an empty text is a missing one, which the chain reports with the others.
            if (paper.Value.ValueKind == JsonValueKind.String)
            {
                papers[paper.Name] = paper.Value.GetString() is { Length: > 0 } text && !string.IsNullOrWhiteSpace(text) ? Short(text, $"$.papers.{paper.Name}", faults) : "";
            }
            else
            {
                faults.Add($"$.papers.{paper.Name}");
            }
        }

        return papers;
    }

    private static bool? Applicant(JsonElement json, List<string> faults)
    {
        if (!json.TryGetProperty("applicant", out var value))
        {
            return null;
        }

        var strict = new StrictJson(value, "$.applicant", ["kind", "code"], faults);
        switch (strict.Text("kind"))
        {
            case "natural_person":
                return false;
            case "legal_person":
                if (!Identifiers.IdentifierDetector.Matches(Identifiers.IdentifierKind.SocialCredit, strict.Text("code")))
                {
                    faults.Add("$.applicant.code");
                }

                return true;
            default:
                faults.Add("$.applicant.kind");
                return false;
        }
    }

    private static string? Basis(JsonElement json, List<string> faults)
    {
        if (!json.TryGetProperty("basis", out var value))
        {
            return null;
        }

        var strict = new StrictJson(value, "$.basis", ["kind", "cite"], faults);
        var kind = strict.Text("kind");
        if (!Kinds.Contains(kind, StringComparer.Ordinal))
        {
            faults.Add("$.basis.kind");
        }

        return $"{kind}: {Short(strict.Text("cite"), "$.basis.cite", faults)}";
    }

    private static string Short(string text, string path, List<string> faults)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > LongestText || text.Any(letter => char.IsControl(letter) && letter != '\n'))
        {
            faults.Add(path);
        }

        return text;
    }

    private static StepStatementResult.Refused Faulty(List<string> faults) => new([.. faults.Distinct(StringComparer.Ordinal).Select(path => new Refusal(
        "SB-PROCEDURE-1",
        $"The statement is faulty at {path}.",
        "Correct the file; the command's help shows its form. Nothing was stored.",
        $"陈述文件在 {path} 处有误。",
        "请修正文件；命令帮助中有示例。未保存任何内容。"))]);
}

/// <summary>Outcome of reading a statement.</summary>
public abstract record StepStatementResult
{
    private StepStatementResult()
    {
    }

    /// <summary>Well formed.</summary>
    public sealed record Read(StepStatement Statement) : StepStatementResult;

    /// <summary>Every fault.</summary>
    public sealed record Refused(IReadOnlyList<Refusal> Reasons) : StepStatementResult;
}
