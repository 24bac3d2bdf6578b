using Sandbox.Policy;

namespace Sandbox.Vault.Atoms;

/// <summary>Why nothing was compared.</summary>
internal static class AtomRefusals
{
    public const string TooManyRule = "SB-ATOM-1";

    public static Refusal Of(string rule) => rule == TooManyRule ? TooMany : Failed;

    public static Refusal TooMany { get; } = new(TooManyRule,
        "Together with what left before, the table tells apart more groups than can be compared.",
        "Use coarser dimensions, or those of an earlier release.",
        "该表与既往输出相结合所区分的群体过多，无法比对。",
        "请使用更粗的维度，或与既往输出相同的维度。");

    public static Refusal Failed { get; } = new("SB-ATOM-2",
        "The table could not be compared with what left before, so it may not leave.",
        "Try again with a smaller table.",
        "无法将该表与既往输出比对，因此不得导出。",
        "请缩小表后重试。");
}
