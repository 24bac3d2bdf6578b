using System.Formats.Tar;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Data.Sqlite;
using Sandbox.Host.Answers;
using Sandbox.Host.Commands;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Backups;

/// <summary>Writes a consistent, encrypted backup of a domain while others go on working in it.</summary>
internal static class CreateBackup
{
    /// <param name="path">The new file.</param>
    /// <param name="keyFile">The operator's backup key; made where there is none.</param>
    /// <param name="epochCopy">Where the epoch key in force goes, apart from the backup; null leaves it out.</param>
    public static Answer Run(OpenDomain domain, Actor actor, string path, string keyFile, string? epochCopy, Action<double, string> report)
    {
        if (actor.Role != Role.Authority)
        {
            return domain.Refuse("backup.create", actor.Name, [Refusals.NotThisRole("make a backup", "创建备份", "the bureau", "主管部门")]);
        }

        if (Path.Exists(path))
        {
            return domain.Refuse("backup.create", actor.Name, [BackupWords.Stands()]);
        }

        report(0, "snapshot");
        domain.Checkpoint(CheckpointReason.Backup);
        var scratch = Scratch(domain);
        try
        {
            var snapshot = Path.Combine(scratch, BackupForm.Registry);
            Snapshot(domain, snapshot);
            using var key = File.Exists(keyFile) ? MasterKey.FromKeyFile(keyFile) : MasterKey.CreateKeyFile(keyFile);
            var head = Write(domain, snapshot, path, key, report);
            if (epochCopy is not null)
            {
                CopyEpoch(domain, epochCopy);
            }

            report(0.9, "reading back");
            using (var content = SealedFile.Open(path, key, BackupForm.Kind))
            {
                BackupForm.Read(content, (_, data) => data.CopyTo(Stream.Null));
            }

            OutputFile.Write(path + ".checkpoint", Encoding.UTF8.GetBytes(head.Note));
            var entry = domain.Note(new("backup.created", actor.Name, new Facts { ["entries"] = head.Size, ["root"] = Convert.ToBase64String(head.Root), ["megabytes"] = Coarse.Count(new FileInfo(path).Length >> 20), ["epoch_key_copied"] = epochCopy is null ? 0 : 1 }));
            return Answer.Of(
                new JsonObject { ["backup"] = path, ["bytes"] = new FileInfo(path).Length, ["entries"] = head.Size, ["backup_key"] = keyFile, ["epoch_copy"] = epochCopy, ["checkpoint"] = path + ".checkpoint", ["ledger_entry"] = entry },
                console =>
                {
                    console.WriteLine($"Backup written and read back: {path}");
                    console.WriteLine("Restoring it takes three things that are not in it: the backup key, the domain's master key, and the newest copy of the epoch key (backup keys). Keep them apart from it and from one another.");
                });
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>Puts the epoch key in force, wrapped by the master key, to a place apart from all backups; an older copy there is overwritten first.</summary>
    public static Answer CopyKeys(OpenDomain domain, Actor actor, string path)
    {
        if (actor.Role != Role.Authority)
        {
            return domain.Refuse("backup.keys", actor.Name, [Refusals.NotThisRole("copy the epoch key", "复制周期密钥", "the bureau", "主管部门")]);
        }

        CopyEpoch(domain, path);
        domain.Note(new("backup.keys-copied", actor.Name, new Facts()));
        return Answer.Of(new JsonObject { ["epoch_copy"] = path }, $"The epoch key in force was copied to {path}. After anything is destroyed, copy it again over this one: older copies open what was destroyed.");
    }

    internal static void CopyEpoch(OpenDomain domain, string path)
    {
        var fresh = path + ".fresh";
        File.Delete(fresh);
        using (var transaction = domain.Registry.Connection.BeginTransaction(deferred: false))
        {
            domain.Keys.CopyEpochKey(transaction, fresh);
        }

        if (File.Exists(path))
        {
            using var old = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None);
            old.Write(new byte[old.Length]);
            old.Flush(true);
        }

        File.Move(fresh, path, overwrite: true);
        FolderSync.Sync(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    private static LedgerHead Write(OpenDomain domain, string snapshot, string path, MasterKey key, Action<double, string> report)
    {
        LedgerHead head;
        IReadOnlyList<ObjectRef> objects;
        using (var registry = new SqliteConnection($"Data Source={snapshot};Pooling=False;Mode=ReadOnly"))
        {
            registry.Open();
            head = Ledger.OpenReadOnly(registry, domain.Ledger.Key).Head();
            objects = BackupForm.Objects(registry);
        }

        SealedFile.Write(path, key, domain.Keys.Suite, BackupForm.Kind, target =>
        {
            using var tar = new TarWriter(target, TarEntryFormat.Pax, leaveOpen: true);
            var manifest = new BackupManifest(1, domain.Record.Name, domain.Time.GetUtcNow(), head.Note, objects.Count);
            Add(tar, BackupForm.Manifest, JsonSerializer.SerializeToUtf8Bytes(manifest, JsonSerializerOptions.Strict));
            Add(tar, BackupForm.Registry, snapshot);
            Add(tar, BackupForm.PublicKey, domain.Folder.PublicKey);
            for (var i = 0; i < objects.Count; i++)
            {
                report(0.1 + 0.8 * i / objects.Count, "objects");
                Add(tar, "objects/" + objects[i].Name, Path.Combine(domain.Folder.Root, "objects", objects[i].Name));
            }

            foreach (var (folder, place) in new[] { ("releases", domain.Folder.Releases), ("archive", domain.Folder.Archive), ("logs", domain.Folder.Logs) })
            {
                foreach (var file in Directory.Exists(place) ? Directory.GetFiles(place).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
                {
                    if (Path.GetFileName(file) is { } name && name[0] != '.' && !name.EndsWith(".new", StringComparison.Ordinal))
                    {
                        Add(tar, $"{folder}/{name}", file);
                    }
                }
            }
        });
        return head;
    }

    private static void Add(TarWriter tar, string name, byte[] bytes)
    {
        using var data = new MemoryStream(bytes, writable: false);
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data });
    }

    private static void Add(TarWriter tar, string name, string file)
    {
        // A log grows while it is read: its length of now is taken.
        using var data = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (name.StartsWith("logs/", StringComparison.Ordinal))
        {
            var bytes = new byte[data.Length];
            data.ReadExactly(bytes);
            Add(tar, name, bytes);
            return;
        }

        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data });
    }

    /// <summary>One state of the registry as a file of its own, by SQLite's online backup.</summary>
    private static void Snapshot(OpenDomain domain, string path)
    {
        using var target = new SqliteConnection($"Data Source={path};Pooling=False");
        target.Open();
        domain.Registry.Connection.BackupDatabase(target);
        target.Execute("PRAGMA journal_mode=DELETE");
    }

    /// <summary>A private folder inside the domain; those of processes that were killed are removed.</summary>
    private static string Scratch(OpenDomain domain)
    {
        const string Prefix = ".backup-";
        foreach (var left in Directory.GetDirectories(domain.Folder.Root, Prefix + "*"))
        {
            if (!Directory.Exists("/proc/" + Path.GetFileName(left)[Prefix.Length..]))
            {
                Directory.Delete(left, recursive: true);
            }
        }

        return Directory.CreateDirectory(Path.Combine(domain.Folder.Root, Prefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture)), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }
}
