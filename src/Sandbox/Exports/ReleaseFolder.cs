using Sandbox.Export.Outlet;
using Sandbox.Host.Domains;

namespace Sandbox.Host.Exports;

/// <summary>
/// The folder of what has left. Packages are written by the export room's outlet alone; here the registry's view is put beside it, with the detached
/// proof that each release is in the ledger (hashes only, no data).
/// </summary>
internal static class ReleaseFolder
{
    /// <summary>Ending of a released package.</summary>
    public const string Extension = ".sandbox.tar";

    /// <summary>Ending of one that is sealed to its recipient.</summary>
    public const string SealedExtension = ".sandbox.sealed";

    /// <summary>Ending of the detached proof.</summary>
    public const string Receipt = ".receipt";

    public static ReleaseOutlet Outlet(OpenDomain domain) => new(domain.Folder.Releases, domain.Keys.Suite);

    public static void WriteReceipt(OpenDomain domain, Release release)
    {
        var final = Path.Combine(domain.Folder.Releases, release.File + Receipt);
        File.WriteAllBytes(final + ".new", domain.Ledger.Receipt(release.Entry));
        File.Move(final + ".new", final, overwrite: true);
    }

    /// <summary>Finishes what was registered, removes what was not.</summary>
    public static void Sweep(OpenDomain domain)
    {
        var releases = domain.Registry.All<Release>();
        var order = Outlet(domain).Sweep(releases.ToDictionary(release => release.File, release => release.Sealed ?? release.Package, StringComparer.Ordinal));
        foreach (var release in releases.Where(release => !File.Exists(Path.Combine(domain.Folder.Releases, release.File + Receipt))))
        {
            WriteReceipt(domain, release);
        }

        if (order.Lost.Count > 0)
        {
            domain.Log.Warning("{Count} releases are missing or differ from what was recorded", order.Lost.Count);
        }
    }
}
