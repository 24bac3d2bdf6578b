using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Homomorphic.Scheme;

namespace Sandbox.Enclave.Tests.Homomorphic;

public sealed class FloodingTests
{
    [Theory]
    [InlineData("A", 3, false, 12)]
    [InlineData("A", 1000, false, 5)]
    [InlineData("B", 3, false, 109)]
    [InlineData("B", 1000, false, 102)]
    [InlineData("B", 1 << 27, false, 84)]
    [InlineData("B", 1000, true, 31)]
    [InlineData("C", 3, false, 6)]
    [InlineData("C", 1000, false, -1)]
    public void The_bound_is_as_documented(string name, long load, bool slotFactors, int bits)
    {
        Assert.Equal(bits, FloodingNoise.StatisticalBits(ParameterSet.Named(name)!, load, slotFactors));
    }

    [Fact]
    public async Task A_flooded_sum_opens_exactly_and_keeps_nothing_of_its_own_noise()
    {
        var set = ParameterSet.B;
        var backend = new ManagedBackend(set);
        using var keys = await backend.GenerateKeysAsync();
        using var key = SecretKeyMaterial.FromUntrusted(BfvContext.Of(set), keys.SecretKey.Bytes)!;
        var ciphertexts = await backend.EncryptAsync(keys.PublicKey, [[5, -7], [set.LargestMagnitude - 5, 8]]);
        var flood = FloodingNoise.Create(set, keys.PublicKey, 2, 40);
        var (sum, taken) = await backend.SumAsync([.. ciphertexts, flood]);
        Assert.Equal([true, true, true], taken);
        Assert.Equal([set.LargestMagnitude, 1, 0], (await backend.DecryptAsync(keys.SecretKey, [sum!]))[0][..3]);

        // The flood is the whole noise: it takes the budget from about 130 bits to the last one.
        Assert.InRange(NoiseBudget.Bits(key, ciphertexts[0]), 128, 132);
        Assert.InRange(NoiseBudget.Bits(key, sum), 0, 1);
        Assert.InRange(NoiseBudget.Bits(key, flood), 0, 1);
    }

    [Fact]
    public async Task What_a_set_has_no_room_for_is_refused()
    {
        using var keys = await new ManagedBackend().GenerateKeysAsync();
        Assert.Throws<ArgumentException>(() => FloodingNoise.Create(ParameterSet.A, keys.PublicKey, 3, 40));
        Assert.Throws<ArgumentException>(() => FloodingNoise.Create(ParameterSet.C, keys.PublicKey, 1000, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => FloodingNoise.StatisticalBits(ParameterSet.B, ParameterSet.B.LargestLoad + 1));
        Assert.Throws<EnclaveException>(() => FloodingNoise.Create(ParameterSet.B, keys.PublicKey, 3, 40));
    }
}
