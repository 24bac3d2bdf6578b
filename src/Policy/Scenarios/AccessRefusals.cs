using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Scenarios;

/// <summary>The refusals of the authoriser. A rule id is followed by the article of the active profile where it has one.</summary>
public static class AccessRefusals
{
    /// <summary>Why a grant is closed on a day; empty while it is open.</summary>
    public static IEnumerable<Refusal> Closed(Profile profile, ScenarioState state, DateOnly from, DateOnly until, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(profile);
        if (state != ScenarioState.Granted)
        {
            yield return NotGranted(profile, state);
        }

        if (today < from || today > until)
        {
            yield return OutOfTerm(profile);
        }
    }

    internal static Refusal NoActor { get; } = new(
        "CC-20-1",
        "Nobody is named as the person who acts.",
        "Sign in as a person who is registered in this domain.",
        "未说明操作人员。",
        "请以本域登记人员身份登录。");

    internal static Refusal NoZone { get; } = new(
        "CC-11-1",
        "The zone is not named, so development and production cannot be kept apart.",
        "Name a workbench or production zone of the scenario.",
        "未说明分区，无法区分开发与生产。",
        "请指明该场景的开发分区或生产分区。");

    internal static Refusal ModelNotReviewed { get; } = new(
        "FT-21-2",
        "Only a model that has passed its review runs over production rows.",
        "Have the model inspected and approved, then run exactly that version.",
        "只有通过审查的模型才能在生产数据上运行。",
        "请先提交模型检查与审批，再运行该版本。");

    internal static Refusal NotAMember { get; } = new(
        "CC-16-1",
        "The person does not belong to the scenario.",
        "Let the operating unit admit the person to the scenario, or use a scenario of your own.",
        "该人员不属于该场景。",
        "请由运营单位将其纳入该场景，或使用本人所属场景。");

    internal static Refusal Raw(Profile profile) => new(
        "CC-20-2",
        $"Raw rows are not visible to the people who process data{Article(profile.RawVisibility?.References)}; no role and no approval opens them.",
        "Query the masked columns of a zone, or ask for an aggregate.",
        $"原始数据对加工人员不可见{ArticleZh(profile.RawVisibility?.References)}，任何角色和审批均不能放开。",
        "请查询分区中的脱敏列，或申请汇总结果。");

    internal static Refusal Held(Profile profile) => new(
        "CC-27-4",
        $"The output is held until the reviewers have decided{Article(profile.ExportApprovers?.References)}.",
        "Ask for an export of the output; what passes review is released to you.",
        $"该结果在审查决定之前予以保留{ArticleZh(profile.ExportApprovers?.References)}。",
        "请申请出域；通过审查的内容将向您释放。");

    internal static Refusal WrongRole(DomainAction action, IReadOnlyList<Role> roles) => new(
        action is DomainAction.Vote or DomainAction.Release or DomainAction.OpenTotal ? "CC-27-4" : "CC-27-3",
        "The role may not do this.",
        roles.Count == 0 ? "No role may do it under the active profile." : $"It is for: {string.Join(", ", roles.Select(RoleWords.English))}.",
        "该角色无权进行此操作。",
        roles.Count == 0 ? "现行配置下任何角色均不得进行。" : $"应由以下角色办理：{string.Join("、", roles.Select(RoleWords.Chinese))}。");

    internal static Refusal Author(Profile profile) => new(
        "CC-27-4",
        $"The maker of an output may not approve it{Article(profile.ExportApprovers?.References)}.",
        "Let reviewers of another organisation decide.",
        $"成果制作者不得审批自己的成果{ArticleZh(profile.ExportApprovers?.References)}。",
        "请由其他单位的审查人员决定。");

    internal static Refusal TrainingNotConfigured(Profile profile) => new(
        "CC-20-3",
        $"The profile '{profile.Name}' does not say which data models may be trained on, and the domain has not configured it.",
        "Configure the rule for this domain, for example by taking over CC 20(2): sampled and masked data only.",
        $"配置“{profile.Name}”未规定模型训练所用数据，且本域尚未设定。",
        "请为本域设定该规则，例如采用 CC 20(2)：仅限抽样且脱敏的数据。");

    internal static Refusal Training(IReadOnlyList<string> references) => new(
        "CC-20-3",
        $"Models are trained on sampled and masked data only{Article(references)}.",
        "Train on a workbench zone of the scenario; run the approved model over production.",
        $"模型训练只能使用抽样且脱敏的数据{ArticleZh(references)}。",
        "请在该场景的开发分区训练；审批通过后再在生产分区运行。");

    internal static Refusal NoScenario(Profile profile) => new(
        "CC-27-3",
        $"The act names no scenario, and every read is checked against its grant{Article(profile.OneScenarioOneGrant.References)}.",
        "Name the scenario under which you act.",
        $"未指明场景，而每次读取都须对照其授权{ArticleZh(profile.OneScenarioOneGrant.References)}。",
        "请指明所依据的场景。");

    internal static Refusal NotGranted(Profile profile, ScenarioState state)
    {
        var references = profile.OperatorRequestSteps.References;
        return state switch
        {
            ScenarioState.Suspended => new(
                "FT-39-1",
                "The use of the data is suspended while a correction is due.",
                "Complete the correction and have it accepted; the same grant then opens again.",
                "整改期间暂停使用数据。",
                "请完成整改并通过验收；原授权随即恢复。"),
            ScenarioState.Ended => new(
                "CC-31-1",
                "The scenario has ended, so all access under it is closed.",
                "Ask for a new scenario.",
                "该场景已终止，相关访问权限全部关闭。",
                "请申请新的场景。"),
            ScenarioState.Rejected => new(
                "CC-18-1",
                $"The request was refused{Article(references)}.",
                "Make a new request that meets the stated grounds.",
                $"该申请未获同意{ArticleZh(references)}。",
                "请按所述理由修改后重新申请。"),
            ScenarioState.AuthorityConfirmed => new(
                "CC-18-1",
                $"The source department has not consented yet{Article(references)}.",
                "Wait for its answer; silence is no consent.",
                $"数源部门尚未同意{ArticleZh(references)}。",
                "请等待其答复；逾期不视为同意。"),
            _ => new(
                "CC-18-1",
                $"Neither the authority nor the source department has agreed to the request{Article(references)}.",
                "Submit the request; the authority confirms first, then the source department answers.",
                $"主管部门与数源部门均未同意该申请{ArticleZh(references)}。",
                "请提交申请；先由主管部门确认，再由数源部门答复。"),
        };
    }

    internal static Refusal OutOfTerm(Profile profile) => new(
        "CC-27-3",
        $"The day lies outside the term of the grant{Article(profile.OneScenarioOneGrant.References)}.",
        "Ask for a grant whose term covers the day.",
        $"该日期不在授权期限内{ArticleZh(profile.OneScenarioOneGrant.References)}。",
        "请申请期限涵盖该日期的授权。");

    internal static Refusal OtherPurpose(Profile profile) => new(
        "CC-17-1",
        $"The stated purpose is not the one that was granted{Article(profile.OneScenarioOneGrant.References)}.",
        "Ask for a scenario of its own for this purpose.",
        $"所述用途与授权用途不符{ArticleZh(profile.OneScenarioOneGrant.References)}。",
        "请为该用途另行申请场景。");

    internal static Refusal Columns { get; } = new(
        "CC-17-3",
        "At least one column is not in the grant, or no column was named.",
        "Use only the granted columns, also in filters, joins and orders, or ask for the others.",
        "至少有一列不在授权范围内，或未指明任何列。",
        "请仅使用已授权的列（包括筛选、连接和排序），或另行申请。");

    private static string Article(IReadOnlyList<string>? references) => references is { Count: > 0 } ? $" ({string.Join(", ", references)})" : "";

    private static string ArticleZh(IReadOnlyList<string>? references) => references is { Count: > 0 } ? $"（{string.Join("、", references)}）" : "";
}
