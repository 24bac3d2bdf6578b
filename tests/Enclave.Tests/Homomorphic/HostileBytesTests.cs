using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Homomorphic.Scheme;
using Sandbox.Enclave.Homomorphic.Wire;

namespace Sandbox.Enclave.Tests.Homomorphic;

/// <summary>Mutated ciphertexts and keys: refused with a reason or harmless, never a crash and never much memory.</summary>
public sealed class HostileBytesTests(Witness witness) : IClassFixture<Witness>
{
    [Fact]
    public async Task Some() => await FuzzAsync(5_000, 1);

    [Fact]
    [Trait("Category", "Long")]
    public async Task Many() => await FuzzAsync(200_000, 2);

    [Fact]
    public async Task A_secret_key_of_zeros_is_none_and_neither_is_one_of_two_halves()
    {
        foreach (var set in ParameterSet.All)
        {
            using var one = await new ManagedBackend(set).GenerateKeysAsync();
            using var other = await new ManagedBackend(set).GenerateKeysAsync();
            var bytes = one.SecretKey.Bytes.ToArray();
            other.SecretKey.Bytes[(bytes.Length / 2)..].CopyTo(bytes.AsSpan(bytes.Length / 2));
            Assert.Null(SecretKeyMaterial.FromUntrusted(BfvContext.Of(set), bytes));
            bytes.AsSpan(WireHeader.SecretKeyBytes).Clear();
            Assert.Null(SecretKeyMaterial.FromUntrusted(BfvContext.Of(set), bytes));
        }
    }

    private async Task FuzzAsync(int rounds, int seed)
    {
        var random = new Random(seed);
        var subjects = new List<Subject>();
        foreach (var set in ParameterSet.All)
        {
            var backend = new ManagedBackend(set);
            var keys = await backend.GenerateKeysAsync();
            var ciphertexts = await backend.EncryptAsync(keys.PublicKey, [Sets.Values(set, 1), Sets.Values(set, 2)]);
            var seeded = witness.Seal.Do("keys", set.Name, []).Frames[2];
            subjects.Add(new Subject(set, BfvContext.Of(set), keys.PublicKey, seeded, keys.SecretKey.Bytes.ToArray(), ciphertexts));
        }

        for (var round = 0; round < rounds; round++)
        {
            // Most are ciphertexts: they come from outside; and each set's bytes meet the other sets.
            var from = subjects[random.Next(subjects.Count)];
            var to = random.Next(8) == 0 ? subjects[random.Next(subjects.Count)] : from;
            switch (random.Next(8))
            {
                case 0:
                    var key = Mutate(random, random.Next(2) == 0 ? from.PublicKey : from.SeededKey);
                    Bounded(to.Set.PublicKeyBytes, () => TryPublicKey(to, key));
                    break;
                case 1:
                    var secret = Mutate(random, from.SecretKey);
                    Bounded(to.Set.SecretKeyBytes, () => TrySecretKey(to, from, secret));
                    break;
                default:
                    var ciphertext = Mutate(random, from.Ciphertexts[0]);
                    Bounded(to.Set.CiphertextBytes, () => TryCiphertext(to, ciphertext));
                    break;
            }
        }
    }

    /// <summary>At most twice the valid size and a little is allocated beyond what the test makes itself, whatever the bytes say.</summary>
    private static void Bounded(int validBytes, Func<long> act)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var own = act();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before - own, 0, (2 * validBytes) + 65_536);
    }

    private static long TryCiphertext(Subject to, byte[] bytes)
    {
        var problem = CiphertextFormat.Check(to.Set, bytes);
        Assert.NotEqual(CiphertextProblem.Unknown, problem);
        var before = to.Sum.Write()!;
        var counted = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(problem, to.Sum.Add(bytes, 1));
        if (problem == CiphertextProblem.None)
        {
            // In form, so nobody can know it from another: it opens to some numbers, and taking it away leaves the sum as it was.
            to.Decryptor.Decrypt(bytes, to.Values);
            Assert.False(to.Values.AsSpan().ContainsAnyExceptInRange(-to.Set.LargestMagnitude, to.Set.LargestMagnitude));
            Assert.Equal(CiphertextProblem.None, to.Sum.Add(bytes, -1));
        }

        counted = GC.GetAllocatedBytesForCurrentThread() - counted;
        Assert.InRange(counted, 0, to.Set.CiphertextBytes);
        Assert.Equal(before, to.Sum.Write());
        return 2 * (to.Set.CiphertextBytes + 64);
    }

    private static long TryPublicKey(Subject to, byte[] bytes)
    {
        if (PublicKeyMaterial.FromUntrusted(to.Context, bytes) is { } key)
        {
            // A key in form encrypts; that it is the round's key is for the signed terms to say.
            using var encryptor = new Encryptor(key);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var ciphertext = new byte[to.Set.CiphertextBytes];
            encryptor.Encrypt([1, 2, 3], ciphertext);
            Assert.Equal(CiphertextProblem.None, CiphertextFormat.Check(to.Set, ciphertext));
            return (GC.GetAllocatedBytesForCurrentThread() - before) + (10L * to.Set.Slots * sizeof(double));
        }

        return 0;
    }

    private static long TrySecretKey(Subject to, Subject from, byte[] bytes)
    {
        using var key = SecretKeyMaterial.FromUntrusted(to.Context, bytes);
        Assert.Equal(to == from && bytes.AsSpan().SequenceEqual(from.SecretKey), key is not null);
        return 0;
    }

    private static byte[] Mutate(Random random, byte[] valid)
    {
        var bytes = (byte[])valid.Clone();
        void Flip(int below) => bytes[random.Next(below)] ^= (byte)(1 << random.Next(8));
        switch (random.Next(12))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                return [.. bytes, .. new byte[random.Next(1, 100)]];
            case 2:
                bytes.AsSpan(random.Next(bytes.Length)).Clear();
                break;
            case 3:
                bytes.AsSpan(random.Next(bytes.Length)).Fill(0xFF);
                break;
            case 4:
                random.NextBytes(bytes.AsSpan(Math.Min(random.Next(200), bytes.Length)));
                break;
            case 5:
                bytes.AsSpan(WireHeader.CiphertextBytes + ((bytes.Length - WireHeader.CiphertextBytes) / 2)).Clear();
                break;
            case 6:
                // Lengths and counts of the header, as big as they can be.
                BitConverter.TryWriteBytes(bytes.AsSpan(new[] { 8, 48, 49, 57, 65, 97, 105 }[random.Next(7)]), random.NextInt64());
                break;
            case 7:
                for (var i = 0; i < 20; i++)
                {
                    Flip(bytes.Length);
                }

                break;
            case 8:
                (bytes[5], bytes[94]) = ((byte)random.Next(3), (byte)random.Next(3));
                break;
            case 9:
                Flip(WireHeader.CiphertextBytes);
                break;
            default:
                // One low bit of a coefficient: still in form.
                bytes[WireHeader.CiphertextBytes + (8 * random.Next((bytes.Length - WireHeader.CiphertextBytes) / 8))] ^= 1;
                break;
        }

        return bytes;
    }

    private sealed record Subject(ParameterSet Set, BfvContext Context, byte[] PublicKey, byte[] SeededKey, byte[] SecretKey, IReadOnlyList<byte[]> Ciphertexts)
    {
        public long[] Values { get; } = new long[Set.Slots];

        public Accumulator Sum { get; } = Started(Context, Ciphertexts[1]);

        public Decryptor Decryptor { get; } = new(SecretKeyMaterial.FromUntrusted(Context, SecretKey)!);

        private static Accumulator Started(BfvContext context, byte[] ciphertext)
        {
            var sum = new Accumulator(context);
            sum.Add(ciphertext, 1);
            return sum;
        }
    }
}
