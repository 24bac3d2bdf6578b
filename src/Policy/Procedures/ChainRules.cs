using Sandbox.Policy.Calendars;
using Sandbox.Policy.Profiles;
using Sandbox.Policy.Scenarios;

namespace Sandbox.Policy.Procedures;

/// <summary>Who closes a step of a case, on which day and with what.</summary>
/// <param name="Step">The step that the person means to close.</param>
/// <param name="Role">Role in which the person acts.</param>
/// <param name="Organisation">The person's organisation.</param>
/// <param name="Statement">What the person states.</param>
/// <param name="Today">Day of the act.</param>
/// <param name="CompletionTime">Time that the operating unit has set for completing papers; null when nobody has.</param>
public sealed record StepAct(string Step, Role Role, string Organisation, StepStatement Statement, DateOnly Today, Limit? CompletionTime);

/// <summary>
/// The one state machine of all chains: the open step, and only it, is closed by its own deciders with its papers, in order. A late step
/// stays open; no act and no passing of time closes it for them. All faults of an act are named together.
/// </summary>
public static class ChainRules
{
    private const string Applicant = "applicant";

    /// <summary>Closes the open step, or says why not.</summary>
    public static CaseMove Close(Chain chain, CaseFacts facts, StepAct act, WorkingCalendar calendar, CountingStart start)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(act);
        ArgumentNullException.ThrowIfNull(calendar);
        if (facts.Current(chain) is not { } step || step.Name != act.Step)
        {
            return new CaseMove.Refused([chain.IndexOf(act.Step) < 0 ? NoStep(chain) : WrongOrder(chain, facts.Current(chain))]);
        }

        var on = act.Statement.On ?? act.Today;
        var refusals = new List<Refusal>();
        if (!step.By.Contains(act.Role))
        {
            refusals.Add(WrongRole(chain, step));
        }

        if ((step.EachParty || act.Role == Role.SourceDepartment) && (!facts.Parties.Contains(act.Organisation, StringComparer.Ordinal) || facts.Answered.Contains(act.Organisation, StringComparer.Ordinal)))
        {
            refusals.Add(NotAsked(chain));
        }

        if (facts.Applicants is { } applicants && chain.Steps.Any(item => item.Body == Applicant) && applicants.Contains(act.Organisation, StringComparer.Ordinal) != (step.Body == Applicant))
        {
            refusals.Add(OwnCase(chain));
        }

        if (on > act.Today || on < facts.StartedOn)
        {
            refusals.Add(WrongDay(chain, facts.StartedOn));
        }

        if (step.LegalPerson && act.Statement.LegalPerson != true)
        {
            refusals.Add(NoLegalPerson(chain));
        }

        refusals.AddRange(UnknownPapers(chain, step, act.Statement));
        refusals.AddRange(act.Statement.Passed ? NotBefore(chain, step, facts, on, calendar, start) : CheckRefusal(chain, step, act.Statement));
        var missing = act.Statement.Passed ? step.Papers.Where(paper => act.Statement.Papers.GetValueOrDefault(paper) is not { Length: > 0 }).ToArray() : [];
        if (missing.Length > 0 && step.Completion && refusals.Count == 0)
        {
            return Complete(chain, missing, act, calendar, start);
        }

        refusals.AddRange(missing.Select(paper => Missing(chain, step, paper)));
        if (refusals.Count > 0)
        {
            return new CaseMove.Refused(refusals);
        }

        if (!act.Statement.Passed)
        {
            return new CaseMove.Moved(CaseState.Refused, on, true);
        }

        var last = !step.EachParty || facts.Parties.All(party => party == act.Organisation || facts.Answered.Contains(party, StringComparer.Ordinal));
        return new CaseMove.Moved(last && facts.Closed.Count + 1 == chain.Steps.Count ? CaseState.Finished : CaseState.Open, on, last);
    }

    /// <summary>A major change: the case goes through the same steps again.</summary>
    public static Decision Amend(Chain chain, CaseFacts facts, Role by)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(facts);
        return !chain.Amendable || facts.Closed.Count == 0 || facts.State is CaseState.Unknown or CaseState.Refused ? Decision.Deny(NotAmendable(chain))
            : !chain.Steps[0].By.Contains(by) ? Decision.Deny(WrongRole(chain, chain.Steps[0]))
            : Decision.Permit(chain.Rule);
    }

    /// <summary>How the open step's time stands; null when no step is open. A least time has no end by which it is late.</summary>
    public static ClockResult? Clock(Chain chain, CaseFacts facts, WorkingCalendar calendar, CountingStart start)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(calendar);
        return facts.Current(chain) is { Limit: { } limit, AtLeast: false } ? calendar.LastDay(limit, facts.StartedOn, start) : null;
    }

    private static CaseMove Complete(Chain chain, string[] missing, StepAct act, WorkingCalendar calendar, CountingStart start) =>
        act.CompletionTime is not { } time ? new CaseMove.Refused([NoTimeSet(chain)])
        : calendar.LastDay(time, act.Today, start) switch
        {
            ClockResult.Known known => new CaseMove.Incomplete(missing, known.LastDay),
            ClockResult.Refused refused => new CaseMove.Refused([refused.Reason]),
            _ => new CaseMove.Refused([NoTimeSet(chain)]),
        };

    private static IEnumerable<Refusal> NotBefore(Chain chain, ChainStep step, CaseFacts facts, DateOnly on, WorkingCalendar calendar, CountingStart start)
    {
        if (step is not { AtLeast: true, Limit: { } least })
        {
            yield break;
        }

        switch (calendar.LastDay(least, facts.StartedOn, start))
        {
            case ClockResult.Refused refused:
                yield return refused.Reason;
                break;
            case ClockResult.Known known when on <= known.LastDay:
                yield return TooEarly(chain, step, known.LastDay);
                break;
        }
    }

    private static IEnumerable<Refusal> CheckRefusal(Chain chain, ChainStep step, StepStatement statement)
    {
        if (step.Refusal == RefusalNeeds.NotPossible)
        {
            yield return new(
                chain.Rule,
                $"The step '{step.Name}' can't be refused: it is done, or it is late.",
                "Do it, or let the case stand; it shows as overdue.",
                $"“{step.NameZh}”不得拒绝：须予办理，否则即为逾期。",
                "请办理该步骤；未办理将列为逾期。");
            yield break;
        }

        if (string.IsNullOrWhiteSpace(statement.Grounds))
        {
            yield return new(chain.Rule, "A refusal needs written grounds.", "State them in the file (grounds).", "拒绝须书面说明理由。", "请在文件中写明理由（grounds）。");
        }

        if (step.Refusal == RefusalNeeds.LegalBasis && statement.LegalBasis is null)
        {
            yield return new(
                chain.Rule,
                "A refusal must cite a law, an administrative regulation or a central policy.",
                "Give basis with kind (law, administrative_regulation, central_policy) and cite.",
                "拒绝须引用法律、行政法规或中央政策依据。",
                "请在 basis 中写明类别与条文。");
        }
    }

    private static IEnumerable<Refusal> UnknownPapers(Chain chain, ChainStep step, StepStatement statement) =>
        statement.Papers.Keys.Where(paper => !step.Papers.Contains(paper, StringComparer.Ordinal)).Select(_ => new Refusal(
            chain.Rule,
            "The file names a paper that this step does not take.",
            step.Papers.Count == 0 ? "Leave papers out." : $"The step takes: {string.Join(", ", step.Papers)}.",
            "文件中列有该步骤不需要的材料。",
            step.Papers.Count == 0 ? "请删去 papers。" : $"该步骤所需材料：{string.Join("、", step.Papers)}。"));

    private static Refusal Missing(Chain chain, ChainStep step, string paper) => new(
        chain.Rule,
        $"The step '{step.Name}' lacks its paper '{paper}'.",
        $"Give $.papers.{paper}.",
        $"“{step.NameZh}”缺少材料 {paper}。",
        $"请补充 $.papers.{paper}。");

    private static Refusal NoStep(Chain chain) => new(
        chain.Rule,
        "The chain has no step of that name.",
        $"Its steps are, in order: {string.Join(", ", chain.Steps.Select(step => step.Name))}.",
        "该流程没有此步骤。",
        $"其步骤依次为：{string.Join("、", chain.Steps.Select(step => step.Name))}。");

    private static Refusal WrongOrder(Chain chain, ChainStep? current) => new(
        chain.Rule,
        "The steps are taken in their order; this one is not open.",
        current is null ? "The case is closed: open a new one." : $"Close '{current.Name}' first.",
        "各步骤须依次办理；该步骤当前未开启。",
        current is null ? "该案已办结：请另行开案。" : $"请先办理“{current.NameZh}”（{current.Name}）。");

    private static Refusal WrongRole(Chain chain, ChainStep step) => new(
        chain.Rule,
        "Another role closes this step.",
        $"It is for: {string.Join(", ", step.By.Select(RoleWords.English))}.",
        "该步骤由其他角色办理。",
        $"应由以下角色办理：{string.Join("、", step.By.Select(RoleWords.Chinese))}。");

    private static Refusal NotAsked(Chain chain) => new(
        chain.Rule,
        "Each organisation that the case names answers once for itself; this one is not named or has answered.",
        "Let an organisation answer that is still asked.",
        "案中所列各单位各答复一次；该单位未被列入或已答复。",
        "请由尚未答复的单位办理。");

    private static Refusal OwnCase(Chain chain) => new(
        chain.Rule,
        "The applicant's step is taken by the applicant, and nobody of the applicant decides another.",
        "Let a person of the organisation whose part it is close the step.",
        "申请步骤由申请单位办理；申请单位人员不得办理其他步骤。",
        "请由该步骤所属单位的人员办理。");

    private static Refusal WrongDay(Chain chain, DateOnly from) => new(
        chain.Rule,
        "A step is closed on a day from that of the step before until today.",
        $"Give a day from {from:yyyy-MM-dd} on.",
        "步骤日期须不早于上一步骤且不晚于今日。",
        $"请填写 {from:yyyy-MM-dd} 起的日期。");

    private static Refusal NoLegalPerson(Chain chain) => new(
        chain.Rule,
        "Only a legal person may apply.",
        "Let a legal person apply, with its unified social credit code (applicant).",
        "申请人须为法人。",
        "请由法人申请，并填写统一社会信用代码（applicant）。");

    private static Refusal TooEarly(Chain chain, ChainStep step, DateOnly last) => new(
        chain.Rule,
        $"The time of '{step.Name}' has not run out.",
        $"It lasts until {last:yyyy-MM-dd}; close the step after that.",
        $"“{step.NameZh}”期限未满。",
        $"期限至 {last:yyyy-MM-dd}；请期满后办理。");

    private static Refusal NoTimeSet(Chain chain) => new(
        chain.Rule,
        "Papers are missing, and nobody has set the time for completing them; the text leaves it to the operating unit.",
        $"Let the operating unit set it (procedure set-time {chain.Name}), or hand in all papers.",
        "材料不全，且尚未设定补正期限（由运营单位确定）。",
        $"请由运营单位设定（procedure set-time {chain.Name}），或一次提交全部材料。");

    private static Refusal NotAmendable(Chain chain) => new(
        chain.Rule,
        "The case takes no major change.",
        "Open a new case.",
        "该案不适用重大变更程序。",
        "请另行开案。");
}
