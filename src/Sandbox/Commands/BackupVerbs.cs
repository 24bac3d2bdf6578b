using System.CommandLine;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Backups;
using Sandbox.Host.Domains;
using Sandbox.Trust;

namespace Sandbox.Host.Commands;

/// <summary><c>backup create|keys|verify|restore|drill</c>.</summary>
internal static class BackupVerbs
{
    public static Command Group() => Verb.Group("backup", "Back a domain up, prove that it can be restored, restore it.", Create(), Keys(), Verify(), Restore(), Drill());

    private static Option<FileInfo> BackupKey() => new("--backup-key") { Description = "Key file that seals and opens backups; keep it apart from them", Required = true };

    private static Command Create()
    {
        var target = new Option<FileInfo>("--out") { Description = "The new backup file", Required = true };
        var key = BackupKey();
        var epoch = new Option<FileInfo?>("--epoch-copy") { Description = "Also copy the epoch key in force to this file, apart from the backup (see backup keys)" };
        return Verb.Create(
            "create",
            "As the bureau: write a consistent, encrypted backup and read it back. It holds no key.",
            ["backup create --out /mnt/backup/monday.sbx --backup-key /media/a/backup.key --epoch-copy /media/b/epoch.key --as zhao"],
            [target, key, epoch],
            async context =>
            {
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await context.ShowAsync("Backing up", (Action<double, string> report) =>
                        Task.FromResult(CreateBackup.Run(domain, actor, context.Get(target).FullName, context.Get(key).FullName, context.Get(epoch)?.FullName, report))).ConfigureAwait(false);
                }
            });
    }

    private static Command Keys()
    {
        var target = new Option<FileInfo>("--out") { Description = "File for the copy; an older copy there is overwritten", Required = true };
        return Verb.Create("keys", "As the bureau: copy the epoch key in force, wrapped by the master key. Do it again after anything was destroyed.", ["backup keys --out /media/b/epoch.key --as zhao"], [target], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return CreateBackup.CopyKeys(domain, actor, context.Get(target).FullName);
            }
        });
    }

    private static Command Verify()
    {
        var backup = new Argument<FileInfo>("backup");
        var key = BackupKey();
        var domainKey = new Option<string>("--key") { Description = "The domain's public key: a file or the line itself", Required = true };
        var earlier = new Option<FileInfo[]>("--checkpoint") { Description = "Checkpoints that were handed out before the backup", AllowMultipleArgumentsPerToken = true };
        return Verb.Create("verify", "Read a whole backup: every byte authenticates, nothing is missing, its ledger fits its checkpoints. Needs no domain.", ["backup verify monday.sbx --backup-key backup.key --key domain.pub"], [backup, key, domainKey, earlier], context =>
        {
            using var opens = MasterKey.FromKeyFile(context.Get(key).FullName);
            var (manifest, report) = RestoredDomain.Verify(
                context.Get(backup).FullName, opens, LedgerReader.ReadKey(context.Get(domainKey)), [.. (context.Get(earlier) ?? []).Select(LedgerVerbs.ReadCheckpoint)]);
            return report is LedgerReport.Intact intact
                ? Answer.Of(new JsonObject { ["whole"] = true, ["domain"] = manifest.Domain, ["entries"] = intact.Head.Size, ["objects"] = manifest.Objects }, $"The backup of {manifest.Domain} is whole: {intact.Head.Size} ledger entries, {manifest.Objects} objects.")
                : LedgerVerifyVerb.Answered(report);
        });
    }

    private static Command Restore()
    {
        var backup = new Argument<FileInfo>("backup");
        var key = BackupKey();
        var epoch = new Option<FileInfo>("--epoch-copy") { Description = "The newest copy of the epoch key", Required = true };
        return Verb.Create(
            "restore",
            "As the bureau, on an empty machine: restore a backup into a new folder, all of it proved before it stands. What was destroyed since stays unreadable.",
            ["backup restore monday.sbx --backup-key backup.key --epoch-copy epoch.key --key-file master.key --dir ./city --as zhao --person-key zhao.key"],
            [backup, key, epoch],
            async context => await context.ShowAsync("Restoring", (Action<double, string> report) => Task.FromResult(RestoreBackup.Run(
                context.Folder, context.Get(backup).FullName, context.Get(key).FullName, context.Get(epoch).FullName, context.Unlocking(), context.Who(), context.Settings(), report))).ConfigureAwait(false));
    }

    private static Command Drill()
    {
        var backup = new Argument<FileInfo>("backup");
        var key = BackupKey();
        var epoch = new Option<FileInfo?>("--epoch-copy") { Description = "The copy of the epoch key that would be used; without it the living domain's own is" };
        return Verb.Create(
            "drill",
            "As the bureau or an auditor: restore a backup into a scratch folder, open every object, hold its ledger against the living one, remove it.",
            ["backup drill monday.sbx --backup-key backup.key --epoch-copy epoch.key --as zhao"],
            [backup, key, epoch],
            async context =>
            {
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await context.ShowAsync("Drill", (Action<double, string> report) => Task.FromResult(RestoreBackup.Drill(
                        domain, actor, context.Get(backup).FullName, context.Get(key).FullName, context.Get(epoch)?.FullName, context.Unlocking(), report))).ConfigureAwait(false);
                }
            });
    }
}
