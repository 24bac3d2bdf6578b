using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Cases;

/// <summary>Holds what somebody wrote against the fields that a form asks for: every fault with its path, in one pass.</summary>
public static partial class CaseContent
{
    public const int LongestWords = 500;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    /// <summary>Reads a file of a person. <paramref name="refer"/> says what is wrong with a name of something registered; null where it stands.</summary>
    /// <param name="json">Empty where nothing was handed in.</param>
    public static (JsonElement? Content, IReadOnlyList<Refusal> Faults) FromUntrusted(ReadOnlySpan<byte> json, IReadOnlyList<CaseField> fields, string requirement, Profile profile, Func<CaseField, string, string?> refer)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(refer);
        JsonElement root;
        try
        {
            root = JsonDocument.Parse(json.IsEmpty ? "{}"u8.ToArray() : json.ToArray(), Options).RootElement;
        }
        catch (JsonException)
        {
            return (null, [Fault(requirement, "$", "one JSON object without doubled names", "不含重复名称的 JSON 对象")]);
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            return (null, [Fault(requirement, "$", "one JSON object", "JSON 对象")]);
        }

        var faults = new List<Refusal>();
        foreach (var member in root.EnumerateObject().Where(member => fields.All(field => field.Name != member.Name)))
        {
            faults.Add(Fault(requirement, "$." + Shown(member.Name), fields.Count == 0 ? "nothing: this step takes no file" : "one of " + string.Join(", ", fields.Select(field => field.Name)), "表格所列名称之一"));
        }

        foreach (var field in fields)
        {
            if (!root.TryGetProperty(field.Name, out var value) || (field.Optional && value.ValueKind == JsonValueKind.Null))
            {
                if (!field.Optional)
                {
                    faults.Add(Fault(field.Requirement ?? requirement, "$." + field.Name, Words(field), WordsZh(field)));
                }

                continue;
            }

            faults.AddRange(Check(field, value, root, requirement, profile, refer));
        }

        return faults.Count == 0 ? (root.Clone(), []) : (null, faults);
    }

    /// <summary>Whether a point that was asked is answered with no.</summary>
    public static bool HasNo(IReadOnlyList<CaseField> fields, JsonElement content) =>
        fields.Any(field => field.Form == CaseFieldForm.Point && content.TryGetProperty(field.Name, out var point) && !point.GetProperty("holds").GetBoolean());

    /// <summary>What a field takes, for help texts.</summary>
    public static string Words(CaseField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return field.Form switch
        {
            CaseFieldForm.Words => $"words of 1 to {LongestWords} characters",
            CaseFieldForm.Choice => "one of " + string.Join(", ", field.Of),
            CaseFieldForm.Day => "a day, yyyy-MM-dd",
            CaseFieldForm.Amount => "an amount as text, for example \"1200.50\"",
            CaseFieldForm.Point => "an answer {\"holds\": true or false, \"words\": \"why\"}",
            CaseFieldForm.DataSet => "the name of a registered data set",
            CaseFieldForm.Release => "the name of a release that stands",
            CaseFieldForm.Scenario => "the name of a registered scenario",
            CaseFieldForm.Person => "the name of a registered person",
            CaseFieldForm.Name => "a short name of small letters, digits and hyphens",
            CaseFieldForm.Case => $"the name of a case {field.Of[0]} that is {string.Join(" or ", field.Of.Skip(1))}",
            CaseFieldForm.ProductForm => "a form of products that the profile lists, or another one with a justification",
            CaseFieldForm.BarredClasses => "the barred classes that apply, [] for none",
            CaseFieldForm.Body => "a body that must be told",
            _ => "nothing",
        };
    }

    private static string WordsZh(CaseField field) => field.Form switch
    {
        CaseFieldForm.Words => $"1 至 {LongestWords} 个字符的文字",
        CaseFieldForm.Choice => "下列之一：" + string.Join("、", field.Of),
        CaseFieldForm.Day => "日期 yyyy-MM-dd",
        CaseFieldForm.Amount => "金额文本",
        CaseFieldForm.Point => "是否符合及理由",
        CaseFieldForm.BarredClasses => "所涉禁止类别清单，无则为 []",
        CaseFieldForm.ProductForm => "配置所列产品形式，或附理由的其他形式",
        CaseFieldForm.Case => "处于所需状态的案卷名称",
        _ => "已登记的名称",
    };

    private static IEnumerable<Refusal> Check(CaseField field, JsonElement value, JsonElement root, string requirement, Profile profile, Func<CaseField, string, string?> refer)
    {
        var (path, rule) = ("$." + field.Name, field.Requirement ?? requirement);
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : null;
        switch (field.Form)
        {
            case CaseFieldForm.Words when text is not null && Plain(text):
            case CaseFieldForm.Choice when text is not null && field.Of.Contains(text):
            case CaseFieldForm.Day when text is not null && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _):
            case CaseFieldForm.Amount when text is not null && Money().IsMatch(text):
            case CaseFieldForm.Point when IsPoint(value):
            case CaseFieldForm.Body when text is not null && Plain(text):
                yield break;
            case CaseFieldForm.DataSet or CaseFieldForm.Release or CaseFieldForm.Scenario or CaseFieldForm.Person or CaseFieldForm.Case or CaseFieldForm.Name when text is not null:
                if (refer(field, text) is { } wrong)
                {
                    yield return new(rule, $"{path}: {wrong}", $"Give {Words(field)}.", $"{path}：所指对象不存在或不处于所需状态。", $"请填写{WordsZh(field)}。");
                }

                yield break;
            case CaseFieldForm.ProductForm when text is not null && Plain(text):
                if (!profile.ProductForms.Value.Contains(text) && !(root.TryGetProperty("justification", out var why) && why.ValueKind == JsonValueKind.String && Plain(why.GetString()!)))
                {
                    yield return new(
                        rule, $"{path}: the profile does not list this form of product ({string.Join(", ", profile.ProductForms.References)}).",
                        $"Choose one of {string.Join(", ", profile.ProductForms.Value)}, or say in $.justification why another one is right.",
                        $"{path}：配置未列明该产品形式。", "请选择配置所列形式，或在 $.justification 中说明理由。");
                }

                yield break;
            case CaseFieldForm.BarredClasses when value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && profile.NeverAuthorised.Value.Contains(item.GetString()!)):
                foreach (var item in value.EnumerateArray())
                {
                    yield return new(
                        rule, $"{path}: it belongs to '{item.GetString()}', which the profile bars ({string.Join(", ", profile.NeverAuthorised.References)}).", "Nothing makes this pass; leave such data out.",
                        $"{path}：属于配置禁止的类别“{item.GetString()}”。", "任何批准均不能放行；请剔除此类数据。");
                }

                yield break;
            case CaseFieldForm.BarredClasses:
                yield return new(
                    rule, $"{path}: it is not a list of the profile's barred classes.", $"Give [] or some of: {string.Join("; ", profile.NeverAuthorised.Value)}.",
                    $"{path}：不是配置所列禁止类别的清单。", $"请填写 [] 或以下类别：{string.Join("；", profile.NeverAuthorised.Value)}。");
                yield break;
            default:
                yield return Fault(rule, path, Words(field), WordsZh(field));
                yield break;
        }
    }

    private static bool IsPoint(JsonElement value) =>
        StrictJson.HasExactly(value, "holds", "words") && value.GetProperty("holds").ValueKind is JsonValueKind.True or JsonValueKind.False
        && value.GetProperty("words") is { ValueKind: JsonValueKind.String } words && Plain(words.GetString()!);

    // Words that others read on a screen: no control, format or direction characters.
    private static bool Plain(string text) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= LongestWords && text.EnumerateRunes().All(rune => System.Text.Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate));

    // A refusal holds no data value: what is no plain name is not repeated.
    private static string Shown(string name) => FieldName().IsMatch(name) ? name : "?";

    private static Refusal Fault(string rule, string path, string want, string wantZh) => new(
        rule, $"{path} is missing or not of its form.", $"Give {want}; nothing was stored.", $"{path} 缺失或不符合格式。", $"请填写{wantZh}；未保存任何内容。");

    [GeneratedRegex(@"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Money();

    [GeneratedRegex(@"^[a-z][a-z_]{0,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex FieldName();
}
