namespace Sandbox.Host.Domains;

/// <summary>Where things lie in a domain's folder.</summary>
/// <param name="Root">Absolute path of the domain folder.</param>
public sealed record DomainFolder(string Root)
{
    public string Registry => Path.Combine(Root, "registry.db");

    public string Keys => Path.Combine(Root, "keys");

    public string MasterKey => Path.Combine(Keys, "master.key");

    public string Releases => Path.Combine(Root, "releases");

    /// <summary>Sealed periods of the ledger, one canonical entry a line.</summary>
    public string Archive => Path.Combine(Root, "archive");

    /// <summary>Locked slots of the memory that query sessions share; empty files.</summary>
    public string Memory => Path.Combine(Root, "memory");

    public string Logs => Path.Combine(Root, "logs");

    /// <summary>Held shared by every process that works in the domain; whoever gets it alone may sweep.</summary>
    public string LockFile => Path.Combine(Root, "lock");

    public string PublicKey => Path.Combine(Root, "domain.pub");

    public bool Exists => File.Exists(Registry);

    public string PersonKey(string name) => Path.Combine(Keys, name + ".key");
}
