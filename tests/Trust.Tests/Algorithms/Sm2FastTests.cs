using System.Security.Cryptography;

namespace Sandbox.Trust.Tests;

/// <summary>libcrypto and the managed arithmetic take each other's place.</summary>
public sealed class Sm2FastTests
{
    [Fact]
    public void The_system_library_passes_its_self_test_here()
    {
        Assert.True(Sm2Fast.IsTrusted);
        Assert.Equal("libcrypto", Suite.Sm.SignatureEngine);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_signed_here_holds_both_ways(bool verifying)
    {
        using var scalar = Suite.Sm.GenerateScalar();
        using var signer = new Sm2Signer(scalar.Bytes);
        var verifier = new Sm2Verifier(signer.PublicPoint, verifying);
        for (var i = 0; i < 8; i++)
        {
            var message = RandomNumberGenerator.GetBytes(i * 37);
            var signature = signer.Sign(message);
            Assert.True(verifier.Verify(message, signature));
            Assert.False(verifier.Verify([.. message, 0], signature));
            for (var bit = i; bit < 512; bit += 31)
            {
                signature[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(verifier.Verify(message, signature));
                signature[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Degenerate_signatures_are_refused(bool fast)
    {
        using var scalar = Suite.Sm.GenerateScalar();
        using var signer = new Sm2Signer(scalar.Bytes);
        var verifier = new Sm2Verifier(signer.PublicPoint, fast);
        var order = Convert.FromHexString("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123");
        var one = new byte[32];
        one[31] = 1;
        var right = signer.Sign("m"u8);
        foreach (var (r, s) in new[] { (new byte[32], one), (one, new byte[32]), (order, one), (one, order), (right[..32], order), (new byte[32], right[32..]), (Filled(), Filled()) })
        {
            Assert.False(verifier.Verify("m"u8, [.. r, .. s]));
        }

        Assert.False(verifier.Verify("m"u8, right.AsSpan(0, 63)));
        Assert.False(verifier.Verify("m"u8, [.. right, 0]));
    }

    [Fact]
    public void A_disposed_key_signs_nothing()
    {
        using var scalar = Suite.Sm.GenerateScalar();
        var signer = new Sm2Signer(scalar.Bytes);
        signer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => signer.Sign("m"u8));
    }

    [Fact]
    public void Many_threads_share_a_key()
    {
        using var scalar = Suite.Sm.GenerateScalar();
        using var signer = new Sm2Signer(scalar.Bytes);
        var verifier = new Sm2Verifier(signer.PublicPoint, fast: true);
        Parallel.For(0, 64, i =>
        {
            byte[] message = [(byte)i];
            Assert.True(verifier.Verify(message, signer.Sign(message)));
        });
    }

    private static byte[] Filled()
    {
        var bytes = new byte[32];
        bytes.AsSpan().Fill(0xff);
        return bytes;
    }
}
