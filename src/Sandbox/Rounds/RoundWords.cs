using Sandbox.Policy;

namespace Sandbox.Host.Rounds;

/// <summary>Refusals about aggregation rounds that are the host's own.</summary>
internal static class RoundWords
{
    public static Refusal State(string act, string actZh, RoundState state) => new(
        "SB-HE-50",
        $"The round can't be {act} in its present state ({state}).",
        "The order is: open, take, close, sum, witness, permit, open, receive; each once.",
        $"当前状态（{state}）下不能{actZh}。",
        "顺序为：开启轮次、接收提交、截止、汇总、见证、许可、开启总数、接收结果；各一次。");

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

    public static Refusal ArrowForm() => new(
        "SB-HE-68",
        "The file is not an Arrow IPC stream or file with the round's columns as whole numbers, decimals, floating numbers or text, or it was cut.",
        "Write it uncompressed with one column for each measure and the group column, or give the rows as CSV.",
        "该文件不是 Arrow IPC 流或文件、已被截断，或本轮次所需的列不是整数、十进制数、浮点数或文本。",
        "请以未压缩方式写出，含每个度量一列及分组列；或改用 CSV 提供。");

    public static Refusal Record(long row, Refusal reason) => reason with
    {
        Why = $"Row {row}: {reason.Why}",
        WhyZh = $"第 {row} 条记录：{reason.WhyZh}",
    };

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
        "SB-HE-63",
        "The round would be over before it begins: its closing time has passed.",
        "Give a closing time that lies in the future.",
        "该轮次的截止时间已过。",
        "请填写晚于当前时间的截止时间。");

    public static Refusal Ended() => new(
        "SB-HE-10",
        "The round has ended.",
        "Ask for a new round.",
        "本轮次已结束。",
        "请申请新的轮次。");

    public static Refusal Parties() => new(
        "SB-HE-57",
        "A line of the list does not consist of a name and a public key.",
        "Write one organisation a line: name, blank, sandbox-key:…",
        "名单中有一行不是由名称和公钥组成。",
        "请每行填写一个机构：名称、空格、sandbox-key:…");

    public static Refusal Guard() => new(
        "SB-HE-58",
        "It is not said in exactly one way how the secret key is guarded.",
        "Give --guard with a key file, or --passphrase-file, or at least two --share files with a --threshold of 2 or more.",
        "未以唯一方式指明私钥的保护方法。",
        "请指定 --guard 密钥文件、--passphrase-file，或至少两个 --share 文件及不小于 2 的 --threshold，三者择一。");

    public static Refusal KeyThere() => new(
        "SB-HE-59",
        "A key file of this name is there already; keys are never overwritten.",
        "Choose another name.",
        "同名密钥文件已存在；密钥不作覆盖。",
        "请更换文件名。");

    public static Refusal KeyFile() => new(
        "SB-HE-60",
        "The key file is not one that the named person of the bureau signed.",
        "Have the bureau make it with he keygen, and name the person whose key signed it as key_holder.",
        "该公钥文件并非由指定的主管部门人员签署。",
        "请由主管部门用 he keygen 生成，并将签署人填为 key_holder。");

    public static Refusal NotYours() => new(
        "SB-HE-4",
        "The terms of this round name no contributor with your key.",
        "Sign with the key that the terms name.",
        "本轮次条款中没有使用该密钥的贡献方。",
        "请使用条款所列的密钥签署。");

    public static Refusal NotATotal() => new(
        "SB-HE-12",
        "What was given is not a total that the platform has summed from enough contributors; single contributions are never opened.",
        "Close the round and sum it first.",
        "所提供的内容不是平台由足够多贡献方汇总得到的结果；单份贡献一律不予解密。",
        "请先截止轮次并完成汇总。");

    public static Refusal Record() => new(
        "SB-HE-61",
        "The record of openings was changed, cut, is readable by others, or is another bureau's; without it nothing is opened.",
        "Restore the file that the last opening wrote, for its owner only (mode 0600).",
        "开启记录被改动、截断、可被他人读取，或属于其他主管部门；无此记录不予开启。",
        "请恢复上次开启后写入的文件，并仅允许其所有者读取（权限 0600）。");

    public static Refusal Envelope() => new(
        "SB-HE-62",
        "The envelope is not for this round's total, was not signed by the round's key holder, or was changed.",
        "Take the file that he open wrote for this round.",
        "该信封不属于本轮次的汇总、未由本轮次的密钥持有方签署，或已被改动。",
        "请使用 he open 为本轮次写出的文件。");

    public static Refusal Meanwhile() => new(
        "SB-HE-69",
        "Another round or match was permitted, opened or counted while this one was being compared with the others; nothing was changed.",
        "Do it once more.",
        "在比对期间另有轮次或匹配获得许可、被开启或完成统计；未作任何更改。",
        "请重试一次。");

    public static Refusal KeyUsed() => new(
        "SB-HE-67",
        "The encryption key was used for another round already; a key is for one round, and one total is opened with it.",
        "Have the bureau make a new key with he keygen.",
        "该加密公钥已用于其他轮次；每个密钥只用于一个轮次、只开启一次汇总。",
        "请由主管部门用 he keygen 生成新密钥。");

    public static Refusal NotFlooded() => new(
        "SB-HE-66",
        "The total of this round will not be flooded with noise: the key holder could read from it how single contributions were encrypted, and nothing was encrypted.",
        "Ask for a round with flooding (a key of parameter set B); or give --trust-key-holder where you trust the key holder not to study noise.",
        "本轮次的汇总不加淹没噪声，密钥持有方可由其噪声推知各份贡献的加密情况；未作加密。",
        "请申请带淹没噪声的轮次（参数集 B 的密钥）；若信任密钥持有方不研究噪声，请加 --trust-key-holder。");

    public static Refusal OwnKey() => new(
        "SB-HOST-4",
        "It was not proved who acts: no key file was named, or it is not there.",
        "Give --person-key with your own key file.",
        "未能证明操作人身份：未指定密钥文件或文件不存在。",
        "请用 --person-key 指定本人的密钥文件。");
}
