using System.Reflection;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace Sandbox.Trust.Tests;

public sealed class LaneHmacTests
{
    [Fact]
    public void Sm3_codes_in_lanes_of_every_width_are_those_of_the_library() => Agree<Sm3Lanes>(Suite.Sm, new SM3Digest(), 60_000);

    [Fact]
    public void Sha256_codes_in_lanes_of_every_width_are_those_of_the_library() => Agree<Sha256Lanes>(Suite.Nist, new Sha256Digest(), 60_000);

    [Fact]
    [Trait("Category", "Long")]
    public void A_million_sm3_codes_are_those_of_the_library() => Agree<Sm3Lanes>(Suite.Sm, new SM3Digest(), 1_000_000);

    [Fact]
    [Trait("Category", "Long")]
    public void A_million_sha256_codes_are_those_of_the_library() => Agree<Sha256Lanes>(Suite.Nist, new Sha256Digest(), 1_000_000);

    [Theory]
    [InlineData("sm")]
    [InlineData("nist")]
    public void Every_length_beside_every_other_gives_the_code_of_one_message_alone(string suite)
    {
        foreach (var keyLength in (int[])[0, 1, 16, 32, 63, 64, 65, 200])
        {
            using var hash = Suite.ByName(suite).CreateKeyedHash(RandomNumberGenerator.GetBytes(keyLength));
            var (messages, ends) = Messages([.. Enumerable.Range(0, 261), 1000, 0, 100_003, 5, 18, 18, 18], 7);
            for (var count = 0; count <= ends.Length; count += count < 40 ? 1 : 57)
            {
                var codes = new byte[count * Suite.HashLength];
                hash.Compute(messages, ends.AsSpan(0, count), codes);
                for (var i = 0; i < count; i++)
                {
                    var alone = new byte[Suite.HashLength];
                    hash.Compute(messages.AsSpan((i == 0 ? 0 : ends[i - 1])..ends[i]), alone);
                    Assert.True(codes.AsSpan(i * Suite.HashLength, Suite.HashLength).SequenceEqual(alone), $"key {keyLength}, {count} messages, message {i}");
                }
            }
        }
    }

    [Theory]
    [InlineData("sm")]
    [InlineData("nist")]
    public void Many_threads_may_use_one_key_at_once(string suite)
    {
        using var hash = Suite.ByName(suite).CreateKeyedHash("a key"u8);
        var (messages, ends) = Messages([.. Enumerable.Repeat(18, 500)], 3);
        var expected = new byte[500 * Suite.HashLength];
        hash.Compute(messages, ends, expected);
        Parallel.For(0, 64, _ =>
        {
            var codes = new byte[expected.Length];
            hash.Compute(messages, ends, codes);
            Assert.Equal(expected, codes);
        });
    }

    [Theory]
    [InlineData("sm")]
    [InlineData("nist")]
    public void A_disposed_key_is_zeroed_and_refuses(string suite)
    {
        var hash = Suite.ByName(suite).CreateKeyedHash("a key"u8);
        var lanes = hash.GetType().GetField("_lanes", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(hash)!;
        var states = (uint[])lanes.GetType().GetField("_states", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(lanes)!;
        Assert.Equal(16, states.Count(word => word != 0));
        hash.Dispose();
        Assert.All(states, word => Assert.Equal(0u, word));
        Assert.Throws<ObjectDisposedException>(() => hash.Compute("x"u8, [1], new byte[32]));
    }

    [Fact]
    public void Ends_that_do_not_fit_the_messages_are_an_error_and_never_read_beyond()
    {
        using var hash = Suite.Sm.CreateKeyedHash("a key"u8);
        Assert.ThrowsAny<ArgumentException>(() => hash.Compute("abc"u8, [4], new byte[32]));
        Assert.ThrowsAny<ArgumentException>(() => hash.Compute("abc"u8, [3, 2], new byte[64]));
        Assert.ThrowsAny<ArgumentException>(() => hash.Compute("abc"u8, [1, 2, 3], new byte[95]));
    }

    private static void Agree<THash>(Suite suite, IDigest digest, int count)
        where THash : ILaneHash
    {
        var key = RandomNumberGenerator.GetBytes(suite.KeyLength);
        var library = new HMac(digest);
        library.Init(new KeyParameter(key));
        using var hash = suite.CreateKeyedHash(key);
        using var lanes = new LaneHmac<THash>(key);
        const int batch = 1000;
        var lengths = new int[batch];
        var (used, eight, sixteen, expected) = (new byte[batch * 32], new byte[batch * 32], new byte[batch * 32], new byte[32]);
        for (var done = 0; done < count; done += batch)
        {
            for (var i = 0; i < batch; i++)
            {
                // Mostly one block, every length up to four, now and then a long one.
                var at = done + i;
                lengths[i] = at % 100 == 99 ? at / 100 % 3000 : at % 2 == 0 ? at / 2 % 64 : at / 2 % 257;
            }

            var (messages, ends) = Messages(lengths, done);
            hash.Compute(messages, ends, used);
            lanes.ComputeIn<Lanes8, Vector256<uint>>(messages, ends, eight);
            lanes.ComputeIn<Lanes16, Vector512<uint>>(messages, ends, sixteen);
            for (var i = 0; i < batch; i++)
            {
                library.BlockUpdate(messages, i == 0 ? 0 : ends[i - 1], lengths[i]);
                library.DoFinal(expected, 0);
                var here = (i * 32)..((i + 1) * 32);
                Assert.True(expected.AsSpan().SequenceEqual(used.AsSpan(here)) && expected.AsSpan().SequenceEqual(eight.AsSpan(here)) && expected.AsSpan().SequenceEqual(sixteen.AsSpan(here)), $"length {lengths[i]}");
            }
        }
    }

    private static (byte[] Messages, int[] Ends) Messages(int[] lengths, int seed)
    {
        var messages = new byte[lengths.Sum()];
        new Random(seed).NextBytes(messages);
        var ends = new int[lengths.Length];
        for (var (i, end) = (0, 0); i < lengths.Length; i++)
        {
            ends[i] = end += lengths[i];
        }

        return (messages, ends);
    }
}
