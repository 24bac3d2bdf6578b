using static Sandbox.Policy.Agreements.AgreementCommand;
using static Sandbox.Policy.Agreements.AgreementState;

namespace Sandbox.Policy.Agreements;

/// <summary>Where a paper stands. It opens something only while <see cref="InForce"/> and within its term.</summary>
public enum AgreementState
{
    /// <summary>Not stated: opens nothing.</summary>
    Unknown = 0,

    /// <summary>Filed; signatures are being gathered.</summary>
    Filed,

    /// <summary>Every signer has signed.</summary>
    InForce,

    /// <summary>A party has asked for an early end; it goes on until the senior party decides.</summary>
    EndAsked,

    /// <summary>Ended before its term.</summary>
    Ended,

    /// <summary>Taken back before it was in force.</summary>
    Withdrawn,
}

/// <summary>What is done to a paper.</summary>
public enum AgreementCommand
{
    /// <summary>Not stated: refused.</summary>
    Unknown = 0,

    /// <summary>A signer signs; others are still to come.</summary>
    Sign,

    /// <summary>The last signer signs.</summary>
    Conclude,

    /// <summary>Take it back before it is in force.</summary>
    Withdraw,

    /// <summary>Ask for an early end.</summary>
    AskEnd,

    /// <summary>Go on in spite of a wish to end.</summary>
    KeepOn,

    /// <summary>End or revoke it.</summary>
    End,
}

/// <summary>Who acts on a paper, seen from the paper.</summary>
public enum AgreementHand
{
    /// <summary>Not a party: may do nothing.</summary>
    Unknown = 0,

    /// <summary>The senior party: the authority where it signs, else the operating unit.</summary>
    Senior,

    /// <summary>Any other party.</summary>
    Party,
}

/// <summary>One row of the table.</summary>
public sealed record AgreementTransition(AgreementState From, AgreementCommand Command, AgreementHand By, AgreementState To, string Rule, bool NeedsGrounds);

/// <summary>The one transition table of papers (CC-13-1, CC-31-1).</summary>
public static class AgreementTransitions
{
    /// <summary>Every allowed move; what is not in the table is refused.</summary>
    public static IReadOnlyList<AgreementTransition> Table { get; } =
    [
        .. Both(Filed, Sign, Filed, "CC-4-2", false),
        .. Both(Filed, Conclude, InForce, "CC-4-2", false),
        .. Both(Filed, Withdraw, Withdrawn, "CC-4-2", false),
        new(InForce, AskEnd, AgreementHand.Party, EndAsked, "CC-13-1", true),
        new(EndAsked, KeepOn, AgreementHand.Senior, InForce, "CC-13-1", true),
        new(InForce, End, AgreementHand.Senior, Ended, "CC-31-1", true),
        new(EndAsked, End, AgreementHand.Senior, Ended, "CC-31-1", true),
    ];

    /// <summary>State after and its rule, or a refusal.</summary>
    public static (AgreementState State, string Rule, Refusal? Reason) Apply(AgreementState from, AgreementCommand command, AgreementHand by, string? grounds)
    {
        var moves = Table.Where(row => row.From == from && row.Command == command).ToArray();
        if (moves.Length == 0)
        {
            return (from, "CC-31-1", AgreementRefusals.WrongState());
        }

        return Array.Find(moves, row => row.By == by) is not { } move ? (from, moves[0].Rule, AgreementRefusals.NotYours(moves[0].Rule, by == AgreementHand.Party))
            : move.NeedsGrounds && string.IsNullOrWhiteSpace(grounds) ? (from, move.Rule, AgreementRefusals.Grounds(move.Rule))
            : (move.To, move.Rule, null);
    }

    private static AgreementTransition[] Both(AgreementState from, AgreementCommand command, AgreementState to, string rule, bool grounds) =>
        [new(from, command, AgreementHand.Senior, to, rule, grounds), new(from, command, AgreementHand.Party, to, rule, grounds)];
}
