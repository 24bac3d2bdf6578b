using System.Diagnostics;
using System.Security.Cryptography;
using Sandbox.Bench.Measuring;
using Sandbox.Trust;

namespace Sandbox.Bench.Subjects;

/// <summary>Sealed objects: 128 MiB from memory to a durable file, and back, against the bare cipher over the same chunks and the same file.</summary>
internal sealed class ObjectSubject : ISubject
{
    private const int ChunkLength = 1 << 18;
    private const int Length = 128 << 20;

    public string Name => "objects";

    public string Words => "writing and reading sealed objects of 128 MiB, against the bare cipher and a file";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        var content = RandomNumberGenerator.GetBytes(Length);
        var lines = new List<BenchLine>();
        foreach (var suite in new[] { Suite.Nist, Suite.Sm })
        {
            lines.AddRange(await LinesAsync(prepared, suite, content, runs, cancellation).ConfigureAwait(false));
        }

        return lines;
    }

    private async Task<IReadOnlyList<BenchLine>> LinesAsync(Preparation prepared, Suite suite, byte[] content, int runs, CancellationToken cancellation)
    {
        var store = prepared.Place.Store(suite);
        using var key = DataKey.ThrowAway(suite, "bench");
        async Task<double> WriteAsync(CancellationToken token)
        {
            using var source = new MemoryStream(content, writable: false);
            var start = Stopwatch.GetTimestamp();
            using var staged = await store.StageAsync("segment", key, source, token).ConfigureAwait(false);
            var reference = staged.Commit();
            var rate = Rate(start);
            store.Delete(reference);
            return rate;
        }

        var path = prepared.Place.NewFile("rival.sealed");
        var bareKey = RandomNumberGenerator.GetBytes(suite.KeyLength);
        var (written, bareWritten) = await Contest.RunAsync(runs, WriteAsync, _ => Task.FromResult(BareWrite(suite, bareKey, content, path)), cancellation).ConfigureAwait(false);

        using var plain = new MemoryStream(content, writable: false);
        var kept = await store.StageAsync("segment", key, plain, cancellation).ConfigureAwait(false);
        var stands = kept.Commit();
        kept.Dispose();
        double Read()
        {
            var start = Stopwatch.GetTimestamp();
            store.OpenInto(stands, key, Stream.Null);
            return Rate(start);
        }

        _ = BareWrite(suite, bareKey, content, path, keep: true);
        var (read, bareRead) = await Contest.RunAsync(runs, _ => Task.FromResult(Read()), _ => Task.FromResult(BareRead(suite, bareKey, path)), cancellation).ConfigureAwait(false);
        store.Delete(stands);
        File.Delete(path);
        var cipher = suite.KeyLength == 16 ? "SM4-GCM" : "AES-256-GCM";
        return
        [
            new BenchLine(Name, $"objects-write-{suite.Name}", $"seal 128 MiB ({cipher}, commitment, fsync, rename)", "MB/s", true, written, $"bare {cipher} in 256 KiB chunks into a file, fsync", bareWritten, null),
            new BenchLine(Name, $"objects-read-{suite.Name}", $"open 128 MiB ({cipher}, every chunk authenticated)", "MB/s", true, read, $"bare {cipher} in 256 KiB chunks out of a file", bareRead, null),
        ];
    }

    private static double BareWrite(Suite suite, byte[] key, byte[] content, string path, bool keep = false)
    {
        var sealedChunk = new byte[ChunkLength + AeadKey.TagLength];
        Span<byte> nonce = stackalloc byte[AeadKey.NonceLength];
        using var aead = suite.CreateAead(key);
        var start = Stopwatch.GetTimestamp();
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 0))
        {
            for (var at = 0; at < content.Length; at += ChunkLength)
            {
                BitConverter.TryWriteBytes(nonce, at);
                aead.Seal(nonce, content.AsSpan(at, ChunkLength), [], sealedChunk.AsSpan(0, ChunkLength), sealedChunk.AsSpan(ChunkLength));
                file.Write(sealedChunk);
            }

            file.Flush(true);
        }

        var rate = Rate(start);
        if (!keep)
        {
            File.Delete(path);
        }

        return rate;
    }

    private static double BareRead(Suite suite, byte[] key, string path)
    {
        var sealedChunk = new byte[ChunkLength + AeadKey.TagLength];
        var plain = new byte[ChunkLength];
        Span<byte> nonce = stackalloc byte[AeadKey.NonceLength];
        var start = Stopwatch.GetTimestamp();
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        using var aead = suite.CreateAead(key);
        for (var at = 0; file.ReadAtLeast(sealedChunk, sealedChunk.Length, throwOnEndOfStream: false) == sealedChunk.Length; at += ChunkLength)
        {
            BitConverter.TryWriteBytes(nonce, at);
            if (!aead.Open(nonce, sealedChunk.AsSpan(0, ChunkLength), sealedChunk.AsSpan(ChunkLength), [], plain))
            {
                throw new BenchBrokenException("The rival's own file", "tag");
            }
        }

        return Rate(start);
    }

    private static double Rate(long start) => Length / 1e6 / Stopwatch.GetElapsedTime(start).TotalSeconds;
}
