using System.Text;
using Sandbox.Fixtures;
using Sandbox.Host.Domains;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Trust;

namespace Sandbox.Sandbox.Tests.Supervision;

/// <summary>Backups of a full domain through the command line: restored onto an empty machine, proved by a drill, changed, cut, and restored after something was destroyed.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly FinishedDemo _demo = new();
    private readonly TemporaryFolder _out = new();

    public void Dispose()
    {
        _demo.Dispose();
        _out.Dispose();
    }

    private string Backup => _out.File("monday.sbx");

    private string BackupKey => _out.File("backup.key");

    private string EpochCopy => _out.File("epoch.key");

    private string Bureau => _demo.Call("person", "list").Ends(Ran.Done).Json["people"]!.AsArray().First(person => person!["role"]!.GetValue<string>() == "Authority")!["name"]!.GetValue<string>();

    private Ran Create(string file) => _demo.As(Bureau, "backup", "create", "--out", file, "--backup-key", BackupKey, "--epoch-copy", EpochCopy);

    private Ran Restore(string backup, string folder) => SandboxProgram.Json(
        "backup", "restore", backup, "--backup-key", BackupKey, "--epoch-copy", EpochCopy, "--key-file", Path.Combine(_demo.Folder, "keys", "master.key"),
        "--dir", folder, "--as", Bureau, "--person-key", Path.Combine(_demo.Folder, "keys", Bureau + ".key"));

    [Fact]
    [Requirement("FT-31-1")]
    public void A_backup_restores_onto_an_empty_machine_and_nothing_is_missing()
    {
        var made = Create(Backup).Ends(Ran.Done).Json;
        var documents = Books.Documents(_demo.Folder);
        SandboxProgram.Json("backup", "verify", Backup, "--backup-key", BackupKey, "--key", _demo.KeyFile, "--checkpoint", Backup + ".checkpoint").Ends(Ran.Done);
        var drill = _demo.As(Bureau, "backup", "drill", Backup, "--backup-key", BackupKey, "--epoch-copy", EpochCopy).Ends(Ran.Done).Json;
        Assert.True(drill["epoch_copy_proved"]!.GetValue<bool>());
        Assert.Equal(0, drill["objects_destroyed"]!.GetValue<int>());

        var folder = _out.File("restored");
        var restored = Restore(Backup, folder).Ends(Ran.Done).Json;
        Assert.Equal(made["entries"]!.GetValue<long>(), restored["entries"]!.GetValue<long>());
        Assert.True(restored["objects_opened"]!.GetValue<int>() > 10);
        SandboxProgram.Json("ledger", "verify", "--dir", folder, "--checkpoint", Backup + ".checkpoint").Ends(Ran.Done);
        Books.Check(folder);
        Assert.Equal(documents.Select(item => (item.Kind, item.Id, item.Body.ToJsonString())), Books.Documents(folder).Select(item => (item.Kind, item.Id, item.Body.ToJsonString())));
        Assert.Equal("backup.restored", Last(folder));

        // No key came along: neither master, persons' nor any epoch but the one that was given.
        Assert.All(Directory.GetFiles(Path.Combine(folder, "keys")), file => Assert.StartsWith("epoch-", Path.GetFileName(file), StringComparison.Ordinal));
        Restore(Backup, folder).RefusedBy("SB-BACKUP-2");
        Create(Backup).RefusedBy("SB-BACKUP-1");
        _demo.As(Someone("operator"), "backup", "create", "--out", _out.File("other"), "--backup-key", BackupKey).RefusedBy("SB-HOST-5");
        Assert.Equal("refused", Last(_demo.Folder));
    }

    [Fact]
    [Requirement("YB-10-3")]
    public void A_backup_holds_no_plain_byte_and_opens_with_its_own_key_only()
    {
        Create(Backup).Ends(Ran.Done);
        Assert.Empty(RawValues.FindUnder(_out.Path));
        var bytes = File.ReadAllBytes(Backup);
        // Words of eight letters and more: a shorter one is found in so many enciphered bytes by chance.
        foreach (var word in new[] { "residents", "registry.db", "manifest", "SQLite format", "person.registered" })
        {
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(word)) < 0, $"'{word}' can be read in the backup");
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Backup));
        var other = _out.File("other.key");
        MasterKey.CreateKeyFile(other).Dispose();
        SandboxProgram.Json("backup", "verify", Backup, "--backup-key", other, "--key", _demo.KeyFile).RefusedBy("TRUST-OBJECT-2");
    }

    [Fact]
    public void A_changed_cut_or_extended_backup_is_refused_and_leaves_nothing()
    {
        Create(Backup).Ends(Ran.Done);
        var whole = File.ReadAllBytes(Backup);
        var draw = new Random(7);
        List<byte[]> changes = [whole[..^1], whole[..(whole.Length / 2)], whole[..100], [.. whole, 0], []];
        foreach (var at in new[] { 0, 8, 9, 20, 60, 170, whole.Length - 1, draw.Next(whole.Length), draw.Next(whole.Length) })
        {
            var changed = (byte[])whole.Clone();
            changed[at] ^= 4;
            changes.Add(changed);
        }

        var bad = _out.File("bad.sbx");
        foreach (var changed in changes)
        {
            File.WriteAllBytes(bad, changed);
            SandboxProgram.Json("backup", "verify", bad, "--backup-key", BackupKey, "--key", _demo.KeyFile).RefusedBy("TRUST-OBJECT-2", "TRUST-OBJECT-3");
        }

        Restore(bad, _out.File("restored")).Ends(Ran.Refused);
        Assert.Equal(["backup.key", "bad.sbx", "epoch.key", "monday.sbx", "monday.sbx.checkpoint"], Directory.GetFileSystemEntries(_out.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    [Requirement("FT-31-1")]
    public void What_was_destroyed_since_stays_unreadable_in_every_older_backup()
    {
        Create(Backup).Ends(Ran.Done);
        var sets = Books.Documents(_demo.Folder).Where(item => item.Kind == "data_set").ToArray();
        var victim = sets[0].Id;
        using (var domain = OpenDomain.Open(_demo.Folder, new Unlocking(), TimeProvider.System, new DomainSettings()))
        {
            domain.Commit(new("key.destroyed", "test", new Facts { ["scope"] = "data-set", ["id"] = victim }), writer => domain.Keys.Destroy(writer.Transaction, KeyScope.DataSet, victim));
        }

        // The copy of before is overwritten by the copy of now: that is what the rule asks for, and what the drill proves.
        _demo.As(Bureau, "backup", "keys", "--out", EpochCopy).Ends(Ran.Done);
        var drill = _demo.As(Bureau, "backup", "drill", Backup, "--backup-key", BackupKey, "--epoch-copy", EpochCopy).Ends(Ran.Done).Json;
        Assert.InRange(drill["objects_destroyed"]!.GetValue<int>(), 1, 1000);
        Assert.True(drill["objects_opened"]!.GetValue<int>() > 0);

        var folder = _out.File("restored");
        Restore(Backup, folder).Ends(Ran.Done);
        using var restored = OpenDomain.Open(folder, new Unlocking(Path.Combine(_demo.Folder, "keys", "master.key")), TimeProvider.System, new DomainSettings());
        Assert.Equal("TRUST-KEY-5", Assert.Throws<TrustException>(() => restored.Keys.OpenKey(KeyScope.DataSet, victim)).Refusal.Rule);
        restored.Keys.OpenKey(KeyScope.DataSet, sets[1].Id).Dispose();
    }

    [Fact]
    [Requirement("FT-31-1")]
    public void After_the_primary_store_is_gone_everything_up_to_the_backup_is_back_but_what_was_destroyed_before()
    {
        var victim = Books.Documents(_demo.Folder).First(item => item.Kind == "data_set").Id;
        using (var domain = OpenDomain.Open(_demo.Folder, new Unlocking(), TimeProvider.System, new DomainSettings()))
        {
            domain.Commit(new("key.destroyed", "test", new Facts { ["scope"] = "data-set", ["id"] = victim }), writer => domain.Keys.Destroy(writer.Transaction, KeyScope.DataSet, victim));
        }

        var made = Create(Backup).Ends(Ran.Done).Json;
        var entries = Lines(_demo.Folder, "before");
        var documents = Books.Documents(_demo.Folder);
        var keys = _out.File("home");
        Directory.CreateDirectory(keys);
        foreach (var name in new[] { "master.key", Bureau + ".key" })
        {
            File.Move(Path.Combine(_demo.Folder, "keys", name), Path.Combine(keys, name));
        }

        // What is at home is all that is left.
        Directory.Delete(_demo.Folder, recursive: true);
        var bureau = Path.GetFileNameWithoutExtension(Directory.GetFiles(keys).Single(path => !path.EndsWith("master.key", StringComparison.Ordinal)));
        SandboxProgram.Json(
            "backup", "restore", Backup, "--backup-key", BackupKey, "--epoch-copy", EpochCopy, "--key-file", Path.Combine(keys, "master.key"), "--dir", _demo.Folder, "--as", bureau, "--person-key", Path.Combine(keys, bureau + ".key")).Ends(Ran.Done);
        SandboxProgram.Json("ledger", "verify", "--dir", _demo.Folder, "--checkpoint", Backup + ".checkpoint").Ends(Ran.Done);
        Books.Check(_demo.Folder);
        var size = (int)made["entries"]!.GetValue<long>();
        Assert.Equal(entries[..size], Lines(_demo.Folder, "after")[..size]);
        Assert.Equal(documents.Select(item => (item.Kind, item.Id, item.Body.ToJsonString())), Books.Documents(_demo.Folder).Select(item => (item.Kind, item.Id, item.Body.ToJsonString())));
        using var restored = OpenDomain.Open(_demo.Folder, new Unlocking(Path.Combine(keys, "master.key")), TimeProvider.System, new DomainSettings());
        Assert.Equal("TRUST-KEY-5", Assert.Throws<TrustException>(() => restored.Keys.OpenKey(KeyScope.DataSet, victim)).Refusal.Rule);
    }

    private string[] Lines(string folder, string name)
    {
        SandboxProgram.Json("ledger", "export", _out.File(name), "--dir", folder).Ends(Ran.Done);
        return File.ReadAllLines(Path.Combine(_out.File(name), "entries.ndjson"));
    }

    [Fact]
    public void A_copy_of_the_epoch_key_from_before_the_backup_does_not_open_it()
    {
        _demo.As(Bureau, "backup", "keys", "--out", EpochCopy).Ends(Ran.Done);
        var old = File.ReadAllBytes(EpochCopy);
        using (var domain = OpenDomain.Open(_demo.Folder, new Unlocking(), TimeProvider.System, new DomainSettings()))
        {
            domain.Commit(new("key.rotated", "test", new Facts()), writer => domain.Keys.RotateEpoch(writer.Transaction));
        }

        Create(Backup).Ends(Ran.Done);
        File.WriteAllBytes(EpochCopy, old);
        Restore(Backup, _out.File("restored")).RefusedBy("TRUST-KEY-11");
        Assert.False(Directory.Exists(_out.File("restored")));
    }

    private string Someone(string role) => _demo.Call("person", "list").Json["people"]!.AsArray().First(person => person!["role"]!.GetValue<string>().Equals(role, StringComparison.OrdinalIgnoreCase))!["name"]!.GetValue<string>();

    private static string Last(string folder) => SandboxProgram.Json("ledger", "show", "--count", "10000", "--dir", folder).Json["entries"]!.AsArray()[^1]!["kind"]!.GetValue<string>();
}
