using System.Globalization;
using System.Text.Json;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Procedures;

/// <summary>What is said about a data set as a whole: category, barred classes, attributes, when the attributes are looked at again.</summary>
/// <param name="Category">Category in the provider's words.</param>
/// <param name="Classes">Classes that were found in it; empty for none.</param>
/// <param name="ReviewBy">Day by which the attributes are reviewed (YN23 27).</param>
public sealed record ClassificationStatement(string Category, IReadOnlyList<DataClass> Classes, DataAttributes Attributes, DateOnly ReviewBy)
{
    /// <summary>
    /// Reads <c>{"category":"…","classes":["personal_information"],"sharing":{"attribute":"conditional","reason":"…","conditions":"…"},"openness":"not_open","review_by":"2027-06-30"}</c>;
    /// of sharing, only the members that its attribute asks for need be there. Every fault comes with its path.
    /// </summary>
    public static (ClassificationStatement? Read, IReadOnlyList<Refusal> Faults) FromUntrusted(ReadOnlySpan<byte> json)
    {
        var faults = new List<string>();
        using var document = StrictJson.Parse(json, "$", faults);
        if (document is null || document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return (null, Refusals(faults.Count > 0 ? faults : ["$"]));
        }

        var root = new StrictJson(document.RootElement, "$", ["category", "classes", "sharing", "openness", "review_by"], faults);
        var category = Plain(root.Text("category"), "$.category", faults);
        var classes = new List<DataClass>();
        if (document.RootElement.TryGetProperty("classes", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var (at, item) in list.EnumerateArray().Index())
            {
                if (item.ValueKind == JsonValueKind.String && DataClassWords.Of(item.GetString()) is { } known && known is not (DataClass.NegativeList or DataClass.NotOpen) && !classes.Contains(known))
                {
                    classes.Add(known);
                }
                else
                {
                    faults.Add($"$.classes[{at}]");
                }
            }
        }
        else
        {
            faults.Add("$.classes");
        }

        var sharing = document.RootElement.TryGetProperty("sharing", out var part) ? part : default;
        var inner = new StrictJson(sharing, "$.sharing", ["attribute", "reason", "conditions", "basis"], faults);
        var attribute = sharing.ValueKind != JsonValueKind.Object ? Sharing.NotShared : inner.Text("attribute") switch
        {
            "unconditional" => Sharing.Unconditional,
            "conditional" => Sharing.Conditional,
            "not_shared" => Sharing.NotShared,
            _ => Fault(faults, "$.sharing.attribute", Sharing.NotShared),
        };
        var openness = root.Text("openness") switch
        {
            "unconditional" => Openness.Unconditional,
            "conditional" => Openness.Conditional,
            "not_open" => Openness.NotOpen,
            _ => Fault(faults, "$.openness", Openness.NotOpen),
        };
        if (!DateOnly.TryParseExact(root.Text("review_by"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var review))
        {
            faults.Add("$.review_by");
        }

        var attributes = new DataAttributes(attribute, Optional(sharing, "reason", faults), Optional(sharing, "conditions", faults), Optional(sharing, "basis", faults), openness);
        return faults.Count == 0 ? (new ClassificationStatement(category, classes, attributes, review), []) : (null, Refusals(faults));
    }

    private static string? Optional(JsonElement json, string name, List<string> faults) =>
        json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? (string.IsNullOrWhiteSpace(value.GetString()) ? null : Plain(value.GetString()!, $"$.sharing.{name}", faults))
        : Fault<string?>(faults, $"$.sharing.{name}", null);

    private static string Plain(string text, string path, List<string> faults) =>
        string.IsNullOrWhiteSpace(text) || text.Length > 500 || text.Any(char.IsControl) ? Fault(faults, path, text) : text;

    private static T Fault<T>(List<string> faults, string path, T instead)
    {
        faults.Add(path);
        return instead;
    }

    private static IReadOnlyList<Refusal> Refusals(List<string> faults) => [.. faults.Distinct(StringComparer.Ordinal).Select(path => new Refusal(
        "YN23-26-1",
        $"The classification file is faulty at {path}.",
        "Correct the file: there are three sharing and three openness attributes. Nothing was stored.",
        $"分类分级文件在 {path} 处有误。",
        "请修正文件：共享属性与开放属性各有三种。未保存任何内容。"))];
}
