using Sandbox.Host.Registry;
using Sandbox.Policy.Procedures;

namespace Sandbox.Host.Procedures;

/// <summary>One case of a chain of steps: who closed which step, when, by whose decision and on which paper.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Subject">What it is about: an organisation, a data set, a catalogue entry, a list.</param>
/// <param name="Organisation">Organisation that opened it.</param>
/// <param name="OpenedOn">Day of the event that opened it, or that started the present round.</param>
/// <param name="Parties">Organisations that answer for themselves.</param>
/// <param name="BasedOn">Case that must stand approved, where the chain asks for one.</param>
/// <param name="Rules">Profile and version under which it was opened.</param>
/// <param name="Round">Counts from 1; a major change starts the next.</param>
/// <param name="CompleteBy">Day by which missing papers are due; null when none are.</param>
public sealed record ProcedureCase(
    string Id,
    string Chain,
    string Subject,
    string Organisation,
    string OpenedBy,
    DateOnly OpenedOn,
    CaseState State,
    IReadOnlyList<string> Parties,
    string? BasedOn,
    string Rules,
    IReadOnlyList<ClosedStep> Steps,
    int Round = 1,
    DateOnly? CompleteBy = null) : IAggregate
{
    public static string Kind => "procedure";

    /// <summary>True when the bureau opened the case for the organisation that it is about.</summary>
    public bool ForOthers { get; init; }

    /// <summary>The facts that the rules look at.</summary>
    internal CaseFacts Facts(Chain chain)
    {
        var round = Steps.Where(step => step.Round == Round).ToArray();
        var closed = round.Where(step => step.Closes).Select(step => step.On).ToArray();
        var open = closed.Length < chain.Steps.Count ? chain.Steps[closed.Length].Name : null;
        return new(State, closed, OpenedOn, Parties, [.. round.Where(step => step.Step == open && !step.Closes).Select(step => step.Organisation)])
        {
            // A case that the bureau opens for somebody is about the applicant; else who opened it applies.
            Applicants = ForOthers ? [Subject] : [Organisation, Subject],
        };
    }
}

/// <param name="Body">The body that decided, from the profile.</param>
/// <param name="On">Day of the decision.</param>
/// <param name="Reference">The paper that holds it.</param>
/// <param name="Signature">Base64 signature of the person over the step.</param>
/// <param name="Closes">False for an answer of one of several parties.</param>
public sealed record ClosedStep(
    int Round,
    string Step,
    string Body,
    bool Passed,
    DateOnly On,
    string Reference,
    IReadOnlyDictionary<string, string> Papers,
    string? Grounds,
    string? LegalBasis,
    string Person,
    string Organisation,
    DateTimeOffset At,
    bool Closes,
    string Signature);
