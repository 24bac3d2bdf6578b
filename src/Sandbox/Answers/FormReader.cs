using System.Globalization;
using System.Text.Json;
using Sandbox.Host.Domains;
using Sandbox.Policy;

namespace Sandbox.Host.Answers;

/// <summary>Reads a person's JSON file and collects every fault with its path instead of stopping at the first: unknown and doubled names, missing members, impossible values.</summary>
internal sealed class FormReader
{
    private readonly JsonElement _json;
    private readonly List<(string Path, string Why, string WhyZh)> _faults = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    private FormReader(JsonElement json)
    {
        _json = json;
        CheckDoubles(json, "$");
    }

    /// <exception cref="RefusedException">Not a JSON object, or too long.</exception>
    public static FormReader Open(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (bytes.Length <= InputJson.Longest)
            {
                using var document = JsonDocument.Parse(bytes.ToArray(), new JsonDocumentOptions { MaxDepth = 8 });
                if (document.RootElement.ValueKind == JsonValueKind.Object)
                {
                    return new FormReader(document.RootElement.Clone());
                }
            }
        }
        catch (JsonException)
        {
        }

        throw new RefusedException(Refusals.Form("file", "文件"));
    }

    public string Name(string member) => Text(member, text => Names.Valid(text), "a short name is needed (small letters, digits, hyphens)", "须为短名称（小写字母、数字、连字符）");

    public string Words(string member, int most) => Text(member, text => Names.PlainWords(text, most), $"1 to {most} plain characters are needed", $"须为 1 至 {most} 个普通字符");

    public string? OptionalName(string member) => Absent(member) ? null : Name(member);

    public string? OptionalWords(string member, int most) => Absent(member) ? null : Words(member, most);

    public DateOnly Day(string member)
    {
        if (Find(member) is { ValueKind: JsonValueKind.String } value && IsoDay.TryRead(value.GetString(), out var day))
        {
            return day;
        }

        Fault(member, "a day of the calendar is needed, yyyy-MM-dd", "须为实际存在的日期，格式 yyyy-MM-dd");
        return default;
    }

    public bool Flag(string member)
    {
        if (Absent(member))
        {
            return false;
        }

        if (Find(member) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value)
        {
            return value.GetBoolean();
        }

        Fault(member, "true or false is needed", "须为 true 或 false");
        return false;
    }

    /// <summary>A list of short names, each once; an absent member is an empty list.</summary>
    public IReadOnlyList<string> NameList(string member) => Absent(member) ? [] : NamesOf(Find(member)!.Value, $"$.{member}");

    /// <summary>An object of plain words by name.</summary>
    public IReadOnlyDictionary<string, string> WordsByName(string member, int most)
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in Members(member))
        {
            if (item.Value.ValueKind == JsonValueKind.String && Domains.Names.PlainWords(item.Value.GetString(), most))
            {
                words[item.Name] = item.Value.GetString()!;
            }
            else
            {
                FaultAt($"$.{member}.{Shown(item.Name)}", $"1 to {most} plain characters are needed", $"须为 1 至 {most} 个普通字符");
            }
        }

        return words;
    }

    /// <summary>An object of lists of short names by one of the known words.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> NamesByWord(string member, IReadOnlyList<string> known)
    {
        var lists = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var item in Members(member))
        {
            if (!known.Contains(item.Name))
            {
                FaultAt($"$.{member}.{Shown(item.Name)}", $"this is none of: {string.Join(", ", known)}", $"须为以下之一：{string.Join("、", known)}");
                continue;
            }

            lists[item.Name] = NamesOf(item.Value, $"$.{member}.{item.Name}");
        }

        return lists;
    }

    /// <summary>Adds a fault that the reader cannot see by itself.</summary>
    public void Fault(string member, string why, string whyZh) => FaultAt($"$.{member}", why, whyZh);

    /// <summary>Every fault as a refusal; to be asked when all members were read. Empty when the file is of the form.</summary>
    public IReadOnlyList<Refusal> Faults()
    {
        foreach (var item in _json.EnumerateObject().Where(item => !_known.Contains(item.Name)))
        {
            FaultAt($"$.{Shown(item.Name)}", "no such member is known", "没有该成员");
        }

        return [.. _faults.Distinct().Select(fault => new Refusal("SB-HOST-6", $"{fault.Path}: {fault.Why}.", "Correct the file; nothing was stored.", $"{fault.Path}：{fault.WhyZh}。", "请修正文件；未作任何保存。"))];
    }

    // Names that a stranger chose are shown only where they are short and plain.
    private static string Shown(string name) => name.Length is > 0 and <= 40 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-') ? name : "?";

    private string Text(string member, Func<string, bool> good, string why, string whyZh)
    {
        if (Find(member) is { ValueKind: JsonValueKind.String } value && good(value.GetString()!))
        {
            return value.GetString()!;
        }

        Fault(member, why, whyZh);
        return "";
    }

    private List<string> NamesOf(JsonElement value, string path)
    {
        var names = new List<string>();
        if (value.ValueKind != JsonValueKind.Array)
        {
            FaultAt(path, "a list of short names is needed", "须为短名称列表");
            return names;
        }

        var at = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && Domains.Names.Valid(item.GetString()) && !names.Contains(item.GetString()!))
            {
                names.Add(item.GetString()!);
            }
            else
            {
                FaultAt(string.Create(CultureInfo.InvariantCulture, $"{path}[{at}]"), "a short name that stands only once is needed", "须为不重复的短名称");
            }

            at++;
        }

        return names;
    }

    private IEnumerable<JsonProperty> Members(string member)
    {
        if (Find(member) is { ValueKind: JsonValueKind.Object } value)
        {
            return [.. value.EnumerateObject()];
        }

        Fault(member, "an object is needed", "须为对象");
        return [];
    }

    private bool Absent(string member) => Find(member) is null or { ValueKind: JsonValueKind.Null };

    private JsonElement? Find(string member)
    {
        _known.Add(member);
        return _json.TryGetProperty(member, out var value) ? value : null;
    }

    private void FaultAt(string path, string why, string whyZh) => _faults.Add((path, why, whyZh));

    private void CheckDoubles(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var group in json.EnumerateObject().GroupBy(item => item.Name, StringComparer.Ordinal))
        {
            if (group.Skip(1).Any())
            {
                FaultAt($"{path}.{Shown(group.Key)}", "the member stands twice", "成员重复");
            }

            CheckDoubles(group.First().Value, $"{path}.{Shown(group.Key)}");
        }
    }
}
