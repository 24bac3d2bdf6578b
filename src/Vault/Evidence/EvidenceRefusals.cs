using Sandbox.Policy;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Evidence;

/// <summary>Why evidence could not be computed.</summary>
internal static class EvidenceRefusals
{
    public const string TooManyRule = "SB-EVIDENCE-1";
    public const string MeasureRule = "SB-EVIDENCE-2";
    public const string RuleFitRule = "SB-EVIDENCE-3";
    public const string MergeRule = "SB-EVIDENCE-6";

    public static Refusal Shape { get; } = new("SB-EVIDENCE-4",
        "The table has more than four dimensions, or its aggregation, measure or limits are not stated.",
        "Ask for a table with at most four dimensions and a stated measure.",
        "表的维度超过四个，或未说明汇总方式、度量或限额。",
        "请申请不超过四个维度且度量明确的表。");

    public static Refusal Failed { get; } = new("SB-EVIDENCE-5",
        "The evidence behind the table could not be computed, so it may not leave.",
        "Try again with more memory or a smaller table.",
        "无法计算该表的证据，因此不得导出。",
        "请增加内存或缩小表后重试。");

    public static Refusal Of(string rule) => rule switch
    {
        TooManyRule => new(TooManyRule,
            "The table has more cells than can be checked.",
            "Use coarser dimensions.",
            "表的单元格过多，无法检查。",
            "请使用更粗的维度。"),
        MeasureRule => new(MeasureRule,
            "The measure is no number.",
            "Choose a number column, or count rows.",
            "度量列不是数值。",
            "请选择数值列，或对行计数。"),
        RuleFitRule => new(RuleFitRule,
            "The rule of a dimension does not fit its column.",
            "Use the zone's own rule.",
            "维度的规则与列不符。",
            "请使用专区自身的规则。"),
        MergeRule => new(MergeRule,
            "A bound of a merged span can't be read in the type of its column.",
            "Write a number for a number column and a day (yyyy-MM-dd) for a date column.",
            "合并区间的界限与该列类型不符。",
            "数值列请填写数字，日期列请填写日期（yyyy-MM-dd）。"),
        ZoneRefusals.ColumnRule or ZoneRefusals.FilterRule => ZoneRefusals.Of(rule),
        _ => Failed,
    };
}
