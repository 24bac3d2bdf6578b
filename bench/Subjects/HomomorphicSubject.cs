using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Bench.Measuring;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Homomorphic.Scheme;
using Sandbox.Jail;
using Sandbox.SealOracle;
using Sandbox.Trust;

namespace Sandbox.Bench.Subjects;

/// <summary>
/// The scheme on one core against node-seal. Ours counts encoding and the wire format both ways; the rival's objects are ready in its
/// memory, and its plain polynomial is encoded.
/// </summary>
internal sealed class HomomorphicSubject : ISubject
{
    private const int Repeats = 40, AtOnce = 8;

    public string Name => "he";

    public string Words => "encrypting, adding and opening vectors of 8192 numbers, against SEAL 4.1.2 as WebAssembly (node-seal)";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        var engines = EnginePaths.Locate();
        using var seal = new SealWitness(engines.Node, engines.NodeModules("node-seal"));
        var context = BfvContext.Of(ParameterSet.A);
        using var keys = KeyGenerator.Generate(context);
        using var secret = SecretKeyMaterial.FromUntrusted(context, keys.SecretKey.Bytes)!;
        using var encryptor = new Encryptor(PublicKeyMaterial.FromUntrusted(context, keys.PublicKey)!);
        using var decryptor = new Decryptor(secret);
        var values = Enumerable.Range(0, ParameterSet.A.Slots).Select(i => ((long)i * i) - 10000).ToArray();
        var (ciphertext, opened) = (new byte[ParameterSet.A.CiphertextBytes], new long[values.Length]);
        encryptor.Encrypt(values, ciphertext);
        var sum = new Accumulator(context);

        double Rival(string what)
        {
            var (times, _) = seal.Do("time", "A", [], new JsonObject { ["what"] = what, ["runs"] = Repeats });
            return times["times"].Deserialize<double[]>()!.Order().ElementAt(Repeats / 2);
        }

        Task<(Series Ours, Series Rival)> Against(string what, Action ours) => Contest.RunAsync(
            runs, _ => Task.FromResult(Median(ours)), _ => Task.FromResult(Rival(what)), cancellation);

        var (encrypt, sealEncrypt) = await Against("encrypt", () => encryptor.Encrypt(values, ciphertext)).ConfigureAwait(false);
        // A round is summed several contributions at a time; each time is for all of them, so it is divided.
        ReadOnlyMemory<byte>[] several = [.. Enumerable.Range(0, AtOnce).Select(i =>
        {
            var bytes = new byte[ParameterSet.A.CiphertextBytes];
            encryptor.Encrypt([i], bytes);
            return (ReadOnlyMemory<byte>)bytes;
        })];
        var problems = new CiphertextProblem[AtOnce];
        var (together, sealAdd) = await Against("add", () => sum.Add(several, problems)).ConfigureAwait(false);
        var add = together.Map(time => time / AtOnce);
        if (problems.Any(problem => problem != CiphertextProblem.None))
        {
            throw new BenchBrokenException("Adding what was encrypted", "not all were taken");
        }

        var (decrypt, sealDecrypt) = await Against("decrypt", () => decryptor.Decrypt(ciphertext, opened)).ConfigureAwait(false);
        if (!opened.AsSpan().SequenceEqual(values))
        {
            throw new BenchBrokenException("Opening what was encrypted", "wrong numbers");
        }

        var few = Math.Min(runs, 3);
        var (tenMillion, memory) = await ManyAsync(prepared.Place.Folder, 10_000_000, few, cancellation).ConfigureAwait(false);
        var (oneMillion, _) = await ManyAsync(prepared.Place.Folder, 1_000_000, few, cancellation).ConfigureAwait(false);
        var thousand = Contributions(encryptor, 1000, runs);
        var hundred = Contributions(encryptor, 100, runs);
        return
        [
            new BenchLine(Name, "he-encrypt", "encode and encrypt 8192 numbers (set A), wire format written", "ms", false, encrypt, "node-seal, encrypt alone", sealEncrypt, new Target(Judged.Ratio, 10, true)),
            new BenchLine(Name, "he-add", "check eight ciphertexts on the wire and add them to a sum, for each", "ms", false, add, "node-seal, addInplace", sealAdd, new Target(Judged.Ratio, 3, true)),
            new BenchLine(Name, "he-decrypt", "read the wire format, decrypt and decode", "ms", false, decrypt, "node-seal, decrypt alone", sealDecrypt, new Target(Judged.Ratio, 6, true)),
            new BenchLine(Name, "he-10m", "3 × 10 M numbers encrypted to files, summed from them, opened; all cores", "s", false, tenMillion, null, null, new Target(Judged.Ours, 15, false)),
            new BenchLine(Name, "he-1000", "1,000 contributions of 8192 numbers: SM2 signature, SM3 digest and form checked, summed; all cores", "s", false, thousand, null, null, new Target(Judged.Ours, 4, false)),
            new BenchLine(Name, "he-10m-memory", "most memory of the whole process while that ran", "MiB", false, memory, null, null, new Target(Judged.Ours, 1024, false)),
            new BenchLine(Name, "he-linear-values", "time for 10 M numbers over ten times that for 1 M", "×", false, Tenfold(tenMillion, oneMillion), null, null, new Target(Judged.Ours, 1.25, false)),
            new BenchLine(Name, "he-linear-contributors", "time for 1,000 contributions over ten times that for 100", "×", false, Tenfold(thousand, hundred), null, null, new Target(Judged.Ours, 1.25, false)),
        ];
    }

    /// <summary>1 where ten times as much takes ten times as long.</summary>
    private static Series Tenfold(Series much, Series little) => new([much.Median / (10 * little.Median)]);

    private static double Median(Action action)
    {
        var times = new double[Repeats];
        for (var i = 0; i < Repeats; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[Repeats / 2];
    }

    /// <summary>What a round does to each submission, without its files: signature over a statement, digest in it, form, sum.</summary>
    private static Series Contributions(Encryptor encryptor, int contributions, int runs)
    {
        const int distinct = 100;
        var set = ParameterSet.A;
        string Digest(byte[] bytes)
        {
            Span<byte> hash = stackalloc byte[Suite.HashLength];
            Suite.Sm.Hash(bytes, hash);
            return Convert.ToHexStringLower(hash);
        }

        // Keys and statements are a contributor's own; a hundred different ciphertexts are enough to leave the caches behind.
        var ciphertexts = Enumerable.Range(0, distinct).Select(i =>
        {
            var bytes = new byte[set.CiphertextBytes];
            encryptor.Encrypt([i], bytes);
            return bytes;
        }).ToArray();
        var keys = Enumerable.Range(0, contributions).Select(_ => Suite.Sm.GenerateSigningKey()).ToArray();
        var statements = keys.Select((key, i) => SignedStatement.Sign(key, "bench", new JsonObject { ["ciphertexts"] = Digest(ciphertexts[i % distinct]) }).ToBytes()).ToArray();
        List<double> seconds = [];
        for (var run = 0; run <= runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            var sum = new Accumulator(BfvContext.Of(set));
            var good = 0;
            Parallel.For(0, contributions, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            {
                var bytes = ciphertexts[i % distinct];
                var statement = SignedStatement.Verify(statements[i], "bench", keys[i].Public);
                if (statement.Payload["ciphertexts"]!.GetValue<string>() == Digest(bytes))
                {
                    lock (sum)
                    {
                        good += sum.Add(bytes, 1) == CiphertextProblem.None ? 1 : 0;
                    }
                }
            });
            if (good != contributions || sum.Write() is null)
            {
                throw new BenchBrokenException("Summing contributions", "not all were taken");
            }

            if (run > 0)
            {
                seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        return new Series(seconds);
    }

    /// <summary>Three contributors, each with its own column, through the same seam as the product; a few vectors at a time.</summary>
    private static async Task<(Series Seconds, Series Mebibytes)> ManyAsync(string folder, int numbers, int runs, CancellationToken cancellation)
    {
        const int contributors = 3, batch = 32;
        var set = ParameterSet.A;
        var backend = new ManagedBackend(set);
        using var keys = await backend.GenerateKeysAsync(cancellation).ConfigureAwait(false);
        var vectors = (numbers + set.Slots - 1) / set.Slots;
        long Value(int contributor, long row) => row < numbers ? ((row * 7919) % 1_000_003) - (contributor * 1000) : 0;
        List<double> seconds = [], mebibytes = [];
        for (var run = 0; run <= runs; run++)
        {
            GC.Collect();
            await File.WriteAllTextAsync("/proc/self/clear_refs", "5", cancellation).ConfigureAwait(false);
            var start = Stopwatch.GetTimestamp();
            string[] paths = [.. Enumerable.Range(0, contributors).Select(i => Path.Combine(folder, $"contribution-{i}"))];
            for (var contributor = 0; contributor < contributors; contributor++)
            {
                using var file = File.Create(paths[contributor]);
                for (var first = 0; first < vectors; first += batch)
                {
                    long[][] plain = [.. Enumerable.Range(first, Math.Min(batch, vectors - first)).Select(vector =>
                        Enumerable.Range(0, set.Slots).Select(slot => Value(contributor, ((long)vector * set.Slots) + slot)).ToArray())];
                    foreach (var ciphertext in await backend.EncryptAsync(keys.PublicKey, plain, cancellation).ConfigureAwait(false))
                    {
                        await file.WriteAsync(ciphertext, cancellation).ConfigureAwait(false);
                    }
                }
            }

            var files = paths.Select(File.OpenRead).ToArray();
            var buffer = new byte[set.CiphertextBytes];
            for (var first = 0; first < vectors; first += batch)
            {
                var count = Math.Min(batch, vectors - first);
                var sum = await backend.StartSumAsync(count, cancellation).ConfigureAwait(false);
                await using (sum.ConfigureAwait(false))
                {
                    foreach (var file in files)
                    {
                        for (var part = 0; part < count; part++)
                        {
                            await file.ReadExactlyAsync(buffer, cancellation).ConfigureAwait(false);
                            await sum.AddAsync(part, buffer, 1, cancellation).ConfigureAwait(false);
                        }
                    }

                    var totals = await sum.FinishAsync(cancellation).ConfigureAwait(false);
                    var opened = await backend.DecryptAsync(keys.SecretKey, [.. totals.Select(total => total!)], cancellation).ConfigureAwait(false);
                    var row = (long)first * set.Slots;
                    if (opened[0][5] != Enumerable.Range(0, contributors).Sum(contributor => Value(contributor, row + 5)))
                    {
                        throw new BenchBrokenException("Opening the sums", "wrong numbers");
                    }
                }
            }

            foreach (var file in files)
            {
                await file.DisposeAsync().ConfigureAwait(false);
                File.Delete(file.Name);
            }

            if (run > 0)
            {
                seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                mebibytes.Add(PeakMebibytes());
            }
        }

        return (new Series(seconds), new Series(mebibytes));
    }

    /// <summary>The high-water mark of resident memory, counted anew since <c>clear_refs</c>.</summary>
    private static double PeakMebibytes()
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) / 1024;
    }
}
