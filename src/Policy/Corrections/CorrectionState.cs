using static Sandbox.Policy.Corrections.CorrectionCommand;
using static Sandbox.Policy.Corrections.CorrectionHand;
using static Sandbox.Policy.Corrections.CorrectionState;

namespace Sandbox.Policy.Corrections;

/// <summary>Where an order to correct stands. Use is closed while it is <see cref="Open"/> or <see cref="Reported"/>.</summary>
public enum CorrectionState
{
    /// <summary>Not stated: counts as open.</summary>
    Unknown = 0,

    /// <summary>Ordered; use is stopped.</summary>
    Open,

    /// <summary>The party says that it has corrected; use is still stopped.</summary>
    Reported,

    /// <summary>The correction was accepted; use goes on under the same grants.</summary>
    Accepted,

    /// <summary>Not corrected as required; the authorisation ended.</summary>
    Terminated,
}

/// <summary>What is done to an order.</summary>
public enum CorrectionCommand
{
    /// <summary>Not stated: refused.</summary>
    Unknown = 0,

    /// <summary>Report the correction.</summary>
    Report,

    /// <summary>Accept it.</summary>
    Accept,

    /// <summary>Send it back.</summary>
    Return,

    /// <summary>End the authorisation because the order was not met.</summary>
    Terminate,
}

/// <summary>Who acts on an order, seen from the order.</summary>
public enum CorrectionHand
{
    /// <summary>A stranger to the order: may do nothing.</summary>
    Unknown = 0,

    /// <summary>Whoever ordered it, or the authority.</summary>
    Orderer,

    /// <summary>The organisation that is to correct.</summary>
    Target,
}

/// <summary>The one transition table of orders to correct (FT-39-1).</summary>
public static class CorrectionTransitions
{
    /// <summary>Every allowed move.</summary>
    public static IReadOnlyList<(CorrectionState From, CorrectionCommand Command, CorrectionHand By, CorrectionState To)> Table { get; } =
    [
        (Open, Report, Target, Reported),
        (Reported, Accept, Orderer, Accepted),
        (Reported, Return, Orderer, Open),
        (Open, Terminate, Orderer, Terminated),
        (Reported, Terminate, Orderer, Terminated),
    ];

    /// <summary>Whether use is stopped for the order in a state: until the correction is accepted, or the authorisation itself has ended.</summary>
    public static bool Stops(CorrectionState state) => state is not (Accepted or Terminated);

    /// <summary>Whether the end is due: the order was not met by its last day.</summary>
    public static bool TerminationDue(CorrectionState state, DateOnly due, DateOnly today) => state == Open && today > due;

    /// <summary>State after, or a refusal. An order that is not answered can be ended from the day after its last day; one that was answered, whenever the answer does not do.</summary>
    public static (CorrectionState State, Refusal? Reason) Apply(CorrectionState from, CorrectionCommand command, CorrectionHand by, string? words, DateOnly due, DateOnly today)
    {
        var moves = Table.Where(row => row.From == from && row.Command == command).ToArray();
        return moves.Length == 0 ? (from, CorrectionRefusals.WrongState())
            : !moves.Any(row => row.By == by) ? (from, CorrectionRefusals.NotYours())
            : command is not Accept && string.IsNullOrWhiteSpace(words) ? (from, CorrectionRefusals.Words())
            : command == Terminate && from == Open && !TerminationDue(from, due, today) ? (from, CorrectionRefusals.NotDue())
            : (moves[0].To, null);
    }
}

/// <summary>Refusals about orders to correct.</summary>
public static class CorrectionRefusals
{
    /// <summary>Use is stopped.</summary>
    public static Refusal Stopped() => new(
        "FT-39-1",
        "An order to correct is open, so the use of the data is stopped for that time.",
        "Correct what the order says, report it with `sandbox order report`, and have it accepted; the same grants then open again.",
        "整改令尚未办结，整改期间暂停使用数据。",
        "请按整改令完成整改，用 sandbox order report 报告并经验收；原授权随即恢复。");

    /// <summary>The profile gives nobody that power.</summary>
    public static Refusal NoPower() => new(
        "FT-39-1",
        "Under the active profile this role orders no correction of that kind of organisation.",
        "Let the authority, or whoever the profile names, order it.",
        "现行规则下该角色不得对此类单位发出整改令。",
        "请由主管部门或规则指定的主体发出。");

    internal static Refusal WrongState() => new(
        "FT-39-1", "This step is not open in the order's present state.", "An order is reported as met, then accepted, returned, or followed by the end.", "整改令当前状态下不能进行该步骤。", "请依次办理：报告整改、验收或退回，或终止。");

    internal static Refusal NotYours() => new(
        "FT-39-1", "Another side of the order takes this step.", "Who is to correct reports; who ordered it, or the authority, decides.", "该步骤由整改令的另一方办理。", "由被责令单位报告，由发令方或主管部门决定。");

    internal static Refusal Words() => new(
        "FT-39-1", "This step needs written words: what was corrected, or why it does not do.", "Give them; they are kept with the order.", "该步骤须写明整改情况或理由。", "请写明；内容随整改令保存。");

    internal static Refusal NotDue() => new(
        "FT-39-1", "The last day of the order has not passed, so the authorisation cannot be ended for it yet.", "Wait for the report or for the day after the last day.", "整改期限未满，尚不能据此终止授权。", "请等待整改报告或期限届满的次日。");
}
