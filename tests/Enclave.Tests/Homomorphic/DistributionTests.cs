using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Homomorphic.Scheme;

namespace Sandbox.Enclave.Tests.Homomorphic;

/// <summary>
/// The distributions are those that the security estimate is about. A right sampler fails a test about once in 10^9 runs: chi-square is
/// held to six standard deviations above its mean, with no cell below 20 expected draws.
/// </summary>
public sealed class DistributionTests
{
    private const int Draws = 1 << 21;

    [Fact]
    public void Errors_follow_the_centred_binomial_distribution()
    {
        var drawn = Draw(Sampling.Error);
        Assert.InRange(drawn.Min(), -21, 21);
        Assert.InRange(drawn.Max(), -21, 21);

        // P(k) = C(42, 21 + k) / 2^42.
        var expected = new Dictionary<int, double>();
        for (var (k, ways) = (-21, 1.0); k <= 21; k++)
        {
            expected[k] = ways * Math.Pow(2, -42);
            ways = ways * (21 - k) / (22 + k);
        }

        Fits(drawn, expected);
        Assert.InRange(drawn.Average(x => x * x), 10.5 * 0.99, 10.5 * 1.01);
        Uncorrelated(drawn);
    }

    [Fact]
    public void Secrets_are_minus_one_zero_and_one_with_equal_frequency()
    {
        var drawn = Draw(Sampling.Ternary);
        Fits(drawn, new() { [-1] = 1 / 3.0, [0] = 1 / 3.0, [1] = 1 / 3.0 });
        Uncorrelated(drawn);

        // The five digits of a byte are independent of each other.
        for (var distance = 2; distance < 5; distance++)
        {
            Uncorrelated(drawn, distance);
        }
    }

    [Fact]
    public async Task Keys_as_they_are_given_out_hold_such_secrets_and_uniform_halves()
    {
        var context = BfvContext.Of(ParameterSet.A);
        List<double> secrets = [], uniform = [];
        for (var i = 0; i < 40; i++)
        {
            using var keys = await new ManagedBackend().GenerateKeysAsync();
            using var secret = SecretKeyMaterial.FromUntrusted(context, keys.SecretKey.Bytes)!;
            var row = secret[0].ToArray();
            context.Rings[0].Inverse(row);
            secrets.AddRange(row);
            var key = PublicKeyMaterial.FromUntrusted(context, keys.PublicKey)!;
            foreach (var part in new[] { 0, 1 })
            {
                uniform.AddRange(key[part, 2].ToArray().Select(number => Math.Floor(16 * ((number / context.Rings[2].Prime) + 0.5))));
            }
        }

        Fits(secrets, new() { [-1] = 1 / 3.0, [0] = 1 / 3.0, [1] = 1 / 3.0 });
        Fits(uniform, Enumerable.Range(0, 16).ToDictionary(i => i, _ => 1 / 16.0));
    }

    [Fact]
    public void Uniform_numbers_reach_every_part_of_a_prime_that_is_no_power_of_two()
    {
        const ulong prime = 114689;
        var numbers = new ulong[1 << 18];
        Sampling.Uniform(numbers, prime);
        Fits([.. numbers.Select(number => (double)(number * 64 / prime))], Enumerable.Range(0, 64).ToDictionary(
            i => i, i => (double)(((((ulong)i + 1) * prime) + 63) / 64 - ((((ulong)i * prime) + 63) / 64)) / prime));
    }

    private delegate void Sampler(Span<double> target);

    private static double[] Draw(Sampler sampler)
    {
        var drawn = new double[Draws];
        sampler(drawn);
        return drawn;
    }

    private static void Fits(IReadOnlyCollection<double> drawn, Dictionary<int, double> expected)
    {
        var counts = drawn.GroupBy(x => (int)x).ToDictionary(group => group.Key, group => group.Count());
        Assert.All(counts.Keys, value => Assert.Contains(value, expected.Keys));
        var (square, cells, restCount, restExpected) = (0.0, 0, 0.0, 0.0);
        foreach (var (value, probability) in expected)
        {
            var (count, mean) = (counts.GetValueOrDefault(value), probability * drawn.Count);
            if (mean < 20)
            {
                (restCount, restExpected) = (restCount + count, restExpected + mean);
                continue;
            }

            square += (count - mean) * (count - mean) / mean;
            cells++;
        }

        if (restExpected >= 20)
        {
            square += (restCount - restExpected) * (restCount - restExpected) / restExpected;
            cells++;
        }

        Assert.InRange(square, 0, cells - 1 + (6 * Math.Sqrt(2.0 * cells)) + 20);
    }

    private static void Uncorrelated(double[] drawn, int distance = 1)
    {
        var (mean, variance) = (drawn.Average(), 0.0);
        var covariance = 0.0;
        for (var i = 0; i + distance < drawn.Length; i++)
        {
            variance += (drawn[i] - mean) * (drawn[i] - mean);
            covariance += (drawn[i] - mean) * (drawn[i + distance] - mean);
        }

        Assert.InRange(covariance / variance * Math.Sqrt(drawn.Length), -6.5, 6.5);
    }
}
