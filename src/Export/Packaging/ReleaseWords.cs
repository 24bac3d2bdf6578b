using Sandbox.Policy;

namespace Sandbox.Export.Packaging;

/// <summary>Refusals of the package builder.</summary>
internal static class ReleaseWords
{
    public static Refusal NoSource { get; } = new(
        "YN25-22-1", "A release must name the source and the day of acquisition of every data set behind it.", "Complete the catalogue entries of the data sets.",
        "发布必须写明所用每个数据集的来源与获取日期。", "请补全数据集的目录信息。");
}
