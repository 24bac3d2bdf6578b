using System.Text;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Policy.Tests.Disclosure;

public sealed class OpeningPermitTests
{
    private static readonly OpeningPermit Permit = new("round-7", new string('a', 64), new string('b', 64), 3, 12);

    [Fact]
    public void The_canonical_form_is_fixed()
    {
        var expected = "{\"cells\":12,\"contributors\":3,\"round\":\"round-7\",\"sum\":\"" + new string('b', 64) + "\",\"terms\":\"" + new string('a', 64) + "\"}";
        Assert.Equal(expected, Encoding.UTF8.GetString(Permit.CanonicalBytes()));
        Assert.Equal(Permit, OpeningPermit.FromUntrusted(Permit.CanonicalBytes()));
    }

    [Fact]
    public void Every_change_of_a_byte_is_another_permit_or_none()
    {
        var bytes = Permit.CanonicalBytes();
        for (var at = 0; at < bytes.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = (byte[])bytes.Clone();
                changed[at] ^= (byte)(1 << bit);
                Assert.NotEqual(Permit, OpeningPermit.FromUntrusted(changed));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"cells\":12}")]
    [InlineData("{\"cells\":\"x\",\"contributors\":3,\"round\":\"r\",\"sum\":\"b\",\"terms\":\"a\"}")]
    public void Anything_else_is_no_permit(string text) => Assert.Null(OpeningPermit.FromUntrusted(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Blanks_and_repeated_names_are_refused()
    {
        var text = Encoding.UTF8.GetString(Permit.CanonicalBytes());
        Assert.Null(OpeningPermit.FromUntrusted(Encoding.UTF8.GetBytes(text + " ")));
        Assert.Null(OpeningPermit.FromUntrusted(Encoding.UTF8.GetBytes(text.Replace("\"cells\":12", "\"cells\":12,\"cells\":12", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_permit_names_everything()
    {
        Assert.Null(Permit.Problem);
        Assert.NotNull((Permit with { RoundId = " " }).Problem);
        Assert.NotNull((Permit with { SumDigest = "B" }).Problem);
        Assert.NotNull((Permit with { TermsDigest = new string('A', 64) }).Problem);
        Assert.NotNull((Permit with { Contributors = 0 }).Problem);
        Assert.NotNull((Permit with { Cells = 0 }).Problem);
    }
}
