using Sandbox.Policy;

namespace Sandbox.Host.Matching;

/// <summary>Refusals about matches that are the host's own.</summary>
internal static class MatchWords
{
    public static Refusal Counted() => new(
        "SB-MATCH-6", "This match was counted already; a match is counted once.", "Use the count by an export request.",
        "该匹配已统计；每次匹配只统计一次。", "请通过出域申请使用其结果。");

    public static Refusal NotCounted() => new(
        "SB-MATCH-7", "This match was not counted yet.", "Count it first with he match count.",
        "该匹配尚未统计。", "请先用 he match count 统计。");

    public static Refusal Withheld() => new(
        "SB-MATCH-8", "The count is withheld: it is too small, or too near to an earlier count of the same parties.", "Match over a wider set, or wait until the sets have changed by more.",
        "该计数不予提供：数值过小，或与同一双方此前的计数过于接近。", "请扩大范围，或待集合变化更大后再匹配。");
}
