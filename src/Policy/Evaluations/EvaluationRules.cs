using Sandbox.Policy.Parties;

namespace Sandbox.Policy.Evaluations;

/// <summary>Result of an evaluation; nothing else can be saved.</summary>
public enum EvaluationOutcome
{
    /// <summary>Not stated: counts as none.</summary>
    Unknown = 0,

    /// <summary>Passed.</summary>
    Pass,

    /// <summary>Failed.</summary>
    Fail,

    /// <summary>To be put right by a date, then evaluated again.</summary>
    Rectify,
}

/// <summary>Who evaluates whom.</summary>
public sealed record EvaluationPair(PartyKind By, PartyKind Of);

/// <summary>How a regulation evaluates conduct.</summary>
/// <param name="CycleMonths">Months between two evaluations; null where the text says "regularly" without a number, which a deployment decides case by case.</param>
/// <param name="Outcomes">Results that can be saved.</param>
/// <param name="Pairs">Who evaluates whom.</param>
/// <param name="RectifyDays">Calendar days for putting right; null where the text knows no such outcome.</param>
/// <param name="OnFail"><c>answer</c>: a failed party answers in writing before renewal; <c>removal</c>: its removal is opened.</param>
public sealed record EvaluationRules(int? CycleMonths, IReadOnlyList<EvaluationOutcome> Outcomes, IReadOnlyList<EvaluationPair> Pairs, int? RectifyDays, string OnFail);
