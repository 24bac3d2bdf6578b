using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Tenancy;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Commands;

/// <summary>A place in front of the domain that is not the command line: whose domain object is used, who sits there, who is told how far the work is.</summary>
/// <param name="domain">Lent for the act; the verb takes and leaves it, it is closed by whoever lent it.</param>
/// <param name="person">Who sits there.</param>
/// <param name="role">In whose role: the own one, or that of whom the person stands for.</param>
/// <param name="sight">Of what the person may know in that role.</param>
/// <param name="key">The person's key; it stays the session's.</param>
/// <param name="token">Token of the unified authentication service, where one is set.</param>
/// <param name="principal">For whom the person acts; null for nobody.</param>
/// <param name="report">Takes the done share, 0 to 1, and the name of the stage.</param>
internal sealed class Seat(OpenDomain domain, Person person, Role role, Sight sight, SigningKey key, string? token, string? principal, Action<double, string> report)
{
    public Person Person { get; } = person;

    /// <summary>The domain's folder.</summary>
    public string Root { get; } = domain.Folder.Root;

    public Role Role { get; } = role;

    public Sight Sight { get; } = sight;

    public Action<double, string> Report { get; } = report;

    /// <summary>The domain, as the command line opens it: whoever takes it disposes it once.</summary>
    public OpenDomain Take()
    {
        domain.Hold();
        return domain;
    }

    public Actor Authenticate(OpenDomain taken) => Actor.Of(taken, Person.Id, key, token, principal);
}
