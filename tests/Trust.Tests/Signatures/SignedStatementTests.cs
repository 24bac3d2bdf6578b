using System.Text;
using System.Text.Json.Nodes;

namespace Sandbox.Trust.Tests;

public sealed class SignedStatementTests : IDisposable
{
    private readonly SigningKey _key = Suite.Sm.GenerateSigningKey();

    public void Dispose() => _key.Dispose();

    private static JsonObject Terms() => new()
    {
        ["round"] = "r-1",
        ["parties"] = new JsonArray("乙", "甲", "\u0001\"\\\n"),
        ["bound"] = -5,
        ["open"] = true,
        ["nothing"] = null,
        ["inner"] = new JsonObject { ["b"] = 1, ["a"] = 2, ["A"] = 3 },
    };

    private static string RuleOf(Action act) => Assert.Throws<TrustException>(act).Refusal.Rule;

    [Fact]
    public void It_reads_back_and_has_one_spelling()
    {
        var statement = SignedStatement.Sign(_key, "sandbox/terms/v1", Terms());
        var bytes = statement.ToBytes();
        var read = SignedStatement.Verify(bytes, "sandbox/terms/v1", _key.Public);
        Assert.Equal(bytes, read.ToBytes());
        Assert.Equal("r-1", read.Payload["round"]!.GetValue<string>());
        Assert.Equal("TRUST-SIGN-2", RuleOf(() => SignedStatement.Verify([.. bytes, (byte)'\n'], "sandbox/terms/v1", _key.Public)));
        Assert.Equal("TRUST-SIGN-2", RuleOf(() => SignedStatement.Verify(Encoding.UTF8.GetBytes(statement.ToString().Replace(":true", ": true", StringComparison.Ordinal)), "sandbox/terms/v1", _key.Public)));
    }

    [Fact]
    public void Every_changed_byte_is_found()
    {
        var bytes = SignedStatement.Sign(_key, "sandbox/terms/v1", Terms()).ToBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            Assert.Throws<TrustException>(() => SignedStatement.Verify(bytes, "sandbox/terms/v1", _key.Public));
            bytes[i] ^= 1;
        }
    }

    [Fact]
    public void Another_purpose_or_signer_is_refused()
    {
        using var other = Suite.Sm.GenerateSigningKey();
        var bytes = SignedStatement.Sign(_key, "sandbox/terms/v1", Terms()).ToBytes();
        Assert.Equal("TRUST-SIGN-3", RuleOf(() => SignedStatement.Verify(bytes, "sandbox/permit/v1", _key.Public)));
        Assert.Equal("TRUST-SIGN-3", RuleOf(() => SignedStatement.Verify(bytes, "sandbox/terms/v1", other.Public)));
        Assert.Equal(_key.Public, SignedStatement.VerifyAnyOf(bytes, "sandbox/terms/v1", [other.Public, _key.Public]).Key);
        Assert.Equal("TRUST-SIGN-3", RuleOf(() => SignedStatement.VerifyAnyOf(bytes, "sandbox/terms/v1", [])));
    }

    [Theory]
    [InlineData("{\"a\":1.5}")]
    [InlineData("{\"a\":9007199254740992}")]
    [InlineData("{\"a\":1e3}")]
    public void Numbers_without_an_exact_form_are_refused(string json) => Assert.Throws<ArgumentException>(() => CanonicalJson.Serialize(JsonNode.Parse(json)));

    [Theory]
    [InlineData("{\"b\":1,\"a\":2}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{ }")]
    [InlineData("{\"a\":\"\\u0041\"}")]
    [InlineData("{\"a\":-0}")]
    [InlineData("{\"a\":\"\\/\"}")]
    [InlineData("\ufeff{}")]
    [InlineData("{}{}")]
    [InlineData("")]
    [InlineData("[1,]")]
    public void Other_spellings_do_not_parse(string json) => Assert.Null(CanonicalJson.ParseExact(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Members_are_sorted_by_code_units_and_controls_escaped_as_rfc_8785_has_it()
    {
        var value = JsonNode.Parse("{\"\\u20ac\":1,\"\\r\":2,\"\\ud83d\\ude00\":3,\"1\":4,\"\\u0080\":5,\"\\ufb33\":6,\"x\":\"\\u000f</script>\"}");
        Assert.Equal("{\"\\r\":2,\"1\":4,\"x\":\"\\u000f</script>\",\"\u0080\":5,\"€\":1,\"😀\":3,\"\ufb33\":6}", Encoding.UTF8.GetString(CanonicalJson.Serialize(value)));
    }
}
