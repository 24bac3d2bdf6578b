using System.Reflection;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Rounds;
using Sandbox.Enclave.Tests.Making;
using Sandbox.Trust;

namespace Sandbox.Enclave.Tests.Homomorphic;

public sealed class HomomorphicBackendTests
{
    private static readonly Dictionary<string, HomomorphicBackend> Backends = new()
    {
        ["managed"] = new ManagedBackend(),
        ["seal"] = new SealBackend(TestBench.Jailer, TestBench.Engines),
    };

    public static TheoryData<string> Names => [.. Backends.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Vectors_go_in_are_added_and_come_out_exactly(string name)
    {
        var backend = Backends[name];
        using var keys = await backend.GenerateKeysAsync();
        Assert.Equal(ParameterSetA.PublicKeyBytes, keys.PublicKey.Length);
        Assert.Equal(ParameterSetA.SecretKeyBytes, keys.SecretKey.Length);

        var most = ParameterSetA.LargestMagnitude;
        var full = Enumerable.Range(0, ParameterSetA.Slots).Select(i => (long)i * i * (i % 2 == 0 ? 1 : -1)).ToArray();
        var ciphertexts = await backend.EncryptAsync(keys.PublicKey, [[most, -most, 0, 7], full, [-1, 1, 0, -8], []]);
        Assert.All(ciphertexts, ciphertext => Assert.Equal(CiphertextProblem.None, CiphertextFormat.Check(ciphertext)));
        var opened = await backend.DecryptAsync(keys.SecretKey, ciphertexts);
        Assert.Equal([most, -most, 0, 7], opened[0][..4]);
        Assert.Equal(full, opened[1]);
        Assert.Equal(new long[ParameterSetA.Slots], opened[3]);

        var (sum, taken) = await backend.SumAsync([ciphertexts[0], ciphertexts[2]]);
        Assert.Equal([true, true], taken);
        Assert.Equal(CiphertextProblem.None, CiphertextFormat.Check(sum));
        Assert.Equal([most - 1, 1 - most, 0, -1], (await backend.DecryptAsync(keys.SecretKey, [sum!]))[0][..4]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_same_numbers_never_give_the_same_ciphertext(string name)
    {
        var backend = Backends[name];
        using var keys = await backend.GenerateKeysAsync();
        var ciphertexts = await backend.EncryptAsync(keys.PublicKey, [[5], [5]]);
        Assert.NotEqual(ciphertexts[0], ciphertexts[1]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Values_that_would_wrap_and_vectors_that_are_too_long_are_refused_before_encryption(string name)
    {
        var backend = Backends[name];
        var key = new byte[ParameterSetA.PublicKeyBytes];
        foreach (var vector in new long[][] { [ParameterSetA.LargestMagnitude + 1], [long.MinValue], new long[ParameterSetA.Slots + 1] })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => backend.EncryptAsync(key, [vector]));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_key_that_is_none_fails_with_one_sentence(string name)
    {
        var backend = Backends[name];
        var short1 = await Assert.ThrowsAsync<EnclaveException>(() => backend.EncryptAsync(new byte[10], [[1]]));
        var zeros = await Assert.ThrowsAsync<EnclaveException>(() => backend.EncryptAsync(new byte[ParameterSetA.PublicKeyBytes], [[1]]));
        using var none = Secret.CopyOf(new byte[ParameterSetA.SecretKeyBytes]);
        using var keys = await backend.GenerateKeysAsync();
        var ciphertext = (await backend.EncryptAsync(keys.PublicKey, [[1]]))[0];
        var secret = await Assert.ThrowsAsync<EnclaveException>(() => backend.DecryptAsync(none, [ciphertext]));
        Assert.Equal("SB-HE-1", Assert.Single(new[] { short1, zeros, secret }.Select(error => error.Refusal.Rule).Distinct()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_form_of_a_ciphertext_is_checked_without_the_engine(string name)
    {
        var backend = Backends[name];
        using var keys = await backend.GenerateKeysAsync();
        var good = (await backend.EncryptAsync(keys.PublicKey, [[1, 2, 3]]))[0];
        byte[] With(Action<byte[]> change)
        {
            var copy = (byte[])good.Clone();
            change(copy);
            return copy;
        }

        Assert.Equal(CiphertextProblem.None, CiphertextFormat.Check(good));
        Assert.Equal(CiphertextProblem.WrongLength, CiphertextFormat.Check(good.AsSpan(0, good.Length - 1)));
        Assert.Equal(CiphertextProblem.WrongLength, CiphertextFormat.Check([.. good, 0]));
        Assert.Equal(CiphertextProblem.WrongLength, CiphertextFormat.Check([]));
        for (var at = 0; at < 113; at++)
        {
            Assert.Equal(CiphertextProblem.ForeignParameters, CiphertextFormat.Check(With(bytes => bytes[at] ^= 1)));
        }

        Assert.Equal(CiphertextProblem.OutOfRange, CiphertextFormat.Check(With(bytes => bytes[113 + 7] = 1)));
        Assert.Equal(CiphertextProblem.OutOfRange, CiphertextFormat.Check(With(bytes => bytes[^1] = 0xFF)));
        Assert.Equal(CiphertextProblem.Transparent, CiphertextFormat.Check(With(bytes => bytes.AsSpan(113 + 131072).Clear())));
        var (sum, taken) = await backend.SumAsync([With(bytes => bytes.AsSpan(113 + 131072).Clear()), With(bytes => bytes[5] = 1)]);
        Assert.Null(sum);
        Assert.Equal([false, false], taken);
    }

    [Fact]
    public void Only_an_opening_with_a_permit_takes_a_secret_key()
    {
        var takers = typeof(HomomorphicBackend).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => method.GetParameters().Any(parameter => parameter.ParameterType == typeof(Secret) || parameter.ParameterType == typeof(HomomorphicKeys)))
            .Select(method => method.DeclaringType!.Name + "." + method.Name);

        // A match takes a party's own blinding factor, made for that match: no key of a round.
        Assert.Equal(["HomomorphicKeys.Equals", "HomomorphicKeys.set_SecretKey", "MatchSet.Blind", "MatchSet.BlindAgain", "RoundOpening.OpenAsync"], takers.Where(name => !name.Contains("op_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Empty(typeof(EncryptedTotal).GetConstructors());
        Assert.Empty(typeof(Contribution).GetConstructors());
        Assert.Empty(typeof(SignedRound).GetConstructors());
    }
}
