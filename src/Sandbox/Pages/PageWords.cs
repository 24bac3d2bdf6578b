namespace Sandbox.Host.Pages;

/// <summary>Closed words that answers hold, in Chinese; in English they are themselves, told apart at their capitals.</summary>
internal static class PageWords
{
    private static readonly Dictionary<string, string> Chinese = new(StringComparer.OrdinalIgnoreCase)
    {
        ["draft"] = "草稿", ["requested"] = "已申请", ["passedon"] = "已转送", ["passed_on"] = "已转送", ["confirmed"] = "已确认", ["granted"] = "已授权", ["suspended"] = "已暂停", ["rejected"] = "已驳回", ["ended"] = "已终止",
        ["inreview"] = "审查中", ["approved"] = "已同意", ["returned"] = "已退回", ["released"] = "已出域", ["withdrawn"] = "已撤回", ["revoked"] = "已召回", ["checksfailed"] = "检查未通过", ["blocked"] = "已阻断", ["submitted"] = "已提交",
        ["pass"] = "通过", ["review"] = "需人工审查", ["fail"] = "不通过", ["approve"] = "同意", ["return"] = "退回", ["reject"] = "驳回",
        ["workbench"] = "开发分区", ["production"] = "生产分区", ["apply"] = "应用", ["train"] = "训练",
        ["identifier"] = "标识符", ["quasiidentifier"] = "准标识符", ["sensitive"] = "敏感", ["general"] = "一般", ["none"] = "无",
        ["authority"] = "主管部门", ["operator"] = "运营单位", ["sourcedepartment"] = "数源部门", ["developer"] = "开发主体", ["datascientist"] = "数据分析人员", ["auditor"] = "审计人员", ["appointedthirdparty"] = "第三方机构", ["datasubject"] = "数据主体",
        ["confirm"] = "确认", ["consent"] = "同意提供", ["passon"] = "转送", ["request"] = "申请",
        ["overdue"] = "逾期", ["running"] = "在期", ["no_limit"] = "无期限", ["not_counted"] = "未能计算", ["file"] = "文件", ["interface"] = "接口", ["joint"] = "联合计算",
    };

    public static string Of(string word, bool chinese) => chinese ? Chinese.GetValueOrDefault(word, word) : Apart(word);

    private static string Apart(string word) =>
        string.Concat(word.Replace('_', ' ').Select((letter, at) => at > 0 && char.IsUpper(letter) && char.IsLower(word[at - 1]) ? " " + char.ToLowerInvariant(letter) : letter.ToString())).ToLowerInvariant();
}
