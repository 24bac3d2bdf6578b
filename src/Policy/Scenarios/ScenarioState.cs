namespace Sandbox.Policy.Scenarios;

/// <summary>Where a scenario stands. Data can be read in <see cref="Granted"/> only.</summary>
public enum ScenarioState
{
    /// <summary>Not stated: nothing is allowed.</summary>
    Unknown = 0,

    /// <summary>Being written by the operating unit or a partner.</summary>
    Draft,

    /// <summary>A partner's request, waiting for the operating unit's first check.</summary>
    PartnerRequested,

    /// <summary>Waiting for the authority.</summary>
    Requested,

    /// <summary>The authority has confirmed; waiting for the source department.</summary>
    AuthorityConfirmed,

    /// <summary>Both have agreed (SourceConsented): the grant is in force within its term.</summary>
    Granted,

    /// <summary>Use is stopped for the time of a correction.</summary>
    Suspended,

    /// <summary>Refused by one of the deciders; a new request is needed.</summary>
    Rejected,

    /// <summary>Over for good.</summary>
    Ended,
}

/// <summary>What a person does to a scenario.</summary>
public enum ScenarioCommand
{
    /// <summary>Not stated: refused.</summary>
    Unknown = 0,

    /// <summary>Submit the request.</summary>
    Submit,

    /// <summary>The operating unit passes a partner's request on.</summary>
    PassOn,

    /// <summary>The authority confirms.</summary>
    Confirm,

    /// <summary>The source department consents.</summary>
    Consent,

    /// <summary>The decider at hand refuses.</summary>
    Reject,

    /// <summary>Stop the use for a correction.</summary>
    Suspend,

    /// <summary>Accept the correction.</summary>
    Restore,

    /// <summary>End the scenario.</summary>
    End,
}

/// <summary>One row of the transition table.</summary>
/// <param name="From">State before.</param>
/// <param name="Command">What is done.</param>
/// <param name="By">Role that may do it.</param>
/// <param name="To">State after.</param>
/// <param name="Rule">Requirement that orders it so.</param>
/// <param name="NeedsGrounds">True when written grounds are required.</param>
public sealed record ScenarioTransition(ScenarioState From, ScenarioCommand Command, Role By, ScenarioState To, string Rule, bool NeedsGrounds);

/// <summary>Outcome of a command.</summary>
public abstract record ScenarioStep
{
    private ScenarioStep()
    {
    }

    /// <summary>The scenario is in a new state.</summary>
    public sealed record Moved(ScenarioState State, string Rule) : ScenarioStep;

    /// <summary>Nothing has changed.</summary>
    public sealed record Refused(Refusal Reason) : ScenarioStep;
}
