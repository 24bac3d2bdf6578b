using System.Text;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Subjects;

/// <summary>What a data subject asks for.</summary>
public enum SubjectWish
{
    /// <summary>Not stated.</summary>
    Unknown = 0,

    /// <summary>A copy of its own records.</summary>
    Copy,

    /// <summary>Correction of its records.</summary>
    Correct,

    /// <summary>Deletion of its records.</summary>
    Delete,
}

/// <summary>Where a subject's request stands.</summary>
public enum SubjectRequestState
{
    /// <summary>Not stated: nothing is done on it.</summary>
    Unknown = 0,

    /// <summary>The providers have still to answer.</summary>
    Open,

    /// <summary>Every provider agreed.</summary>
    Approved,

    /// <summary>A provider refused, with grounds.</summary>
    Rejected,

    /// <summary>Carried out.</summary>
    Done,
}

/// <summary>A verified subject's request over its own records (YN23 24). Approvals are of its own kind: every provider of a named data set signs.</summary>
/// <param name="Subject">The person.</param>
/// <param name="DataSets">The data sets that it is about.</param>
/// <param name="Grounds">Words; null where none were given.</param>
public sealed record SubjectRequest(
    string Id, SubjectWish Wish, string Subject, IReadOnlyList<string> DataSets, string? Grounds, SubjectRequestState State, IReadOnlyList<SubjectAnswer> Answers, DateTimeOffset AskedAt) : IAggregate
{
    internal const string Label = "sandbox/subject-answer/v1";

    public static string Kind => "subject_request";

    /// <summary>Batch of a corrected delivery whose old records are still to go; null where there is none.</summary>
    public string? Corrected { get; init; }

    /// <summary>Data sets in which it was carried out.</summary>
    public IReadOnlyList<string> Done { get; init; } = [];

    internal byte[] Payload(bool agreed) => Encoding.UTF8.GetBytes($"{Id}\n{Wish}\n{Subject}\n{string.Join(' ', DataSets)}\n{AskedAt:O}\n{(agreed ? "agreed" : "refused")}\n");

    /// <summary>Whether every provider of its data sets has signed for it.</summary>
    internal bool Approved(OpenDomain domain, IEnumerable<string> providers) => State is SubjectRequestState.Approved or SubjectRequestState.Done && providers.All(provider => Answers.Any(answer => answer.Agreed && answer.Organisation == provider && Holds(domain, answer)));

    private bool Holds(OpenDomain domain, SubjectAnswer answer)
    {
        try
        {
            return domain.Registry.Find<Person>(answer.Person) is { } person && person.Organisation == answer.Organisation
                && Deputies.Holds(domain.Registry, domain.Time.LocalTimeZone, person, Role.SourceDepartment, answer.At)
                && PublicKey.Parse(person.PublicKey).Verify(Label, Payload(answer.Agreed), Convert.FromBase64String(answer.Signature));
        }
        catch (Exception error) when (error is FormatException or TrustException)
        {
            return false;
        }
    }
}

/// <summary>A provider's answer.</summary>
/// <param name="Signature">Base64 signature of the person over the request and the answer.</param>
public sealed record SubjectAnswer(string Person, string Organisation, bool Agreed, string? Grounds, DateTimeOffset At, string Signature);

/// <summary>A subject lets one named market party fetch its copy until a day, or until it ends it (FT 38).</summary>
/// <param name="Subject">The person.</param>
/// <param name="Party">The organisation that may fetch.</param>
/// <param name="Request">The subject's request whose copy may be fetched.</param>
/// <param name="Signature">Base64 signature of the subject over all this.</param>
public sealed record Delegation(string Id, string Subject, string Party, string Request, DateOnly From, DateOnly Until, string Signature, DateTimeOffset GivenAt) : IAggregate
{
    internal const string Label = "sandbox/subject-delegation/v1";

    public static string Kind => "delegation";

    public DateTimeOffset? EndedAt { get; init; }

    internal static byte[] Payload(string domain, string subject, string party, string request, DateOnly from, DateOnly until) =>
        Encoding.UTF8.GetBytes(FormattableString.Invariant($"{domain}\n{subject}\n{party}\n{request}\n{from:yyyy-MM-dd}\n{until:yyyy-MM-dd}\n"));

    /// <summary>Whether it stands on a day and the subject signed it.</summary>
    internal bool Stands(OpenDomain domain)
    {
        try
        {
            return EndedAt is null && From <= domain.Today && domain.Today <= Until && domain.Registry.Find<Person>(Subject) is { Role: Role.DataSubject } person
                && PublicKey.Parse(person.PublicKey).Verify(Label, Payload(domain.Record.Name, Subject, Party, Request, From, Until), Convert.FromBase64String(Signature));
        }
        catch (Exception error) when (error is FormatException or TrustException)
        {
            return false;
        }
    }
}
