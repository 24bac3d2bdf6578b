using Sandbox.Policy.Scenarios;

namespace Sandbox.Policy.Review;

/// <summary>The refusals of export reviews.</summary>
internal static class ReviewRefusals
{
    public static Refusal ChecksFailed { get; } = new(
        "CC-27-2",
        "The content failed its disclosure checks, so nobody can approve it.",
        "Mend the content as the findings say, then ask again.",
        "内容未通过泄露风险检查，任何人均不能批准。",
        "请按检查意见修改后重新申请。");

    public static Refusal NoApprovers { get; } = new(
        "CC-27-4",
        "The active profile names no body that may approve an export.",
        "Configure the approvers for this domain.",
        "现行配置未规定出域审批机构。",
        "请为本域设定审批机构。");

    public static Refusal Incomplete { get; } = new(
        "CC-27-4",
        "Person, organisation or content digest is missing.",
        "Sign in as a registered person and refer to the content by its digest.",
        "缺少人员、单位或内容摘要。",
        "请以登记人员身份登录，并以摘要指明内容。");

    public static Refusal VotedBefore { get; } = new(
        "CC-27-4",
        "The person has approved this content already; the reviews must be independent.",
        "Let another reviewer vote.",
        "该人员已批准该内容；各次审查须相互独立。",
        "请由另一名审查人员表决。");

    public static Refusal SameOrganisation { get; } = new(
        "CC-27-4",
        "A member of the author's organisation may not review the export.",
        "Let a reviewer of another organisation vote.",
        "与制作者同单位的人员不得审查该出域申请。",
        "请由其他单位的审查人员表决。");

    public static Refusal OtherContent { get; } = new(
        "CC-27-4",
        "The act refers to another content than the one under review.",
        "Look at the present content and decide again.",
        "所指内容与正在审查的内容不一致。",
        "请查看当前内容后重新决定。");

    public static Refusal AuthorOnly { get; } = new(
        "CC-27-4",
        "Only the author may change or withdraw the request.",
        "Return the request to its author instead.",
        "只有申请人可以修改或撤回申请。",
        "请将申请退回申请人。");

    public static Refusal AuthorityOnly { get; } = new(
        "CC-27-4",
        "Only the authority may do this.",
        "Ask the authority.",
        "只有主管部门可以进行此操作。",
        "请联系主管部门。");

    public static Refusal Author(ReviewRules rules) => new(
        "CC-27-4",
        $"The author may not approve or release the own work{Articles(rules)}.",
        "Let independent reviewers decide.",
        $"申请人不得批准或释放自己的成果{Articles(rules)}。",
        "请由独立审查人员决定。");

    public static Refusal NotAnApprover(ReviewRules rules) => new(
        "CC-27-4",
        $"The role may not approve an export under the active profile{Articles(rules)}.",
        $"It is for: {string.Join(", ", rules.Approvers.Select(RoleWords.English))}.",
        $"现行配置下该角色不得审批出域{Articles(rules)}。",
        $"应由以下角色办理：{string.Join("、", rules.Approvers.Select(RoleWords.Chinese))}。");

    public static Refusal NotAReleaser(ReviewRules rules) => new(
        "CC-27-4",
        $"The role may not let an export leave under the active profile{Articles(rules)}.",
        $"It is for: {string.Join(", ", Releasers.Of(rules.Approvers).Select(RoleWords.English))}.",
        $"现行配置下该角色不得释放出域成果{Articles(rules)}。",
        $"应由以下角色办理：{string.Join("、", Releasers.Of(rules.Approvers).Select(RoleWords.Chinese))}。");

    public static Refusal WrongStage(ReviewStage stage, int missing) => stage == ReviewStage.InReview && missing > 0
        ? new(
            "CC-27-4",
            $"The export still lacks independent approvals ({missing} to go).",
            "Let further reviewers vote.",
            $"该出域申请尚缺独立审批（还需 {missing} 票）。",
            "请由其他审查人员继续表决。")
        : new(
            "CC-27-4",
            "This step is not open in the review's present stage.",
            "Look at the review's stage; a closed review needs a new request.",
            "审查当前阶段不能进行该步骤。",
            "请查看审查所处阶段；已结束的审查需重新申请。");

    private static string Articles(ReviewRules rules) => rules.References.IsDefaultOrEmpty ? "" : $" ({string.Join(", ", rules.References)})";
}
