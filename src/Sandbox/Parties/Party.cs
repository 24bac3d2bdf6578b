using Sandbox.Host.Registry;
using Sandbox.Policy.Parties;
using Sandbox.Trust;

namespace Sandbox.Host.Parties;

/// <summary>An organisation of the register.</summary>
/// <param name="Id">The organisation's name, as persons and data sets carry it.</param>
/// <param name="CreditCode">Unified social credit code; one registration a code.</param>
/// <param name="AffiliateOf">Organisations that it is tied to.</param>
/// <param name="Filings">Admission and exit, each filed with the authority.</param>
/// <param name="Measures">Measures in order; they only rise until one is lifted.</param>
/// <param name="Barred">Whether it may not come back.</param>
public sealed record Party(
    string Id,
    PartyKind PartyKind,
    string CreditCode,
    IReadOnlyList<string> AffiliateOf,
    PartyState State,
    IReadOnlyList<PartyEvidence> Evidence,
    IReadOnlyList<PartyFiling> Filings,
    IReadOnlyList<PartyMeasure> Measures,
    bool Barred,
    string RegisteredBy,
    DateTimeOffset RegisteredAt) : IAggregate
{
    public static string Kind => "party";
}

/// <param name="LastEvent">Day of the last event that the paper tells of; null when it says that there was none.</param>
public sealed record PartyEvidence(string Paper, int? Level, DateOnly From, DateOnly Until, DateOnly? LastEvent, ObjectRef Object, string Digest, string FiledBy)
{
    internal Policy.Parties.Evidence Fact => new(Paper, Level, From, Until, LastEvent);
}

/// <param name="Act"><c>admission</c> or <c>exit</c>.</param>
/// <param name="RuleVersion">Version of the written rules under which it was decided.</param>
public sealed record PartyFiling(string Act, DateOnly Day, string RuleVersion, string By);

/// <param name="Grounds">Written grounds; they stay with the entry.</param>
public sealed record PartyMeasure(PartyCommand Command, string Grounds, string By, DateTimeOffset At);

/// <summary>The records of a person.</summary>
public sealed record PersonFile(string Id, IReadOnlyList<FiledRecord> Records) : IAggregate
{
    public static string Kind => "person_file";
}

/// <summary>One record of a person with its sealed paper.</summary>
public sealed record FiledRecord(PersonRecordKind RecordKind, DateOnly From, DateOnly Until, ObjectRef Object, string Digest, string FiledBy)
{
    internal PersonRecord Fact => new(RecordKind, From, Until);
}

/// <summary>From when on acts on data need registered organisations and signed papers. There is no way back.</summary>
public sealed record RegisterBinding(string Id, DateTimeOffset BoundAt, string BoundBy) : IAggregate
{
    public const string OnlyId = "register";

    public static string Kind => "register_binding";
}
