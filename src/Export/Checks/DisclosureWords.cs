using Sandbox.Policy;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Export.Checks;

/// <summary>What each primary disclosure check means for the person who asked; one finding a check, whatever made it fire.</summary>
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
            "The largest contributors make up too much of some cells, or negative contributions hide whether they do.", "Merge categories so that no few contributors dominate, or split gains from losses.",
            "部分单元格中最大贡献者所占比重过高，或负值使其无法判断。", "请合并类别，或将正、负值分开统计。"),
        CheckNames.PPercent => new(check,
            "A contributor could estimate the largest value of some cells too closely, or negative contributions hide whether one could.", "Merge categories, split gains from losses or ask for counts.",
            "部分单元格中，贡献者可过于精确地推算最大值，或负值使其无法判断。", "请合并类别、将正负值分开统计或改为计数。"),
        CheckNames.Missing => new(check,
            "Missing values were left out of some cells.", "Say in the request why they are missing.",
            "部分单元格忽略了缺失值。", "请在申请中说明缺失原因。"),
        DegreesOfFreedomCheck.Name => CheckWords.TooFewDegrees,
        _ => new(check,
            "The evidence about some cells contradicts itself.", "Have the evidence recomputed from the vault.",
            "部分单元格的依据自相矛盾。", "请从原始库重新计算依据。"),
    };
}
