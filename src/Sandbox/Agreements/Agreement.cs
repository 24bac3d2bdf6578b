using System.Text.Json;
using Sandbox.Host.Registry;
using Sandbox.Policy.Agreements;
using Sandbox.Policy.Parties;
using Sandbox.Trust;

namespace Sandbox.Host.Agreements;

/// <summary>A paper that organisations sign, as the profile's form describes it.</summary>
/// <param name="Form">Form of the profile, for example <c>operation_agreement</c>.</param>
/// <param name="Parties">Organisations by kind; every one of them signs.</param>
/// <param name="Clauses">Topic and its place in the paper.</param>
/// <param name="Ways">Agreed ways of use.</param>
/// <param name="Exception">Grounds for a longer term; null where there is none.</param>
/// <param name="Renews">The agreement that it goes on from.</param>
/// <param name="Paper">The paper itself, sealed as it was handed in.</param>
/// <param name="Digest">Digest of the paper, in every signature.</param>
public sealed record Agreement(
    string Id,
    string Form,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Parties,
    bool Sector,
    IReadOnlyDictionary<string, string> Clauses,
    IReadOnlyList<string> DataSets,
    IReadOnlyList<string> Scenarios,
    IReadOnlyList<string> Ways,
    DateOnly From,
    DateOnly Until,
    string? Exception,
    string? Renews,
    AgreementState State,
    IReadOnlyList<AgreementSignature> Signatures,
    ObjectRef Paper,
    string Digest,
    string FiledBy,
    DateTimeOffset FiledAt,
    AgreementEnding? Ending = null) : IAggregate
{
    /// <summary>Domain label of a signature.</summary>
    internal const string Label = "sandbox/agreement/v1";

    public static string Kind => "agreement";

    /// <summary>Organisations of a kind.</summary>
    internal IReadOnlyList<string> Of(PartyKind kind) => Parties.GetValueOrDefault(PartyWords.English(kind)) ?? [];

    /// <summary>Every organisation with the kind in which it signs.</summary>
    internal IEnumerable<(PartyKind Kind, string Organisation)> Signers => Parties.SelectMany(item => item.Value.Select(name => (PartyWords.Of(item.Key), name)));

    /// <summary>Whether it opens something on a day.</summary>
    internal bool Counts(DateOnly day) => State is AgreementState.InForce or AgreementState.EndAsked && From <= day && Until >= day;

    /// <summary>What is signed: everything but the signatures and the state.</summary>
    internal byte[] Payload() => JsonSerializer.SerializeToUtf8Bytes(this with { State = AgreementState.Unknown, Signatures = [], Ending = null }, RegistryDatabase.Format);
}

/// <param name="PartyKind">Kind in which the organisation signs.</param>
public sealed record AgreementSignature(string Person, string Organisation, string PartyKind, DateTimeOffset At, string Signature);

/// <summary>A wish to end, or the end.</summary>
/// <param name="Grounds">Written grounds; they stay with the paper.</param>
public sealed record AgreementEnding(string Person, string Organisation, string Grounds, DateTimeOffset At);
