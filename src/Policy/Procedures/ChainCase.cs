namespace Sandbox.Policy.Procedures;

/// <summary>Where a case of a chain stands.</summary>
public enum CaseState
{
    /// <summary>Not stated: nothing may be done.</summary>
    Unknown = 0,

    /// <summary>A step is open.</summary>
    Open,

    /// <summary>The step's papers are incomplete; the same step is open until the date of completion.</summary>
    Returned,

    /// <summary>A decider has refused.</summary>
    Refused,

    /// <summary>Every step is closed.</summary>
    Finished,
}

/// <summary>How far a case has come, as the registry holds it.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Closed">Days on which the steps of this round were closed, in order.</param>
/// <param name="OpenedOn">Day of the event that opened it (or that started its present round).</param>
/// <param name="Parties">Organisations that answer in steps where each answers for itself.</param>
/// <param name="Answered">Those of them that have answered the open step.</param>
public sealed record CaseFacts(CaseState State, IReadOnlyList<DateOnly> Closed, DateOnly OpenedOn, IReadOnlyList<string> Parties, IReadOnlyList<string> Answered)
{
    /// <summary>Organisations that apply in this case; null where nobody does. They take the applicant's step, and no other.</summary>
    public IReadOnlyList<string>? Applicants { get; init; }

    /// <summary>The step that is open; null when none is.</summary>
    public ChainStep? Current(Chain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return State is CaseState.Open or CaseState.Returned && Closed.Count < chain.Steps.Count ? chain.Steps[Closed.Count] : null;
    }

    /// <summary>Day from which the open step's time runs: that of the step before, or of the event that opened the case.</summary>
    public DateOnly StartedOn => Closed.Count > 0 ? Closed[^1] : OpenedOn;

    /// <summary>Whether the chain's opening step is closed and nothing has undone it.</summary>
    public bool Opens(Chain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return State is CaseState.Open or CaseState.Returned or CaseState.Finished && Closed.Count > chain.IndexOf(chain.OpensWith);
    }
}

/// <summary>Outcome of an act on a case.</summary>
public abstract record CaseMove
{
    private CaseMove()
    {
    }

    /// <summary>The step is closed; <paramref name="StepClosed"/> is false when other parties have still to answer.</summary>
    public sealed record Moved(CaseState State, DateOnly On, bool StepClosed) : CaseMove;

    /// <summary>Papers are missing; the applicant completes them by the day.</summary>
    public sealed record Incomplete(IReadOnlyList<string> Missing, DateOnly CompleteBy) : CaseMove;

    /// <summary>Nothing has changed.</summary>
    public sealed record Refused(IReadOnlyList<Refusal> Reasons) : CaseMove;
}
