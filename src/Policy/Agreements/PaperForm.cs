using Sandbox.Policy.Parties;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Agreements;

/// <summary>What stays closed without the paper.</summary>
public enum PaperGate
{
    /// <summary>Nothing by itself: another part of the product asks for it.</summary>
    None = 0,

    /// <summary>Every grant of the operating unit that signed; its term bounds theirs.</summary>
    Operation,

    /// <summary>Work in the zones of the scenario that it names.</summary>
    Scenario,

    /// <summary>Work by the developer that signed.</summary>
    Developer,

    /// <summary>Use of the data sets that it names of the department that signed.</summary>
    Supply,

    /// <summary>Delivery of products to the organisation that signed.</summary>
    Recipient,

    /// <summary>Use of a data set whose openness has conditions, by the organisation that signed: always, whether or not the register is binding.</summary>
    ConditionalOpen,
}

/// <summary>A required topic of a paper.</summary>
/// <param name="Id">Short name, as in the agreement file.</param>
/// <param name="Chinese">The topic in Chinese.</param>
public sealed record Clause(string Id, string Chinese);

/// <summary>One kind of paper as a regulation describes it: what it must say, who signs, how long it may run, what it opens.</summary>
/// <param name="Form">Short name, for example <c>operation_agreement</c>.</param>
/// <param name="Rule">Requirement that its refusals name.</param>
/// <param name="Chinese">Name in Chinese.</param>
/// <param name="Signers">Kinds of organisations that must sign.</param>
/// <param name="SectorSigner">Whether a sector authorisation also needs the sector department.</param>
/// <param name="Clauses">Required topics.</param>
/// <param name="Term">Longest term, or null where the text gives none.</param>
/// <param name="RenewBeforeExpiry">Whether going on needs a new agreement filed before the old one ends.</param>
/// <param name="Gate">What stays closed without it.</param>
/// <param name="References">Articles.</param>
public sealed record PaperForm(
    string Form,
    string Rule,
    string Chinese,
    IReadOnlyList<PartyKind> Signers,
    bool SectorSigner,
    IReadOnlyList<Clause> Clauses,
    Term? Term,
    bool RenewBeforeExpiry,
    PaperGate Gate,
    IReadOnlyList<string> References);
