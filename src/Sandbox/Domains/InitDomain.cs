using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Policy.Profiles;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Domains;

/// <summary>What a new domain is made from.</summary>
/// <param name="Admin">First registered person, of the bureau; registers the others.</param>
/// <param name="Bureau">Organisation of that person.</param>
public sealed record NewDomain(
    string Name,
    string Profile,
    IReadOnlyList<string> Overlays,
    string Suite,
    int MinimumJailLevel,
    string Admin,
    string Bureau,
    ProfileAcknowledgement Acknowledged);

/// <summary>Makes a domain in an empty folder, whole or not at all.</summary>
public static class InitDomain
{
    /// <summary>Id of the gate's signing key in the key ring.</summary>
    public const string GateKeyId = "gate";

    public static Answer Run(string root, NewDomain wanted, Unlocking unlocking, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(unlocking);
        ArgumentNullException.ThrowIfNull(time);
        var final = new DomainFolder(Path.GetFullPath(root));
        if (Directory.Exists(final.Root) && Directory.EnumerateFileSystemEntries(final.Root).Any())
        {
            return Answer.No(Refusals.DomainExists());
        }

        if (!Names.Valid(wanted.Name) || !Names.Valid(wanted.Admin))
        {
            return Answer.No(Refusals.BadName(wanted.Name));
        }

        if (wanted.Suite is not ("sm" or "nist"))
        {
            return new Answer.Misused("The suite is sm or nist.");
        }

        var profile = DomainProfile.Load(wanted.Profile, wanted.Overlays);
        if (profile.InForce(DateOnly.FromDateTime(time.GetLocalNow().Date), wanted.Acknowledged) is Decision.Denied denied)
        {
            return new Answer.Refused(denied.Reasons);
        }

        // Everything is made beside the final place and moved there at once: an interrupted init leaves no half domain.
        var parent = Path.GetDirectoryName(final.Root)!;
        Directory.CreateDirectory(parent);
        RemoveLeftovers(parent, Path.GetFileName(final.Root));
        var staging = new DomainFolder(Path.Combine(parent, $".{Path.GetFileName(final.Root)}.init-{Environment.ProcessId}"));
        Directory.CreateDirectory(staging.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            Fill(staging, wanted, profile, unlocking, time);
            if (Directory.Exists(final.Root))
            {
                Directory.Delete(final.Root);
            }

            Directory.Move(staging.Root, final.Root);
        }
        catch
        {
            Directory.Delete(staging.Root, recursive: true);
            throw;
        }

        var publicKey = File.ReadAllText(final.PublicKey).Trim();
        return Answer.Of(
            new JsonObject
            {
                ["domain"] = wanted.Name,
                ["folder"] = final.Root,
                ["profile"] = profile.Name,
                ["suite"] = wanted.Suite,
                ["public_key"] = publicKey,
                ["key_file"] = unlocking.PassphraseFile is null ? unlocking.KeyFile ?? final.MasterKey : null,
            },
            console =>
            {
                console.WriteLine($"Domain '{wanted.Name}' made in {final.Root} under profile {profile.Name}, suite {wanted.Suite}.");
                if (unlocking.PassphraseFile is null && unlocking.KeyFile is null)
                {
                    console.WriteLine("Its master key lies in keys/master.key: move it off this machine, or whoever takes the disk can open the domain.");
                }
            });
    }

    /// <summary>Half domains of processes that were killed while making one: they hold keys that nothing was sealed with.</summary>
    private static void RemoveLeftovers(string parent, string name)
    {
        var prefix = $".{name}.init-";
        foreach (var path in Directory.EnumerateDirectories(parent, prefix + "*"))
        {
            if (!Directory.Exists("/proc/" + Path.GetFileName(path)[prefix.Length..]))
            {
                Directory.Delete(path, recursive: true);
            }
        }
    }

    private static void Fill(DomainFolder folder, NewDomain wanted, Policy.Profiles.Profile profile, Unlocking unlocking, TimeProvider time)
    {
        foreach (var path in new[] { folder.Keys, folder.Releases, folder.Logs })
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        using var master = unlocking.NewMasterKey(folder);
        var suite = Suite.ByName(wanted.Suite);
        using var registry = RegistryDatabase.Open(folder.Registry, create: true);
        using var adminKey = suite.GenerateSigningKey();
        using (var transaction = registry.Connection.BeginTransaction(deferred: false))
        {
            var now = time.GetUtcNow();
            using var keys = KeyRing.Create(registry.Connection, transaction, suite, master, folder.Keys, time);
            using var gate = keys.NewSigningKey(transaction, KeyScope.Domain, GateKeyId);
            using var sealing = keys.NewKey(transaction, KeyScope.Domain, RegistrySeal.KeyId);
            using var accounts = keys.NewKey(transaction, KeyScope.Domain, Identity.Account.KeyId);
            var writer = new RegistryWriter(transaction);
            writer.TryAdd(new DomainRecord(
                DomainRecord.OnlyId, wanted.Name, suite.Name, wanted.Profile, wanted.Overlays, keys.DomainKey.Public.ToString(), gate.Public.ToString(), now, wanted.MinimumJailLevel, wanted.Acknowledged));
            writer.TryAdd(new Person(wanted.Admin, wanted.Bureau, Role.Authority, adminKey.Public.ToString(), now));
            var ledger = Ledger.Create(registry.Connection, transaction, keys.DomainKey, $"sandbox/{wanted.Name}", time);
            ledger.Append(
                transaction,
                new LedgerEntry("domain.created", wanted.Admin, new Facts
                {
                    ["domain"] = wanted.Name,
                    ["profile"] = profile.Name,
                    ["profile_version"] = profile.Version,
                    ["overlays"] = string.Join(' ', wanted.Overlays),
                    ["suite"] = suite.Name,
                    ["draft_acknowledged"] = wanted.Acknowledged.Draft ? 1 : 0,
                    ["outside_validity_acknowledged"] = wanted.Acknowledged.OutsideValidity ? 1 : 0,
                }),
                new LedgerEntry("person.registered", wanted.Admin, new Facts { ["person"] = wanted.Admin, ["role"] = nameof(Role.Authority), ["key"] = adminKey.Public.KeyId }));
            RegistrySeal.Create(transaction);
            using (var seal = RegistrySeal.Of(sealing))
            {
                seal.Write(transaction, ledger.Head(transaction).Size, changed: true);
            }

            transaction.Commit();
            File.WriteAllText(folder.PublicKey, keys.DomainKey.Public + "\n", new UTF8Encoding(false));
        }

        SigningKeyFile.Create(adminKey, folder.PersonKey(wanted.Admin));
    }
}
