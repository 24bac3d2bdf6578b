using System.Text.Json;
using System.Text.RegularExpressions;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Quality;

/// <summary>A quality standard of a data set 质量标准: what its provider holds each load against. Read strictly; every fault is named with its path in one pass.</summary>
/// <param name="Name">Name or number of the standard, in the provider's words.</param>
/// <param name="Rules">1 to 64 rules; names differ.</param>
public sealed partial record QualityStandard(string Name, IReadOnlyList<QualityRule> Rules)
{
    /// <summary>Most rules of a standard.</summary>
    public const int MostRules = 64;

    private const int MostColumns = 8;
    private const int MostValues = 1000;

    /// <summary>
    /// Reads <c>{"standard":"…","rules":[{"id":"…","present":"column"},{"id":"…","unique":["a","b"]},{"id":"…","column":"c","between":["0",null]},{"id":"…","column":"c","one_of":["m","f"]},
    /// {"id":"…","column":"c","identifier":"ResidentIdentity"},{"id":"…","column":"c","not_after":"d"},{"id":"…","column":"c","same_as":"d"},{"id":"…","column":"c","within_days":30}]}</c>.
    /// </summary>
    public static (QualityStandard? Read, IReadOnlyList<Refusal> Faults) FromUntrusted(ReadOnlySpan<byte> json)
    {
        var faults = new List<string>();
        using var document = StrictJson.Parse(json, "$", faults);
        if (document is null || document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return (null, Refusals(faults.Count > 0 ? faults : ["$"]));
        }

        var root = new StrictJson(document.RootElement, "$", ["standard", "rules"], faults);
        var name = root.Text("standard");
        if (name.Length > 200 || name.Any(char.IsControl))
        {
            faults.Add("$.standard");
        }

        var rules = new List<QualityRule>();
        if (document.RootElement.TryGetProperty("rules", out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() is > 0 and <= MostRules)
        {
            var at = 0;
            foreach (var item in list.EnumerateArray())
            {
                var path = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"$.rules[{at++}]");
                if (Rule(item, path, faults) is not { } rule)
                {
                    continue;
                }

                if (rules.Any(known => known.Id == rule.Id))
                {
                    faults.Add($"{path}.id");
                }

                rules.Add(rule);
            }
        }
        else
        {
            faults.Add("$.rules");
        }

        return faults.Count == 0 ? (new QualityStandard(name, rules), []) : (null, Refusals(faults));
    }

    private static QualityRule? Rule(JsonElement json, string path, List<string> faults)
    {
        if (json.ValueKind != JsonValueKind.Object || Id(json) is not { } id)
        {
            faults.Add(json.ValueKind == JsonValueKind.Object ? $"{path}.id" : path);
            return null;
        }

        // Exactly one form: the members say which.
        var rule = json switch
        {
            _ when Has(json, "present") => Word(json, "present") is { } column ? new QualityRule.Present(id, column) : null,
            _ when Has(json, "unique") => Words(json, "unique", MostColumns) is { } key ? new QualityRule.Unique(id, key) : null,
            _ when Has(json, "column", "between") => Word(json, "column") is { } column && Range(json) is var (from, to) && (from ?? to) is not null ? new QualityRule.Between(id, column, from, to) : null,
            _ when Has(json, "column", "one_of") => Word(json, "column") is { } column && Words(json, "one_of", MostValues) is { } values ? new QualityRule.OneOf(id, column, values) : null,
            _ when Has(json, "column", "identifier") => Word(json, "column") is { } column && Kind(json) is { } kind ? new QualityRule.Identifier(id, column, kind) : null,
            _ when Has(json, "column", "not_after") => Pair(json, "not_after") is var (column, other) && column is not null ? new QualityRule.NotAfter(id, column, other!) : null,
            _ when Has(json, "column", "same_as") => Pair(json, "same_as") is var (column, other) && column is not null ? new QualityRule.SameAs(id, column, other!) : null,
            _ when Has(json, "column", "within_days") => Word(json, "column") is { } column && json.GetProperty("within_days") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var days) && days is >= 0 and <= 36_600
                ? new QualityRule.Recent(id, column, days) : null,
            _ => (QualityRule?)null,
        };
        if (rule is null)
        {
            faults.Add(path);
        }

        return rule;
    }

    private static bool Has(JsonElement json, params ReadOnlySpan<string> names) => StrictJson.HasExactly(json, ["id", .. names]);

    private static string? Id(JsonElement json) => Word(json, "id") is { } id && ShortName().IsMatch(id) ? id : null;

    private static string? Word(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? Word(value) : null;

    private static string? Word(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= 200 } text && !text.Any(char.IsControl) ? text : null;

    private static string[]? Words(JsonElement json, string name, int most)
    {
        var list = json.GetProperty(name);
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is var count && (count == 0 || count > most))
        {
            return null;
        }

        var words = list.EnumerateArray().Select(Word).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        return words.Length == count ? words : null;
    }

    private static (string? From, string? To) Range(JsonElement json)
    {
        var list = json.GetProperty("between");
        return list.ValueKind == JsonValueKind.Array && list.GetArrayLength() == 2 && list.EnumerateArray().All(end => end.ValueKind == JsonValueKind.Null || Word(end) is not null)
            ? (Word(list[0]), Word(list[1]))
            : (null, null);
    }

    private static (string? Column, string? Other) Pair(JsonElement json, string name) =>
        Word(json, "column") is { } column && Word(json, name) is { } other && other != column ? (column, other) : (null, null);

    private static IdentifierKind? Kind(JsonElement json) =>
        Word(json, "identifier") is { } word && IdentifierDetector.Kinds.FirstOrDefault(kind => kind.ToString() == word) is var kind and not IdentifierKind.Unknown ? kind : null;

    private static IReadOnlyList<Refusal> Refusals(IEnumerable<string> faults) => [.. faults.Distinct(StringComparer.Ordinal).Select(path => new Refusal(
        "YN23-16-1",
        $"The quality standard is faulty at {path}.",
        "Correct the file; the command's help shows the forms of rules. Nothing was stored.",
        $"质量标准文件在 {path} 处有误。",
        "请修正文件；命令帮助中列有规则形式。未作任何保存。"))];

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$")]
    private static partial Regex ShortName();
}
