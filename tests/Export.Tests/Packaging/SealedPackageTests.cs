using Sandbox.Export.Checks;
using Sandbox.Export.Packaging;
using Sandbox.Trust;

namespace Sandbox.Export.Tests.Packaging;

/// <summary>A package that is sealed to its recipient: nobody else opens it, and it is what the domain signed for that recipient.</summary>
public sealed class SealedPackageTests : IDisposable
{
    private readonly SigningKey _domain = Suite.Nist.GenerateSigningKey();
    private readonly EnvelopeKey _recipient = EnvelopeKey.Generate(Suite.Nist);
    private readonly EnvelopeKey _other = EnvelopeKey.Generate(Suite.Nist);

    [Fact]
    public void The_recipient_opens_it_and_finds_the_very_package()
    {
        var (package, bytes) = Sealed(RecipientKey.Of(_recipient).ToString());
        var genuine = Assert.IsType<Verification.Genuine>(SealedPackage.Open(bytes, _recipient, _domain.Public, null, out var opened));
        Assert.Equal(package, opened);
        Assert.Equal(RecipientKey.Of(_recipient).ToString(), genuine.Manifest.Recipient.Key);
        Assert.True(SealedPackage.Looks(bytes));
        Assert.False(SealedPackage.Looks(package));
        Assert.Equal(-1, bytes.AsSpan().IndexOf("delays"u8));
    }

    [Fact]
    public void Nobody_else_opens_it()
    {
        var (_, bytes) = Sealed(RecipientKey.Of(_recipient).ToString());
        Assert.Equal("sealed-key", Fault(bytes, _other));
        using var sm = EnvelopeKey.Generate(Suite.Sm);
        Assert.Equal("sealed-key", Fault(bytes, sm));
    }

    [Fact]
    public void Any_flipped_bit_and_any_missing_byte_is_found()
    {
        var (_, bytes) = Sealed(RecipientKey.Of(_recipient).ToString());
        // All of the head, then every seventh byte: each try costs a key agreement.
        foreach (var at in Enumerable.Range(0, Envelope.Overhead).Concat(Enumerable.Range(0, (bytes.Length - Envelope.Overhead) / 7).Select(step => Envelope.Overhead + (step * 7))))
        {
            bytes[at] ^= (byte)(1 << (at % 8));
            Assert.Equal("sealed-key", Fault(bytes, _recipient));
            bytes[at] ^= (byte)(1 << (at % 8));
        }

        for (var length = 0; length < bytes.Length; length += 501)
        {
            Assert.Equal("sealed-key", Fault(bytes[..length], _recipient));
        }
    }

    [Fact]
    public void What_was_made_for_another_is_no_delivery_even_when_it_is_sealed_to_oneself()
    {
        var (package, _) = Sealed(RecipientKey.Of(_recipient).ToString());
        Assert.Equal("sealed-recipient", Fault(SealedPackage.Seal(RecipientKey.Of(_other), package), _other));

        // Nor is one that was released in clear.
        var (clear, _) = Sealed(null);
        Assert.Equal("sealed-recipient", Fault(SealedPackage.Seal(RecipientKey.Of(_other), clear), _other));
    }

    [Fact]
    public void What_is_inside_is_verified_like_any_package()
    {
        var (package, _) = Sealed(RecipientKey.Of(_recipient).ToString());
        package[^600] ^= 1;
        var fault = Fault(SealedPackage.Seal(RecipientKey.Of(_recipient), package), _recipient);
        Assert.DoesNotContain("sealed", fault, StringComparison.Ordinal);
        Assert.IsType<Verification.NotGenuine>(SealedPackage.Open(SealedPackage.Seal(RecipientKey.Of(_recipient), "SBEV"u8), _recipient, _domain.Public, null, out var opened));
        Assert.Null(opened);
    }

    [Fact]
    public void The_key_is_part_of_what_is_voted_on()
    {
        var suite = Suite.Nist;
        string Digest(string? key)
        {
            var export = Sample.Case() with { Recipient = Sample.Case().Recipient with { Key = key } };
            return ReleaseContent.Render(suite, export, ExportChecker.Check(export)).Digest;
        }

        Assert.Distinct([Digest(null), Digest(RecipientKey.Of(_recipient).ToString()), Digest(RecipientKey.Of(_other).ToString())]);
    }

    public void Dispose()
    {
        _domain.Dispose();
        _recipient.Dispose();
        _other.Dispose();
    }

    private string Fault(byte[] bytes, EnvelopeKey own)
    {
        var found = Assert.IsType<Verification.NotGenuine>(SealedPackage.Open(bytes, own, _domain.Public, null, out var opened));
        Assert.Null(opened);
        return found.Fault.Rule;
    }

    private (byte[] Package, byte[] Sealed) Sealed(string? key)
    {
        var sample = Sample.Case();
        var export = sample with { Recipient = sample.Recipient with { Key = key } };
        var built = Assert.IsType<ReleaseResult.Built>(ReleaseBuilder.Build(Sample.Release(Suite.Nist, export), _domain));
        return (built.Package, SealedPackage.Seal(RecipientKey.Of(_recipient), built.Package));
    }
}
