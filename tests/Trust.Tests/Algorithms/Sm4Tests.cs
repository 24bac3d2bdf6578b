using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace Sandbox.Trust.Tests;

/// <summary>Every instruction path against the library.</summary>
public sealed class Sm4Tests
{
    public static TheoryData<string> Paths => [.. Sm4.Supported.Select(p => p.ToString())];

    [Fact]
    public void This_machine_tests_at_least_the_portable_path() => Assert.Contains(Sm4Path.Portable, Sm4.Supported);

    [Theory]
    [MemberData(nameof(Paths))]
    public void Blocks_agree_with_the_library(string path)
    {
        var random = RandomNumberGenerator.GetBytes(16);
        using var cipher = new Sm4(random, Enum.Parse<Sm4Path>(path));
        var engine = new SM4Engine();
        engine.Init(true, new KeyParameter(random));
        foreach (var count in new[] { 1, 2, 7, 8, 9, 40, 300 })
        {
            var blocks = RandomNumberGenerator.GetBytes(16 * count);
            var expected = new byte[blocks.Length];
            for (var at = 0; at < blocks.Length; at += 16)
            {
                engine.ProcessBlock(blocks, at, expected, at);
            }

            cipher.Encrypt(blocks);
            Assert.Equal(expected, blocks);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Authenticated_encryption_agrees_with_the_library(string path)
    {
        var key = RandomNumberGenerator.GetBytes(16);
        foreach (var hardware in new[] { true, false })
        {
            using var own = new Gcm(new Sm4(key, Enum.Parse<Sm4Path>(path)), hardware);
            using var library = new Sm4LibraryGcm(key);
            foreach (var length in new[] { 0, 1, 15, 16, 17, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1024, 16383, 16384, 16385, 40000 })
            {
                var (plain, nonce) = (RandomNumberGenerator.GetBytes(length), RandomNumberGenerator.GetBytes(12 + (length % 3 == 0 ? 0 : length % 40)));
                var associated = RandomNumberGenerator.GetBytes(length % 300);
                var (cipher, tag, cipher2, tag2, back) = (new byte[length], new byte[16], new byte[length], new byte[16], new byte[length]);
                own.Seal(nonce, plain, associated, cipher, tag);
                library.Seal(nonce, plain, associated, cipher2, tag2);
                Assert.Equal(Convert.ToHexString(cipher2), Convert.ToHexString(cipher));
                Assert.Equal(tag2, tag);
                Assert.True(own.Open(nonce, cipher, tag, associated, back));
                Assert.Equal(plain, back);
                own.Seal(nonce, plain, associated, plain, tag);
                Assert.Equal(cipher, plain);
                tag[length % 16] ^= 0x40;
                Assert.False(own.Open(nonce, cipher, tag, associated, back));
                Assert.All(back, b => Assert.Equal(0, b));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void The_counter_wraps_within_its_last_word(string path)
    {
        var key = RandomNumberGenerator.GetBytes(16);
        var block = RandomNumberGenerator.GetBytes(16);
        for (var low = 0; low < 40; low += 13)
        {
            new byte[] { 0xff, 0xff, 0xff, (byte)(0xff - low) }.CopyTo(block, 12);
            var (own, portable) = (new byte[2048], new byte[2048]);
            using (var cipher = new Sm4(key, Enum.Parse<Sm4Path>(path)))
            {
                cipher.Counter(block, own, own);
            }

            using var engine = new Sm4(key, Sm4Path.Portable);
            var counter = (byte[])block.Clone();
            for (var at = 0; at < portable.Length; at += 16)
            {
                counter.CopyTo(portable, at);
                CounterBlock.Add(counter, 1);
            }

            engine.Encrypt(portable);
            Assert.Equal(portable, own);
        }
    }

    [Fact]
    public void A_million_rounds_of_the_standard_give_its_second_example()
    {
        var block = Convert.FromHexString("0123456789abcdeffedcba9876543210");
        using var cipher = new Sm4(block);
        for (var i = 0; i < 1_000_000; i++)
        {
            cipher.Encrypt(block);
        }

        Assert.Equal("595298c7c6fd271f0402f804c33d3f66", Convert.ToHexStringLower(block));
    }
}
