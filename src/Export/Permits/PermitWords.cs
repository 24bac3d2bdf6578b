using Sandbox.Policy;

namespace Sandbox.Export.Permits;

/// <summary>Why a total is not opened.</summary>
internal static class PermitWords
{
    public static Refusal Open { get; } = new(
        "SB-PERMIT-2", "The round still takes contributions.", "Close the round, then ask again.",
        "该轮次仍在接收数据。", "请先截止该轮次再申请。");

    public static Refusal TooFew { get; } = new(
        "SB-PERMIT-3", "The total has fewer distinct contributors than the minimum, so it would show single contributions.", "Wait until enough providers have contributed; a single contribution is never opened.",
        "该合计的不同贡献方少于最低数量，会暴露单个贡献方的数据。", "请等待足够的提供方参与；单个贡献永不开启。");

    public static Refusal RoundName { get; } = new(
        "SB-PERMIT-4", "The id of the round holds signs that have no single written form.", "Use letters, digits and - for round ids.",
        "轮次编号含有无唯一书写形式的字符。", "轮次编号请仅使用字母、数字和 -。");

    public static Refusal NotThisTotal { get; } = new(
        "SB-PERMIT-5", "The opened numbers do not fit the permit.", "Open the sum that the permit names.",
        "开启的数据与许可不符。", "请开启许可所指的合计。");
}
