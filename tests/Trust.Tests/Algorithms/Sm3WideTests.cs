using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;

namespace Sandbox.Trust.Tests;

public sealed class Sm3WideTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(54)]
    [InlineData(55)]
    [InlineData(56)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(4096)]
    public void Many_pieces_at_once_agree_with_the_library(int length)
    {
        var data = RandomNumberGenerator.GetBytes(37 * length);
        var hashes = new byte[37 * Suite.HashLength];
        Suite.Sm.HashPieces(7, data, length, hashes);
        for (var i = 0; i < 37; i++)
        {
            var library = new SM3Digest();
            library.Update(7);
            library.BlockUpdate(data, i * length, length);
            var expected = new byte[32];
            library.DoFinal(expected, 0);
            Assert.Equal(expected, hashes[(i * 32)..((i + 1) * 32)]);
        }
    }
}
