using Sandbox.Policy;

namespace Sandbox.Export.Reviewing;

/// <summary>Refusals of the review that are not Policy's own.</summary>
internal static class ReviewWords
{
    public static Refusal BadVote { get; } = new(
        "CC-27-4", "The vote is not validly signed with the reviewer's registered key.", "Sign the vote with the registered key.",
        "该表决未由审查人登记的密钥有效签名。", "请使用登记的密钥签署表决。");

    public static Refusal OtherReviewer { get; } = new(
        "CC-27-4", "The vote names another person, role or organisation than the reviewer who is registered with this key.", "Let the registered person vote in the registered role.",
        "表决所列人员、角色或机构与该密钥的登记信息不一致。", "请由登记人员以登记角色表决。");

    public static Refusal OtherExport { get; } = new(
        "CC-27-4", "The vote is for another request.", "Vote on the request under review.",
        "该表决针对其他申请。", "请对当前审查的申请表决。");

    public static Refusal FutureVote { get; } = new(
        "CC-27-4", "The vote is dated in the future or before the review was opened.", "Sign the vote anew with the right time.",
        "表决日期晚于当前时间或早于审查开始时间。", "请以正确时间重新签署表决。");

    public static Refusal NoGrant { get; } = new(
        "CC-27-3", "The scenario's grant is not in force now, so nothing may be decided or released under it.", "Renew or restore the grant, then go on.",
        "该场景的授权当前无效，不得在其下作出决定或发布。", "请先续期或恢复授权。");

    public static Refusal SharedKey { get; } = new(
        "CC-27-4", "Another reviewer has voted with the same key; the reviews must be independent.", "Let every reviewer register and use an own key.",
        "另一名审查人已使用同一密钥表决；各次审查须相互独立。", "请每名审查人登记并使用各自的密钥。");

    public static Refusal NotReleased { get; } = new(
        "CC-27-4", "The review has not released exactly this content.", "Finish the review of the content that is to leave.",
        "审查尚未对该内容作出发布决定。", "请完成对拟出域内容的审查。");
}
