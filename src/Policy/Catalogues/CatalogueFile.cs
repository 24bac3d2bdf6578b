using System.Text.Json;
using System.Text.RegularExpressions;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Catalogues;

/// <summary>A catalogue entry as its file says it.</summary>
/// <param name="Entry">Its name.</param>
/// <param name="DataSet">The data set in this domain; null when it is not loaded yet.</param>
/// <param name="Operation">True when the data are open to authorised operation.</param>
/// <param name="Registration">Number of the registration record; null when there is none yet.</param>
/// <param name="RequirementsOnUse">What the supplier demands of those who use the data.</param>
/// <param name="Resource">The ten fields of a resource entry (YN23 13).</param>
/// <param name="Open">The six fields of the open catalogue (YN23 33); null when the data are not in it.</param>
public sealed partial record CatalogueFile(
    string Entry,
    string? DataSet,
    bool Operation,
    string? Registration,
    string RequirementsOnUse,
    IReadOnlyDictionary<string, string> Resource,
    IReadOnlyDictionary<string, string>? Open)
{
    /// <summary>Fields of a resource entry.</summary>
    public static IReadOnlyList<string> ResourceFields { get; } =
    [
        "data_form", "shared_content", "sharing_attribute", "sharing_conditions", "sharing_scope", "openness_attribute", "update_frequency", "collecting_department", "verifying_department",
        "supplying_department",
    ];

    /// <summary>Fields of an entry of the open catalogue.</summary>
    public static IReadOnlyList<string> OpenFields { get; } = ["name", "opening_body", "openness_attribute", "format", "type", "update_frequency"];

    /// <summary>Words for how often data are brought up to date, with the longest time between two deliveries; null where none can be said.</summary>
    public static IReadOnlyDictionary<string, Limit?> Frequencies { get; } = new Dictionary<string, Limit?>(StringComparer.Ordinal)
    {
        ["realtime"] = new(1, LimitUnit.CalendarDay),
        ["daily"] = new(1, LimitUnit.CalendarDay),
        ["weekly"] = new(7, LimitUnit.CalendarDay),
        ["monthly"] = new(1, LimitUnit.Month),
        ["quarterly"] = new(3, LimitUnit.Month),
        ["half_yearly"] = new(6, LimitUnit.Month),
        ["yearly"] = new(1, LimitUnit.Year),
        ["irregular"] = null,
        ["never"] = null,
    };

    /// <summary>The entry, or every field that is missing, unknown, of a value that is none, or at odds with another.</summary>
    public static (CatalogueFile? Read, IReadOnlyList<Refusal> Faults) FromUntrusted(ReadOnlySpan<byte> json)
    {
        var faults = new List<string>();
        using var document = StrictJson.Parse(json, "$", faults);
        if (document is null || document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return (null, Refusals(faults.Count > 0 ? faults : ["$"]));
        }

        var root = document.RootElement;
        var strict = new StrictJson(root, "$", ["entry", "data_set", "operation", "registration", "requirements_on_use", "resource", "open"], faults);
        var entry = strict.Text("entry");
        if (entry.Length > 0 && !Name().IsMatch(entry))
        {
            faults.Add("$.entry");
        }

        var operation = root.TryGetProperty("operation", out var flag) && flag.ValueKind is JsonValueKind.True or JsonValueKind.False ? flag.GetBoolean() : Fault(faults, "$.operation", false);
        var resource = Fields(root, "resource", ResourceFields, faults) ?? [];
        var open = root.TryGetProperty("open", out var part) && part.ValueKind == JsonValueKind.Null ? null : Fields(root, "open", OpenFields, faults);
        OneOf(resource, "resource", "sharing_attribute", ["unconditional", "conditional", "not_shared"], faults);
        OneOf(resource, "resource", "openness_attribute", ["unconditional", "conditional", "not_open"], faults);
        OneOf(resource, "resource", "update_frequency", [.. Frequencies.Keys], faults);
        if (open is not null)
        {
            OneOf(open, "open", "openness_attribute", ["unconditional", "conditional"], faults);
            OneOf(open, "open", "update_frequency", [.. Frequencies.Keys], faults);
            foreach (var field in new[] { "openness_attribute", "update_frequency" })
            {
                if (open.TryGetValue(field, out var one) && resource.TryGetValue(field, out var other) && one != other)
                {
                    faults.Add($"$.open.{field} (not as in $.resource)");
                }
            }
        }

        var file = new CatalogueFile(entry, Optional(root, "data_set", faults), operation, Optional(root, "registration", faults), Plain(strict.Text("requirements_on_use"), "$.requirements_on_use", faults), resource, open);
        return faults.Count == 0 ? (file, []) : (null, Refusals(faults));
    }

    private static Dictionary<string, string>? Fields(JsonElement root, string name, IReadOnlyList<string> names, List<string> faults)
    {
        if (!root.TryGetProperty(name, out var part) || part.ValueKind != JsonValueKind.Object)
        {
            faults.Add($"$.{name}");
            return null;
        }

        var strict = new StrictJson(part, $"$.{name}", [.. names], faults);
        return names.ToDictionary(field => field, field => Plain(strict.Text(field), $"$.{name}.{field}", faults), StringComparer.Ordinal);
    }

    private static void OneOf(Dictionary<string, string> fields, string part, string field, string[] words, List<string> faults)
    {
        if (fields.TryGetValue(field, out var value) && value.Length > 0 && !words.Contains(value, StringComparer.Ordinal))
        {
            faults.Add($"$.{part}.{field} (one of: {string.Join(", ", words)})");
        }
    }

    private static string? Optional(JsonElement json, string name, List<string> faults) =>
        !json.TryGetProperty(name, out var value) ? Fault<string?>(faults, $"$.{name}", null)
        : value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? Plain(value.GetString()!, $"$.{name}", faults)
        : Fault<string?>(faults, $"$.{name}", null);

    private static string Plain(string text, string path, List<string> faults) =>
        string.IsNullOrWhiteSpace(text) || text.Length > 500 || text.Any(char.IsControl) ? Fault(faults, path, text) : text;

    private static T Fault<T>(List<string> faults, string path, T instead)
    {
        faults.Add(path);
        return instead;
    }

    private static IReadOnlyList<Refusal> Refusals(List<string> faults) => [.. faults.Distinct(StringComparer.Ordinal).Select(path => new Refusal(
        "YN23-13-1",
        $"The catalogue entry lacks or misstates {path}.",
        $"Give {path}; an incomplete entry is not published.",
        $"目录条目缺少或误填 {path}。",
        $"请补正 {path}；不完整的条目不予发布。"))];

    [GeneratedRegex("^(?!.*[0-9]{6})[a-z][a-z0-9-]{0,39}\\z")]
    private static partial Regex Name();
}
