using Sandbox.Policy;
using Sandbox.Vault.Queries;

namespace Sandbox.Host.Zones;

/// <summary>Refusals of questions about production rows. None tells a number.</summary>
internal static class ProductionWords
{
    /// <summary>The reason with its place in the text.</summary>
    public static Refusal At(QueryRefusal reason) =>
        reason.Position is { } at ? reason.Refusal with { Why = $"Line {at.Line}, column {at.Column}: {reason.Refusal.Why}" } : reason.Refusal;

    public static Refusal Spent() => new(
        "SB-PROD-10", "The questions that this scenario may put to the data set today are used up; refused and failed ones count too.", "Go on tomorrow, try statements in the workbench first, or ask for one larger table as an export.",
        "本场景今日可向该数据集提出的查询已用尽；被拒绝和失败的也计入。", "请明日继续；可先在开发分区试写语句，或以出域申请一次获取较大的表。");

    public static Refusal Dimension() => new(
        "SB-PROD-11", "A column of this statement is not shown in production: it is suppressed, a token, an identifier, or granted for sums only.", "Group by another column, or ask for a scenario that grants it in a coarser form.",
        "语句中的某列在生产分区不予展示：已隐去、为令牌或标识，或仅授权用于求和。", "请改用其他列分组，或申请以更粗粒度授权该列的场景。");

    public static Refusal TooMany() => new(
        "SB-PROD-12", "The statement makes more groups than a question may have.", "Drop a dimension, take a coarser one, or narrow the range.",
        "语句产生的分组过多。", "请减少维度、使用更粗的维度或缩小范围。");

    public static Refusal Differs() => new(
        "SB-PROD-13", "Together with what was answered or released before, the answer would tell about a few.", "Ask for the groups of an earlier answer, or for ranges that differ from it by many.",
        "该答案与此前的答复或出域结果相结合会透露少数主体的情况。", "请沿用此前的分组，或使用与其差异较大的范围。");

    public static Refusal Changed() => new(
        "SB-PROD-14", "Something else was answered or released, or the grant or the data changed, while the figures were computed; nothing was shown.", "Ask again.",
        "计算期间有其他答复或出域，或授权、数据发生变化；未展示任何结果。", "请重新提问。");
}
