using System.Diagnostics;
using System.Security.Cryptography;
using Sandbox.Bench.Measuring;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Homomorphic.Scheme;

namespace Sandbox.Bench.Subjects;

/// <summary>
/// Whether time tells about secrets: Welch's t between a fixed secret and random ones (Reparaz, Balasch, Verbauwhede, "Dude, is my code
/// constant time?", 2017), classes in random order, the slowest tenth left out. Beyond 4.5 it would. What is measured lies in the same
/// memory for both classes: where an object lies in the caches makes more of a difference than anything else.
/// </summary>
internal sealed class HomomorphicTimingSubject : ISubject
{
    private const int Objects = 16, Measurements = 10_000;

    public string Name => "he-timing";

    public string Words => "Welch's t of encryption and opening, a fixed secret against random ones";

    public Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        var set = ParameterSet.A;
        var context = BfvContext.Of(set);
        using var keys = KeyGenerator.Generate(context);
        using var encryptor = new Encryptor(PublicKeyMaterial.FromUntrusted(context, keys.PublicKey)!);
        var ciphertext = new byte[set.CiphertextBytes];
        var values = new long[set.Slots];

        // Vectors: always the largest value, or any.
        long[][][] vectors = [Many(_ => Enumerable.Repeat(set.LargestMagnitude, set.Slots).ToArray()), Many(_ => Any(set))];
        var vector = new long[set.Slots];
        var encrypt = Times(runs, (kind, index) => vectors[kind][index].CopyTo(vector, 0), () => encryptor.Encrypt(vector, ciphertext), cancellation);

        // Keys: always the same one in copies, or any.
        encryptor.Encrypt(vectors[1][0], ciphertext);
        byte[][][] secrets = [Many(_ => keys.SecretKey.Bytes.ToArray()), Many(_ => Other(context))];
        Decryptor? opener = null;
        var decrypt = Times(
            runs,
            (kind, index) =>
            {
                opener?.Dispose();
                opener = new Decryptor(SecretKeyMaterial.FromUntrusted(context, secrets[kind][index])!);
                opener.Decrypt(ciphertext, values);
            },
            () => opener!.Decrypt(ciphertext, values),
            cancellation);

        // Contents: opening the same total, or any, with one key.
        var contents = vectors.Select(kind => kind.Select(plain =>
        {
            var bytes = new byte[set.CiphertextBytes];
            encryptor.Encrypt(plain, bytes);
            return bytes;
        }).ToArray()).ToArray();
        using var decryptor = new Decryptor(SecretKeyMaterial.FromUntrusted(context, keys.SecretKey.Bytes)!);
        var open = Times(runs, (kind, index) => contents[kind][index].CopyTo(ciphertext, 0), () => decryptor.Decrypt(ciphertext, values), cancellation);
        opener?.Dispose();

        BenchLine Line(string name, string what, Series series) => new(Name, name, what, "|t|", false, series, null, null, new Target(Judged.Ours, 4.5, false));
        return Task.FromResult<IReadOnlyList<BenchLine>>(
        [
            Line("he-t-encrypt", "encrypting the largest values against any", encrypt),
            Line("he-t-key", "opening with one key against any", decrypt),
            Line("he-t-open", "opening the largest values against any", open),
        ]);
    }

    private static T[] Many<T>(Func<int, T> make) => [.. Enumerable.Range(0, Objects).Select(make)];

    private static long[] Any(ParameterSet set) =>
        [.. Enumerable.Range(0, set.Slots).Select(_ => (BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) % (set.LargestMagnitude + 1)))];

    private static byte[] Other(BfvContext context)
    {
        using var keys = KeyGenerator.Generate(context);
        return keys.SecretKey.Bytes.ToArray();
    }

    private static Series Times(int runs, Action<int, int> prepare, Action work, CancellationToken cancellation)
    {
        List<double> all = [];
        for (var run = 0; run <= runs; run++)
        {
            cancellation.ThrowIfCancellationRequested();
            var choices = RandomNumberGenerator.GetBytes(Measurements);
            var times = new List<double>[] { [], [] };
            foreach (var choice in choices)
            {
                var (kind, index) = (choice & 1, (choice >> 1) % Objects);
                prepare(kind, index);
                var start = Stopwatch.GetTimestamp();
                work();
                times[kind].Add(Stopwatch.GetTimestamp() - start);
            }

            // The first one warms up.
            if (run > 0)
            {
                all.Add(Math.Abs(Welch(times[0], times[1])));
            }
        }

        return new Series(all);
    }

    private static double Welch(List<double> one, List<double> other)
    {
        var limit = one.Concat(other).Order().ElementAt((one.Count + other.Count) * 9 / 10);
        var (a, b) = (one.Where(time => time <= limit).ToArray(), other.Where(time => time <= limit).ToArray());
        static double Variance(double[] times) => times.Average() is var mean ? times.Sum(time => (time - mean) * (time - mean)) / (times.Length - 1) : 0;
        return (a.Average() - b.Average()) / Math.Sqrt((Variance(a) / a.Length) + (Variance(b) / b.Length));
    }
}
