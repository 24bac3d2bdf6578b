using Sandbox.Policy;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Export.Checks;

/// <summary>What each primary disclosure check means for the person who asked.</summary>
internal static class DisclosureWords
{
    public static Refusal For(string check) => check switch
    {
        CheckNames.MinimumThreshold => new(check,
            "Some cells describe fewer contributors than the minimum.", "Merge categories until every cell reaches the minimum.",
            "部分单元格的贡献者数低于最小值。", "请合并类别，使每个单元格达到最小贡献者数。"),
        CheckNames.PresenceOfZero => new(check,
            "Some cells are empty, which tells that nobody in a group has a property.", "Merge categories or leave the sparse dimension out.",
            "部分单元格为零，会透露某群体中无人具有该属性。", "请合并类别或去除稀疏的维度。"),
        CheckNames.Nk => new(check,
            "The largest contributors make up too much of some cells.", "Merge categories so that no few contributors dominate.",
            "部分单元格中最大贡献者所占比重过高。", "请合并类别，避免少数贡献者占主导。"),
        CheckNames.PPercent => new(check,
            "A contributor could estimate the largest value of some cells too closely.", "Merge categories or ask for counts.",
            "部分单元格中，贡献者可过于精确地推算最大值。", "请合并类别或改为计数。"),
        CheckNames.FullCell => new(check,
            "A whole row or column falls into one cell, which tells a property of everybody in it.", "Merge categories or leave a dimension out.",
            "整行或整列集中于一个单元格，会透露该群体全部成员的属性。", "请合并类别或去除一个维度。"),
        CheckNames.MissingValues => new(check,
            "Missing values were left out of some cells.", "Say in the request why they are missing.",
            "部分单元格忽略了缺失值。", "请在申请中说明缺失原因。"),
        CheckNames.Negatives => new(check,
            "Negative contributions make dominance undefined in some cells.", "Split the measure into gains and losses, or ask for counts.",
            "部分单元格含有负值，无法判断主导贡献者。", "请将指标拆分为正、负两部分，或改为计数。"),
        _ => new(check,
            "A disclosure check that the gate has no words for found something.", "Ask a reviewer.",
            "某项披露检查发现问题。", "请咨询审查人员。"),
    };
}
