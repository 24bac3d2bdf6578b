using Sandbox.Host.Registry;
using Sandbox.Policy.Profiles;

namespace Sandbox.Host.Domains;

/// <summary>What a domain is: written once at its making, readable without a key.</summary>
/// <param name="Id">Always <c>domain</c>.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Suite">Algorithm suite: <c>sm</c> or <c>nist</c>.</param>
/// <param name="Profile">The regulation profile in force.</param>
/// <param name="Overlays">Stricter rules taken from other profiles, as <c>profile:switch</c>.</param>
/// <param name="PublicKey">The key that releases, checkpoints and round terms are verified with.</param>
/// <param name="GateKey">The key that opening permits are verified with.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="MinimumJailLevel">Foreign code runs only at this level or above.</param>
/// <param name="Acknowledged">What was explicitly acknowledged about the profile; stands in the ledger too.</param>
public sealed record DomainRecord(
    string Id,
    string Name,
    string Suite,
    string Profile,
    IReadOnlyList<string> Overlays,
    string PublicKey,
    string GateKey,
    DateTimeOffset CreatedAt,
    int MinimumJailLevel,
    ProfileAcknowledgement Acknowledged) : IAggregate
{
    public const string OnlyId = "domain";

    public static string Kind => "domain";
}
