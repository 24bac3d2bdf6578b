using Sandbox.Policy;

namespace Sandbox.Host.Rounds;

/// <summary>Refusals about aggregation rounds that are the host's own.</summary>
internal static class RoundWords
{
    public static Refusal State(string act, string actZh, RoundState state) => new(
        "SB-HE-50",
        $"The round can't be {act} in its present state ({state}).",
        "The order is: open, contribute, close, permit, open the total; each once.",
        $"当前状态（{state}）下不能{actZh}。",
        "顺序为：开启、提交、截止、许可、开启总数；各一次。");

    public static Refusal Contributor(string name) => new(
        "SB-HE-51",
        $"{name} is not a person of a source department, or two persons of one organisation are named.",
        "Name one registered person of each source department.",
        $"{name} 不是数源部门人员，或同一机构指定了多人。",
        "请为每个数源部门指定一名已登记人员。");

    public static Refusal Csv() => new(
        "SB-HE-52",
        "The file is not CSV with a header that names the group column and every measure of the round.",
        "Give a UTF-8 file whose header has these columns.",
        "文件不是含有分组列及全部度量列表头的 CSV。",
        "请提供表头包含这些列的 UTF-8 文件。");

    public static Refusal Row(long line, Refusal reason) => reason with
    {
        Why = $"Line {line}: {reason.Why}",
        WhyZh = $"第 {line} 行：{reason.WhyZh}",
    };

    public static Refusal NotYet(int present, int needed) => new(
        "SB-HE-54",
        $"{present} of at least {needed} organisations have contributed; the round stays open and nothing is summed.",
        "Wait for the others.",
        $"至少需要 {needed} 个机构提交，目前为 {present} 个；本轮次保持开放，不作汇总。",
        "请等待其他机构提交。");

    public static Refusal Twice() => new(
        "SB-HE-53",
        "This organisation has contributed already.",
        "One contribution an organisation; nothing was changed.",
        "该机构已提交过。",
        "每个机构只能提交一次；未作任何更改。");

    public static Refusal Over() => new(
        "SB-HE-54",
        "The round would be over before it begins: its closing time has passed.",
        "Give a closing time that lies in the future.",
        "该轮次的截止时间已过。",
        "请填写晚于当前时间的截止时间。");
}
