using Sandbox.Policy;

namespace Sandbox.Host.Sources;

/// <summary>Refusals of sources.</summary>
internal static class SourceWords
{
    public static Refusal Form() => new(
        "SB-SOURCE-1",
        "The source can't be asked as it is described: an https address of at most 2,000 ASCII characters without user, password or fragment (http for this machine only), {page} at most once in path or query and only with --records, a JSON Pointer there, plain headers, certificates in PEM, 1 to 8,760 hours.",
        "Correct it; a key goes into --header-file, not into the address.",
        "来源描述有误：须为不超过 2000 个 ASCII 字符、不含用户名、口令或片段的 https 地址（http 仅限本机），{page} 最多出现一次、位于路径或查询中且须与 --records 同用，--records 须为 JSON Pointer，请求头须为普通文本，证书须为 PEM，间隔为 1 至 8760 小时。",
        "请更正；密钥请放入 --header-file，不要写入地址。");

    public static Refusal NotApproved(SourceState state) => state == SourceState.Stopped
        ? new("SB-SOURCE-2", "The source was stopped; it is not asked any more.", "Register it anew, have it approved, and go on with `sandbox data add NAME --from SOURCE` under the same name.", "该来源已停用，不再访问。", "请重新登记并提请批准，再以同一名称执行 sandbox data add 名称 --from 来源。")
        : new("SB-SOURCE-2", "The bureau has not approved this source: the domain opens no connection before that.", "Let the bureau look at it and approve it with `sandbox source approve`.", "该来源未经主管部门批准：批准前本域不发起任何连接。", "请由主管部门审核后用 sandbox source approve 批准。");

    public static Refusal FeedsAnother() => new(
        "SB-SOURCE-3", "A source feeds one data set, and a data set has one source at a time.", "Register a source for each data set; stop the old one before a new one takes its place.",
        "一个来源只用于一个数据集，一个数据集同时只有一个来源。", "请为每个数据集单独登记来源；更换来源前请先停用原来源。");

    public static Refusal FeedsNothing() => new(
        "SB-SOURCE-3", "The source feeds no data set yet.", "Load it first with `sandbox data add NAME --from SOURCE`.", "该来源尚未用于任何数据集。", "请先用 sandbox data add 名称 --from 来源 加载。");

    public static Refusal OnlyProposed() => new(
        "SB-SOURCE-4", "Only a source that was proposed and not decided yet can be approved.", "See `sandbox source list`.", "只有已提出且尚未决定的来源可以批准。", "请用 sandbox source list 查看。");
}
