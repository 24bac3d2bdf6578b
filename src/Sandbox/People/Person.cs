using Sandbox.Host.Registry;
using Sandbox.Policy;

namespace Sandbox.Host.People;

/// <summary>A registered person. The private key lies with the person; the registry keeps the public one.</summary>
public sealed record Person(string Id, string Organisation, Role Role, string PublicKey, DateTimeOffset RegisteredAt) : IAggregate
{
    public static string Kind => "person";
}
