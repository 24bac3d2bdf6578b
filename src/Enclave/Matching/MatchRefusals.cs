using Sandbox.Policy;

namespace Sandbox.Enclave.Matching;

/// <summary>Every refusal of a match, worded once; none says anything about an identifier.</summary>
internal static class MatchRefusals
{
    public static Refusal Terms() => new(
        "SB-MATCH-1", "The terms of the match can't be used: they need an id, what is compared, two parties with different keys and a padded size from 16 to 1,048,576.", "Correct the terms and open the match again.",
        "该匹配的条款不可用：须列明编号、比对内容、密钥不同的双方及 16 至 1,048,576 的填充规模。", "请修正条款后重新开启。");

    public static Refusal NotAParty() => new(
        "SB-MATCH-2", "The key is not that of a party of this match, or the set is not from the party that it should be from.", "Use the key that the terms name, and the set that the other party made.",
        "该密钥不属于本次匹配的当事方，或集合并非来自应提供的一方。", "请使用条款所列密钥及对方生成的集合。");

    public static Refusal Set() => new(
        "SB-MATCH-3", "The set was changed, has not exactly the padded size, names a point twice, or holds what is no point.", "Send the file again as it was made.",
        "集合被改动、规模与约定不符、含有重复点或非曲线点。", "请按原样重新发送。");

    public static Refusal TooMany() => new(
        "SB-MATCH-4", "There are more identifiers than the padded size of the match.", "Agree on a larger padded size.",
        "标识数量超过约定的填充规模。", "请约定更大的填充规模。");

    public static Refusal Identifier() => new(
        "SB-MATCH-5", "A line is empty, longer than 256 characters, not UTF-8, or an identifier stands twice.", "Give each identifier once, one a line, written in the same way by both parties.",
        "存在空行、超长、非 UTF-8 或重复的标识。", "请每行填写一个标识、不重复，并由双方以相同写法提供。");
}
