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
        using (var ring = _registry.Write(t => KeyRing.Create(_registry.Connection, t, Suite.ByName(name), master, _time)))
        {
            one = Use(_registry.Write(t => ring.NewKey(t, KeyScope.DataSet, "flights")));
            two = Use(_registry.Write(t => ring.NewKey(t, KeyScope.Zone, "flights")));
        }

        using var again = MasterKey.FromKeyFile(KeyFile);
        using var opened = KeyRing.Open(_registry.Connection, again, _time);
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
}
