using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Backups;

/// <summary>Restores a backup onto an empty machine, and proves in a drill that it could be.</summary>
internal static class RestoreBackup
{
    /// <summary>Restores into a new folder: made beside it, proved, and only then moved there.</summary>
    /// <param name="who">Registered name and key file of the person of the bureau who restores.</param>
    public static Answer Run(string root, string backup, string backupKey, string epochCopy, Unlocking unlocking, (string? Name, string? KeyFile) who, DomainSettings settings, Action<double, string> report)
    {
        var final = new DomainFolder(Path.GetFullPath(root));
        if (Directory.Exists(final.Root) && Directory.EnumerateFileSystemEntries(final.Root).Any())
        {
            return Answer.No(BackupWords.NotEmpty());
        }

        var parent = Path.GetDirectoryName(final.Root)!;
        var staging = new DomainFolder(Path.Combine(parent, $".{Path.GetFileName(final.Root)}.restore-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}"));
        using var key = MasterKey.FromKeyFile(backupKey);
        using var master = unlocking.MasterKey(final);
        try
        {
            Directory.CreateDirectory(parent);
            RemoveLeftovers(parent, $".{Path.GetFileName(final.Root)}.restore-");
            var restored = RestoredDomain.Make(backup, key, master, epochCopy, staging, TimeProvider.System, report);
            using (var domain = OpenDomain.Open(staging.Root, unlocking, TimeProvider.System, settings))
            {
                using var actor = Actor.Authenticate(domain, who.Name, who.KeyFile);
                if (actor.Role != Role.Authority)
                {
                    return Answer.No(Refusals.NotThisRole("restore a backup", "恢复备份", "the bureau", "主管部门"));
                }

                domain.Note(new("backup.restored", actor.Name, Facts(restored)));
            }

            if (Directory.Exists(final.Root))
            {
                Directory.Delete(final.Root);
            }

            Directory.Move(staging.Root, final.Root);
            FolderSync.Sync(parent);
            return Answer.Of(
                Body(restored, final.Root),
                $"Restored into {final.Root}: {restored.Head.Size} ledger entries verified, {restored.Objects.Opened} objects open, {restored.Objects.Destroyed} stay destroyed. What happened after the backup is not in it; later checkpoints will say so.");
        }
        finally
        {
            if (Directory.Exists(staging.Root))
            {
                Directory.Delete(staging.Root, recursive: true);
            }
        }
    }

    /// <summary>Restores into a scratch folder, holds the result against the living domain, and removes it.</summary>
    /// <param name="epochCopy">The copy that would be used; null takes the living domain's own key and proves the backup alone.</param>
    public static Answer Drill(OpenDomain domain, Actor actor, string backup, string backupKey, string? epochCopy, Unlocking unlocking, Action<double, string> report)
    {
        if (actor.Role is not (Role.Authority or Role.Auditor))
        {
            return domain.Refuse("backup.drill", actor.Name, [Refusals.NotThisRole("hold a drill", "进行恢复演练", "the bureau or an auditor", "主管部门或审计人员")]);
        }

        var scratch = Directory.CreateTempSubdirectory("sandbox-drill-").FullName;
        try
        {
            var keys = epochCopy ?? Path.Combine(scratch, "epoch.key");
            if (epochCopy is null)
            {
                CreateBackup.CopyEpoch(domain, keys);
            }

            using var key = MasterKey.FromKeyFile(backupKey);
            using var master = unlocking.MasterKey(domain.Folder);
            var restored = RestoredDomain.Make(backup, key, master, keys, new DomainFolder(Path.Combine(scratch, "domain")), domain.Time, report);
            try
            {
                LedgerVerifier.VerifyGrowth(domain.Ledger.Growth(restored.Head.Note, null, domain.Folder.Archive), domain.Ledger.Key, restored.Head.Note);
            }
            catch (TrustException)
            {
                return domain.Refuse("backup.drill", actor.Name, [BackupWords.OtherHistory()]);
            }

            var entry = domain.Note(new("backup.drilled", actor.Name, Facts(restored)));
            var body = Body(restored, null);
            body["ledger_entry"] = entry;
            body["epoch_copy_proved"] = epochCopy is not null;
            return Answer.Of(body, $"The backup restores: {restored.Head.Size} entries are the beginning of this domain's ledger, {restored.Objects.Opened} objects open, {restored.Objects.Destroyed} stay destroyed.");
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>Half restored domains of processes that were killed.</summary>
    private static void RemoveLeftovers(string parent, string prefix)
    {
        foreach (var path in Directory.EnumerateDirectories(parent, prefix + "*").Where(path => !Directory.Exists("/proc/" + Path.GetFileName(path)[prefix.Length..])))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private static Facts Facts(RestoredDomain restored) => new()
    {
        ["entries"] = restored.Head.Size,
        ["root"] = Convert.ToBase64String(restored.Head.Root),
        ["objects_opened"] = Coarse.Count(restored.Objects.Opened),
        ["keys_destroyed"] = restored.Keys.Destroyed,
    };

    private static JsonObject Body(RestoredDomain restored, string? folder) => new()
    {
        ["restored"] = folder,
        ["domain"] = restored.Manifest.Domain,
        ["backup_of"] = restored.Manifest.CreatedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        ["entries"] = restored.Head.Size,
        ["objects_opened"] = restored.Objects.Opened,
        ["objects_destroyed"] = restored.Objects.Destroyed,
        ["keys_destroyed_since"] = restored.Keys.Destroyed,
    };
}
