using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Policy.Masking;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Scenarios;

/// <summary>One purpose with its data, people, range and term: one scenario, one grant (CC-17-1).</summary>
/// <param name="Id">Short name.</param>
/// <param name="Purpose">The purpose in words.</param>
/// <param name="Operator">Organisation that asks.</param>
/// <param name="RequestedBy">Person who asked.</param>
/// <param name="From">First day of use.</param>
/// <param name="Until">Last day of use.</param>
/// <param name="People">Persons who may work in its zones.</param>
/// <param name="Consents">Who answered, in order.</param>
/// <param name="Description">What the regulation wants described; null where it was not given.</param>
/// <param name="Asked">The tables as they were asked for, where somebody struck columns; the tables hold the remainder.</param>
/// <param name="Ending">How it ended; null while it has not.</param>
public sealed record Scenario(
    string Id,
    string Purpose,
    string Operator,
    string RequestedBy,
    DateOnly From,
    DateOnly Until,
    ScenarioState State,
    IReadOnlyList<string> People,
    IReadOnlyList<ScenarioTable> Tables,
    IReadOnlyList<Consent> Consents,
    ScenarioDescription? Description = null,
    IReadOnlyList<ScenarioTable>? Asked = null,
    ScenarioEnding? Ending = null) : IAggregate
{
    public static string Kind => "scenario";

    /// <summary>When it was asked for; the first decider's time runs from that day.</summary>
    public DateTimeOffset? RequestedAt { get; init; }

    /// <summary>True for a partner's request, which the operating unit checks first (FT 18).</summary>
    public bool Partner { get; init; }

    /// <summary>Profile and version under which it was asked for.</summary>
    public string? Rules { get; init; }

    /// <summary>Proof that the people or bodies concerned permit this use, attached by the applicant; null where there is none. Written only where it is there, so that older signatures hold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ScenarioProof? Proof { get; init; }

    /// <summary>When somebody took a step last; null when nobody has.</summary>
    internal DateTimeOffset? Taken(ScenarioCommand step) =>
        Consents.Where(consent => consent.Agreed && consent.Step == step.ToString()).Select(consent => (DateTimeOffset?)consent.At).LastOrDefault();
}

/// <param name="Paper">The paper, sealed.</param>
/// <param name="Digest">Its digest, which every answer to the request signs.</param>
public sealed record ScenarioProof(ObjectRef Paper, string Digest);

/// <summary>The description of a scenario (CC 17).</summary>
/// <param name="Partners">Who works on it; none is said as an empty list.</param>
/// <param name="Scope">Scope of use.</param>
/// <param name="Value">Social or economic value.</param>
/// <param name="Plan">Goal and plan.</param>
/// <param name="PlanUntil">Last day of the plan.</param>
/// <param name="Rights">Kinds of rights that are asked for.</param>
public sealed record ScenarioDescription(IReadOnlyList<string>? Partners = null, string? Scope = null, string? Value = null, string? Plan = null, DateOnly? PlanUntil = null, IReadOnlyList<string>? Rights = null);

/// <summary>How a scenario ended.</summary>
/// <param name="Grounds">Written grounds; they stay with the case.</param>
public sealed record ScenarioEnding(string Person, string Organisation, string Rule, string? Grounds, DateTimeOffset At);

/// <summary>A data set within a scenario.</summary>
/// <param name="SamplePerMille">Share of subjects (or rows) in the workbench, 1…1000.</param>
/// <param name="QuasiIdentifiers">Columns whose combination must reach k in the workbench.</param>
/// <param name="LeaveOutPerMille">Share of the sampled rows that may be left out because too few are alike.</param>
public sealed record ScenarioTable(string DataSet, IReadOnlyList<ScenarioColumn> Columns, IReadOnlyList<string> QuasiIdentifiers, int SamplePerMille, int BucketFrom, int LeaveOutPerMille = 0);

/// <summary>A granted column with its masks, in the strict JSON form of a mask rule; a null production mask repeats the workbench one.</summary>
public sealed record ScenarioColumn(string Name, JsonElement Workbench, JsonElement? Production)
{
    /// <summary>The mask in a zone of the given kind; it was checked when the scenario was requested.</summary>
    internal MaskRule Rule(ZoneKind kind) =>
        MaskRule.FromUntrusted(kind == ZoneKind.Production ? Production ?? Workbench : Workbench) is MaskRuleResult.Read read ? read.Rule : new MaskRule.Suppress();
}

/// <param name="Step">The step of the profile's chain that was answered.</param>
/// <param name="Signature">Base64 signature of the person over the scenario as it was asked for and the strikes.</param>
/// <param name="Strikes">Columns that this answer strikes from the request.</param>
public sealed record Consent(string Step, string Person, string Organisation, bool Agreed, DateTimeOffset At, string Signature, IReadOnlyList<ColumnName>? Strikes = null)
{
    /// <summary>Written grounds of a refusal.</summary>
    public string? Grounds { get; init; }

    /// <summary>Profile and version under which the person decided.</summary>
    public string? Rules { get; init; }
}
