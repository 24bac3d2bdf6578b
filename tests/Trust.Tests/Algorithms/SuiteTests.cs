using System.Text;

namespace Sandbox.Trust.Tests;

public sealed class SuiteTests
{
    public static TheoryData<string> Suites => ["sm", "nist"];

    [Theory]
    [MemberData(nameof(Suites))]
    public void Every_known_answer_is_given(string name) => Assert.Empty(SelfTest.Failures(Suite.ByName(name)));

    [Theory]
    [InlineData("")]
    [InlineData("SM")]
    [InlineData("none")]
    public void Other_names_are_refused(string name) =>
        Assert.Equal("TRUST-SUITE-1", Assert.Throws<TrustException>(() => Suite.ByName(name)).Refusal.Rule);

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_hash_over_parts_equals_the_hash_of_the_whole(string name)
    {
        var suite = Suite.ByName(name);
        var data = new byte[1000];
        for (var i = 0; i < data.Length; i++)
        {
            data[i] = (byte)(i * 7 % 256);
        }

        using var parts = suite.StartHash();
        for (var length = 0; length < 300; length++)
        {
            for (int at = 0, taken; at < length; at += taken)
            {
                taken = Math.Min(1 + at % 67, length - at);
                parts.Append(data.AsSpan(at, taken));
            }

            Assert.Equal(suite.Hash(data.AsSpan(0, length)), parts.Finish());
        }
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_signature_holds_for_its_own_label_payload_and_key_only(string name)
    {
        var suite = Suite.ByName(name);
        using var key = suite.GenerateSigningKey();
        using var other = suite.GenerateSigningKey();
        var payload = Encoding.UTF8.GetBytes("terms");
        var signature = key.Sign("sandbox/test/v1", payload);
        Assert.True(key.Public.Verify("sandbox/test/v1", payload, signature));
        Assert.False(key.Public.Verify("sandbox/test/v2", payload, signature));
        Assert.False(key.Public.Verify("sandbox/test/v1", "term"u8, signature));
        Assert.False(other.Public.Verify("sandbox/test/v1", payload, signature));
        for (var bit = 0; bit < signature.Length * 8; bit += 5)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(key.Public.Verify("sandbox/test/v1", payload, signature));
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_public_key_reads_back_from_both_text_forms_and_no_other_spelling(string name)
    {
        using var key = Suite.ByName(name).GenerateSigningKey();
        var line = key.Public.ToString();
        Assert.Equal(key.Public, PublicKey.Parse(line));
        Assert.Equal(key.Public, PublicKey.Parse(key.Public.ToPem()));
        foreach (var wrong in new[] { "", "sandbox-key:", line[..^1], line + "A", line.Replace(name, "none", StringComparison.Ordinal), line[..^2] + "==", "x" + line, key.Public.ToPem()[..100] })
        {
            Assert.Equal("TRUST-SIGN-1", Assert.Throws<TrustException>(() => PublicKey.Parse(wrong)).Refusal.Rule);
        }
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_point_off_the_curve_is_no_key(string name)
    {
        using var key = Suite.ByName(name).GenerateSigningKey();
        var point = key.Public.Point.ToArray();
        point[63] ^= 1;
        Assert.Throws<TrustException>(() => PublicKey.FromPoint(key.Suite, point));
        Assert.Throws<TrustException>(() => PublicKey.FromPoint(key.Suite, new byte[64]));
    }

    [Fact]
    public void A_key_of_one_suite_does_not_read_as_a_key_of_the_other()
    {
        using var sm = Suite.Sm.GenerateSigningKey();
        Assert.Throws<TrustException>(() => PublicKey.Parse(sm.Public.ToString().Replace("sandbox-key:sm:", "sandbox-key:nist:", StringComparison.Ordinal)));
    }
}
