using Sandbox.Policy;

namespace Sandbox.Vault.Loading;

/// <summary>The closed set of reasons for which a load is refused, with their words. The child names the rule, the host has the words.</summary>
internal static class LoadRules
{
    internal const string Missing = "LOAD-MISSING";
    internal const string NotAFile = "LOAD-NOT-A-FILE";
    internal const string Empty = "LOAD-EMPTY";
    internal const string TooLarge = "LOAD-TOO-LARGE";
    internal const string Parquet = "LOAD-PARQUET";
    internal const string ParquetEncrypted = "LOAD-PARQUET-ENCRYPTED";
    internal const string NotCsv = "LOAD-NOT-CSV";
    internal const string NotUtf8 = "LOAD-NOT-UTF8";
    internal const string Header = "LOAD-HEADER";
    internal const string HeaderData = "LOAD-HEADER-DATA";
    internal const string Columns = "LOAD-COLUMNS";
    internal const string Declared = "LOAD-DECLARED";
    internal const string Identifier = "LOAD-IDENTIFIER";
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
        new(Parquet, "The file is not a sound Parquet file: it is damaged, cut, or uses a feature that is not read.", "Write it again with a current Parquet writer and compare its size with the original.", "文件不是完好的 Parquet 文件：已损坏、被截断或使用了不支持的特性。", "请用当前的 Parquet 写入工具重新生成，并与原文件核对大小。"),
        new(ParquetEncrypted, "The Parquet file is encrypted.", "Deliver it without Parquet's own encryption; it is sealed with the data set's key on arrival.", "该 Parquet 文件已加密。", "请提供未使用 Parquet 自身加密的文件；加载时会用数据集密钥封存。"),
        new(NotCsv, "The file is neither Parquet nor comma-separated text.", "Deliver it as Parquet or as CSV in UTF-8.", "文件既不是 Parquet，也不是逗号分隔文本。", "请以 Parquet 或 UTF-8 编码的 CSV 提供。"),
        new(NotUtf8, "The text is not UTF-8; it may be GB18030 or UTF-16.", "Save it as UTF-8 and load it again; nothing is converted by guess.", "文本不是 UTF-8 编码，可能是 GB18030 或 UTF-16。", "请另存为 UTF-8 后重新加载；系统不会猜测编码进行转换。"),
        new(Header, "The header line can't be used: a name is empty, doubled, too long, reserved (file_row_number) or has control characters.", "Give each column one plain name of at most 128 characters.", "标题行不可用：列名为空、重复、过长、为保留名称（file_row_number）或含控制字符。", "请为每一列给出不超过 128 个字符的普通名称。"),
        new(HeaderData, "The first line looks like data and not like column names.", "Add a header line, or declare the columns and say that the file has none.", "首行像数据而不是列名。", "请添加标题行，或声明各列并说明文件没有标题行。"),
        new(Columns, "The file has more columns than are taken.", "Load at most 1,000 columns at a time.", "列数超过上限。", "每次最多加载 1000 列。"),
        new(Declared, "The declared columns do not fit the file.", "Declare columns by the names of the header line, with types that a text file can hold; without a header line declare all of them.", "声明的列与文件不符。", "请按标题行的列名声明，类型须为文本文件可承载的类型；没有标题行时须声明全部列。"),
        new(Identifier, "A named identifier column does not exist.", "Use the names of the file's columns.", "指定的标识符列不存在。", "请使用文件中的列名。"),
        new(NoRows, "The file has no row that could be kept.", "Check the delivery.", "文件中没有可保留的行。", "请检查交付内容。"),
        new(Memory, "Reading the file needs more memory than a load may use.", "Raise the memory limit of the load or split the file.", "读取该文件所需内存超过加载上限。", "请提高加载的内存上限或拆分文件。"),
        new(Reader, "The reader in the jail ended without a result.", "The file may be hostile or damaged: have the provider write it again.", "隔离环境中的读取程序未给出结果即终止。", "文件可能已损坏或含恶意内容：请数源单位重新生成。"),
        new(Cancelled, "The load was stopped.", "Start it again; nothing was kept.", "加载已停止。", "请重新开始；没有保留任何内容。"),
    }.ToDictionary(refusal => refusal.Rule, StringComparer.Ordinal);

    /// <summary>The words of a rule; a name that is none of ours (the child is not trusted) becomes <see cref="Reader"/>.</summary>
    internal static Refusal Of(string? rule) => rule is not null && All.TryGetValue(rule, out var refusal) ? refusal : All[Reader];
}
