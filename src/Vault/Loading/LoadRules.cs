using Sandbox.Policy;

namespace Sandbox.Vault.Loading;

/// <summary>The closed set of reasons for which a load is refused, with their words. The child names the rule, the host has the words.</summary>
internal static class LoadRules
{
    internal const string Missing = "LOAD-MISSING";
    internal const string NotAFile = "LOAD-NOT-A-FILE";
    internal const string Empty = "LOAD-EMPTY";
    internal const string TooLarge = "LOAD-TOO-LARGE";
    internal const string Whole = "LOAD-WHOLE";
    internal const string Changed = "LOAD-CHANGED";
    internal const string Parquet = "LOAD-PARQUET";
    internal const string ParquetEncrypted = "LOAD-PARQUET-ENCRYPTED";
    internal const string Arrow = "LOAD-ARROW";
    internal const string ArrowLimit = "LOAD-ARROW-LIMIT";
    internal const string ArrowFeature = "LOAD-ARROW-FEATURE";
    internal const string ArrowValue = "LOAD-ARROW-VALUE";
    internal const string Workbook = "LOAD-WORKBOOK";
    internal const string Sheet = "LOAD-SHEET";
    internal const string NotCsv = "LOAD-NOT-CSV";
    internal const string JsonArray = "LOAD-JSON-ARRAY";
    internal const string Encoding = "LOAD-ENCODING";
    internal const string Header = "LOAD-HEADER";
    internal const string HeaderData = "LOAD-HEADER-DATA";
    internal const string Columns = "LOAD-COLUMNS";
    internal const string Declared = "LOAD-DECLARED";
    internal const string Identifier = "LOAD-IDENTIFIER";
    internal const string Again = "LOAD-AGAIN";
    internal const string Schema = "LOAD-SCHEMA";
    internal const string Identifies = "LOAD-IDENTIFIES";
    internal const string NoRows = "LOAD-NO-ROWS";
    internal const string Memory = "LOAD-MEMORY";
    internal const string Reader = "LOAD-READER";
    internal const string Cancelled = "LOAD-CANCELLED";

    private static readonly Dictionary<string, Refusal> All = new Refusal[]
    {
        new(Missing, "The file does not exist or may not be read.", "Check the path and the rights of the account that loads.", "文件不存在或无权读取。", "请检查路径以及执行加载的账户的权限。"),
        new(NotAFile, "The path is not a regular file.", "Give the path of one file; folders, pipes and devices are not taken.", "该路径不是普通文件。", "请给出单个文件的路径；不接受目录、管道或设备。"),
        new(Empty, "The file is empty.", "Check the delivery and load the complete file.", "文件为空。", "请检查交付内容并加载完整文件。"),
        new(TooLarge, "The file is larger than one load may be.", "Split the delivery into several files, or raise the limit of the load.", "文件超过单次加载的上限。", "请将数据拆分为多个文件，或提高加载上限。"),
        new(Whole, "A file of this format is read as a whole and held in memory meanwhile; this one is larger than that allows.", "Deliver it as CSV or as JSON with one object a line, which are read in parts, or split it into several files.", "该格式的文件须整体读入内存，而此文件超过上限。", "请改用可分段读取的 CSV 或每行一个对象的 JSON，或拆分为多个文件。"),
        new(Changed, "The file changed while it was read; nothing was kept.", "Load it again when it is complete and nobody writes to it.", "文件在读取期间发生变化；未保留任何内容。", "请在文件完整且无人写入时重新加载。"),
        new(Parquet, "The file is not a sound Parquet file: it is damaged, cut, or uses a feature that is not read.", "Write it again with a current Parquet writer and compare its size with the original.", "文件不是完好的 Parquet 文件：已损坏、被截断或使用了不支持的特性。", "请用当前的 Parquet 写入工具重新生成，并与原文件核对大小。"),
        new(ParquetEncrypted, "The Parquet file is encrypted.", "Deliver it without Parquet's own encryption; it is sealed with the data set's key on arrival.", "该 Parquet 文件已加密。", "请提供未使用 Parquet 自身加密的文件；加载时会用数据集密钥封存。"),
        new(Arrow, "The file is not sound Arrow data: it is damaged or cut.", "Write it again as an Arrow IPC file or stream and compare its size with the original.", "文件不是完好的 Arrow 数据：已损坏或被截断。", "请重新生成 Arrow IPC 文件或流，并与原文件核对大小。"),
        new(ArrowLimit, "The Arrow file is larger or nested deeper than one load may be.", "Write smaller record batches (at most 1 GiB each), flatten the columns or split the file.", "Arrow 文件超过单次加载的大小或嵌套深度上限。", "请使用更小的记录批（每个不超过 1 GiB）、展平列或拆分文件。"),
        new(ArrowFeature, "The Arrow file uses a feature that is not read: big-endian data, delta dictionaries or tensors.", "Write it again in little-endian form with whole dictionaries.", "Arrow 文件使用了不支持的特性：大端数据、增量字典或张量。", "请以小端格式和完整字典重新生成。"),
        new(ArrowValue, "A column has a value that its type does not allow or that can't be kept unchanged: a moment outside the calendar, a decimal with too many digits, or a nested value over 16 MiB.", "Correct the column or deliver it with another type.", "某列含有其类型不允许或无法原样保存的值：超出日历范围的时刻、位数过多的小数，或超过 16 MiB 的嵌套值。", "请更正该列或改用其他类型提供。"),
        new(Workbook, "The file is not a sound XLSX workbook, or unpacks to more than one load may be.", "Save it again as XLSX, or as CSV.", "文件不是完好的 XLSX 工作簿，或解压后超过单次加载的上限。", "请重新另存为 XLSX 或 CSV。"),
        new(Sheet, "It is not told which sheet of the workbook is meant: several are shown, none is, or none has the given name.", "Name the sheet with --sheet.", "未指明使用工作簿中的哪个工作表：可见工作表不止一个或没有，或没有该名称的工作表。", "请用 --sheet 指定工作表。"),
        new(NotCsv, "The file is none of the formats that are read, or not a sound one.", "Deliver it as CSV, JSON (one object a line, or one array of objects), XLSX, Parquet or Arrow IPC.", "文件不属于可读取的格式，或内容不完好。", "请以 CSV、JSON（每行一个对象，或一个对象数组）、XLSX、Parquet 或 Arrow IPC 提供。"),
        new(JsonArray, "The JSON array is not closed, has nothing between two commas, or something follows it: a part may be lost.", "Fetch or write the file again, whole.", "JSON 数组未闭合、逗号之间为空，或其后还有内容：文件可能不完整。", "请重新获取或生成完整的文件。"),
        new(Encoding, "The text is neither UTF-8 nor GB18030, nor UTF-16 with a byte order mark.", "Save it as UTF-8 and load it again; nothing is converted by guess.", "文本既不是 UTF-8 或 GB18030，也不是带字节顺序标记的 UTF-16。", "请另存为 UTF-8 后重新加载；系统不会猜测编码进行转换。"),
        new(Header, "The header line can't be used: a name is empty, doubled, too long, reserved (file_row_number) or has control characters.", "Give each column one plain name of at most 128 characters.", "标题行不可用：列名为空、重复、过长、为保留名称（file_row_number）或含控制字符。", "请为每一列给出不超过 128 个字符的普通名称。"),
        new(HeaderData, "The first line looks like data and not like column names.", "Add a header line, or declare the columns and say that the file has none.", "首行像数据而不是列名。", "请添加标题行，或声明各列并说明文件没有标题行。"),
        new(Columns, "The file has more columns than are taken.", "Load at most 1,000 columns at a time.", "列数超过上限。", "每次最多加载 1000 列。"),
        new(Declared, "The declared columns do not fit the file.", "Declare columns by the names of the header line, with types that a text file can hold; without a header line declare all of them.", "声明的列与文件不符。", "请按标题行的列名声明，类型须为文本文件可承载的类型；没有标题行时须声明全部列。"),
        new(Identifier, "A named identifier column does not exist.", "Use the names of the file's columns.", "指定的标识符列不存在。", "请使用文件中的列名。"),
        new(Again, "This very file is loaded already and its rows stand.", "Nothing is to be done; to load it afresh, withdraw or replace the batch that holds it.", "该文件此前已加载，其数据仍然有效。", "无需操作；如需重新加载，请先撤回或替换相应批次。"),
        new(Schema, "The file does not have the columns of the data set: one is missing, is new or has another type.", "Deliver the same columns with the same types, or register the file as a data set of its own.", "文件的列与数据集不一致：有缺少、新增或类型不同的列。", "请提供相同类型的相同各列，或将其登记为单独的数据集。"),
        new(Identifies, "A column of this file identifies persons or bodies, which the data set's grades say it does not.", "Check the delivery; data with such a column need a data set of their own, where it is graded.", "该文件中某列能识别个人或机构，而数据集的分级并未如此标注。", "请核对交付内容；含此类列的数据须登记为单独的数据集并分级。"),
        new(NoRows, "The file has no row that could be kept.", "Check the delivery.", "文件中没有可保留的行。", "请检查交付内容。"),
        new(Memory, "Reading the file needs more memory than a load may use.", "Raise the memory limit of the load or split the file.", "读取该文件所需内存超过加载上限。", "请提高加载的内存上限或拆分文件。"),
        new(Reader, "The reader in the jail ended without a result.", "The file may be hostile or damaged: have the provider write it again.", "隔离环境中的读取程序未给出结果即终止。", "文件可能已损坏或含恶意内容：请数源单位重新生成。"),
        new(Cancelled, "The load was stopped.", "Start it again; nothing was kept.", "加载已停止。", "请重新开始；没有保留任何内容。"),
    }.ToDictionary(refusal => refusal.Rule, StringComparer.Ordinal);

    /// <summary>The words of a rule; a name that is none of ours (the child is not trusted) becomes <see cref="Reader"/>.</summary>
    internal static Refusal Of(string? rule) => rule is not null && All.TryGetValue(rule, out var refusal) ? refusal : All[Reader];

    /// <summary>The same, with the place and type of the column that it is about; what the child says of them is shown only if it can be no value.</summary>
    internal static Refusal Of(string? rule, int? column, string? type)
    {
        var refusal = Of(rule);
        if (column is not (>= 0 and < CsvHeader.MaxColumns))
        {
            return refusal;
        }

        var place = (column.Value + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var told = type is not null && ArrowTypeText.Plausible(type) ? type : null;
        return refusal with
        {
            Why = $"{refusal.Why} It is column {place}{(told is null ? "" : $" of type {told}")}.",
            WhyZh = $"{refusal.WhyZh}涉及第 {place} 列{(told is null ? "" : $"（类型 {told}）")}。",
        };
    }
}
