using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Utilities;
using Sandbox.Bench.Measuring;
using Sandbox.Trust;

namespace Sandbox.Bench.Subjects;

/// <summary>Keyed tokens of identity numbers of 18 characters, on one core.</summary>
internal sealed class TokenSubject : ISubject
{
    private const int Batch = 2048;
    private const int Length = 18;
    private const int OurBatches = 1000;
    private const int RivalBatches = 100;

    public string Name => "tokens";

    public string Words => "HMAC tokens of 18-character ids, against BouncyCastle with both key blocks absorbed beforehand";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        var lines = new List<BenchLine>();
        foreach (var (suite, digest) in new (Suite, Func<IMemoable>)[] { (Suite.Sm, () => new SM3Digest()), (Suite.Nist, () => new Sha256Digest()) })
        {
            var (ours, theirs) = await Contest.RunAsync(runs, _ => Task.FromResult(Ours(suite)), _ => Task.FromResult(Rival(digest)), cancellation).ConfigureAwait(false);
            var name = suite == Suite.Sm ? "SM3" : "SHA-256";
            lines.Add(new BenchLine(
                Name, $"hmac-{suite.Name}", $"HMAC-{name} of 18-character ids, one core", "tokens/s", true, ours, $"BouncyCastle, HMAC-{name} with a precomputed midstate", theirs, new Target(Judged.Ratio, 6, AtLeast: true)));
        }

        return lines;
    }

    private static (byte[] Messages, int[] Ends) Ids()
    {
        var text = string.Concat(Enumerable.Range(0, Batch).Select(i => (110101194912310021 + i).ToString(CultureInfo.InvariantCulture)));
        return (Encoding.ASCII.GetBytes(text), [.. Enumerable.Range(1, Batch).Select(i => i * Length)]);
    }

    private static double Ours(Suite suite)
    {
        var (messages, ends) = Ids();
        var codes = new byte[Batch * Suite.HashLength];
        using var hash = suite.CreateKeyedHash(RandomNumberGenerator.GetBytes(suite.KeyLength));
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < OurBatches; i++)
        {
            hash.Compute(messages, ends, codes);
        }

        return Batch * OurBatches / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The library's own HMac starts from the key again; this is the best that can be had of its digests.</summary>
    private static double Rival(Func<IMemoable> create)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var (messages, ends) = Ids();
        var (inner, outer, work) = (create(), create(), create());
        var block = new byte[64];
        foreach (var (digest, mask) in new[] { (inner, (byte)0x36), (outer, (byte)0x5c) })
        {
            block.AsSpan().Fill(mask);
            for (var i = 0; i < key.Length; i++)
            {
                block[i] ^= key[i];
            }

            ((IDigest)digest).BlockUpdate(block, 0, block.Length);
        }

        var (hash, code) = ((IDigest)work, new byte[Suite.HashLength]);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < RivalBatches; i++)
        {
            for (var at = 0; at < ends.Length; at++)
            {
                work.Reset(inner);
                hash.BlockUpdate(messages, at * Length, Length);
                hash.DoFinal(code, 0);
                work.Reset(outer);
                hash.BlockUpdate(code, 0, code.Length);
                hash.DoFinal(code, 0);
            }
        }

        return Batch * RivalBatches / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
