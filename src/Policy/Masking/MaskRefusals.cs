namespace Sandbox.Policy.Masking;

/// <summary>Refusals of the masking rules; rule names are those of the JSON form.</summary>
internal static class MaskRefusals
{
    public static Refusal Parameter(string rule) => new(
        "SB-MASK-1",
        $"A parameter of the masking rule '{rule}' is missing or outside its range.",
        "Correct the parameter as the reference of masking rules states it.",
        $"脱敏规则“{rule}”的参数缺失或超出范围。",
        "请按脱敏规则参考修正参数。");

    public static Refusal Malformed { get; } = new(
        "SB-MASK-0",
        "The text is not a masking rule: malformed JSON, an unknown or repeated name, or an unknown rule.",
        "Write one object such as {\"rule\":\"band\",\"width\":10} with exactly the names of that rule.",
        "该文本不是脱敏规则：JSON 格式有误、字段未知或重复，或规则未知。",
        "请写成一个对象，例如 {\"rule\":\"band\",\"width\":10}，字段与该规则完全一致。");
}
