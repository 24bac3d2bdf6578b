using System.Buffers.Binary;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Homomorphic.Arithmetic;
using Sandbox.Enclave.Homomorphic.Scheme;
using Sandbox.Enclave.Homomorphic.Wire;
using Sandbox.SealOracle;

namespace Sandbox.Enclave.Tests.Homomorphic;

/// <summary>Ours against Microsoft SEAL in both directions, for every parameter set and every path.</summary>
public sealed class InteropTests(Witness witness) : IClassFixture<Witness>
{
    private readonly SealWitness _seal = witness.Seal;

    public static TheoryData<string> Names => Sets.Names;

    public static TheoryData<string, string> OnPaths => Sets.OnPaths;

    [Theory]
    [MemberData(nameof(Names))]
    public void Parameters_are_the_same_bytes(string name)
    {
        var ours = WireHeader.Of(ParameterSet.Named(name)!).Parameters;
        Assert.Equal(_seal.One("parameters", name), ours);
        var (values, frames) = _seal.Do("loadParameters", name, [ours]);
        Assert.True(values["same"]!.GetValue<bool>());
        Assert.Equal(ours, frames[0]);
    }

    [Theory]
    [MemberData(nameof(OnPaths))]
    public void Encoding_gives_the_same_coefficients(string name, string path)
    {
        var context = Context(name, path);
        var values = Sets.Values(context.Parameters, 1);
        var ours = new ulong[context.Parameters.Slots];
        BatchEncoder.Encode(context, values, 1, ours);

        // A plain polynomial on the wire: 88 bytes, then its coefficients.
        var theirs = _seal.One("encode", name, SealWitness.Frame(values))[88..];
        Assert.Equal(theirs.Length / 8, ours.Length);
        for (var i = 0; i < ours.Length; i++)
        {
            Assert.Equal(BinaryPrimitives.ReadUInt64LittleEndian(theirs.AsSpan(8 * i)), ours[i]);
        }

        var back = new long[ours.Length];
        BatchEncoder.Decode(context, ours, back);
        Assert.Equal(values, back);
    }

    [Theory]
    [MemberData(nameof(OnPaths))]
    public async Task Keys_and_ciphertexts_of_ours_open_in_seal(string name, string path)
    {
        var backend = new ManagedBackend(Context(name, path));
        using var keys = await backend.GenerateKeysAsync();
        var secret = keys.SecretKey.Bytes.ToArray();
        Assert.Equal(keys.PublicKey, _seal.One("loadPublicKey", name, keys.PublicKey));
        Assert.Equal(secret, _seal.One("loadSecretKey", name, secret));

        var values = Sets.Values(backend.Parameters, 2);
        var ours = await backend.EncryptAsync(keys.PublicKey, [values, [1, -2, 3]]);
        Assert.Equal(ours[0], _seal.One("loadCiphertext", name, ours[0]));
        var (opened, budgets) = _seal.Decrypt(name, secret, [.. ours]);
        Assert.Equal(values, opened[0]);
        Assert.Equal([1, -2, 3], opened[1][..3]);
        Assert.All(opened[1][3..], value => Assert.Equal(0, value));

        // SEAL with our key.
        var theirs = _seal.One("encrypt", name, keys.PublicKey, SealWitness.Frame(values));
        Assert.Equal(values, (await backend.DecryptAsync(keys.SecretKey, [theirs]))[0]);
        var fresh = _seal.Decrypt(name, secret, theirs).Budgets[0];
        Assert.InRange(budgets[0], fresh - 1, fresh + 1);
    }

    [Theory]
    [MemberData(nameof(OnPaths))]
    public async Task Keys_and_ciphertexts_of_seal_open_in_ours(string name, string path)
    {
        var backend = new ManagedBackend(Context(name, path));
        var (_, frames) = _seal.Do("keys", name, []);
        using var secret = Trust.Secret.CopyOf(frames[1]);
        var values = Sets.Values(backend.Parameters, 3);
        var theirs = _seal.One("encrypt", name, frames[0], SealWitness.Frame(values));
        Assert.Equal(CiphertextProblem.None, CiphertextFormat.Check(backend.Parameters, theirs));
        Assert.Equal(values, (await backend.DecryptAsync(secret, [theirs]))[0]);

        // Our encryption under SEAL's key, full and seeded; and the key that SEAL made of the seed.
        Assert.Equal(_seal.One("loadPublicKey", name, frames[2]), PublicKeyFormat.Expand(backend.Parameters, frames[2]));
        foreach (var key in new[] { frames[0], frames[2] })
        {
            using var encryptor = new Encryptor(PublicKeyMaterial.FromUntrusted(Context(name, path), key)!);
            var ours = new byte[backend.Parameters.CiphertextBytes];
            encryptor.Encrypt(values, ours);
            Assert.Equal(values, _seal.Decrypt(name, frames[1], ours).Vectors[0]);
        }

        var seeded = _seal.One("encryptSymmetric", name, frames[1], SealWitness.Frame(values));
        var expanded = SeededForm.ExpandCiphertext(backend.Parameters, seeded);
        Assert.Equal(_seal.One("loadCiphertext", name, seeded), expanded);
        Assert.Equal(values, (await backend.DecryptAsync(secret, [expanded!]))[0]);
    }

    [Theory]
    [MemberData(nameof(OnPaths))]
    public async Task Sums_and_weighted_sums_are_those_of_seal(string name, string path)
    {
        var backend = new ManagedBackend(Context(name, path));
        using var keys = await backend.GenerateKeysAsync();
        using var key = SecretKeyMaterial.FromUntrusted(Context(name, path), keys.SecretKey.Bytes)!;
        var secret = keys.SecretKey.Bytes.ToArray();
        var set = backend.Parameters;
        long[][] vectors = [.. Enumerable.Range(0, 3).Select(i => Sets.Values(set, 10 + i).Select(value => value / 40).ToArray())];
        var ciphertexts = await backend.EncryptAsync(keys.PublicKey, vectors);

        // Adding draws no randomness: the same bytes.
        var (sum, taken) = await backend.SumAsync(ciphertexts);
        Assert.Equal([true, true, true], taken);
        Assert.Equal(_seal.One("add", name, [.. ciphertexts]), sum);

        long[] weights = [1, -7, 10];
        var session = await backend.StartSumAsync(1);
        await using var _ = session.ConfigureAwait(false);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(CiphertextProblem.None, await session.AddAsync(0, ciphertexts[i], weights[i]));
        }

        var weighted = (await session.FinishAsync())[0]!;
        var products = ciphertexts.Select((ciphertext, i) => i == 0
            ? ciphertext
            : _seal.One("multiplyPlain", name, ciphertext, SealWitness.Frame([.. Enumerable.Repeat(weights[i], set.Slots)]))).ToArray();
        Assert.Equal(_seal.One("add", name, products), weighted);
        var (opened, budgets) = _seal.Decrypt(name, secret, weighted, sum!);
        Assert.Equal(vectors[0].Select((_, slot) => vectors.Zip(weights, (vector, weight) => vector[slot] * weight).Sum()), opened[0]);
        Assert.Equal(budgets[0], NoiseBudget.Bits(key, weighted));
        Assert.Equal(budgets[1], NoiseBudget.Bits(key, sum));
    }

    [Fact]
    public void Blake2b_gives_the_published_digests()
    {
        // The first is in RFC 7693, appendix A; the others are of Python's hashlib.
        var digest = new byte[64];
        Blake2b.Hash([], "abc"u8, digest);
        Assert.Equal("ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923", Convert.ToHexStringLower(digest));
        Blake2b.Hash([.. Enumerable.Range(0, 64).Select(i => (byte)i)], [], digest);
        Assert.Equal("10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786b5e996e8f0f4eb981fc214b005f42d2ff4233499391653df7aefcbc13fc51568", Convert.ToHexStringLower(digest));
        byte[] counting = [.. Enumerable.Range(0, 255).Select(i => (byte)i)];
        Blake2b.Hash(counting.AsSpan(0, 64), counting, digest);
        Assert.Equal("142709d62e28fcccd0af97fad0f8465b971e82201dc51070faa0372aa43e92484be1c1e73ba10906d5d1853db6a4106e0a7bf9800d373d6dee2d46d62ef2a461", Convert.ToHexStringLower(digest));
    }

    private static BfvContext Context(string name, string path) => BfvContext.Of(ParameterSet.Named(name)!, Enum.Parse<KernelPath>(path));
}
