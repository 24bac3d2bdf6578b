using Sandbox.Policy;

namespace Sandbox.Export.Checks;

/// <summary>Rules, reasons and remedies of the gate's own checks.</summary>
internal static class CheckWords
{
    public static Refusal NoEvidence { get; } = new(
        "CC-27-2", "The vault could not recompute this table, so nobody can say whom its cells describe.", "Declare dimensions and measures that are counts, sums or means of granted columns.",
        "数据库无法重新计算该表，因此无法判断各单元格涉及的主体。", "请声明由授权列计算的计数、合计或均值以及相应维度。");

    public static Refusal RawRows { get; } = new(
        "CC-27-1", "The output lists records instead of groups; raw data never leave the domain, whoever approves.", "Submit an aggregate over groups that reach the minimum size.",
        "输出为逐条记录而非分组结果；任何人批准都不得使原始数据出域。", "请提交达到最小规模的分组汇总结果。");

    public static Refusal RawMatch { get; } = new(
        "CC-27-1", "Rows of the output equal rows of the raw data.", "Submit an aggregate; records do not leave.",
        "输出中的行与原始数据行相同。", "请提交汇总结果；原始记录不得出域。");

    public static Refusal Token { get; } = new(
        "CC-27-2", "The output holds keyed tokens, which stand for one person each.", "Leave the token column out; count its distinct values instead.",
        "输出含有逐人对应的标识令牌。", "请去除令牌列，可改为统计其去重数量。");

    public static Refusal KeyColumn { get; } = new(
        "CC-27-1", "A column that identifies people, bodies or records is used as it is.", "Leave the identifying column out or group by a coarser one.",
        "输出直接使用了可识别个人、机构或记录的列。", "请去除该识别列，或按更粗的类别分组。");

    public static Refusal Identifier { get; } = new(
        "CC-27-1", "Texts or numbers of the output look like identifiers of people or bodies.", "Remove the column or replace it by a group.",
        "输出中的文本或数字疑似个人或机构的识别码。", "请删除该列或以分组替代。");

    public static Refusal LooksLikeToken { get; } = new(
        "CC-27-2", "Texts of the output look like hashes, tokens or encoded bytes.", "Use plain category names.",
        "输出中的文本疑似哈希、令牌或编码字节。", "请使用普通的类别名称。");

    public static Refusal FreeText { get; } = new(
        "SB-EXP-11", "Category texts are long or run on like sentences; a reviewer has to read them.", "Use short category names.",
        "类别文本较长或类似语句，需由审查人员阅读。", "请使用简短的类别名称。");

    public static Refusal TooLarge { get; } = new(
        "SB-EXP-9", "The output is larger than one that a reviewer can read.", "Merge categories or split the request.",
        "输出过大，审查人员无法核对。", "请合并类别或拆分申请。");

    public static Refusal Unfit { get; } = new(
        "CC-27-1", "The held output is not the declared table of groups: it lists records, holds values that may not leave, or has another form. Which of these is not told, because that would be an answer about the data.",
        "Let the model make one row a combination of the declared dimensions, with the declared columns; try it on the workbench.",
        "留存结果不是所声明的分组表：其为逐条记录、含有不得出域的值，或格式不符。具体原因不予说明，因为说明本身即会透露数据。",
        "请使模型对每个维度组合输出一行并仅含已声明的列；可先在开发分区试运行。");

    public static Refusal NotOurs { get; } = new(
        "SB-EXP-12", "The submitted table differs from our recomputation; ours is the one that would leave.", "Compare both tables before you agree.",
        "提交的表与系统重新计算的结果不一致；出域的将是系统计算结果。", "请在同意前比对两份表格。");

    public static Refusal ExtremeValue { get; } = new(
        "SB-EXP-13", "A minimum or maximum is the value of a single record.", "Ask for a count, sum or mean, or for bands.",
        "最小值或最大值即为单条记录的取值。", "请改为计数、合计、均值或分段统计。");

    public static Refusal NotEvaluated { get; } = new(
        "SB-EXP-14", "There is no disclosure rule for this measure, so it can't leave.", "Ask for a count, a sum or a mean.",
        "该指标没有相应的披露控制规则，因此不得出域。", "请改为计数、合计或均值。");

    public static Refusal Differencing { get; } = new(
        "SB-EXP-15", "Together with what left before, this output would single out a group below the minimum size.", "Ask for the same groups as before or for groups that differ by more people.",
        "与既往输出相结合，该结果会分离出低于最小规模的群体。", "请使用与既往相同的分组，或差异人数更多的分组。");

    public static Refusal NotCompared { get; } = new(
        "SB-EXP-19", "Whether the output, together with what left before, singles out a small group could not be worked out, so it stays.", "Ask for fewer or coarser groups, or for the same groups as before.",
        "无法判断该输出与既往输出相结合是否会分离出过小的群体，因此不得出域。", "请减少分组、采用更粗的分组，或使用与既往相同的分组。");

    public static Refusal Ungranted { get; } = new(
        "CC-27-3", "The output uses a column that the scenario was not granted.", "Leave the column out or ask for it in a new scenario.",
        "输出使用了该场景未获授权的列。", "请去除该列，或在新场景中申请。");

    public static Refusal OtherPurpose { get; } = new(
        "CC-27-3", "The stated purpose is not the approved purpose of the scenario.", "State the approved purpose or ask for a new scenario.",
        "所述用途与场景获批用途不一致。", "请使用获批用途，或申请新场景。");

    public static Refusal NoGrant { get; } = new(
        "CC-27-3", "The scenario's grant is not in force now.", "Renew or restore the grant first.",
        "该场景的授权当前无效。", "请先续期或恢复授权。");

    public static Refusal Abroad { get; } = new(
        "YN25-22-2", "The recipient is abroad and no legal basis for the transfer is on record.", "Record the legal basis or name a domestic recipient.",
        "接收方在境外，且未登记跨境提供的法律依据。", "请登记法律依据，或改为境内接收方。");

    public static Refusal NoRecipient { get; } = new(
        "YN25-22-1", "The request does not name its recipient.", "Name the recipient and the country of delivery.",
        "申请未写明接收方。", "请写明接收方及交付所在国家或地区。");

    public static Refusal Empty { get; } = new(
        "SB-EXP-16", "The request holds no table, or two of one name.", "Submit at least one table and distinct names.",
        "申请中没有表格，或表格名称重复。", "请提交至少一张表格，并使用不同名称。");

    public static Refusal DominanceUnknown { get; } = new(
        "SB-EXP-17", "The largest contributions inside the encrypted sums are not known, so dominance can't be checked.", "Let a reviewer judge whether one contributor can dominate a cell.",
        "加密合计中的最大贡献未知，无法检查主导性。", "请由审查人员判断是否存在主导贡献者。");

    public static Refusal NotMended { get; } = new(
        "SB-EXP-20", "No way was found to withhold the unsafe cells of this table so that they can't be worked out from the others.", "Merge categories or leave a dimension out, then ask again.",
        "无法通过隐去单元格使该表的不安全单元格不被推算。", "请合并类别或减少维度后重新申请。");

    public static Refusal NotWide { get; } = new(
        "SB-EXP-21", "A withheld cell can be worked out too closely from the cells that are told.", "Merge categories or leave a dimension out, then ask again.",
        "可由其余单元格过于精确地推算被隐去的单元格。", "请合并类别或减少维度后重新申请。");

    public static Refusal ReportForm { get; } = new(
        "SB-EXP-23", "A report has a name of its own, a title, and parts that are plain words, tables of the same request, or bars of a measure of a table with one dimension.", "Write the report so.",
        "报告须有独立名称、标题，以及由纯文本、同一申请中的表或单维表的条形图组成的内容。", "请按此编写报告。");

    public static Refusal Mended { get; } = new(
        "SB-EXP-22", "Unsafe cells are withheld, with others that would give them away; an attack by linear programming can't work them out.", "Compare the verdict before and after.",
        "不安全单元格及可推算其值的单元格已隐去；线性规划攻击无法将其推算。", "请比较处理前后的结论。");

    public static Refusal TooFewDegrees { get; } = new(
        "SB-EXP-18", "Some cells have too few degrees of freedom for a deviation.", "Merge categories or ask for a mean.",
        "部分单元格的自由度不足以发布离散程度指标。", "请合并类别或改为均值。");
}
