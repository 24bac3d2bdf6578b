using Microsoft.Data.Sqlite;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Registry;
using Sandbox.Trust;

namespace Sandbox.Host.Backups;

/// <summary>A domain put together from a backup in a folder, and everything about it proved before anybody works in it.</summary>
/// <param name="Manifest">The backup's.</param>
/// <param name="Head">The restored ledger's signed head.</param>
/// <param name="Objects">How its objects opened.</param>
/// <param name="Keys">Keys that open again, and keys that were destroyed since the backup or before.</param>
internal sealed record RestoredDomain(BackupManifest Manifest, LedgerHead Head, ObjectCensus Objects, (int Living, int Destroyed) Keys)
{
    /// <param name="backup">The backup file.</param>
    /// <param name="backupKey">Opens it.</param>
    /// <param name="master">The domain's master key.</param>
    /// <param name="epochCopy">The newest copy of the epoch key.</param>
    /// <param name="folder">New or empty.</param>
    /// <exception cref="TrustException">A key does not fit, or something is damaged.</exception>
    /// <exception cref="RefusedException">Something is missing or the ledger is broken.</exception>
    public static RestoredDomain Make(string backup, MasterKey backupKey, MasterKey master, string epochCopy, DomainFolder folder, TimeProvider time, Action<double, string> report)
    {
        foreach (var place in new[] { folder.Root, folder.Keys, folder.Releases, folder.Logs, folder.Archive, Path.Combine(folder.Root, "objects"), Path.Combine(folder.Root, "staging") })
        {
            Directory.CreateDirectory(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        report(0, "unpacking");
        BackupManifest manifest;
        using (var content = SealedFile.Open(backup, backupKey, BackupForm.Kind))
        {
            manifest = BackupForm.Read(content, (name, data) => Unpack(Path.Combine(folder.Root, name), data));
        }

        foreach (var place in BackupForm.Folders)
        {
            FolderSync.Sync(Path.Combine(folder.Root, place));
        }

        if (!File.Exists(folder.Registry) || !File.Exists(folder.PublicKey))
        {
            throw new RefusedException(BackupWords.Incomplete());
        }

        using var registry = RegistryDatabase.Open(folder.Registry, create: false);
        (int, int) counts;
        using (var transaction = registry.Connection.BeginTransaction(deferred: false))
        {
            counts = KeyRing.TakeUp(registry.Connection, transaction, master, epochCopy, folder.Keys, time);
            transaction.Commit();
        }

        report(0.4, "opening every object");
        using var keys = KeyRing.Open(registry.Connection, master, folder.Keys, time);
        keys.SettleEpochs();
        var objects = BackupForm.Objects(registry.Connection);
        if (objects.Count != manifest.Objects)
        {
            throw new RefusedException(BackupWords.Incomplete());
        }

        var census = ObjectCensus.Take(registry.Connection, keys, new ObjectStore(folder.Root, keys.Suite), folder.Root, objects);
        report(0.9, "verifying the ledger");
        var report2 = Ledger.OpenReadOnly(registry.Connection, keys.DomainKey.Public).VerifyWithArchive(folder.Archive, manifest.Checkpoint);
        return report2 is LedgerReport.Intact intact ? new(manifest, intact.Head, census, counts) : throw new RefusedException(((Answer.Refused)Commands.LedgerVerifyVerb.Answered(report2)).Refusals[0]);
    }

    /// <summary>Reads a whole backup without a key of the domain: every byte authenticates, everything named is there, and the ledger fits its own and earlier checkpoints.</summary>
    public static (BackupManifest Manifest, LedgerReport Ledger) Verify(string backup, MasterKey backupKey, PublicKey key, string[] checkpoints)
    {
        var scratch = Directory.CreateTempSubdirectory("sandbox-backup-").FullName;
        try
        {
            var seen = new Dictionary<string, long>(StringComparer.Ordinal);
            BackupManifest manifest;
            using (var content = SealedFile.Open(backup, backupKey, BackupForm.Kind))
            {
                manifest = BackupForm.Read(content, (name, data) =>
                {
                    seen[name] = data.Length;
                    if (name == BackupForm.Registry || name.StartsWith("archive/", StringComparison.Ordinal))
                    {
                        var path = Path.Combine(scratch, Path.GetFileName(name));
                        Unpack(path, data);
                    }
                    else
                    {
                        data.CopyTo(Stream.Null);
                    }
                });
            }

            if (!seen.ContainsKey(BackupForm.Registry))
            {
                throw new RefusedException(BackupWords.Incomplete());
            }

            using var registry = new SqliteConnection($"Data Source={Path.Combine(scratch, BackupForm.Registry)};Pooling=False;Mode=ReadOnly");
            registry.Open();
            var objects = BackupForm.Objects(registry);
            return objects.Count == manifest.Objects && objects.All(item => seen.GetValueOrDefault("objects/" + item.Name, -1) == item.SealedLength)
                ? (manifest, Ledger.OpenReadOnly(registry, key).VerifyWithArchive(scratch, [manifest.Checkpoint, .. checkpoints]))
                : throw new RefusedException(BackupWords.Incomplete());
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static void Unpack(string path, Stream data)
    {
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        data.CopyTo(file);
        file.Flush(true);
    }
}
