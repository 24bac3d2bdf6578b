using Sandbox.Policy;

namespace Sandbox.Export.Artefacts;

/// <summary>Why a table has no form in which it could leave.</summary>
internal static class ArtefactRefusals
{
    public static Refusal BadName { get; } = new(
        "SB-EXP-1", "The name of an output is not a plain file name.", "Use 1 to 64 lower-case letters, digits, - and _, beginning with a letter.",
        "输出名称不是合规的文件名。", "请使用 1 至 64 个小写字母、数字、- 或 _，并以字母开头。");

    public static Refusal NoMeasure { get; } = new(
        "CC-27-1", "The output declares no measure, so its rows are records and not groups.", "Declare dimensions and at least one measure and submit an aggregate.",
        "输出未声明任何指标，其行为原始记录而非分组结果。", "请声明维度和至少一个指标，并提交汇总结果。");

    public static Refusal BadHeading { get; } = new(
        "SB-EXP-2", "A column heading is empty, repeated or holds signs that a heading does not need.", "Use distinct headings of up to 64 letters, digits and _ - . ( ) %.",
        "列标题为空、重复或含有不必要的符号。", "请使用互不相同、不超过 64 个字符的标题，仅含字母、数字及 _ - . ( ) %。");

    public static Refusal Undeclared { get; } = new(
        "SB-EXP-3", "A column lacks its declaration: type, source column, and for a measure what is computed and how many digits leave.", "Declare every column completely; a measure keeps 1 to 15 significant digits.",
        "有列未完整声明类型、来源列，或指标的算法与有效位数。", "请完整声明每一列；指标保留 1 至 15 位有效数字。");

    public static Refusal RaggedRow { get; } = new(
        "SB-EXP-4", "A row does not have as many values as there are columns.", "Submit a rectangular table.",
        "有一行的值的个数与列数不一致。", "请提交规整的表格。");

    public static Refusal RepeatedKey { get; } = new(
        "CC-27-1", "Two rows share all their dimensions, so the output lists records below the level of its groups.", "Aggregate to one row for each combination of dimensions.",
        "有两行的全部维度相同，说明输出列出了分组以下的记录。", "请汇总为每个维度组合一行。");

    public static Refusal NotFinite { get; } = new(
        "SB-EXP-5", "A measure holds NaN or an infinity.", "Leave a value that can't be computed missing.",
        "指标中含有 NaN 或无穷大。", "无法计算的值请留空。");

    public static Refusal HiddenCharacters { get; } = new(
        "SB-EXP-6", "A category text holds control, invisible or direction characters, or blanks at its ends.", "Use visible text only.",
        "类别文本含有控制字符、不可见字符、方向控制符或首尾空白。", "请仅使用可见文本。");

    public static Refusal ReservedMark { get; } = new(
        "SB-EXP-7", "A category text equals the mark that stands for a margin.", "Rename the category.",
        "类别文本与合计标记相同。", "请更改该类别名称。");

    public static Refusal WrongKind { get; } = new(
        "SB-EXP-8", "A value is not of the type that its column declares.", "Declare the column with the type that it has.",
        "有值与其列声明的类型不符。", "请按实际类型声明该列。");

    public static Refusal TooManyRows(int rows) => new(
        "SB-EXP-9", $"The output has more than {rows} rows, more than a reviewer can read.", "Merge categories or split the request.",
        $"输出超过 {rows} 行，审查人员无法逐一核对。", "请合并类别或拆分申请。");

    public static Refusal TooManyColumns(int columns) => new(
        "SB-EXP-9", $"The output has more than {columns} columns.", "Submit fewer measures.",
        $"输出超过 {columns} 列。", "请减少指标数量。");

    public static Refusal LongText(int length) => new(
        "SB-EXP-10", $"A category text is longer than {length} characters; free text does not leave.", "Use short category names.",
        $"类别文本超过 {length} 个字符；自由文本不得出域。", "请使用简短的类别名称。");
}
