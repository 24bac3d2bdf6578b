namespace Sandbox.Trust.Tests;

public sealed class KeyRingTests : IDisposable
{
    private readonly Registry _registry = new();
    private readonly FixedTime _time = new();

    public void Dispose() => _registry.Dispose();

    private string KeyFile => Path.Combine(_registry.Folder, "master.key");

    private static string RuleOf(Action act) => Assert.Throws<TrustException>(act).Refusal.Rule;

    private static byte[] Use(DataKey key)
    {
        using var secret = key.Derive("use");
        return secret.Bytes.ToArray();
    }

    [Theory]
    [InlineData("sm")]
    [InlineData("nist")]
    public void Keys_outlive_the_process_and_rotation_and_die_by_destruction(string name)
    {
        byte[] one;
        byte[] two;
        using (var master = MasterKey.CreateKeyFile(KeyFile))
        using (var ring = _registry.Write(t => KeyRing.Create(_registry.Connection, t, Suite.ByName(name), master, _registry.Folder, _time)))
        {
            one = Use(_registry.Write(t => ring.NewKey(t, KeyScope.DataSet, "flights")));
            two = Use(_registry.Write(t => ring.NewKey(t, KeyScope.Zone, "flights")));
        }

        using var again = MasterKey.FromKeyFile(KeyFile);
        using var opened = KeyRing.Open(_registry.Connection, again, _registry.Folder, _time);
        Assert.NotEqual(one, two);
        Assert.Equal(one, Use(opened.OpenKey(KeyScope.DataSet, "flights")));
        _registry.Write(t =>
        {
            opened.RotateEpoch(t);
            return 0;
        });
        Assert.Equal(two, Use(opened.OpenKey(KeyScope.Zone, "flights")));

        var certificate = _registry.Write(t => opened.Destroy(t, KeyScope.DataSet, "flights"));
        SignedStatement.Verify(certificate.Statement.ToBytes(), DestructionCertificate.Label, opened.DomainKey.Public);
        Assert.Equal("TRUST-KEY-5", RuleOf(() => opened.OpenKey(KeyScope.DataSet, "flights")));
        Assert.Equal("TRUST-KEY-6", RuleOf(() => _registry.Write(t => opened.NewKey(t, KeyScope.DataSet, "flights"))));
        Assert.Equal("TRUST-KEY-4", RuleOf(() => opened.OpenKey(KeyScope.DataSet, "other")));
        Assert.Equal(two, Use(opened.OpenKey(KeyScope.Zone, "flights")));
    }

    [Fact]
    public void A_wrong_or_other_kind_of_master_key_is_refused_and_says_so()
    {
        using var master = MasterKey.CreateKeyFile(KeyFile);
        Assert.Equal("TRUST-KEY-8", RuleOf(() => KeyRing.Open(_registry.Connection, master, _registry.Folder, _time)));
        _registry.Write(t => KeyRing.Create(_registry.Connection, t, Suite.Nist, master, _registry.Folder, _time)).Dispose();
        using var wrong = MasterKey.CreateKeyFile(KeyFile + "2");
        using var passphrase = MasterKey.FromPassphrase("correct horse battery");
        Assert.Equal("TRUST-KEY-1", RuleOf(() => KeyRing.Open(_registry.Connection, wrong, _registry.Folder, _time)));
        Assert.Equal("TRUST-KEY-2", RuleOf(() => KeyRing.Open(_registry.Connection, passphrase, _registry.Folder, _time)));
        KeyRing.Open(_registry.Connection, master, _registry.Folder, _time).Dispose();
    }

    [Fact]
    public void A_passphrase_opens_its_domain_and_another_does_not()
    {
        using var master = MasterKey.FromPassphrase("correct horse battery 电池");
        _registry.Write(t => KeyRing.Create(_registry.Connection, t, Suite.Sm, master, _registry.Folder, _time, new ScryptCost(1 << 14, 8, 1))).Dispose();
        using var wrong = MasterKey.FromPassphrase("correct horse battery 电池 ");
        Assert.Equal("TRUST-KEY-1", RuleOf(() => KeyRing.Open(_registry.Connection, wrong, _registry.Folder, _time)));
        KeyRing.Open(_registry.Connection, master, _registry.Folder, _time).Dispose();
        // Weakened or exhausting costs in the table are not followed.
        foreach (var n in new[] { 1 << 10, 1 << 24, (1 << 14) + 1, -1 })
        {
            _registry.Sql($"UPDATE trust_ring SET scrypt_n = {n}");
            Assert.Equal("TRUST-KEY-7", RuleOf(() => KeyRing.Open(_registry.Connection, master, _registry.Folder, _time)));
        }

        Assert.Equal("TRUST-KEY-9", RuleOf(() => MasterKey.FromPassphrase("short")));
    }

    [Fact]
    public void A_key_file_that_others_can_read_or_that_is_damaged_is_refused()
    {
        MasterKey.CreateKeyFile(KeyFile).Dispose();
        Assert.Throws<IOException>(() => MasterKey.CreateKeyFile(KeyFile));
        var text = File.ReadAllText(KeyFile);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Equal("TRUST-KEY-3", RuleOf(() => MasterKey.FromKeyFile(KeyFile)));
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var wrong in new[] { "", text[..^3], "x" + text, text + "x", new string('a', 500) })
        {
            File.WriteAllText(KeyFile, wrong);
            Assert.Equal("TRUST-KEY-3", RuleOf(() => MasterKey.FromKeyFile(KeyFile)));
        }

        Assert.Equal("TRUST-KEY-3", RuleOf(() => MasterKey.FromKeyFile(KeyFile + ".missing")));
    }

    [Fact]
    public void A_wrapped_key_opens_in_its_own_row_only()
    {
        using var master = MasterKey.CreateKeyFile(KeyFile);
        using var ring = _registry.Write(t => KeyRing.Create(_registry.Connection, t, Suite.Nist, master, _registry.Folder, _time));
        _registry.Write(t => ring.NewKey(t, KeyScope.Zone, "a")).Dispose();
        _registry.Write(t => ring.NewKey(t, KeyScope.Zone, "b")).Dispose();
        _registry.Sql("UPDATE trust_keys SET wrapped = (SELECT wrapped FROM trust_keys WHERE id = 'a') WHERE id = 'b'");
        Assert.Equal("TRUST-KEY-7", RuleOf(() => ring.OpenKey(KeyScope.Zone, "b")));
        _registry.Sql("UPDATE trust_keys SET kind = 'signing' WHERE id = 'a'");
        Assert.Equal("TRUST-KEY-7", RuleOf(() => ring.OpenSigningKey(KeyScope.Zone, "a")));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.OpenKey(KeyScope.Unknown, "a"));
    }

    [Fact]
    public void A_restored_older_key_table_does_not_bring_a_destroyed_key_back()
    {
        using var master = MasterKey.CreateKeyFile(KeyFile);
        using var ring = _registry.Write(t => KeyRing.Create(_registry.Connection, t, Suite.Nist, master, _registry.Folder, _time));
        _registry.Write(t => ring.NewKey(t, KeyScope.Zone, "a")).Dispose();
        _registry.Sql("CREATE TABLE backup AS SELECT * FROM trust_keys");
        _registry.Write(t => ring.Destroy(t, KeyScope.Zone, "a"));
        // The backup holds keys wrapped by the old epoch; epochs themselves are not backed up.
        _registry.Sql("DELETE FROM trust_keys WHERE scope = 'zone'; INSERT INTO trust_keys SELECT * FROM backup WHERE scope = 'zone'");
        Assert.Equal("TRUST-KEY-7", RuleOf(() => ring.OpenKey(KeyScope.Zone, "a")));
    }

    [Fact]
    public void A_rolled_back_rotation_and_another_process_rotating_leave_the_ring_usable()
    {
        using var master = MasterKey.CreateKeyFile(KeyFile);
        using var ring = _registry.Write(t => KeyRing.Create(_registry.Connection, t, Suite.Sm, master, _registry.Folder, _time));
        var one = Use(_registry.Write(t => ring.NewKey(t, KeyScope.Zone, "a")));
        using (var transaction = _registry.Connection.BeginTransaction(deferred: false))
        {
            ring.RotateEpoch(transaction);
        }

        using (var connection = _registry.Connect())
        {
            using var other = KeyRing.Open(connection, master, _registry.Folder, _time);
            using var transaction = connection.BeginTransaction(deferred: false);
            other.RotateEpoch(transaction);
            transaction.Commit();
        }

        Assert.Equal(one, Use(ring.OpenKey(KeyScope.Zone, "a")));
        _registry.Write(t => ring.NewKey(t, KeyScope.Zone, "b")).Dispose();
        using var again = KeyRing.Open(_registry.Connection, master, _registry.Folder, _time);
        again.OpenKey(KeyScope.Zone, "b").Dispose();
        Assert.True(again.Has(KeyScope.Zone, "b"));
        Assert.False(again.Has(KeyScope.DataSet, "b"));
        _registry.Write(t => again.NewSigningKey(t, KeyScope.Person, "reviewer-1")).Dispose();
        using var person = again.OpenSigningKey(KeyScope.Person, "reviewer-1");
        Assert.NotEqual(person.Public, again.DomainKey.Public);
        Assert.Throws<ArgumentException>(() => _registry.Write(t => again.Destroy(t, KeyScope.Domain, "domain")));
    }
}
