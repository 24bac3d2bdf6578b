using Sandbox.Trust;

namespace Sandbox.Host.Domains;

/// <summary>How the master key is reached: a key file (by default in the domain folder) or a passphrase from a file.</summary>
public sealed record Unlocking(string? KeyFile = null, string? PassphraseFile = null)
{
    public MasterKey MasterKey(DomainFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return PassphraseFile is null ? Trust.MasterKey.FromKeyFile(KeyFile ?? folder.MasterKey) : Passphrase(PassphraseFile);
    }

    /// <summary>The key for a new domain: a key file is made where none is named that exists.</summary>
    internal MasterKey NewMasterKey(DomainFolder folder)
    {
        if (PassphraseFile is not null)
        {
            return Passphrase(PassphraseFile);
        }

        return KeyFile is not null && File.Exists(KeyFile) ? Trust.MasterKey.FromKeyFile(KeyFile) : Trust.MasterKey.CreateKeyFile(KeyFile ?? folder.MasterKey);
    }

    private static MasterKey Passphrase(string file)
    {
        using var reader = new StreamReader(file);
        return Trust.MasterKey.FromPassphrase(reader.ReadLine() ?? "");
    }
}

/// <summary>Settings of this process, not of the domain.</summary>
/// <param name="UnsafeNoJail">Development only; printed on every answer.</param>
public sealed record DomainSettings(bool UnsafeNoJail = false);
