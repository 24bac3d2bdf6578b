using System.Text;
using Sandbox.Host.Answers;
using Sandbox.Host.Registry;
using Sandbox.Trust;

namespace Sandbox.Host.Domains;

/// <summary>The ledger for an auditor: with the public key alone, no master key, nothing is decrypted or swept.</summary>
internal sealed class LedgerReader : IDisposable
{
    private readonly RegistryDatabase _registry;

    private LedgerReader(RegistryDatabase registry, Ledger ledger)
    {
        _registry = registry;
        Ledger = ledger;
    }

    public Ledger Ledger { get; }

    /// <param name="key">A key file or the key itself; null takes the one in the domain folder.</param>
    public static LedgerReader Open(string root, string? key)
    {
        var folder = new DomainFolder(root);
        if (!folder.Exists)
        {
            throw new RefusedException(Refusals.NoDomain());
        }

        var path = key ?? folder.PublicKey;
        var publicKey = PublicKey.Parse(File.Exists(path) ? File.ReadAllText(path, Encoding.UTF8) : path);
        var registry = RegistryDatabase.Open(folder.Registry, create: false);
        return new(registry, Ledger.OpenReadOnly(registry.Connection, publicKey));
    }

    public void Dispose() => _registry.Dispose();
}
