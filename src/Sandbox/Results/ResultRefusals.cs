using Sandbox.Policy;

namespace Sandbox.Host.Results;

/// <summary>Why an answer is not kept.</summary>
internal static class ResultRefusals
{
    public static Refusal Name() => new(
        "SB-RESULT-1",
        "A result's name has 1 to 40 characters: small letters, digits and underscores, beginning with a letter, no long run of digits.",
        "Choose such a name; statements then read it as results.NAME.",
        "结果名称须为 1 至 40 个字符，由小写字母、数字和下划线组成，以字母开头，且不得含长串数字。",
        "请按要求命名；语句中以 results.名称 读取。");

    public static Refusal Workbench() => new(
        "SB-RESULT-2",
        "Only answers of a workbench are kept: a production zone tells checked figures one by one and holds no result.",
        "Ask the workbench of the scenario, or take figures out by an export request.",
        "只有开发分区的查询结果可以保存；生产分区逐条给出经审核的数字，不保存结果。",
        "请使用该场景的开发分区，或通过出域申请取得数字。");

    public static Refusal Spent() => new(
        "SB-RESULT-4",
        $"The zone holds as many results as it may: {NamedResult.Most}, or {NamedResult.MostBytes >> 20} MiB in all.",
        "Drop one (`sandbox result list`, `sandbox result drop`) or keep fewer rows and columns.",
        $"分区的结果已达上限：{NamedResult.Most} 个，或合计 {NamedResult.MostBytes >> 20} MiB。",
        "请删除一个结果（sandbox result list、sandbox result drop），或减少行列后再保存。");

    public static Refusal Page() => new(
        "SB-RESULT-5",
        "There is no such page.",
        "Pages are counted from 1; `sandbox result list` shows the rows of a result.",
        "没有该页。",
        "页码从 1 开始；sandbox result list 显示结果的行数。");

    public static Refusal Bars() => new(
        "SB-RESULT-6",
        "Bars need two columns of the result: one for the words, one whose values are numbers.",
        "`sandbox result show` names the columns.",
        "条形图需要结果中的两列：一列为文字，另一列须为数值。",
        "可用 sandbox result show 查看列名。");
}
