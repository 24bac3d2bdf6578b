using System.Globalization;
using Sandbox.Policy;

namespace Sandbox.Vault.Fetching;

/// <summary>The closed set of reasons for which a pull is refused, with their words. The child names the rule, the host has the words.</summary>
internal static class FetchRules
{
    internal const string Reach = "FETCH-REACH";
    internal const string Address = "FETCH-ADDRESS";
    internal const string Roots = "FETCH-ROOTS";
    internal const string Trust = "FETCH-TRUST";
    internal const string Status = "FETCH-STATUS";
    internal const string Redirect = "FETCH-REDIRECT";
    internal const string Packed = "FETCH-PACKED";
    internal const string Cut = "FETCH-CUT";
    internal const string TooLarge = "FETCH-TOO-LARGE";
    internal const string Records = "FETCH-RECORDS";
    internal const string Pages = "FETCH-PAGES";
    internal const string Reader = "FETCH-READER";

    private static readonly Dictionary<string, Refusal> All = new Refusal[]
    {
        new(Reach, "The host of the interface could not be reached.", "Check its address, that it runs, and that this machine may reach it.", "无法连接接口所在主机。", "请检查接口地址、服务是否运行以及本机的网络访问权限。"),
        new(Address, "The name of the host leads to an address that may not be asked: this machine's loopback, a link-local, a multicast or no address.", "Have the name corrected; an interface on this machine is named localhost.", "主机名指向不允许访问的地址：本机回环、链路本地、组播或空地址。", "请更正主机名；本机上的接口请以 localhost 表示。"),
        new(Roots, "There are no trusted certificates to check the interface's own against.", "Register the source with --ca, or have the machine's package ca-certificates.", "没有可用于核验接口证书的受信任根证书。", "请在登记来源时给出 --ca，或安装系统的 ca-certificates。"),
        new(Trust, "The interface did not prove by its certificate to be the named host, so nothing was asked.", "Check name, term and issuer of its certificate; a private issuer is given with --ca.", "接口未能以证书证明其为指定主机，因此未发出请求。", "请检查证书的名称、期限和签发者；私有签发机构请用 --ca 指定。"),
        new(Status, "The interface did not answer with what was asked for.", "Ask its operator; 401 and 403 mean that the headers do not let one in, 429 and 503 that it is to be asked later.", "接口未返回所请求的内容。", "请联系接口运营方；401、403 表示请求头无权访问，429、503 表示应稍后再试。"),
        new(Redirect, "The interface sends on to another address. Only the approved one is asked.", "Register the new address as a source and have it approved.", "接口要求跳转到其他地址；仅访问经批准的地址。", "请将新地址登记为来源并提请批准。"),
        new(Packed, "The interface packed its answer although it was asked not to.", "Have it send the answer unpacked (identity).", "接口返回了压缩内容，而请求中要求不压缩。", "请让接口返回未压缩（identity）的内容。"),
        new(Cut, "The answer ended early, stood still, or does not say how long it is: a part may be lost. Nothing was kept.", "Pull again; the interface must send a Content-Length or chunks.", "响应提前结束、停滞，或未说明长度：内容可能不完整。未保留任何内容。", "请重新拉取；接口须给出 Content-Length 或分块传输。"),
        new(TooLarge, "The answer, or one page of records, is larger than one pull may be.", "Ask smaller pages, or deliver the data as files.", "响应或单页记录超过单次拉取的上限。", "请减小分页，或以文件方式提供数据。"),
        new(Records, "The answer is no JSON with an array of objects at the given place.", "Check --records: a JSON Pointer such as /data/items.", "响应不是在指定位置含有对象数组的 JSON。", "请检查 --records：应为 JSON Pointer，例如 /data/items。"),
        new(Pages, "The interface gave the same page twice, or more pages than are asked: the number of the page seems to have no effect.", "Check where {page} stands in the address.", "接口重复返回同一页，或页数超过上限：页码似乎未生效。", "请检查地址中 {page} 的位置。"),
        new(Reader, "The reader in the jail ended without a result.", "The answer may be hostile or damaged: ask the operator of the interface.", "隔离环境中的读取程序未给出结果即终止。", "响应可能已损坏或含恶意内容：请联系接口运营方。"),
    }.ToDictionary(refusal => refusal.Rule, StringComparer.Ordinal);

    /// <summary>The words of a rule; a name that is none of ours (the child is not trusted) becomes <see cref="Reader"/>.</summary>
    /// <param name="status">The answer's status, shown where it can be one.</param>
    internal static Refusal Of(string? rule, int? status = null)
    {
        var refusal = rule is not null && All.TryGetValue(rule, out var known) ? known : All[Reader];
        return rule == Status && status is >= 100 and <= 599
            ? refusal with { Why = string.Create(CultureInfo.InvariantCulture, $"{refusal.Why} Its status was {status}."), WhyZh = string.Create(CultureInfo.InvariantCulture, $"{refusal.WhyZh}状态码为 {status}。") }
            : refusal;
    }
}
