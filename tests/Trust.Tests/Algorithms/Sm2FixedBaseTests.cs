using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using LibraryInteger = Org.BouncyCastle.Math.BigInteger;

namespace Sandbox.Trust.Tests;

/// <summary>The own arithmetic of SM2 signatures against whole numbers, against the managed library's curve, and the standard's example.</summary>
public sealed class Sm2FixedBaseTests
{
    private static readonly BigInteger P = BigInteger.Parse("0fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff", System.Globalization.NumberStyles.HexNumber, null);
    private static readonly BigInteger N = BigInteger.Parse("0fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123", System.Globalization.NumberStyles.HexNumber, null);

    /// <summary>GB/T 32918.5-2017, annex A: with the example's one-time number the example's signature comes out.</summary>
    [Fact]
    public void The_standards_example_comes_out()
    {
        var known = KnownAnswer.Sm;
        var scalar = Convert.FromHexString(known.Scalar);
        Assert.Equal(known.Point, Convert.ToHexStringLower(Sm2FixedBase.PublicPoint(scalar)));
        var point = Sm2.Recommended.Curve.Curve.DecodePoint([4, .. Convert.FromHexString(known.Point)]);
        var digest = new Sm2Digest(Convert.FromHexString(known.Point)).Of(Encoding.ASCII.GetBytes(known.Message));
        Assert.Equal(Sm2.Recommended.Digest(Sm3.Hash, "1234567812345678", point, Encoding.ASCII.GetBytes(known.Message)), new LibraryInteger(1, digest));
        using var prepared = Sm2FixedBase.Prepare(scalar);
        var signature = Sm2FixedBase.TrySign(prepared, digest, OneTime("59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21"))!;
        Assert.Equal(known.Signature, Convert.ToHexStringLower(signature));
    }

    private static List<string> Numbers()
    {
        var numbers = new List<string>();
        var random = new Random(20_261_129);
        var edges = new List<BigInteger> { 1, 2, 3, 15, 16, 17, 255, 256, N - 1, N - 2, N - 3, N >> 1, (N >> 1) + 1, (BigInteger.One << 128) - 1, BigInteger.One << 128, BigInteger.One << 252, (BigInteger.One << 255) + 1 };
        for (var window = 0; window < 43; window++)
        {
            // Digits at their ends, and where the one below borrows.
            foreach (var digit in new[] { 1, 31, 32, 33, 63 })
            {
                edges.Add(((new BigInteger(digit) << (6 * window)) % (N - 1)) + (window == 0 ? 0 : 1));
            }
        }

        foreach (var edge in edges)
        {
            numbers.Add(Hex(edge));
        }

        for (var i = 0; i < 64; i++)
        {
            var bytes = new byte[32];
            random.NextBytes(bytes);
            numbers.Add(Hex((new BigInteger(bytes, isUnsigned: true) % (N - 1)) + 1));
        }

        return numbers;
    }

    [Fact]
    public void Multiples_of_the_base_point_are_those_of_the_library()
    {
        foreach (var hex in Numbers())
        {
            var (x, y) = Sm2FixedBase.Multiply(Words.Read(Convert.FromHexString(hex)));
            var expected = Sm2.Coordinates(Sm2.Recommended.Curve.G.Multiply(new LibraryInteger(hex, 16)));
            Assert.Equal((hex, Convert.ToHexStringLower(expected)), (hex, Hex(Number(x)) + Hex(Number(y))));
        }
    }

    [Fact]
    public void Digits_add_up_to_the_number_and_both_ways_pick_the_same_point()
    {
        foreach (var hex in Numbers())
        {
            var k = Words.Read(Convert.FromHexString(hex));
            var sum = BigInteger.Zero;
            for (var window = 42; window >= 0; window--)
            {
                var (size, negative) = Sm2FixedBase.Digit(k, window);
                Assert.InRange(size, 0UL, 32UL);
                Assert.True(negative is 0 or ulong.MaxValue);
                sum = (sum * 64) + (negative == 0 ? size : -(BigInteger)size);
            }

            Assert.Equal(Number(k), sum);
        }

        for (var window = 0; window < 43; window += 7)
        {
            for (var digit = 0UL; digit <= 32; digit++)
            {
                var row = Sm2FixedBase.Row(window);
                var picked = digit == 0 ? (default, default) : (row[((int)digit - 1) * 2], row[(((int)digit - 1) * 2) + 1]);
                Assert.Equal(picked, Sm2FixedBase.Pick(in row[0], digit));
                Assert.Equal(picked, Sm2FixedBase.PickWide(in row[0], digit));
            }
        }
    }

    [Fact]
    public void Arithmetic_modulo_both_numbers_is_that_of_whole_numbers()
    {
        Compare<Sm2Prime>(P);
        Compare<Sm2Order>(N);
    }

    /// <summary>Out of range, or a signature that would give the key away: never given out.</summary>
    [Fact]
    public void Numbers_out_of_range_and_degenerate_ones_are_drawn_again()
    {
        using var scalar = Suite.Sm.GenerateScalar();
        using var prepared = Sm2FixedBase.Prepare(scalar.Bytes);
        var digest = RandomNumberGenerator.GetBytes(32);
        foreach (var number in new[] { BigInteger.Zero, N, N + 1, (BigInteger.One << 256) - 1 })
        {
            Assert.False(Sm2FixedBase.TryMultiply([.. Convert.FromHexString(Hex(number)), .. new byte[32]]));
        }

        // r = 0, and r + k = n: digests made so on purpose.
        var k = new BigInteger(RandomNumberGenerator.GetBytes(31), isUnsigned: true) + 1;
        var (x, _) = Sm2FixedBase.Multiply(Words.Read(Convert.FromHexString(Hex(k))));
        foreach (var digestOf in new[] { N - (Number(x) % N), ((2 * N) - k - (Number(x) % N)) % N })
        {
            Assert.Null(Sm2FixedBase.TrySign(prepared, Convert.FromHexString(Hex(digestOf)), OneTime(Hex(k))));
        }

        Assert.NotNull(Sm2FixedBase.TrySign(prepared, digest, OneTime(Hex(k))));
    }

    private static Secret OneTime(string number) => Secret.Fill(64, target =>
    {
        Convert.FromHexString(number).CopyTo(target);
        Assert.True(Sm2FixedBase.TryMultiply(target));
    });

    /// <summary>A signature begun ahead is one of the key like any other, and there is no second one from it: two with one number would give the key away.</summary>
    [Theory]
    [InlineData("nist")]
    [InlineData("sm")]
    public void A_signature_that_was_begun_is_given_once(string name)
    {
        var suite = name == "sm" ? Suite.Sm : Suite.Nist;
        using var key = suite.GenerateSigningKey();
        byte[] payload = [1, 2, 3];
        var signatures = new List<string>();
        for (var i = 0; i < 32; i++)
        {
            using var prepared = key.Prepare();
            var signature = prepared.Sign("sandbox/test/v1", payload);
            Assert.True(key.Public.Verify("sandbox/test/v1", payload, signature));
            Assert.False(key.Public.Verify("sandbox/other/v1", payload, signature));
            Assert.Throws<ObjectDisposedException>(() => prepared.Sign("sandbox/test/v1", payload));
            signatures.Add(Convert.ToHexString(signature));
        }

        Assert.Distinct(signatures);
        using var unused = key.Prepare();
        unused.Dispose();
        Assert.Throws<ObjectDisposedException>(() => unused.Sign("sandbox/test/v1", payload));
    }

    /// <summary>However many ask at once, one gets it.</summary>
    [Fact]
    public void A_signature_that_was_begun_is_given_to_one_of_many()
    {
        using var key = Suite.Sm.GenerateSigningKey();
        for (var i = 0; i < 50; i++)
        {
            using var prepared = key.Prepare();
            var given = 0;
            Parallel.For(0, 8, asked =>
            {
                try
                {
                    prepared.Sign("sandbox/test/v1", [(byte)asked]);
                    Interlocked.Increment(ref given);
                }
                catch (ObjectDisposedException)
                {
                    // Another was first.
                }
            });
            Assert.Equal(1, given);
        }
    }

    [Fact]
    public void Private_keys_lie_between_one_and_the_order_less_two()
    {
        foreach (var (number, right) in new[] { (BigInteger.Zero, false), (1, true), (N - 2, true), (N - 1, false), (N, false), ((BigInteger.One << 256) - 1, false) })
        {
            Assert.Equal(right, Sm2FixedBase.IsPrivateKey(Convert.FromHexString(Hex(number))));
        }

        Assert.False(Sm2FixedBase.IsPrivateKey(new byte[31]));
    }

    /// <summary>On the curve with both coordinates below p, or no public key; the library decides the same.</summary>
    [Fact]
    public void Only_points_of_the_curve_are_points()
    {
        var right = Convert.FromHexString(KnownAnswer.Sm.Point);
        Assert.True(Sm2Point.IsOnCurve(right));
        Assert.False(Sm2Point.IsOnCurve(right.AsSpan(1)));
        Assert.False(Sm2Point.IsOnCurve(new byte[64]));
        for (var bit = 0; bit < 512; bit++)
        {
            right[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Sm2Point.IsOnCurve(right));
            right[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        // (0, √b) lies on the curve; (p, √b) is the same point in a form that is refused.
        var b = Number(new Words(0xddbcbd414d940e93, 0xf39789f515ab8f92, 0x4d5a9e4bcf6509a7, 0x28e9fa9e9d9f5e34));
        var root = Hex(BigInteger.ModPow(b, (P + 1) / 4, P));
        Assert.True(Sm2Point.IsOnCurve(Convert.FromHexString(Hex(0) + root)));
        Assert.False(Sm2Point.IsOnCurve(Convert.FromHexString(Hex(P) + root)));
    }

    private static void Compare<M>(BigInteger modulus)
        where M : struct, IModulus
    {
        var random = new Random(7);
        var values = new List<BigInteger> { 0, 1, 2, modulus - 1, modulus - 2, modulus >> 1, BigInteger.One << 64, (BigInteger.One << 192) - 1, ulong.MaxValue };
        while (values.Count < 60)
        {
            var bytes = new byte[32];
            random.NextBytes(bytes);
            values.Add(new BigInteger(bytes, isUnsigned: true) % modulus);
        }

        var radix = BigInteger.One << 256;
        var back = BigInteger.ModPow(radix % modulus, modulus - 2, modulus);
        foreach (var a in values)
        {
            var wa = Words.Read(Convert.FromHexString(Hex(a)));
            Assert.Equal(wa, Residue<M>.Leave(Residue<M>.Enter(wa)));
            Assert.Equal(BigInteger.ModPow(a, modulus - 2, modulus), Number(Residue<M>.Leave(Residue<M>.Invert(Residue<M>.Enter(wa)))));
            foreach (var b in values)
            {
                var wb = Words.Read(Convert.FromHexString(Hex(b)));
                Assert.Equal((a + b) % modulus, Number(Residue<M>.Add(wa, wb)));
                Assert.Equal((a - b + modulus) % modulus, Number(Residue<M>.Subtract(wa, wb)));
                Assert.Equal(a * b * back % modulus, Number(Residue<M>.Multiply(wa, wb)));
            }
        }

        foreach (var number in new[] { BigInteger.Zero, modulus - 1, modulus, modulus + 1, radix - 1 })
        {
            var words = Words.Read(Convert.FromHexString(Hex(number)));
            Assert.Equal(number % modulus, Number(Residue<M>.Reduce(words)));
            Assert.Equal(number < modulus ? ulong.MaxValue : 0, Residue<M>.IsBelow(words));
            Assert.Equal(number.IsZero ? ulong.MaxValue : 0, Residue<M>.IsZero(words));
        }
    }

    private static BigInteger Number(Words words)
    {
        var bytes = new byte[32];
        words.Write(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    private static string Hex(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return new string('0', 64 - (2 * bytes.Length)) + Convert.ToHexStringLower(bytes);
    }
}
