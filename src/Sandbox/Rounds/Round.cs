using Sandbox.Host.Registry;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>Where an aggregation round stands.</summary>
public enum RoundState
{
    Unknown = 0,
    Open,
    Closed,
    Summed,
    Permitted,
    Opened,
}

/// <summary>An aggregation round as the platform keeps it: signed terms, sealed contributions, sealed total. The platform has no key that opens a ciphertext.</summary>
/// <param name="Terms">The signed statement of the terms, UTF-8 text.</param>
/// <param name="Scenario">The scenario that the round belongs to.</param>
/// <param name="HolderKey">The public key of the round as the bureau signed it.</param>
/// <param name="Total">The summed ciphertexts, sealed.</param>
/// <param name="TotalStatement">The platform's signed statement over the total.</param>
/// <param name="Receiver">The private key of the gate's envelope, sealed; the opened table comes back in that envelope.</param>
/// <param name="Permit">The gate's signed permit.</param>
/// <param name="Opened">The opened figures, sealed for the gate.</param>
public sealed record Round(
    string Id,
    string Scenario,
    RoundState State,
    string Terms,
    ObjectRef HolderKey,
    IReadOnlyList<RoundContribution> Contributions,
    ObjectRef? Total,
    string? TotalStatement,
    ObjectRef? Receiver,
    string? Permit,
    ObjectRef? Opened,
    string OpenedBy) : IAggregate
{
    public static string Kind => "round";

    internal IEnumerable<ObjectRef> Objects => new[] { HolderKey, Total, Receiver, Opened }.Concat(Contributions.Select(item => item.Sealed)).OfType<ObjectRef>();
}

/// <param name="Contributor">Organisation that signed it.</param>
public sealed record RoundContribution(string Contributor, ObjectRef Sealed, DateTimeOffset At);
