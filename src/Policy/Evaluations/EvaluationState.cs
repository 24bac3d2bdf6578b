using static Sandbox.Policy.Evaluations.EvaluationCommand;
using static Sandbox.Policy.Evaluations.EvaluationHand;
using static Sandbox.Policy.Evaluations.EvaluationState;

namespace Sandbox.Policy.Evaluations;

/// <summary>Where an evaluation stands.</summary>
public enum EvaluationState
{
    /// <summary>Not stated: nothing can be done.</summary>
    Unknown = 0,

    /// <summary>Open, with the figures of its period.</summary>
    Open,

    /// <summary>Passed.</summary>
    Passed,

    /// <summary>Failed; a written answer is due.</summary>
    Failed,

    /// <summary>Failed and answered in writing.</summary>
    Answered,

    /// <summary>Failed; the removal of the party is open.</summary>
    RemovalDue,

    /// <summary>To be put right; a plan is due first.</summary>
    PlanDue,

    /// <summary>The plan is in; the work runs.</summary>
    Rectifying,

    /// <summary>The work is reported; a second evaluation is due.</summary>
    SecondDue,
}

/// <summary>What is done to an evaluation.</summary>
public enum EvaluationCommand
{
    /// <summary>Not stated: refused.</summary>
    Unknown = 0,

    /// <summary>Save the result pass.</summary>
    Pass,

    /// <summary>Save the result fail.</summary>
    Fail,

    /// <summary>Save the result fail where the regulation removes the party.</summary>
    FailForRemoval,

    /// <summary>Save the result rectify by a date.</summary>
    Rectify,

    /// <summary>Hand in the plan.</summary>
    Plan,

    /// <summary>Report that the plan is carried out.</summary>
    Finish,

    /// <summary>Answer a failure in writing.</summary>
    Answer,
}

/// <summary>Who acts on an evaluation, seen from it.</summary>
public enum EvaluationHand
{
    /// <summary>Neither side: may do nothing.</summary>
    Unknown = 0,

    /// <summary>Who evaluates.</summary>
    Evaluator,

    /// <summary>Who is evaluated.</summary>
    Evaluated,
}

/// <summary>The one transition table of evaluations: a case that was to be put right closes only through a second evaluation (YN25-26-1).</summary>
public static class EvaluationTransitions
{
    /// <summary>Every allowed move.</summary>
    public static IReadOnlyList<(EvaluationState From, EvaluationCommand Command, EvaluationHand By, EvaluationState To)> Table { get; } =
    [
        (Open, Pass, Evaluator, Passed),
        (Open, Fail, Evaluator, Failed),
        (Open, FailForRemoval, Evaluator, RemovalDue),
        (Open, Rectify, Evaluator, PlanDue),
        (PlanDue, Plan, Evaluated, Rectifying),
        (Rectifying, Finish, Evaluated, SecondDue),
        (PlanDue, Fail, Evaluator, Failed),
        (PlanDue, FailForRemoval, Evaluator, RemovalDue),
        (Rectifying, Fail, Evaluator, Failed),
        (Rectifying, FailForRemoval, Evaluator, RemovalDue),
        (SecondDue, Pass, Evaluator, Passed),
        (SecondDue, Fail, Evaluator, Failed),
        (SecondDue, FailForRemoval, Evaluator, RemovalDue),
        (Failed, Answer, Evaluated, Answered),
    ];

    /// <summary>Whether a case weighs on the renewal of the party's agreement.</summary>
    public static bool BlocksRenewal(EvaluationState state) => state is Failed or RemovalDue or PlanDue or Rectifying or SecondDue;

    /// <summary>The command that saves a result under a regulation; Unknown where the result is none of its.</summary>
    public static EvaluationCommand Command(EvaluationRules rules, EvaluationOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return !rules.Outcomes.Contains(outcome) ? EvaluationCommand.Unknown
            : outcome switch
            {
                EvaluationOutcome.Pass => Pass,
                EvaluationOutcome.Fail => rules.OnFail == "removal" ? FailForRemoval : Fail,
                EvaluationOutcome.Rectify => Rectify,
                _ => EvaluationCommand.Unknown,
            };
    }

    /// <summary>State after, or a refusal. While the days for putting right run, the party plans and reports; when they are over, a failure can be saved instead.</summary>
    /// <param name="from">State before.</param>
    /// <param name="command">What is done.</param>
    /// <param name="by">Side of the case.</param>
    /// <param name="words">Written words; every step needs them.</param>
    /// <param name="overdue">Whether the last day for putting right has passed.</param>
    public static (EvaluationState State, Refusal? Reason) Apply(EvaluationState from, EvaluationCommand command, EvaluationHand by, string? words, bool overdue)
    {
        var moves = Table.Where(row => row.From == from && row.Command == command).ToArray();
        return moves.Length == 0 || (from is PlanDue or Rectifying && overdue != command is Fail or FailForRemoval) ? (from, EvaluationRefusals.WrongState(from))
            : !moves.Any(row => row.By == by) ? (from, EvaluationRefusals.NotYours())
            : string.IsNullOrWhiteSpace(words) ? (from, EvaluationRefusals.Words())
            : (moves[0].To, null);
    }
}

/// <summary>Refusals about evaluations.</summary>
public static class EvaluationRefusals
{
    /// <summary>The regulation knows no evaluation.</summary>
    public static Refusal Silent(string profile) => new(
        "CC-12-1",
        $"The profile '{profile}' does not say how conduct is evaluated.",
        "Evaluate under a profile that says so; nothing is guessed here.",
        $"配置“{profile}”未规定评估办法。",
        "请在有明确规定的配置下评估；此处不作推定。");

    /// <summary>A result that is none.</summary>
    public static Refusal NoOutcome(EvaluationRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var known = rules.Outcomes.Select(outcome => outcome.ToString().ToLowerInvariant()).ToArray();
        return new("YN25-26-1", "This is no result of an evaluation under the active profile.", $"Results are: {string.Join(", ", known)}.", "该结果不属于现行规则的评估结果。", $"评估结果为：{string.Join("、", known)}。");
    }

    /// <summary>An open failure stands before a renewal.</summary>
    public static Refusal Renewal() => new(
        "CC-12-1",
        "A failed or unfinished evaluation of the operating unit stands before the renewal of its agreement.",
        "Answer the failure in writing with `sandbox evaluation answer`, or finish the correction and its second evaluation.",
        "运营单位的评估未通过或整改未办结，不得续签协议。",
        "请用 sandbox evaluation answer 书面答复，或完成整改及复评。");

    /// <summary>Nobody evaluates like that.</summary>
    public static Refusal NoPair() => new(
        "CC-12-1", "Under the active profile this role does not evaluate that kind of organisation.", "Let the evaluator that the profile names do it.", "现行规则下该角色不评估此类单位。", "请由规则指定的评估主体办理。");

    internal static Refusal WrongState(EvaluationState from) => new(
        "YN25-26-1",
        from switch
        {
            PlanDue => "The case waits for the plan of the evaluated party; without it and a second evaluation it cannot be closed.",
            Rectifying => "The correction is not reported yet; the second evaluation comes after it.",
            _ => "This step is not open in the case's present state.",
        },
        "Take the steps in order: result, plan, report of the correction, second evaluation.",
        from switch { PlanDue => "须先由被评估方提交整改方案；未经复评不得结案。", Rectifying => "尚未报告整改完成；复评在其后进行。", _ => "当前状态下不能进行该步骤。" },
        "请依次办理：评估结果、整改方案、整改报告、复评。");

    internal static Refusal NotYours() => new(
        "CC-12-1", "Another side of the evaluation takes this step.", "The evaluator saves results; the evaluated party plans, reports and answers.", "该步骤由评估的另一方办理。", "评估方登记结果；被评估方提交方案、报告和答复。");

    internal static Refusal Words() => new(
        "CC-12-1", "This step needs written words.", "Give them; they are kept with the case.", "该步骤须附书面说明。", "请写明；内容随案卷保存。");
}
