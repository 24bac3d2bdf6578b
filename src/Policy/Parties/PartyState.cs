using static Sandbox.Policy.Parties.PartyCommand;
using static Sandbox.Policy.Parties.PartyState;

namespace Sandbox.Policy.Parties;

/// <summary>Where an organisation stands in the register.</summary>
public enum PartyState
{
    /// <summary>Not stated: may do nothing.</summary>
    Unknown = 0,

    /// <summary>Entered; its evidence is being gathered.</summary>
    Registered,

    /// <summary>Admitted with its evidence complete.</summary>
    Active,

    /// <summary>Stopped by a sanction until it is lifted.</summary>
    Suspended,

    /// <summary>Its right was cancelled by a sanction.</summary>
    Cancelled,

    /// <summary>Left of its own will or at the end.</summary>
    Left,
}

/// <summary>What is done to an entry of the register.</summary>
public enum PartyCommand
{
    /// <summary>Not stated: refused.</summary>
    Unknown = 0,

    /// <summary>Admit: evidence is complete.</summary>
    Admit,

    /// <summary>Warn: nothing closes.</summary>
    Warn,

    /// <summary>Stop every use of data.</summary>
    Suspend,

    /// <summary>Lift a suspension.</summary>
    Lift,

    /// <summary>Cancel the right for good.</summary>
    Cancel,

    /// <summary>Bar a cancelled organisation from coming back.</summary>
    Bar,

    /// <summary>Leave.</summary>
    Leave,
}

/// <summary>The one transition table of organisations. Who decides is the organisation's senior: the authority for all but developers, for whom the profile may name the operating unit.</summary>
public static class PartyTransitions
{
    /// <summary>Every allowed move.</summary>
    public static IReadOnlyList<(PartyState From, PartyCommand Command, PartyState To)> Table { get; } =
    [
        (Registered, Admit, Active),
        (Registered, Leave, Left),
        (Registered, Cancel, Cancelled),
        (Active, Warn, Active),
        (Active, Suspend, Suspended),
        (Active, Cancel, Cancelled),
        (Active, Leave, Left),
        (Suspended, Lift, Active),
        (Suspended, Cancel, Cancelled),
        (Suspended, Leave, Left),
        (Cancelled, Bar, Cancelled),
    ];

    /// <summary>State after, or a refusal; measures need written grounds.</summary>
    public static (PartyState State, Refusal? Reason) Apply(PartyState from, PartyCommand command, string? grounds)
    {
        var moves = Table.Where(row => row.From == from && row.Command == command).ToArray();
        return moves.Length == 0 ? (from, PartyRefusals.WrongState())
            : command is Warn or Suspend or Cancel or Bar or Lift && string.IsNullOrWhiteSpace(grounds) ? (from, PartyRefusals.Grounds())
            : (moves[0].To, null);
    }

    /// <summary>Who decides about an organisation of a kind.</summary>
    public static Role Decider(PartyKind kind, PartyRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return kind == PartyKind.Developer && (rules.PartnerFiling is { Value: true } || rules.SanctionsBy is { Value.Kind: PartyKind.Operator }) ? Role.Operator : Role.Authority;
    }
}
