namespace Sandbox.Trust.Tests.Keys;

/// <summary>Secrets in files of their own: by key file, by passphrase, by shares.</summary>
public sealed class GuardedSecretTests : IDisposable
{
    private const string Context = "test/secret/v1";

    private readonly string _folder = Directory.CreateTempSubdirectory("sandbox-guard-").FullName;

    [Theory]
    [InlineData("sm")]
    [InlineData("nist")]
    public void A_key_file_opens_what_it_sealed_and_nothing_else_does(string suite)
    {
        using var secret = Secret.Random(5000);
        using var guard = MasterKey.CreateKeyFile(Path.Combine(_folder, "a"));
        using var other = MasterKey.CreateKeyFile(Path.Combine(_folder, "b"));
        var file = GuardedSecret.Seal(Suite.ByName(suite), Context, secret, guard);
        using (var opened = GuardedSecret.Open(file, Context, guard))
        {
            Assert.Equal(secret.Bytes, opened.Bytes);
        }

        Assert.Equal(-1, file.AsSpan().IndexOf(secret.Bytes[..16]));
        Assert.Equal("TRUST-GUARD-2", Rule(() => GuardedSecret.Open(file, Context, other)));
        Assert.Equal("TRUST-GUARD-2", Rule(() => GuardedSecret.Open(file, "test/other/v1", guard)));
        Assert.Equal("TRUST-GUARD-2", Rule(() => GuardedSecret.Open(file, Context, [])));
        for (var at = 0; at < file.Length; at += at < 400 ? 1 : 97)
        {
            var flipped = (byte[])file.Clone();
            flipped[at] ^= 1;
            Assert.Equal("TRUST-GUARD-2", Rule(() => GuardedSecret.Open(flipped, Context, guard)));
            Assert.Equal("TRUST-GUARD-2", Rule(() => GuardedSecret.Open(file.AsSpan(0, at), Context, guard)));
        }
    }

    [Fact]
    public void A_passphrase_opens_what_it_sealed()
    {
        using var secret = Secret.Random(100);
        using var guard = MasterKey.FromPassphrase("correct horse battery");
        using var wrong = MasterKey.FromPassphrase("correct horse batterY");
        var file = GuardedSecret.Seal(Suite.Nist, Context, secret, guard);
        using var opened = GuardedSecret.Open(file, Context, guard);
        Assert.Equal(secret.Bytes, opened.Bytes);
        Assert.Equal("TRUST-GUARD-2", Rule(() => GuardedSecret.Open(file, Context, wrong)));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 5)]
    [InlineData(5, 5)]
    [InlineData(7, 255)]
    public void Any_threshold_of_shares_opens_and_one_less_does_not(int threshold, int count)
    {
        using var secret = Secret.Random(300);
        var (file, made) = GuardedSecret.Split(Suite.Nist, Context, secret, threshold, count);
        KeyShare[] shares = [.. made.Select(share => KeyShare.Parse(share.Reveal() + "\n"))];
        Assert.Equal(threshold, GuardedSecret.Threshold(file, Context));
        for (var first = 0; first + threshold <= count; first += Math.Max(1, count / 10))
        {
            KeyShare[] some = [.. shares[first..(first + threshold)].Reverse()];
            using var opened = GuardedSecret.Open(file, Context, some);
            Assert.Equal(secret.Bytes, opened.Bytes);
            Assert.Equal("TRUST-GUARD-3", Rule(() => GuardedSecret.Open(file, Context, some[1..])));
            Assert.Equal("TRUST-GUARD-3", Rule(() => GuardedSecret.Open(file, Context, [.. some[1..], some[1]])));
        }

        // Shares of another key, with the same numbers.
        var (_, strange) = GuardedSecret.Split(Suite.Nist, Context, secret, threshold, count);
        Assert.Equal("TRUST-GUARD-3", Rule(() => GuardedSecret.Open(file, Context, [.. shares[1..threshold], strange[0]])));
    }

    /// <summary>The field's laws, and a product and an inverse from FIPS 197 (4.2: 57·83 = c1; 4.2.1: 57·13 = fe).</summary>
    [Fact]
    public void The_field_is_that_of_AES()
    {
        Assert.Equal(0xC1, ShamirSharing.Multiply(0x57, 0x83));
        Assert.Equal(0xFE, ShamirSharing.Multiply(0x57, 0x13));
        for (var a = 1; a < 256; a++)
        {
            Assert.Equal(1, Enumerable.Range(1, 255).Count(b => ShamirSharing.Multiply(a, b) == 1));
        }
    }

    /// <summary>One share less is consistent with every secret: over all coefficients each value of the missing point occurs once.</summary>
    [Fact]
    public void Fewer_shares_fit_every_secret_equally()
    {
        for (var point = 1; point < 256; point += 51)
        {
            var seen = new HashSet<int>();
            for (var guess = 0; guess < 256; guess++)
            {
                using var known = Secret.CopyOf([0x5A]);
                using var other = Secret.CopyOf([(byte)guess]);
                using var joined = ShamirSharing.Join([(point, known), (point == 255 ? 1 : point + 1, other)]);
                seen.Add(joined.Bytes[0]);
            }

            Assert.Equal(256, seen.Count);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("sandbox-key-share:v1:0123456789abcdef:2:1:AAAA:00000000")]
    [InlineData("sandbox-private-key:v1:nist:AAAA")]
    public void What_is_no_share_is_refused(string text) => Assert.Equal("TRUST-GUARD-1", Rule(() => KeyShare.Parse(text)));

    [Fact]
    public void A_mistyped_share_is_found()
    {
        using var secret = Secret.Random(32);
        var (_, shares) = GuardedSecret.Split(Suite.Sm, Context, secret, 2, 2);
        var text = shares[0].Reveal();
        Assert.DoesNotContain(Convert.ToHexStringLower(secret.Bytes), text, StringComparison.Ordinal);
        Assert.Equal("key share", shares[0].ToString()[..9]);
        for (var at = 0; at < text.Length; at++)
        {
            var typed = text.Remove(at, 1).Insert(at, text[at] == 'x' ? "y" : "x");
            Assert.Equal("TRUST-GUARD-1", Rule(() => KeyShare.Parse(typed)));
        }
    }

    [Theory]
    [InlineData("sm")]
    [InlineData("nist")]
    public void An_envelope_opens_for_its_recipient_and_label_only(string name)
    {
        var suite = Suite.ByName(name);
        using var recipient = EnvelopeKey.Generate(suite);
        using var other = EnvelopeKey.Generate(suite);
        var envelope = Envelope.Seal(suite, recipient.Point, "test/v1", "figures"u8);
        using var kept = EnvelopeKey.FromScalar(suite, recipient.Scalar);
        Assert.Equal("figures"u8, kept.Open(envelope, "test/v1")!);
        Assert.Null(other.Open(envelope, "test/v1"));
        Assert.Null(recipient.Open(envelope, "test/v2"));
        for (var at = 0; at < envelope.Length; at++)
        {
            var flipped = (byte[])envelope.Clone();
            flipped[at] ^= 1;
            Assert.Null(recipient.Open(flipped, "test/v1"));
            Assert.Null(recipient.Open(envelope.AsSpan(0, at), "test/v1"));
        }

        Assert.NotEqual(envelope, Envelope.Seal(suite, recipient.Point, "test/v1", "figures"u8));
        Assert.Equal("TRUST-SIGN-1", Rule(() => Envelope.Seal(suite, new byte[64], "test/v1", "figures"u8)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Rule(Func<object> act) => Assert.Throws<TrustException>(act).Refusal.Rule;
}
