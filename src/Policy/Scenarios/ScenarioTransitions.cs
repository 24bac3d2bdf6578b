using static Sandbox.Policy.Scenarios.ScenarioCommand;
using static Sandbox.Policy.Scenarios.ScenarioState;

namespace Sandbox.Policy.Scenarios;

/// <summary>
/// The one transition table of scenarios. The source department is asked only after the authority has confirmed (CC-18-1,
/// FT-18-1); a partner's request goes through the operating unit first (FT-18-2); a refusal by any decider ends the request.
/// </summary>
public static class ScenarioTransitions
{
    /// <summary>Every allowed move; what is not in the table is refused.</summary>
    public static IReadOnlyList<ScenarioTransition> Table { get; } =
    [
        new(Draft, Submit, Role.Operator, Requested, "FT-18-1", false),
        new(Draft, Submit, Role.Developer, PartnerRequested, "FT-18-2", false),
        new(PartnerRequested, PassOn, Role.Operator, Requested, "FT-18-2", false),
        new(PartnerRequested, Reject, Role.Operator, Rejected, "FT-18-2", true),
        new(Requested, Confirm, Role.Authority, AuthorityConfirmed, "CC-18-1", false),
        new(Requested, Reject, Role.Authority, Rejected, "CC-18-1", true),
        new(AuthorityConfirmed, Consent, Role.SourceDepartment, Granted, "CC-18-1", false),
        new(AuthorityConfirmed, Reject, Role.SourceDepartment, Rejected, "CC-18-1", true),
        new(Granted, Suspend, Role.Authority, Suspended, "FT-39-1", true),
        new(Suspended, Restore, Role.Authority, Granted, "FT-39-1", false),
        new(Granted, End, Role.Authority, Ended, "FT-39-1", true),
        new(Suspended, End, Role.Authority, Ended, "FT-39-1", true),
        new(Granted, End, Role.SourceDepartment, Ended, "YB-17-1", true),
        new(Suspended, End, Role.SourceDepartment, Ended, "YB-17-1", true),
        new(Draft, End, Role.Operator, Ended, "CC-31-1", false),
        new(Draft, End, Role.Developer, Ended, "CC-31-1", false),
        new(PartnerRequested, End, Role.Developer, Ended, "CC-31-1", false),
        new(Requested, End, Role.Operator, Ended, "CC-31-1", false),
        new(AuthorityConfirmed, End, Role.Operator, Ended, "CC-31-1", false),
        new(Granted, End, Role.Operator, Ended, "CC-31-1", false),
        new(Suspended, End, Role.Operator, Ended, "CC-31-1", false),
    ];

    /// <summary>Applies a command.</summary>
    /// <param name="from">State before.</param>
    /// <param name="command">What is done.</param>
    /// <param name="by">Role in which the person acts.</param>
    /// <param name="grounds">Written grounds where the table asks for them.</param>
    public static ScenarioStep Apply(ScenarioState from, ScenarioCommand command, Role by, string? grounds = null)
    {
        var moves = Table.Where(row => row.From == from && row.Command == command).ToArray();
        if (moves.Length == 0)
        {
            return new ScenarioStep.Refused(WrongState(from, command));
        }

        var move = Array.Find(moves, row => row.By == by);
        if (move is null)
        {
            return new ScenarioStep.Refused(WrongRole(moves));
        }

        return move.NeedsGrounds && string.IsNullOrWhiteSpace(grounds)
            ? new ScenarioStep.Refused(Grounds(move.Rule))
            : new ScenarioStep.Moved(move.To, move.Rule);
    }

    private static Refusal WrongState(ScenarioState from, ScenarioCommand command) => new(
        command == Consent ? "FT-18-1" : "CC-18-1",
        command == Consent && from == Requested
            ? "The source department is asked only after the authority has confirmed the request."
            : "This step is not open in the scenario's present state.",
        "Take the steps of a request in their order: submit, confirmation by the authority, consent of the source department.",
        command == Consent && from == Requested ? "须先由主管部门确认，再由数源部门答复。" : "场景当前状态下不能进行该步骤。",
        "请依次办理：提交申请、主管部门确认、数源部门同意。");

    private static Refusal WrongRole(ScenarioTransition[] moves) => new(
        moves[0].Rule,
        "Another role decides this step.",
        $"It is for: {string.Join(", ", moves.Select(row => RoleWords.English(row.By)).Distinct(StringComparer.Ordinal))}.",
        "该步骤由其他角色决定。",
        $"应由以下角色办理：{string.Join("、", moves.Select(row => RoleWords.Chinese(row.By)).Distinct(StringComparer.Ordinal))}。");

    private static Refusal Grounds(string rule) => new(
        rule,
        "This step needs written grounds.",
        "State the grounds; they are kept with the case and sent to those concerned.",
        "该步骤须写明理由。",
        "请写明理由；理由随案卷保存并通知相关方。");
}
