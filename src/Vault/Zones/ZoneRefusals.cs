using Sandbox.Policy;

namespace Sandbox.Vault.Zones;

/// <summary>Refusals of a zone build. The numbers behind them are in the report to reviewers, not here.</summary>
internal static class ZoneRefusals
{
    public const string SmallClassRule = "SB-ZONE-1";
    public const string EmptyRule = "SB-ZONE-2";
    public const string RuleFitRule = "SB-ZONE-3";
    public const string ColumnRule = "SB-ZONE-4";
    public const string FilterRule = "SB-ZONE-5";

    public static Refusal Shape(string why, string zh) => new("SB-ZONE-6", why, "Correct the request.", zh, "请更正请求。");

    /// <summary>The sentence for a rule that the build child names.</summary>
    public static Refusal Of(string rule) => rule switch
    {
        SmallClassRule => new(SmallClassRule,
            "The declared quasi-identifiers form classes of fewer people than the profile's k.",
            "Generalise them more (wider bands, shorter prefixes, month in place of day), declare a larger sample, or leave small classes out.",
            "所申报的准标识符形成的等价类人数少于规则要求的 k。",
            "请进一步概化（更宽的区间、更短的前缀、按月而非按日），增大样本，或不纳入过小的等价类。"),
        EmptyRule => new(EmptyRule,
            "No row is left for a table of the zone.",
            "Widen the range or the sample.",
            "专区的某个表没有任何行。",
            "请放宽范围或样本。"),
        RuleFitRule => new(RuleFitRule,
            "A masking rule does not fit the type of its column, or needs a key that was not given.",
            "Choose a rule for that type, or suppress the column.",
            "脱敏规则与列的类型不符，或缺少所需密钥。",
            "请选择适合该类型的规则，或不提供该列。"),
        ColumnRule => new(ColumnRule,
            "A named column is not in the data set.",
            "Use the column names of the load.",
            "所指定的列不在数据集中。",
            "请使用装载时的列名。"),
        FilterRule => new(FilterRule,
            "A value of the range can't be read in the type of its column.",
            "Write dates as 2024-01-31 and numbers without separators.",
            "范围取值无法按列的类型解析。",
            "日期请写作 2024-01-31，数字不要带分隔符。"),
        _ => Failed,
    };

    public static Refusal Failed { get; } = new("SB-ZONE-7",
        "The build child could not make the zone; nothing was kept.",
        "Try again with more memory or fewer rows; if it fails again, check the segments.",
        "构建进程未能生成专区，未保留任何内容。",
        "请增加内存或减少行数后重试；若仍失败，请检查数据段。");
}
