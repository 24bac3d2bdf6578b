using System.Security.Cryptography;

namespace Sandbox.Trust.Tests;

/// <summary>The direct functions against the platform's, at every length that they take.</summary>
public sealed class Sha256FastTests
{
    [Fact]
    public void Every_length_agrees_with_the_platform()
    {
        Assert.True(Sha256Fast.IsTrusted);
        var data = RandomNumberGenerator.GetBytes(Sha256Fast.Longest);
        var hash = new byte[Suite.HashLength];
        for (var length = 0; length <= data.Length; length++)
        {
            Sha256Fast.Hash(data.AsSpan(0, length), hash);
            Assert.Equal(SHA256.HashData(data.AsSpan(0, length)), hash);
        }
    }

    [Fact]
    public void Longer_messages_and_other_places_are_for_the_platform()
    {
        var data = RandomNumberGenerator.GetBytes(Sha256Fast.Longest + 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => Sha256Fast.Hash(data, new byte[Suite.HashLength]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sha256Fast.Hash([], new byte[31]));
        Assert.Equal(SHA256.HashData(data), Suite.Nist.Hash(data));
    }

    [Fact]
    public void Many_threads_do_not_disturb_one_another()
    {
        Parallel.For(0, 2000, i =>
        {
            var data = BitConverter.GetBytes(i);
            Assert.Equal(SHA256.HashData(data), Suite.Nist.Hash(data));
        });
    }
}
