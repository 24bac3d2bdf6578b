using Sandbox.Host.Registry;
using Sandbox.Trust;

namespace Sandbox.Host.Matching;

/// <summary>Where a match stands.</summary>
public enum MatchState
{
    Unknown = 0,
    Open,
    Counted,
    Withheld,
}

/// <summary>A count of common identifiers as the platform keeps it: signed terms and, for the gate alone, the sealed count.</summary>
/// <param name="Terms">The signed statement of the terms, UTF-8 text.</param>
public sealed record Match(string Id, string Scenario, MatchState State, string Terms, ObjectRef? Count, string OpenedBy) : IAggregate
{
    public static string Kind => "match";
}
