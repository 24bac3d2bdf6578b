using System.Security.Cryptography;

namespace Sandbox.Trust.Tests;

public sealed class Ff1Tests
{
    private const string Alphanumeric = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>NIST's FF1 samples 1, 2, 3 and 9; GmSSL's with SM4 (a card, a telephone); its identity number as the standard has it, computed with openssl's SM4: GmSSL pads by a whole block there, where SP 800-38G pads by nothing.</summary>
    [Theory]
    [InlineData("AES", 10, "2B7E151628AED2A6ABF7158809CF4F3C", "", "0123456789", "2433477484")]
    [InlineData("AES", 10, "2B7E151628AED2A6ABF7158809CF4F3C", "39383736353433323130", "0123456789", "6124200773")]
    [InlineData("AES", 36, "2B7E151628AED2A6ABF7158809CF4F3C", "3737373770717273373737", "0123456789abcdefghi", "a9tv40mll9kdu509eum")]
    [InlineData("AES", 36, "2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94", "3737373770717273373737", "0123456789abcdefghi", "xs8a0azh2avyalyzuwd")]
    [InlineData("SM4", 10, "2B7E151628AED2A6ABF7158809CF4F3C", "39383736353433323130", "6226090102675688", "2326982895499381")]
    [InlineData("SM4", 10, "2B7E151628AED2A6ABF7158809CF4F3C", "3738393670717273747576", "110107197203192876", "397051912551809628")]
    [InlineData("SM4", 10, "2B7E151628AED2A6ABF7158809CF4F3C", "", "13687260594", "37914960556")]
    public void The_published_samples_come_out(string cipher, int radix, string key, string tweak, string plain, string text)
    {
        var (k, t, alphabet) = (Convert.FromHexString(key), Convert.FromHexString(tweak), Alphanumeric[..radix]);
        Assert.Equal(text, BareAlgorithms.Ff1Encrypt(cipher, k, t, alphabet, plain));
        Assert.Equal(plain, BareAlgorithms.Ff1Decrypt(cipher, k, t, alphabet, text));
    }

    [Theory]
    [InlineData("sm")]
    [InlineData("nist")]
    public void Every_length_and_radix_comes_back_and_stays_within_its_radix(string name)
    {
        var suite = Suite.ByName(name);
        using var ff1 = new Ff1(suite, RandomNumberGenerator.GetBytes(suite.KeyLength));
        foreach (var radix in new[] { 2, 3, 10, 26, 36, 256, 65535, 65536 })
        {
            foreach (var length in new[] { 2, 5, 6, 7, 18, 19, 20, 21, 40, 57, 128, 255, 260 }.Where(length => Math.Pow(radix, length) >= Ff1.SmallestDomain))
            {
                var tweak = RandomNumberGenerator.GetBytes(length % 34);
                foreach (var plain in new[] { new ushort[length], [.. Enumerable.Repeat((ushort)(radix - 1), length)], [.. Enumerable.Range(0, length).Select(_ => (ushort)RandomNumberGenerator.GetInt32(radix))] })
                {
                    var digits = (ushort[])plain.Clone();
                    ff1.Encrypt(radix, tweak, digits);
                    Assert.All(digits, digit => Assert.True(digit < radix));
                    ff1.Decrypt(radix, tweak, digits);
                    Assert.Equal(plain, digits);
                }
            }
        }
    }

    /// <summary>On the smallest domain every value has its own image: a permutation, and another one under another tweak.</summary>
    [Fact]
    public void It_is_a_permutation()
    {
        using var ff1 = new Ff1(Suite.Sm, new byte[16]);
        var seen = new HashSet<int>();
        var same = 0;
        for (var value = 0; value < 20_000; value++)
        {
            var (one, other) = (Digits(value), Digits(value));
            ff1.Encrypt(10, [], one);
            ff1.Encrypt(10, [1], other);
            Assert.True(seen.Add(Number(one)));
            same += one.AsSpan().SequenceEqual(other) ? 1 : 0;
        }

        Assert.True(same < 5);
    }

    [Fact]
    public void Domains_that_are_too_small_digits_that_are_none_and_wrong_keys_are_refused()
    {
        using var ff1 = new Ff1(Suite.Nist, new byte[32]);
        Assert.Throws<ArgumentException>(() => ff1.Encrypt(10, [], new ushort[5]));
        Assert.Throws<ArgumentException>(() => ff1.Encrypt(2, [], new ushort[19]));
        ff1.Encrypt(2, [], new ushort[20]);
        Assert.Throws<ArgumentException>(() => ff1.Encrypt(10, [], [1, 2, 3, 4, 5, 10]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ff1.Encrypt(10, [], new ushort[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ff1.Encrypt(10, [], new ushort[1025]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ff1.Encrypt(1, [], new ushort[30]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ff1.Encrypt(65537, [], new ushort[30]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ff1.Encrypt(10, new byte[257], new ushort[30]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Ff1(Suite.Sm, new byte[32]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Ff1(Suite.Nist, new byte[16]));
    }

    private static ushort[] Digits(int value) => [.. value.ToString("D6", System.Globalization.CultureInfo.InvariantCulture).Select(c => (ushort)(c - '0'))];

    private static int Number(ushort[] digits) => digits.Aggregate(0, (sum, digit) => sum * 10 + digit);
}
