using Sandbox.Host.Registry;
using Sandbox.Trust;

namespace Sandbox.Host.Assessments;

/// <summary>Which assessment of the platform a paper is about.</summary>
public enum AssessmentKind
{
    Unknown = 0,

    /// <summary>Graded protection of information systems, 等保, with a level of 1 to 5.</summary>
    ProtectionLevel,

    /// <summary>Commercial cryptography assessment, 密评.</summary>
    Cryptography,
}

/// <summary>A paper about an assessment of the platform, kept sealed (YB 11, FT 32, YN23 43(1)).</summary>
/// <param name="Level">1 to 5 for graded protection; null for cryptography.</param>
/// <param name="Issuer">Who assessed.</param>
/// <param name="ExpiresOn">Last day on which it counts.</param>
/// <param name="Paper">The paper itself, as it was handed in.</param>
public sealed record Assessment(string Id, AssessmentKind AssessmentKind, int? Level, string Issuer, DateOnly IssuedOn, DateOnly ExpiresOn, ObjectRef Paper, string Digest, string FiledBy, DateTimeOffset FiledAt) : IAggregate
{
    public static string Kind => "assessment";
}
