using Sandbox.Policy;

namespace Sandbox.Enclave.Rounds;

/// <summary>Every refusal of a round, worded once; none says anything about a value.</summary>
internal static class RoundRefusals
{
    public static Refusal Terms(string what) => new(
        "SB-HE-2",
        $"The terms of the round can't be used: {what}.",
        "Correct the terms and open the round again.",
        "本轮次的条款不可用。",
        "请修正条款后重新开启轮次。");

    public static Refusal Statement() => new(
        "SB-HE-3",
        "The statement is not signed by whoever must have signed it, or it was changed.",
        "Get the original from its author.",
        "该声明并非由应签署者签署，或已被改动。",
        "请向其作者索取原件。");

    public static Refusal NotAdmitted() => new(
        "SB-HE-4",
        "The contribution does not come from an admitted contributor of this round, or its signature does not hold.",
        "Sign with the key that the terms name, over the terms of this round.",
        "该贡献不是来自本轮次认可的贡献方，或其签名不成立。",
        "请使用条款所列密钥，针对本轮次条款签署。");

    public static Refusal Duplicate() => new(
        "SB-HE-5",
        "This contributor has contributed to the round already; the first contribution stands.",
        "Nothing more is needed.",
        "该贡献方已向本轮次提交过贡献，以首次提交为准。",
        "无需再提交。");

    public static Refusal WrongLength() => new(
        "SB-HE-6",
        "A ciphertext does not have the exact length of the round's parameter set.",
        "Encrypt with the product's own command and send the file unchanged.",
        "密文长度与本轮次参数集规定的长度不符。",
        "请使用本产品的命令加密，并原样发送文件。");

    public static Refusal ForeignParameters() => new(
        "SB-HE-7",
        "A ciphertext was made with other parameters than those of the round, or it is not a ciphertext.",
        "Encrypt with the round's own public key and parameters.",
        "密文使用了本轮次以外的参数，或并非密文。",
        "请使用本轮次的公钥与参数加密。");

    public static Refusal Changed() => new(
        "SB-HE-8",
        "The ciphertexts are not those that the statement was signed over.",
        "Send the contribution again as it was made.",
        "密文与签署声明时的内容不一致。",
        "请按原样重新发送该贡献。");

    public static Refusal TooFew(int needed) => new(
        "SB-HE-9",
        $"Fewer than {needed} contributions hold, so nothing is summed.",
        "Wait for more contributors, or let the round end without a result.",
        $"有效贡献不足 {needed} 份，不作汇总。",
        "请等待更多贡献方提交，或让本轮次无结果结束。");

    public static Refusal Late() => new(
        "SB-HE-10",
        "The round has ended.",
        "Ask for a new round.",
        "本轮次已结束。",
        "请申请新的轮次。");

    public static Refusal NoPermit() => new(
        "SB-HE-11",
        "There is no valid permit of the export gate for exactly this total.",
        "Put the total to the export review; the gate signs a permit for one sum of one round.",
        "没有出域审查针对该汇总结果签发的有效许可。",
        "请将汇总结果提交出域审查；许可只针对某一轮次的某一次汇总。");

    public static Refusal NotATotal() => new(
        "SB-HE-12",
        "What was given is not a total that the platform has summed from enough contributors; single contributions are never opened.",
        "Close the round and sum it first.",
        "所提供的内容不是平台由足够多贡献方汇总得到的结果；单份贡献一律不予解密。",
        "请先截止轮次并完成汇总。");

    public static Refusal Damaged() => new(
        "SB-HE-13",
        "The opened total does not lie within the bounds of the terms and is thrown away.",
        "Repeat the round; one contribution was not made as the terms say.",
        "解密得到的汇总超出条款所定范围，已作废。",
        "请重新进行该轮次；其中某份贡献未按条款制作。");

    public static Refusal Group() => new(
        "SB-HE-14",
        "A row belongs to no group of the round.",
        "Leave such rows out or ask for terms that name the group.",
        "有记录不属于本轮次的任何分组。",
        "请剔除该类记录，或申请包含该分组的条款。");

    public static Refusal Value(string measure) => new(
        "SB-HE-15",
        $"A value of {measure} is not a number, has more decimals than the terms allow, or lies outside their bounds.",
        "Correct the value at its source; values are never rounded or clipped here.",
        $"{measure} 中有值不是数字、小数位超出条款规定或超出取值范围。",
        "请在源头更正；此处不作舍入或截断。");

    public static Refusal Rows() => new(
        "SB-HE-16",
        "There are more rows than the terms allow for one contributor.",
        "Ask for terms with a higher number of rows.",
        "记录数超过条款允许的单个贡献方上限。",
        "请申请更高记录上限的条款。");

    public static Refusal WrongKey() => new(
        "SB-HE-17",
        "The encryption key is not the one that the terms of the round name.",
        "Get the key that belongs to the round.",
        "加密公钥与本轮次条款所列不一致。",
        "请取得本轮次对应的公钥。");

    public static Refusal Parties() => new(
        "SB-HE-22",
        "The key can't be signed: it needs at least three contributors and one witness with different names and keys, none of them the key holder.",
        "Name them with the public keys that they gave you themselves.",
        "无法签署该密钥：须至少列明三个贡献方和一个见证方，名称与密钥各不相同，且均非密钥持有方。",
        "请列明各方名称及其亲自提供的公钥。");

    public static Refusal NotCovered() => new(
        "SB-HE-23",
        "The bureau has not signed the round's encryption key for these contributors, this minimum and these parameters.",
        "Let the bureau make a key for this round; do not encrypt with this one.",
        "主管部门未就这些贡献方、最低数量与参数签署本轮次的加密公钥。",
        "请由主管部门为本轮次生成密钥；请勿使用当前公钥加密。");

    public static Refusal NotAWitness() => new(
        "SB-HE-24",
        "The key is not that of a witness whom the bureau named for this round.",
        "Let a named witness add the contributions up.",
        "该密钥不属于主管部门为本轮次指定的见证方。",
        "请由指定的见证方复核汇总。");

    public static Refusal NotThisSum() => new(
        "SB-HE-25",
        "The total is not the sum of the contributions that were given with it, flooded as the terms say.",
        "Do not sign; ask the platform to sum again and tell the bureau.",
        "该汇总并非随附各份贡献之和，或未按条款加入淹没噪声。",
        "请勿签署；请平台重新汇总并告知主管部门。");

    public static Refusal Container() => new(
        "SB-HE-26",
        "The file is not one of a round, or it was cut or changed.",
        "Get the original from its author.",
        "该文件不是轮次文件，或已被截断、改动。",
        "请向其作者索取原件。");

    public static Refusal NotWitnessed() => new(
        "SB-HE-27",
        "Not every witness that the bureau named has signed that this total is the sum of these contributors.",
        "Have the witnesses add up the recount file and sign.",
        "并非所有指定见证方均已签署确认该汇总来自这些贡献方。",
        "请由各见证方复核汇总文件并签署。");

    public static Refusal NoRoomToFlood(RoundTerms terms) => new(
        "SB-HE-29",
        $"A distance of 2^-{terms.FloodingBits} against the key holder can't be had: it is at least {RoundTerms.FewestFloodingBits} bits where it is demanded at all, and parameter set {terms.Parameters} has room for {terms.FloodingRoom} under these weights.",
        "Take a key of parameter set B; or, where the key holder is trusted not to study noise, say flooding_bits 0.",
        $"无法实现对密钥持有方 2^-{terms.FloodingBits} 的统计距离：如有要求至少须为 {RoundTerms.FewestFloodingBits} 位，而参数集 {terms.Parameters} 在此权重下仅有 {terms.FloodingRoom} 位余量。",
        "请使用参数集 B 的密钥；若信任密钥持有方不研究噪声，请将 flooding_bits 设为 0。");

    public static Refusal NotTheHolder() => new(
        "SB-HE-28",
        "The signing key is not that of the bureau that holds this round's key.",
        "Let the bureau that made the key open the total.",
        "签名密钥不属于持有本轮次密钥的主管部门。",
        "请由生成密钥的主管部门开启。");
}
