using System.Text;
using Sandbox.Host.Answers;
using Sandbox.Host.Registry;
using Sandbox.Trust;

namespace Sandbox.Host.Domains;

/// <summary>The ledger for an auditor: with the public key alone, no master key, nothing is decrypted or swept.</summary>
internal sealed class LedgerReader : IDisposable
{
    private readonly RegistryDatabase _registry;

    private LedgerReader(RegistryDatabase registry, Ledger ledger, DomainFolder folder)
    {
        _registry = registry;
        Ledger = ledger;
        Archive = folder.Archive;
    }

    public Ledger Ledger { get; }

    /// <summary>Where the files of sealed periods lie.</summary>
    public string Archive { get; }

    /// <param name="key">A key file or the key itself; null takes the one in the domain folder.</param>
    public static LedgerReader Open(string root, string? key)
    {
        var folder = new DomainFolder(root);
        if (!folder.Exists)
        {
            throw new RefusedException(Refusals.NoDomain());
        }

        var publicKey = ReadKey(key ?? folder.PublicKey);
        var registry = RegistryDatabase.Open(folder.Registry, create: false);
        return new(registry, Ledger.OpenReadOnly(registry.Connection, publicKey), folder);
    }

    /// <summary>For repairs of what can be computed anew; entries and heads cannot be written without the master key.</summary>
    public Microsoft.Data.Sqlite.SqliteTransaction BeginWriting() => _registry.Connection.BeginTransaction(deferred: false);

    /// <param name="key">A key file or the key itself.</param>
    public static PublicKey ReadKey(string key) => PublicKey.Parse(File.Exists(key) ? File.ReadAllText(key, Encoding.UTF8) : key);

    public void Dispose() => _registry.Dispose();
}
