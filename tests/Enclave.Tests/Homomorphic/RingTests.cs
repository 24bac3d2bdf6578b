using System.Numerics;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Homomorphic.Arithmetic;

namespace Sandbox.Enclave.Tests.Homomorphic;

/// <summary>Every path gives the same numbers, and these are the right ones.</summary>
public sealed class RingTests
{
    public static TheoryData<int, ulong> Primes
    {
        get
        {
            var data = new TheoryData<int, ulong>();
            foreach (var set in ParameterSet.All)
            {
                foreach (var prime in set.KeyPrimes)
                {
                    if (!data.Any(row => (int)row[0] == set.Slots && (ulong)row[1] == prime))
                    {
                        data.Add(set.Slots, prime);
                    }
                }
            }

            return data;
        }
    }

    private static IEnumerable<KernelPath> Paths => Enum.GetValues<KernelPath>().Where(KernelPaths.Supported);

    [Theory]
    [MemberData(nameof(Primes))]
    public void Products_of_polynomials_are_those_of_the_definition(int degree, ulong prime)
    {
        // A sparse factor keeps the schoolbook product affordable.
        var dense = Row(degree, prime, 1);
        var sparse = new ulong[degree];
        var random = new Random(2);
        foreach (var at in new[] { 0, 1, degree - 1, random.Next(degree), random.Next(degree) })
        {
            sparse[at] = (ulong)random.NextInt64((long)prime);
        }

        var expected = new ulong[degree];
        for (var j = 0; j < degree; j++)
        {
            for (var i = 0; i < degree && sparse[j] != 0; i++)
            {
                var product = PublicArithmetic.Multiply(dense[i], sparse[j], prime);
                var at = (i + j) % degree;
                expected[at] = (expected[at] + (i + j < degree ? product : prime - product)) % prime;
            }
        }

        foreach (var path in Paths)
        {
            var ring = PrimeRing.Create(degree, prime, path);
            var (x, y, actual) = (new double[degree], new double[degree], new ulong[degree]);
            ring.Read(dense, x);
            ring.Read(sparse, y);
            ring.Forward(x);
            ring.Forward(y);
            ring.Multiply(x, y, x);
            ring.Inverse(x);
            ring.Write(x, actual);
            Assert.Equal(expected, actual);
        }
    }

    [Theory]
    [MemberData(nameof(Primes))]
    public void Transforms_are_bit_for_bit_the_same_on_every_path(int degree, ulong prime)
    {
        foreach (var row in new[] { Row(degree, prime, 3), Row(degree, prime, 4), Extremes(degree, prime), Filled(degree, prime - 1), Filled(degree, prime / 2), Filled(degree, (prime / 2) + 1) })
        {
            ulong[]? transformed = null;
            foreach (var path in Paths)
            {
                var ring = PrimeRing.Create(degree, prime, path);
                var (x, actual, back) = (new double[degree], new ulong[degree], new ulong[degree]);
                ring.Read(row, x);
                ring.Forward(x);
                ring.Write(x, actual);
                ring.Layout.Transpose(actual.AsSpan());
                Assert.Equal(transformed ??= actual, actual);
                ring.Inverse(x);
                ring.Write(x, back);
                Assert.Equal(row, back);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Primes))]
    public void Steps_of_encryption_and_opening_are_the_same_on_every_path(int degree, ulong prime)
    {
        var t = (ulong)(degree == 8192 ? ParameterSet.A : ParameterSet.C).PlainModulus;
        var random = new Random(5);
        double Centred() => random.NextInt64(-(long)(prime / 2), (long)(prime / 2) + 1);
        var row = Extremes(degree, prime);
        var last = Enumerable.Range(0, degree).Select(_ => Centred()).ToArray();
        var error = Enumerable.Range(0, degree).Select(_ => (double)random.Next(-21, 22)).ToArray();
        var high = Enumerable.Range(0, degree).Select(_ => (double)random.NextInt64(-(1L << 28), 1L << 28)).ToArray();
        var low = Enumerable.Range(0, degree).Select(_ => (double)random.NextInt64(-(1L << 29), 1L << 29)).ToArray();
        var constants = new Switch(Centred(), Centred(), Centred());
        var weight = Centred();
        (ulong[], ulong[], ulong[], ulong[], ulong[], long[], double[])? first = null;
        foreach (var path in Paths)
        {
            var ring = PrimeRing.Create(degree, prime, path);
            var x = new double[degree];
            ring.Read(row, x);
            var (switched, without, negated, added, weighted) = (new ulong[degree], new ulong[degree], new ulong[degree], new ulong[degree], Row(degree, prime, 6));
            ring.WriteSwitched(x, error, last, high, low, constants, switched);
            ring.WriteSwitched(x, error, last, [], [], constants, without);
            ring.WriteNegatedSum(x, last, negated);
            ring.AddWeighted(row, weight, weighted);
            var (whole, fraction) = (new long[degree], new double[degree]);
            ring.AddOpened(last, row, new Opening(constants.High, (long)(t / prime), ring.Centred(t % prime)), whole, fraction);
            ring.Add(x, error);
            ring.Write(x, added);
            first ??= (switched, without, negated, added, weighted, whole, fraction);
            Assert.Equal(first.Value.Item1, switched);
            Assert.Equal(first.Value.Item2, without);
            Assert.Equal(first.Value.Item3, negated);
            Assert.Equal(first.Value.Item4, added);
            Assert.Equal(first.Value.Item5, weighted);
            Assert.Equal(first.Value.Item6, whole);
            Assert.Equal(first.Value.Item7, fraction);
        }

        // One number by the definition.
        for (var i = 0; i < degree; i += 997)
        {
            var expected = ((((BigInteger)row[i] + (BigInteger)error[i] - (BigInteger)last[i]) * (BigInteger)constants.LastInverse)
                + ((BigInteger)high[i] * (BigInteger)constants.High) + ((BigInteger)low[i] * (BigInteger)constants.Low)) % prime;
            Assert.Equal((ulong)(expected < 0 ? expected + prime : expected), first!.Value.Item1[i]);
            Assert.Equal((ulong)((row[i] + (BigInteger)error[i] + prime) % prime), first.Value.Item4[i]);
        }
    }

    [Fact]
    public void The_plain_transform_is_bit_for_bit_the_same_on_every_path()
    {
        foreach (var set in new[] { ParameterSet.A, ParameterSet.C })
        {
            var (degree, t) = (set.Slots, (ulong)set.PlainModulus);
            foreach (var row in new[] { Row(degree, t, 7), Extremes(degree, t), Filled(degree, t - 1), Filled(degree, 0) })
            {
                ulong[]? transformed = null;
                foreach (var path in Paths)
                {
                    var ring = PlainRing.Create(degree, t, path);
                    var x = row.ToArray();
                    ring.Forward(x);
                    var natural = x.ToArray();
                    ring.Layout.Transpose(natural.AsSpan());
                    Assert.Equal(transformed ??= natural, natural);
                    ring.Inverse(x, 5);
                    Assert.Equal(row.Select(number => PublicArithmetic.Multiply(number, 5, t)), x);
                }
            }
        }
    }

    private static ulong[] Row(int degree, ulong prime, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, degree).Select(_ => (ulong)random.NextInt64((long)prime))];
    }

    private static ulong[] Extremes(int degree, ulong prime)
    {
        ulong[] corners = [0, 1, prime - 1, prime / 2, (prime / 2) + 1, prime - 2];
        var random = new Random(8);
        return [.. Enumerable.Range(0, degree).Select(_ => corners[random.Next(corners.Length)])];
    }

    private static ulong[] Filled(int degree, ulong number) => [.. Enumerable.Repeat(number, degree)];
}
