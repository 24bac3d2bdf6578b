using Sandbox.Policy.Calendars;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Procedures;

/// <summary>What a refusal of a step must carry.</summary>
public enum RefusalNeeds
{
    /// <summary>A citation of law, administrative regulation or central policy, beside the grounds.</summary>
    LegalBasis = 0,

    /// <summary>Written grounds.</summary>
    Grounds,

    /// <summary>The step can't be refused; it is done or it is late.</summary>
    NotPossible,
}

/// <summary>One step of a chain: who closes it, by whose decision, within which time, with which papers.</summary>
public sealed record ChainStep
{
    /// <summary>Its name within the chain, for example <c>qualification_check</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Chinese name.</summary>
    public required string NameZh { get; init; }

    /// <summary>Roles that may close the step in the system.</summary>
    public required IReadOnlyList<Role> By { get; init; }

    /// <summary>The body that decides, which stands on record with the step, for example <c>district_government</c>.</summary>
    public required string Body { get; init; }

    /// <summary>How long the step may take (or must last, see <see cref="AtLeast"/>), from the day of the step before; null where the text is silent.</summary>
    public Limit? Limit { get; init; }

    /// <summary>True when the limit is a least time (a publicity period): the step can't be closed within it.</summary>
    public bool AtLeast { get; init; }

    /// <summary>Papers or topics without which the step can't be closed.</summary>
    public IReadOnlyList<string> Papers { get; init; } = [];

    /// <summary>True when a step with missing papers is sent back for completion by a date instead of being refused.</summary>
    public bool Completion { get; init; }

    /// <summary>True when only a legal person may take the step.</summary>
    public bool LegalPerson { get; init; }

    /// <summary>True when each organisation that the case names answers for itself; the step is closed with the last answer.</summary>
    public bool EachParty { get; init; }

    /// <summary>What a refusal must carry.</summary>
    public RefusalNeeds Refusal { get; init; } = RefusalNeeds.Grounds;

    /// <summary>Articles.</summary>
    public required IReadOnlyList<string> References { get; init; }
}

/// <summary>A procedure of a regulation as a chain of steps that are closed one after another; nothing in it is decided by silence.</summary>
public sealed record Chain
{
    /// <summary>Its name, for example <c>operator_selection</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Chinese name.</summary>
    public required string NameZh { get; init; }

    /// <summary>Requirement that orders it so.</summary>
    public required string Rule { get; init; }

    /// <summary>The step whose closing opens what depends on the chain (a signature, an approval).</summary>
    public required string OpensWith { get; init; }

    /// <summary>Chain of which a case must stand approved before this one may be opened with its step of <see cref="OpensWith"/>; null for none.</summary>
    public string? Requires { get; init; }

    /// <summary>True when a major change sends a case through the same steps again.</summary>
    public bool Amendable { get; init; }

    /// <summary>The steps in order, at least one.</summary>
    public required IReadOnlyList<ChainStep> Steps { get; init; }

    /// <summary>Position of a step; -1 when the chain has none of that name.</summary>
    public int IndexOf(string step) => Steps.Select(item => item.Name).ToList().IndexOf(step);
}

/// <summary>The procedures of one regulation as data: chains, classes that are never authorised, how days are counted.</summary>
public sealed record ProcedureRules
{
    /// <summary>Profile that they belong to.</summary>
    public required string Profile { get; init; }

    /// <summary>Which day counts first.</summary>
    public required CountingStart Start { get; init; }

    /// <summary>Requirement that sets the clocks of an operating unit's request for data.</summary>
    public required string RequestRule { get; init; }

    /// <summary>The same for a partner's request.</summary>
    public required string PartnerRule { get; init; }

    /// <summary>Classes of data that no approval opens, with their articles.</summary>
    public required IReadOnlyList<Sourced<DataClass>> Barred { get; init; }

    /// <summary>Classes of data that are used only with a permission of the person or body concerned, for that scenario (FT-20-1), with their articles.</summary>
    public IReadOnlyList<Sourced<DataClass>> PermissionNeeded { get; init; } = [];

    /// <summary>Articles by which a lawful permission makes "grant" the supplier's answer in principle; empty where the text has no such rule.</summary>
    public IReadOnlyList<string> PermissionPresetsGrant { get; init; } = [];

    /// <summary>Articles by which collected data carry the set identifier (YN23-20-1); empty where the text has no such rule.</summary>
    public IReadOnlyList<string> SetIdentifiers { get; init; } = [];

    /// <summary>Articles by which a data subject may let a market party fetch its data (YN23-24-1); empty where the text has no such rule.</summary>
    public IReadOnlyList<string> Delegation { get; init; } = [];

    /// <summary>The chains.</summary>
    public required IReadOnlyList<Chain> Chains { get; init; }

    /// <summary>A chain by name; null when the regulation has none.</summary>
    public Chain? Find(string name) => Chains.FirstOrDefault(chain => chain.Name == name);

    /// <summary>The rules of a profile; a profile derived from a shipped one has the rules of its basis.</summary>
    /// <param name="profile">Name of a shipped profile.</param>
    public static ProcedureRules Of(string profile) => ProcedureData.Of(profile);
}
