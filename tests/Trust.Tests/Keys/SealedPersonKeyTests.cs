namespace Sandbox.Trust.Tests.Keys;

/// <summary>A person's key in a service's keeping: opens with password (or secret), domain and place together, and with nothing less; no changed byte opens.</summary>
public sealed class SealedPersonKeyTests
{
    private const string Password = "correct horse battery";

    [Theory]
    [InlineData("sm")]
    [InlineData("nist")]
    public void Opens_with_all_of_its_parts_only(string name)
    {
        var suite = Suite.ByName(name);
        using var domain = DataKey.ThrowAway(suite, "accounts");
        using var other = DataKey.ThrowAway(suite, "accounts");
        using var key = suite.GenerateSigningKey();
        var bytes = SealedPersonKey.Seal(domain, "account/li", key, Password);
        using (var opened = SealedPersonKey.Open(domain, "account/li", bytes, Password))
        {
            Assert.Equal(key.Public, opened!.Public);
            Assert.True(key.Public.Verify("sandbox/test/v1", [1, 2, 3], opened.Sign("sandbox/test/v1", [1, 2, 3])));
        }

        Assert.Null(SealedPersonKey.Open(domain, "account/li", bytes, Password + " "));
        Assert.Null(SealedPersonKey.Open(domain, "account/li", bytes, "short"));
        Assert.Null(SealedPersonKey.Open(domain, "account/wu", bytes, Password));
        Assert.Null(SealedPersonKey.Open(other, "account/li", bytes, Password));
        Assert.Throws<TrustException>(() => SealedPersonKey.Seal(domain, "account/li", key, "elevenchars"));
        Assert.NotEqual(bytes, SealedPersonKey.Seal(domain, "account/li", key, Password));
    }

    [Fact]
    public void A_tokens_secret_opens_it_and_no_changed_byte_does()
    {
        var suite = Suite.ByName("sm");
        using var domain = DataKey.ThrowAway(suite, "accounts");
        using var key = suite.GenerateSigningKey();
        using var secret = Secret.Random(32);
        using var wrong = Secret.Random(32);
        var bytes = SealedPersonKey.Seal(domain, "token/nightly", key, secret);
        using (var opened = SealedPersonKey.Open(domain, "token/nightly", bytes, secret))
        {
            Assert.Equal(key.Public, opened!.Public);
        }

        Assert.Null(SealedPersonKey.Open(domain, "token/nightly", bytes, wrong));
        for (var at = 0; at < bytes.Length; at++)
        {
            var changed = (byte[])bytes.Clone();
            changed[at] ^= 1;
            Assert.Null(SealedPersonKey.Open(domain, "token/nightly", changed, secret));
            Assert.Null(SealedPersonKey.Open(domain, "token/nightly", bytes.AsSpan(0, at), secret));
        }

        using var tooShort = Secret.Random(16);
        Assert.Throws<ArgumentException>(() => SealedPersonKey.Seal(domain, "token/nightly", key, tooShort));
    }
}
