using System.Numerics;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;

namespace Sandbox.Trust.Tests;

/// <summary>Both ways of compressing against one another and against the library.</summary>
public sealed class Sm3Tests
{
    [Fact]
    public void The_round_constants_are_those_of_the_standard()
    {
        for (var j = 0; j < 64; j++)
        {
            Assert.Equal(BitOperations.RotateLeft(j < 16 ? 0x79cc4519u : 0x7a879d8au, j % 32), Sm3.RoundConstants[j]);
        }
    }

    [Fact]
    public void Every_length_over_several_blocks_agrees_with_the_library()
    {
        var data = RandomNumberGenerator.GetBytes(1 << 20);
        foreach (var length in Enumerable.Range(0, 520).Append(4096).Append(65537).Append(1 << 20))
        {
            var library = new SM3Digest();
            library.BlockUpdate(data, 0, length);
            var expected = new byte[32];
            library.DoFinal(expected, 0);
            Assert.Equal(expected, Suite.Sm.Hash(data.AsSpan(0, length)));
        }
    }

    [Fact]
    public void The_scheduled_and_the_portable_compression_agree_from_any_state()
    {
        Assert.Equal(System.Runtime.Intrinsics.X86.Ssse3.IsSupported, Sm3Scheduled.IsSupported);
        if (!Sm3Scheduled.IsSupported)
        {
            return;
        }

        for (var i = 0; i < 2000; i++)
        {
            var blocks = i switch { 0 => new byte[64], 1 => Filled(0xff), _ => RandomNumberGenerator.GetBytes(64 * (1 + i % 5)) };
            var (one, other) = (Sm3State.Initial, Sm3State.Initial);
            for (var word = 0; word < 8 && i > 1; word++)
            {
                one[word] = other[word] = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
            }

            Sm3Scheduled.Compress(ref one, blocks);
            Sm3.CompressPortable(ref other, blocks);
            Assert.Equal(((ReadOnlySpan<uint>)other).ToArray(), ((ReadOnlySpan<uint>)one).ToArray());
        }
    }

    private static byte[] Filled(byte value)
    {
        var bytes = new byte[128];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
