using Sandbox.Host.Domains;
using Sandbox.Trust;

namespace Sandbox.Host.Parties;

/// <summary>Papers of people, organisations and agreements: kept sealed as they were handed in, found by digest.</summary>
internal static class PaperStore
{
    public const int MostBytes = 32 << 20;
    public const string KeyId = "register-papers";
    private const string ObjectKind = "paper";

    public static async Task<(ObjectRef Object, string Digest)> KeepAsync(OpenDomain domain, string actor, byte[] paper, CancellationToken cancel)
    {
        using var staged = await domain.SealAsync(ObjectKind, KeyScope.Domain, KeyId, actor, paper, cancel).ConfigureAwait(false);
        return (staged.Commit(), Convert.ToHexStringLower(domain.Keys.Suite.Hash(paper)));
    }

    /// <summary>Every object that a document of the register names.</summary>
    public static IEnumerable<ObjectRef> Objects(Registry.RegistryDatabase registry) =>
    [
        .. registry.All<Party>().SelectMany(party => party.Evidence).Select(evidence => evidence.Object),
        .. registry.All<PersonFile>().SelectMany(file => file.Records).Select(record => record.Object),
        .. registry.All<Subjects.SubjectLink>().Select(link => link.Evidence),
        .. registry.All<Scenarios.Scenario>().Select(scenario => scenario.Proof?.Paper).OfType<ObjectRef>(),
        .. registry.All<Agreements.Agreement>().Select(agreement => agreement.Paper),
    ];
}
