namespace Sandbox.Policy.Disclosure;

/// <summary>What the author of a table is told about a failed check: the rule and the remedy, no numbers.</summary>
internal static class DisclosureRefusals
{
    /// <summary>Stands for dominance flags that only say "negative contributions".</summary>
    public const string Negatives = "negatives";

    public static Refusal NoTable { get; } = new(
        "SB-DISC-1",
        "There is no table of a known kind to check.",
        "Declare dimensions and one count, sum, mean or median.",
        "没有可供检查的已知类型表格。",
        "请声明维度以及一个计数、求和、均值或中位数。");

    public static Refusal Of(string check) => check switch
    {
        CheckNames.MinimumThreshold => new(
            "SB-DISC-THRESHOLD",
            "Some cells rest on too few contributors.",
            "Merge categories, drop a dimension or withhold the cells.",
            "部分单元格的贡献者过少。",
            "请合并类别、减少维度或隐去这些单元格。"),
        CheckNames.Nk => new(
            "SB-DISC-NK",
            "In some cells a few contributors make up nearly all of the value.",
            "Merge categories or withhold the cells.",
            "部分单元格的值几乎由少数贡献者构成。",
            "请合并类别或隐去这些单元格。"),
        CheckNames.PPercent => new(
            "SB-DISC-PPERCENT",
            "In some cells one contributor could estimate another one closely.",
            "Merge categories or withhold the cells.",
            "部分单元格中一个贡献者可近似推算另一个的值。",
            "请合并类别或隐去这些单元格。"),
        CheckNames.PresenceOfZero => new(
            "SB-DISC-ZERO",
            "Some cells are empty, and an empty cell tells something about everybody in its row or column.",
            "Merge categories or withhold the cells.",
            "部分单元格为空，而空单元格会透露其所在行列人员的信息。",
            "请合并类别或隐去这些单元格。"),
        CheckNames.Missing => new(
            "SB-DISC-MISSING",
            "Some cells hold missing values, which need a look by a reviewer.",
            "Exclude the rows without a value, or let a reviewer decide.",
            "部分单元格含缺失值，需审查人员查看。",
            "请排除缺失值的行，或由审查人员决定。"),
        Negatives => new(
            "SB-DISC-NEGATIVE",
            "Some contributions are negative, so dominance cannot be computed.",
            "Let a reviewer decide, or split the measure into gains and losses.",
            "部分贡献值为负，无法计算支配性。",
            "请由审查人员决定，或将度量拆分为正负两部分。"),
        _ => new(
            "SB-DISC-2",
            "The evidence about some cells contradicts itself.",
            "Have the evidence recomputed from the vault.",
            "部分单元格的依据自相矛盾。",
            "请从原始库重新计算依据。"),
    };
}
