using System.Globalization;
using Sandbox.Policy.Identifiers;

namespace Sandbox.Policy.Masking;

/// <summary>What a rule is worth, in words for the people who grant it.</summary>
/// <param name="Reversible">Who could get the value back.</param>
/// <param name="ReversibleZh">The same in Chinese.</param>
/// <param name="Left">What is left to guess for everybody else.</param>
/// <param name="LeftZh">The same in Chinese.</param>
public sealed record MaskStrength(string Reversible, string ReversibleZh, string Left, string LeftZh)
{
    private const string Nobody = "Nobody: the zone does not hold what is missing.";
    private const string NobodyZh = "任何人都不能：分区中不含被去除的信息。";

    /// <summary>The strength of a rule on a column of the kind. How many people fit a row together with the other granted columns is counted at the build of a workbench (the report's candidates).</summary>
    public static MaskStrength Of(MaskRule rule, IdentifierKind kind)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule switch
        {
            MaskRule.Suppress => new(Nobody, NobodyZh, "Everything: the column is not there.", "全部：该列不存在。"),
            MaskRule.Constant => new(Nobody, NobodyZh, "Everything but whether there is a value.", "除是否有值外的全部信息。"),
            MaskRule.KeepPart { Part: KeptPart.Surname } => new(Nobody, NobodyZh, "The given name. A frequent surname is shared by up to one in fourteen people of the country, a rare one by a few hundred.", "名字。常见姓氏约占全国人口的十四分之一，罕见姓氏可能仅数百人。"),
            MaskRule.KeepPart { Part: KeptPart.Province } => new(Nobody, NobodyZh, "Everything below the province: at least 3.6 million people.", "省级以下的全部信息：至少约三百六十万人。"),
            MaskRule.KeepPart { Characters: var kept } when kind == IdentifierKind.Phone => new(Nobody, NobodyZh, Count(Power(10, Math.Max(0, 11 - kept)), "numbers fit"), CountZh(Power(10, Math.Max(0, 11 - kept)), "个号码符合")),
            MaskRule.KeepPart { Characters: var kept } => new(Nobody, NobodyZh, $"All but {Number(kept)} characters; how much that is depends on how varied the texts are.", $"除 {Number(kept)} 个字符外的全部内容；强度取决于文本的多样性。"),
            MaskRule.Band { Width: var width } => new(Nobody, NobodyZh, Count((double)width, "whole numbers fit a band"), CountZh((double)width, "个整数落入同一区间")),
            MaskRule.Round { Step: var step } => new(Nobody, NobodyZh, Count((double)step, "whole numbers round to one"), CountZh((double)step, "个整数取整为同一值")),
            MaskRule.DateTo { Part: var part } => new(Nobody, NobodyZh, Count(Days(part), "days fit"), CountZh(Days(part), "天符合")),
            MaskRule.DivisionPrefix { Digits: var digits } => new(Nobody, NobodyZh,
                digits switch { 2 => "Everything below the province: 3.6 to 126 million people.", 4 => "Everything below the prefecture: mostly 1 to 20 million people.", _ => "Everything below the county: mostly 0.1 to 2 million people, in the smallest a few thousand." },
                digits switch { 2 => "省级以下的全部信息：约 360 万至 1.26 亿人。", 4 => "地级以下的全部信息：多为 100 万至 2000 万人。", _ => "县级以下的全部信息：多为 10 万至 200 万人，最小者仅数千人。" }),
            MaskRule.TopBottom => new("Within the limits everybody: those values stay as they are. Beyond them nobody.", "界限内的值原样保留，任何人可见；界限外的值不可还原。", "Only how far a value lies beyond a limit.", "仅隐藏超出界限的程度。"),
            MaskRule.Token => new(
                "Whoever holds the scenario's key by trying all values; it lives in the build jail only and dies with the scenario. Nobody else.",
                "掌握场景密钥者可逐一尝试还原；密钥仅存在于构建隔离环境并随场景销毁。其他人不能。",
                "The whole value. Equal values stay equal: how often one occurs can be counted.",
                "整个取值。相同的值令牌相同：其出现次数可被统计。"),
            MaskRule.FormatToken => new(
                "Whoever holds the scenario's key by decrypting; it lives in the build jail only and dies with the scenario. Nobody else.",
                "掌握场景密钥者可直接解密；密钥仅存在于构建隔离环境并随场景销毁。其他人不能。",
                "The whole value but its length and form. Equal values stay equal, and a token may by chance be somebody else's number.",
                "除长度与格式外的整个取值。相同的值令牌相同；令牌可能恰为他人的号码。"),
            MaskRule.Noise { Scale: var scale } => new(
                "Whoever holds the data set's key. Nobody else: the change is the same in every zone and does not average out.",
                "掌握数据集密钥者。其他人不能：同一值在所有分区中的扰动相同，无法通过平均消除。",
                Count((2 * (double)scale) + 1, "whole numbers fit"),
                CountZh((2 * (double)scale) + 1, "个整数符合")),
            MaskRule.DateShift { Days: var days } => new(
                "Whoever holds the data set's key, and whoever knows one true date of a person: then all dates of that person are known.",
                "掌握数据集密钥者；以及知道某人任一真实日期者，可推知其全部日期。",
                Count(2.0 * days, "days fit; the spans between dates of a person are true"),
                CountZh(2.0 * days, "天符合；同一人各日期之间的间隔为真实值")),
            MaskRule.Groups { Members: var groups } => new(Nobody, NobodyZh, Count(groups.Max(group => group.Values.Count), "values fit the largest group"), CountZh(groups.Max(group => group.Values.Count), "个值属于最大的组")),
            MaskRule.Ladder { Steps: var steps } => Of(steps[0], kind) with
            {
                Left = $"At least: {Of(steps[0], kind).Left} At most, where few people are alike: {Of(steps[^1], kind).Left}",
                LeftZh = $"至少：{Of(steps[0], kind).LeftZh}人群稀少处：{Of(steps[^1], kind).LeftZh}",
            },
            MaskRule.Redact => new(
                "Everybody who knows the story: numbers, addresses and announced names are gone, but a name that nothing announces and the events themselves stay.",
                "了解事情经过的人：号码、地址和有提示词的姓名已去除，但无提示词的姓名及事件本身仍在。",
                "Weak. For people bound to secrecy only.",
                "强度弱，仅适用于负有保密义务的人员。"),
            MaskRule.ExactInvisible => new(
                "Nobody sees it; sums and means pass the checks of an export.",
                "无人可见；合计与均值须通过导出检查。",
                "Everything about single people, as far as the checks of exports reach.",
                "在导出检查范围内，有关个人的全部信息。"),
            _ => new("Everybody: the value is there.", "任何人：取值原样可见。", "Nothing.", "无。"),
        };
    }

    private static double Days(DatePart part) => part switch
    {
        DatePart.Decade => 3652,
        DatePart.Year => 365,
        DatePart.Quarter => 91,
        DatePart.Month => 30,
        _ => 1,
    };

    private static double Power(double number, int exponent) => Math.Pow(number, exponent);

    private static string Number(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Count(double number, string words) => $"{Number(Math.Max(1, Math.Round(number)))} {words}.";

    private static string CountZh(double number, string words) => $"{Number(Math.Max(1, Math.Round(number)))} {words}。";
}
