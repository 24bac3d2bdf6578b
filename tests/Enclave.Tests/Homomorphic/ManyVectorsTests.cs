using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Homomorphic.Scheme;
using Sandbox.SealOracle;

namespace Sandbox.Enclave.Tests.Homomorphic;

/// <summary>The same at size: many vectors at the slots' limits, long sums, and what would go beyond.</summary>
public sealed class ManyVectorsTests(Witness witness) : IClassFixture<Witness>
{
    public static TheoryData<string> Names => Sets.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Random_vectors_at_the_limits_come_back(string name) => await BackAsync(ParameterSet.Named(name)!, 300);

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Category", "Long")]
    public async Task A_hundred_thousand_random_vectors_at_the_limits_come_back(string name) => await BackAsync(ParameterSet.Named(name)!, 33_334);

    [Fact]
    public async Task A_thousandfold_sum_is_exact_and_as_noisy_as_that_of_seal() => await ThousandAsync("A");

    [Theory]
    [InlineData("B")]
    [InlineData("C")]
    [Trait("Category", "Long")]
    public async Task A_thousandfold_sum_of_the_other_sets_is_too(string name) => await ThousandAsync(name);

    [Fact]
    public async Task Factors_for_each_slot_give_the_bytes_of_seal()
    {
        var set = ParameterSet.B;
        HomomorphicBackend[] backends = [new ManagedBackend(set), new SealBackend(Making.TestBench.Jailer, Making.TestBench.Engines, set)];
        using var keys = await backends[0].GenerateKeysAsync();
        var values = Enumerable.Range(0, set.Slots).Select(i => (long)i - 4000).ToArray();
        var factors = Enumerable.Range(0, set.Slots).Select(i => ((long)i * 65_537) - 1_000_000_000).ToArray();
        var ciphertext = (await backends[0].EncryptAsync(keys.PublicKey, [values]))[0];
        var products = new[] { await backends[0].MultiplyAsync(ciphertext, factors), await backends[1].MultiplyAsync(ciphertext, factors) };
        Assert.Equal(products[1], products[0]);
        Assert.Equal(values.Zip(factors, (value, factor) => value * factor), (await backends[0].DecryptAsync(keys.SecretKey, [products[0]]))[0]);
        foreach (var backend in backends)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => backend.MultiplyAsync(ciphertext, new long[5]));
            await Assert.ThrowsAsync<ArgumentException>(() => backend.MultiplyAsync(ciphertext, [set.LargestMagnitude + 1]));
            await Assert.ThrowsAsync<EnclaveException>(() => backend.MultiplyAsync(new byte[set.CiphertextBytes], [1]));
        }

        await Assert.ThrowsAsync<ArgumentException>(() => new ManagedBackend().MultiplyAsync(new byte[ParameterSet.A.CiphertextBytes], [1]));
    }

    [Fact]
    public async Task Sums_beyond_the_noise_bound_and_weights_of_nothing_are_refused()
    {
        var backend = new ManagedBackend();
        using var keys = await backend.GenerateKeysAsync();
        var ciphertext = (await backend.EncryptAsync(keys.PublicKey, [[1, -3]]))[0];
        var sum = await backend.StartSumAsync(2);
        await using var _ = sum.ConfigureAwait(false);
        var most = backend.Parameters.LargestLoad;
        foreach (var weight in new[] { 0, most + 1, -most - 1, long.MinValue, long.MaxValue })
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await sum.AddAsync(0, ciphertext, weight));
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await sum.AddAsync(2, ciphertext));
        Assert.Equal(CiphertextProblem.None, await sum.AddAsync(0, ciphertext, most - 1));
        Assert.Equal(CiphertextProblem.None, await sum.AddAsync(0, ciphertext));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await sum.AddAsync(0, ciphertext));

        // What is refused for its form loads nothing; a sum of opposites is no ciphertext any more.
        Assert.Equal(CiphertextProblem.WrongLength, await sum.AddAsync(1, new byte[3], most));
        Assert.Equal(CiphertextProblem.None, await sum.AddAsync(1, ciphertext, -1));
        Assert.Equal(CiphertextProblem.None, await sum.AddAsync(1, ciphertext));
        var sums = await sum.FinishAsync();
        Assert.Null(sums[1]);
        Assert.Equal([most, -3 * most], (await backend.DecryptAsync(keys.SecretKey, [sums[0]!]))[0][..2]);
    }

    [Fact]
    public async Task More_additions_than_fit_into_a_word_before_a_reduction_stay_exact()
    {
        var context = BfvContext.Of(ParameterSet.C);
        var backend = new ManagedBackend(context);
        using var keys = await backend.GenerateKeysAsync();
        var values = Sets.Values(ParameterSet.C, 1).Select(value => value / 20_000).ToArray();
        var ciphertext = (await backend.EncryptAsync(keys.PublicKey, [values]))[0];
        var sum = new Accumulator(context);
        for (var i = 0; i < 20_000; i++)
        {
            sum.Add(ciphertext, 1);
        }

        Assert.Equal(values.Select(value => value * 20_000), (await backend.DecryptAsync(keys.SecretKey, [sum.Write()!]))[0]);
    }

    [Theory]
    [InlineData("A")]
    [InlineData("B")]
    [InlineData("C")]
    public async Task Several_added_at_once_give_what_one_after_another_gives_and_bad_ones_leave_no_trace(string name)
    {
        var set = ParameterSet.Named(name)!;
        var context = BfvContext.Of(set);
        var backend = new ManagedBackend(context);
        using var keys = await backend.GenerateKeysAsync();
        var good = await backend.EncryptAsync(keys.PublicKey, [.. Enumerable.Range(0, 5).Select(seed => Sets.Values(set, seed))]);
        byte[] Changed(byte[] from, Action<byte[]> change)
        {
            var bytes = from.ToArray();
            change(bytes);
            return bytes;
        }

        var outOfRange = Changed(good[0], bytes => bytes.AsSpan(113 + (8 * (set.Slots + 77)), 8).Fill(0xff));
        var allOver = Changed(good[1], bytes => bytes.AsSpan(113).Fill(0xff));
        var transparent = Changed(good[2], bytes => bytes.AsSpan(113 + ((bytes.Length - 113) / 2)).Clear());
        var foreign = Changed(good[3], bytes => bytes[40] ^= 1);
        ReadOnlyMemory<byte>[] mixed = [good[0], outOfRange, good[1], allOver, transparent, good[2], foreign, good[3].AsMemory(0, good[3].Length - 1), good[4]];
        var problems = new CiphertextProblem[mixed.Length];
        var (together, alone) = (new Accumulator(context), new Accumulator(context));
        for (var round = 0; round < 3; round++)
        {
            together.Add(mixed, problems);
            Assert.Equal(
                [CiphertextProblem.None, CiphertextProblem.OutOfRange, CiphertextProblem.None, CiphertextProblem.OutOfRange, CiphertextProblem.Transparent, CiphertextProblem.None, CiphertextProblem.ForeignParameters, CiphertextProblem.WrongLength, CiphertextProblem.None],
                problems);
            foreach (var one in mixed)
            {
                alone.Add(one, 1);
            }
        }

        Assert.Equal(alone.Write(), together.Write());
    }

    [Fact]
    public void More_at_once_than_fit_into_a_word_before_a_reduction_stay_exact()
    {
        var context = BfvContext.Of(ParameterSet.C);
        var bytes = new byte[ParameterSet.C.CiphertextBytes];
        using var keys = KeyGenerator.Generate(context);
        using var encryptor = new Encryptor(PublicKeyMaterial.FromUntrusted(context, keys.PublicKey)!);
        encryptor.Encrypt(Sets.Values(ParameterSet.C, 1), bytes);
        var (together, alone) = (new Accumulator(context), new Accumulator(context));
        var problems = new CiphertextProblem[9000];
        together.Add([.. Enumerable.Repeat((ReadOnlyMemory<byte>)bytes, problems.Length)], problems);
        for (var i = 0; i < problems.Length; i++)
        {
            alone.Add(bytes, 1);
        }

        Assert.All(problems, problem => Assert.Equal(CiphertextProblem.None, problem));
        Assert.Equal(alone.Write(), together.Write());
    }

    private static async Task BackAsync(ParameterSet set, int count)
    {
        const int batch = 50;
        var backend = new ManagedBackend(set);
        using var keys = await backend.GenerateKeysAsync();
        for (var done = 0; done < count; done += batch)
        {
            long[][] vectors = [.. Enumerable.Range(done, Math.Min(batch, count - done)).Select(seed => Sets.Values(set, seed))];
            var opened = await backend.DecryptAsync(keys.SecretKey, await backend.EncryptAsync(keys.PublicKey, vectors));
            for (var i = 0; i < vectors.Length; i++)
            {
                Assert.True(vectors[i].AsSpan().SequenceEqual(opened[i]));
            }
        }
    }

    private async Task ThousandAsync(string name)
    {
        const int terms = 1000, batch = 50;
        var backend = new ManagedBackend(ParameterSet.Named(name)!);
        using var keys = await backend.GenerateKeysAsync();
        var (set, secret) = (backend.Parameters, keys.SecretKey.Bytes.ToArray());
        var expected = new long[set.Slots];
        var sum = await backend.StartSumAsync(1);
        await using var _ = sum.ConfigureAwait(false);
        for (var done = 0; done < terms; done += batch)
        {
            // The sum reaches the limits: a thousandth of them in each term.
            long[][] vectors = [.. Enumerable.Range(done, batch).Select(i => Sets.Values(set, i).Select(value => value / terms).ToArray())];
            foreach (var (ciphertext, vector) in (await backend.EncryptAsync(keys.PublicKey, vectors)).Zip(vectors))
            {
                Assert.Equal(CiphertextProblem.None, await sum.AddAsync(0, ciphertext));
                for (var i = 0; i < vector.Length; i++)
                {
                    expected[i] += vector[i];
                }
            }
        }

        var total = (await sum.FinishAsync())[0]!;
        Assert.Equal(expected, (await backend.DecryptAsync(keys.SecretKey, [total]))[0]);
        var (theirs, budgets) = witness.Seal.Decrypt(name, secret, total);
        Assert.Equal(expected, theirs[0]);

        // SEAL's own thousand: the same operations with its randomness.
        var frame = SealWitness.Frame(Sets.Values(set, 1).Select(value => value / terms).ToArray());
        byte[]? other = null;
        for (var done = 0; done < terms; done += batch)
        {
            var (values, frames) = witness.Seal.Do("encrypt", name, [keys.PublicKey, .. Enumerable.Repeat(frame, batch)]);
            other = witness.Seal.One("add", name, other is null ? frames : [other, .. frames]);
        }

        var noise = witness.Seal.Decrypt(name, secret, other!).Budgets[0];
        Assert.InRange(budgets[0], noise - 1, noise + 1);
    }
}
