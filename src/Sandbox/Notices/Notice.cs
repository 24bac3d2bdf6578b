using Sandbox.Host.Domains;
using Sandbox.Host.Registry;

namespace Sandbox.Host.Notices;

/// <summary>A notice that the domain gave to an organisation in the same transaction as the act it tells of.</summary>
/// <param name="To">Organisation.</param>
/// <param name="About">What it is about, as <c>kind:name</c>.</param>
/// <param name="Act">Kind of the ledger entry.</param>
/// <param name="Rule">Requirement that orders the notice.</param>
public sealed record Notice(string Id, string To, string About, string Act, string Rule, string By, DateTimeOffset At) : IAggregate
{
    public static string Kind => "notice";

    /// <summary>Adds one notice for each organisation.</summary>
    internal static void Give(OpenDomain domain, RegistryWriter writer, IEnumerable<string> to, string about, string act, string rule, string by)
    {
        var at = 0;
        foreach (var organisation in to.Where(name => name.Length > 0).Distinct(StringComparer.Ordinal))
        {
            writer.TryAdd(new Notice(FormattableString.Invariant($"n{writer.Entry}-{++at}"), organisation, about, act, rule, by, domain.Time.GetUtcNow()));
        }
    }

    /// <summary>The bureau's organisations.</summary>
    internal static IEnumerable<string> Bureau(RegistryWriter writer) =>
        writer.All<People.Person>().Where(person => person.Role == Policy.Role.Authority).OrderBy(person => person.RegisteredAt).Select(person => person.Organisation).Take(1);
}
