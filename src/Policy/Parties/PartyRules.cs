using Sandbox.Policy.Agreements;
using Sandbox.Policy.Corrections;
using Sandbox.Policy.Evaluations;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Parties;

/// <summary>An evidence that an organisation must have on file.</summary>
/// <param name="Paper">Short name of the evidence.</param>
/// <param name="Chinese">The same in Chinese.</param>
/// <param name="Level">Lowest level that counts; null where the text names none.</param>
/// <param name="ClearMonths">Months that must have passed since the last event that the evidence tells of; null where events do not matter.</param>
public sealed record EvidenceDemand(string Paper, string Chinese, int? Level, int? ClearMonths);

/// <summary>What a regulation demands of organisations, their people, papers and conduct, as data. A null member means that the text asks for nothing there.</summary>
public sealed record PartyRules
{
    /// <summary>A text that says nothing about any of this.</summary>
    public static PartyRules Silent { get; } = new();

    /// <summary>Records that must be in force before a person processes data.</summary>
    public Sourced<IReadOnlyList<PersonRecordKind>>? PersonRecords { get; init; }

    /// <summary>Evidence by kind of organisation; a kind that is missing needs none.</summary>
    public IReadOnlyDictionary<PartyKind, Sourced<IReadOnlyList<EvidenceDemand>>> Evidence { get; init; } = new Dictionary<PartyKind, Sourced<IReadOnlyList<EvidenceDemand>>>();

    /// <summary>Admission and exit of partners follow written rules and are filed with the authority.</summary>
    public Sourced<bool>? PartnerFiling { get; init; }

    /// <summary>False where the operating unit and its affiliates are kept out of redevelopment.</summary>
    public Sourced<bool>? OperatorMayRedevelop { get; init; }

    /// <summary>Who orders sanctions against developers.</summary>
    public Sourced<PartyKindBox>? SanctionsBy { get; init; }

    /// <summary>Parts that the description of a scenario must have.</summary>
    public Sourced<IReadOnlyList<string>>? ScenarioDescription { get; init; }

    /// <summary>Kinds of rights that can be granted; the right to hold data is never among them.</summary>
    public Sourced<IReadOnlyList<string>>? GrantableRights { get; init; }

    /// <summary>Papers that organisations sign.</summary>
    public IReadOnlyList<PaperForm> Papers { get; init; } = [];

    /// <summary>Who may order a correction of whom.</summary>
    public Sourced<IReadOnlyList<CorrectionPair>>? Corrections { get; init; }

    /// <summary>How conduct is evaluated.</summary>
    public Sourced<EvaluationRules>? Evaluation { get; init; }

    /// <summary>The paper of a form; null where the regulation knows none.</summary>
    public PaperForm? Paper(string form) => Papers.FirstOrDefault(paper => paper.Form == form);
}

/// <summary>One kind of organisation.</summary>
public sealed record PartyKindBox(PartyKind Kind);
