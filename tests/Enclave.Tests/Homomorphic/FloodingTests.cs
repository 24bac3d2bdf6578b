using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Homomorphic.Scheme;
using Sandbox.Enclave.Homomorphic.Wire;

namespace Sandbox.Enclave.Tests.Homomorphic;

public sealed class FloodingTests
{
    /// <summary>The figures of docs/homomorphic.md, worked out apart from this project (Python's integers).</summary>
    [Theory]
    [InlineData("A", 3, false, 13)]
    [InlineData("A", 1000, false, 5)]
    [InlineData("B", 3, false, 110)]
    [InlineData("B", 1000, false, 102)]
    [InlineData("B", 1 << 27, false, 84)]
    [InlineData("B", 3, true, 39)]
    [InlineData("B", 1000, true, 31)]
    [InlineData("C", 3, false, 7)]
    [InlineData("C", 1000, false, -1)]
    public void The_bound_is_as_documented(string name, long load, bool slotFactors, int bits)
    {
        Assert.Equal(bits, FloodingNoise.StatisticalBits(ParameterSet.Named(name)!, load, slotFactors));
    }

    [Theory]
    [InlineData("A", 2, 13)]
    [InlineData("B", 2, 64)]
    [InlineData("C", 2, 7)]
    public async Task A_flooded_sum_opens_exactly_and_keeps_nothing_of_its_own_noise(string name, long load, int bits)
    {
        var set = ParameterSet.Named(name)!;
        var backend = new ManagedBackend(set);
        using var keys = await backend.GenerateKeysAsync();
        using var key = SecretKeyMaterial.FromUntrusted(BfvContext.Of(set), keys.SecretKey.Bytes)!;
        var ciphertexts = await backend.EncryptAsync(keys.PublicKey, [[5, -7], [set.LargestMagnitude - 5, 8]]);
        var sum = (await backend.SumAsync(ciphertexts)).Sum!;
        for (var time = 0; time < 5; time++)
        {
            var total = (byte[])sum.Clone();
            FloodingNoise.AddTo(set, total, load, bits);
            Assert.Equal([set.LargestMagnitude, 1, 0], (await backend.DecryptAsync(keys.SecretKey, [total]))[0][..3]);
            Assert.True(FloodingNoise.Covers(set, sum, total, load));

            // The flood is the whole noise: it takes the budget to the last bit.
            Assert.InRange(NoiseBudget.Bits(key, sum), 20, 132);
            Assert.InRange(NoiseBudget.Bits(key, total), 0, 1);
        }
    }

    [Fact]
    public async Task A_flood_is_uniform_and_never_the_same()
    {
        var set = ParameterSet.B;
        var context = BfvContext.Of(set);
        var backend = new ManagedBackend(set);
        using var keys = await backend.GenerateKeysAsync();
        var sum = (await backend.EncryptAsync(keys.PublicKey, [[1]]))[0];
        const int Bits = 136, Cells = 64, Floods = 30;
        int[][] counts = [.. Enumerable.Range(0, 5).Select(_ => new int[Cells])];
        var seen = new HashSet<BigInteger>();
        for (var time = 0; time < Floods; time++)
        {
            foreach (var flood in Difference(context, sum, Flooded(set, sum, 3)))
            {
                // Six bits each from the top, the bottom, and across the limbs of 30 bits.
                var number = flood + (BigInteger.One << Bits);
                Assert.True(seen.Add(number));
                foreach (var (place, shift) in new[] { Bits + 1 - 6, 0, 27, 57, 117 }.Index().Select(pair => (pair.Index, pair.Item)))
                {
                    counts[place][(int)((number >> shift) & (Cells - 1))]++;
                }
            }
        }

        var mean = Floods * set.Slots / (double)Cells;
        Assert.All(counts, cells => Assert.InRange(cells.Sum(count => (count - mean) * (count - mean) / mean), 10, Cells - 1 + (6 * Math.Sqrt(2.0 * Cells)) + 20));
    }

    [Fact]
    public async Task Nothing_but_a_flood_in_its_bounds_passes_for_one()
    {
        var set = ParameterSet.B;
        var context = BfvContext.Of(set);
        var backend = new ManagedBackend(set);
        using var keys = await backend.GenerateKeysAsync();
        var ciphertexts = await backend.EncryptAsync(keys.PublicKey, [[1], [2], [3], []]);
        var sum = (await backend.SumAsync([.. ciphertexts.Take(3)])).Sum!;
        var good = Flooded(set, sum, 3);
        Assert.True(FloodingNoise.Covers(set, sum, good, 3));
        var step = context.Modulus / set.PlainModulus;
        var most = BigInteger.One << 136;
        (string Name, byte[] Total)[] wrong =
        [
            ("none", sum),
            ("one contribution in place of the sum", ciphertexts[0]),
            ("one contribution, flooded", Flooded(set, ciphertexts[0], 3)),
            ("a number put into one coefficient", Plus(context, good, 0, step)),
            ("a number put into all", Plus(context, good, null, -step)),
            ("the flood twice", Flooded(set, good, 3)),
            ("an encryption of zero, which hides what else it is", (await backend.SumAsync([good, ciphertexts[3]])).Sum!),
            ("too small", Small(100)),
            ("small", Small(133)),
            ("always the same", Plus(context, sum, null, BigInteger.One << 135)),
            ("at the bound above", With(7, most)),
            ("below the bound beneath", With(7, -most - 1)),
            ("of another sum", Flooded(set, (await backend.SumAsync([.. ciphertexts.Take(2)])).Sum!, 3)),
            ("cut", good[..^8]),
        ];
        Assert.All(wrong, one => Assert.False(FloodingNoise.Covers(set, sum, one.Total, 3), one.Name));

        Assert.All(new[] { most - 1, -most }, edge => Assert.True(FloodingNoise.Covers(set, sum, With(7, edge), 3), edge.ToString(CultureInfo.InvariantCulture)));

        // The bounds are those of the weight that both sides name.
        Assert.True(FloodingNoise.Covers(set, sum, Flooded(set, sum, 1000), 1000));

        // The good flood with one coefficient of our choice.
        byte[] With(int coefficient, BigInteger number)
        {
            var total = (byte[])good.Clone();
            var from = MemoryMarshal.Cast<byte, ulong>(sum.AsSpan(WireHeader.CiphertextBytes));
            var to = MemoryMarshal.Cast<byte, ulong>(total.AsSpan(WireHeader.CiphertextBytes));
            for (var row = 0; row < context.FreshPrimes; row++)
            {
                to[(row * set.Slots) + coefficient] = from[(row * set.Slots) + coefficient];
            }

            return Plus(context, total, coefficient, number, copy: false);
        }

        byte[] Small(int bits)
        {
            var total = (byte[])sum.Clone();
            var draw = new Random(bits);
            for (var i = 0; i < set.Slots; i++)
            {
                total = Plus(context, total, i, (new BigInteger(draw.NextInt64()) << (bits - 63)) * (draw.Next(2) == 0 ? 1 : -1), copy: false);
            }

            return total;
        }
    }

    [Fact]
    public async Task What_a_set_has_no_room_for_is_refused()
    {
        var backend = new ManagedBackend();
        using var keys = await backend.GenerateKeysAsync();
        var sum = (await backend.EncryptAsync(keys.PublicKey, [[1]]))[0];
        Assert.Throws<ArgumentException>(() => FloodingNoise.AddTo(ParameterSet.A, sum, 3, 40));
        Assert.Throws<ArgumentException>(() => FloodingNoise.AddTo(ParameterSet.C, sum, 1000, 1));
        Assert.Throws<ArgumentException>(() => FloodingNoise.AddTo(ParameterSet.B, sum, 3, 40));
        Assert.Throws<ArgumentException>(() => FloodingNoise.AddTo(ParameterSet.B, new byte[ParameterSet.B.CiphertextBytes], 3, 40));
        Assert.Throws<ArgumentOutOfRangeException>(() => FloodingNoise.StatisticalBits(ParameterSet.B, ParameterSet.B.LargestLoad + 1));
    }

    private static byte[] Flooded(ParameterSet set, byte[] sum, long load)
    {
        var total = (byte[])sum.Clone();
        FloodingNoise.AddTo(set, total, load, 40);
        return total;
    }

    private static IEnumerable<BigInteger> Difference(BfvContext context, byte[] sum, byte[] total)
    {
        var composition = new CrtComposition(context);
        var (degree, primes) = (context.Parameters.Slots, context.Parameters.CiphertextPrimes.ToArray());
        for (var i = 0; i < degree; i++)
        {
            yield return composition.Centred([.. primes.Select((prime, row) => (At(total, (row * degree) + i) + prime - At(sum, (row * degree) + i)) % prime)]);
        }
    }

    /// <summary>Adds a number to one coefficient of the first half, or to all.</summary>
    private static byte[] Plus(BfvContext context, byte[] ciphertext, int? coefficient, BigInteger number, bool copy = true)
    {
        var result = copy ? (byte[])ciphertext.Clone() : ciphertext;
        var rows = MemoryMarshal.Cast<byte, ulong>(result.AsSpan(WireHeader.CiphertextBytes));
        var degree = context.Parameters.Slots;
        for (var row = 0; row < context.FreshPrimes; row++)
        {
            var prime = context.Parameters.CiphertextPrimes[row];
            var residue = (ulong)(((number % prime) + prime) % prime);
            for (var i = coefficient ?? 0; i <= (coefficient ?? (degree - 1)); i++)
            {
                rows[(row * degree) + i] = (rows[(row * degree) + i] + residue) % prime;
            }
        }

        return result;
    }

    private static ulong At(byte[] ciphertext, int word) => MemoryMarshal.Cast<byte, ulong>(ciphertext.AsSpan(WireHeader.CiphertextBytes))[word];
}
