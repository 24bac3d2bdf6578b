using System.Text;
using Microsoft.Data.Sqlite;

namespace Sandbox.Trust.Tests;

/// <summary>What was destroyed stays destroyed, whichever older copy comes back; what lives opens again.</summary>
public sealed class EpochTests : IDisposable
{
    private readonly FixedTime _time = new();
    private readonly string _root = Directory.CreateTempSubdirectory("trust").FullName;
    private readonly MasterKey _master;
    private readonly Dictionary<string, ObjectRef> _objects = [];

    public EpochTests()
    {
        Directory.CreateDirectory(At("domain", "keys"));
        Directory.CreateDirectory(At("elsewhere"));
        _master = MasterKey.CreateKeyFile(At("master.key"));
    }

    public void Dispose()
    {
        _master.Dispose();
        Directory.Delete(_root, true);
    }

    private string At(params string[] parts) => Path.Combine([_root, .. parts]);

    private static string RuleOf(Action act) => Assert.Throws<TrustException>(act).Refusal.Rule;

    private SqliteConnection Connect(string domain = "domain")
    {
        var connection = new SqliteConnection($"Data Source={At(domain, "registry.db")};Pooling=False");
        connection.Open();
        KeyTables.Run(connection, null, "PRAGMA journal_mode=WAL");
        return connection;
    }

    private static T Write<T>(SqliteConnection connection, Func<SqliteTransaction, T> act)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var result = act(transaction);
        transaction.Commit();
        return result;
    }

    private KeyRing Open(SqliteConnection connection, string domain = "domain") => KeyRing.Open(connection, _master, At(domain, "keys"), _time);

    /// <summary>A domain with two sealed objects, "stays" and "goes", each under a key of its own.</summary>
    private async Task Make(Suite suite)
    {
        using var connection = Connect();
        using var ring = Write(connection, t => KeyRing.Create(connection, t, suite, _master, At("domain", "keys"), _time));
        foreach (var name in new[] { "stays", "goes" })
        {
            using var key = Write(connection, t => ring.NewKey(t, KeyScope.DataSet, name));
            using var plain = new MemoryStream(Encoding.UTF8.GetBytes("rows of " + name));
            using var staged = await new ObjectStore(At("domain"), suite).StageAsync("segment", key, plain);
            _objects[name] = staged.Commit();
        }

        ring.SettleEpochs();
    }

    private string Read(KeyRing ring, string name, string domain = "domain")
    {
        using var key = ring.OpenKey(KeyScope.DataSet, name);
        using var target = new MemoryStream();
        new ObjectStore(At(domain), ring.Suite).OpenInto(_objects[name], key, target);
        return Encoding.UTF8.GetString(target.ToArray());
    }

    private void Copy(string from, string to, params string[] without)
    {
        foreach (var path in Directory.EnumerateFiles(At(from), "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(At(from), path);
            if (!without.Contains(relative.Split('/')[0]))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(At(to, relative))!);
                File.Copy(path, At(to, relative), overwrite: true);
            }
        }
    }

    private string[] EpochFiles(string domain = "domain") => [.. Directory.EnumerateFiles(At(domain, "keys"), "epoch-*").Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];

    private void Destroy(string name)
    {
        using var connection = Connect();
        using var ring = Open(connection);
        var certificate = Write(connection, t => ring.Destroy(t, KeyScope.DataSet, name));
        SignedStatement.Verify(certificate.Statement.ToBytes(), DestructionCertificate.Label, ring.DomainKey.Public);
        ring.SettleEpochs();
    }

    [Theory]
    [InlineData("sm")]
    [InlineData("nist")]
    public async Task An_older_registry_with_its_objects_does_not_open_and_gives_back_only_what_lives(string suite)
    {
        await Make(Suite.ByName(suite));
        Copy("domain", "backup", "keys");
        Destroy("goes");
        foreach (var file in Directory.EnumerateFiles(At("domain"), "registry.db*"))
        {
            File.Delete(file);
        }

        Copy("backup", "domain");
        using var connection = Connect();
        Assert.Equal("TRUST-KEY-10", RuleOf(() => Open(connection).Dispose()));

        var newest = At("domain", "keys", Assert.Single(EpochFiles()));
        Assert.Equal((2, 1), Write(connection, t => KeyRing.TakeUp(connection, t, _master, newest, At("domain", "keys"), _time)));
        using var ring = Open(connection);
        ring.SettleEpochs();
        Assert.Single(EpochFiles());
        Assert.Equal("rows of stays", Read(ring, "stays"));
        Assert.Equal("TRUST-KEY-5", RuleOf(() => Read(ring, "goes")));
        Assert.True(new ObjectStore(At("domain"), ring.Suite).Exists(_objects["goes"]));
    }

    [Fact]
    public async Task An_older_folder_copied_over_with_its_keys_is_found_out_and_nothing_is_erased()
    {
        await Make(Suite.Nist);
        Copy("domain", "backup");
        Destroy("goes");
        Copy("backup", "domain");
        File.Delete(At("domain", "registry.db-wal"));
        Assert.Equal(2, EpochFiles().Length);
        using var connection = Connect();
        Assert.Equal("TRUST-KEY-10", RuleOf(() => Open(connection).Dispose()));
        Assert.Equal(2, EpochFiles().Length);
    }

    [Fact]
    public async Task A_lost_machine_comes_back_from_backup_and_the_epoch_key_kept_apart()
    {
        await Make(Suite.Sm);
        Copy("domain", "backup", "keys");
        Destroy("goes");
        using (var connection = Connect())
        {
            using var ring = Open(connection);
            Write(connection, t => ring.NewKey(t, KeyScope.Zone, "later")).Dispose();
            using var transaction = connection.BeginTransaction();
            ring.CopyEpochKey(transaction, At("elsewhere", "epoch.key"));
            Assert.Equal("TRUST-OBJECT-4", RuleOf(() => ring.CopyEpochKey(transaction, At("elsewhere", "epoch.key"))));
        }

        Copy("backup", "restored");
        Directory.CreateDirectory(At("restored", "keys"));
        using var restored = Connect("restored");
        Assert.Equal("TRUST-KEY-11", RuleOf(() => Open(restored, "restored").Dispose()));
        using var wrong = MasterKey.CreateKeyFile(At("wrong.key"));
        Assert.Equal("TRUST-KEY-1", RuleOf(() => Write(restored, t => KeyRing.TakeUp(restored, t, wrong, At("elsewhere", "epoch.key"), At("restored", "keys"), _time))));
        Write(restored, t => KeyRing.TakeUp(restored, t, _master, At("elsewhere", "epoch.key"), At("restored", "keys"), _time));
        using var again = Open(restored, "restored");
        Assert.Equal("rows of stays", Read(again, "stays", "restored"));
        Assert.Equal("TRUST-KEY-5", RuleOf(() => Read(again, "goes", "restored")));
        Write(restored, t => again.NewKey(t, KeyScope.Zone, "new")).Dispose();
    }

    [Fact]
    public async Task A_backup_of_this_epoch_with_keys_younger_than_its_file_opens_whole()
    {
        await Make(Suite.Nist);
        Copy("domain", "restored", "keys");
        Directory.CreateDirectory(At("restored", "keys"));
        using var restored = Connect("restored");
        var file = At("domain", "keys", Assert.Single(EpochFiles()));
        Write(restored, t => KeyRing.TakeUp(restored, t, _master, file, At("restored", "keys"), _time));
        using var ring = Open(restored, "restored");
        Assert.Equal("rows of stays", Read(ring, "stays", "restored"));
        Assert.Equal("rows of goes", Read(ring, "goes", "restored"));
    }

    [Fact]
    public async Task An_epoch_key_older_than_the_registry_or_of_another_domain_is_refused()
    {
        await Make(Suite.Nist);
        using (var connection = Connect())
        {
            using var ring = Open(connection);
            using var transaction = connection.BeginTransaction();
            ring.CopyEpochKey(transaction, At("elsewhere", "old.key"));
        }

        Destroy("goes");
        using var again = Connect();
        Assert.Equal("TRUST-KEY-11", RuleOf(() => Write(again, t => KeyRing.TakeUp(again, t, _master, At("elsewhere", "old.key"), At("domain", "keys"), _time))));
        File.WriteAllText(At("elsewhere", "none.key"), "{}");
        Assert.Equal("TRUST-KEY-11", RuleOf(() => Write(again, t => KeyRing.TakeUp(again, t, _master, At("elsewhere", "none.key"), At("domain", "keys"), _time))));
        Assert.Equal("TRUST-KEY-11", RuleOf(() => Write(again, t => KeyRing.TakeUp(again, t, _master, At("elsewhere", "absent.key"), At("domain", "keys"), _time))));
        // A living key struck from the file, or a destroyed one put in, is found by its code.
        var file = At("domain", "keys", Assert.Single(EpochFiles()));
        var text = File.ReadAllText(file);
        File.WriteAllText(At("elsewhere", "changed.key"), text.Replace("\"stays\"", "\"stayz\"", StringComparison.Ordinal));
        Assert.Equal("TRUST-KEY-11", RuleOf(() => Write(again, t => KeyRing.TakeUp(again, t, _master, At("elsewhere", "changed.key"), At("domain", "keys"), _time))));
    }

    /// <summary>Killed before the commit, and killed between commit and erasure.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_killed_rotation_is_settled_by_the_next_opening(bool committed)
    {
        await Make(Suite.Sm);
        using (var connection = Connect())
        {
            using var ring = Open(connection);
            using var transaction = connection.BeginTransaction(deferred: false);
            ring.Destroy(transaction, KeyScope.DataSet, "goes");
            if (committed)
            {
                transaction.Commit();
            }
        }

        Assert.Equal(2, EpochFiles().Length);
        using var again = Connect();
        using var opened = Open(again);
        Assert.True(opened.Unsettled);
        opened.SettleEpochs();
        Assert.StartsWith(committed ? "epoch-2-" : "epoch-1-", Assert.Single(EpochFiles()), StringComparison.Ordinal);
        Assert.EndsWith(".key", Assert.Single(EpochFiles()), StringComparison.Ordinal);
        Assert.False(opened.Unsettled);
        Assert.Equal("rows of stays", Read(opened, "stays"));
        if (committed)
        {
            Assert.Equal("TRUST-KEY-5", RuleOf(() => Read(opened, "goes")));
        }
        else
        {
            Assert.Equal("rows of goes", Read(opened, "goes"));
        }
    }

    [Fact]
    public async Task A_changed_epoch_file_is_refused_at_every_byte()
    {
        await Make(Suite.Nist);
        using var connection = Connect();
        var file = At("domain", "keys", Assert.Single(EpochFiles()));
        var bytes = File.ReadAllBytes(file);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        for (var at = 0; at < bytes.Length; at += 3)
        {
            bytes[at] ^= 1;
            File.WriteAllBytes(file, bytes);
            Assert.Contains(RuleOf(() => Open(connection).Dispose()), new[] { "TRUST-KEY-1", "TRUST-KEY-11" });
            bytes[at] ^= 1;
        }
    }

    /// <summary>Neither the master key, an epoch key nor a data key stands in the registry or an epoch file.</summary>
    [Fact]
    public async Task The_registry_holds_no_epoch_key()
    {
        await Make(Suite.Nist);
        using var connection = Connect();
        using var command = KeyTables.Command(connection, null, "SELECT count(*) FROM pragma_table_info('trust_epochs') WHERE name IN ('wrapped', 'key')");
        Assert.Equal(0L, command.ExecuteScalar());
        File.Delete(At("domain", "keys", Assert.Single(EpochFiles())));
        Assert.Equal("TRUST-KEY-11", RuleOf(() => Open(connection).Dispose()));
    }
}
