using System.Diagnostics;
using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Sandbox.Bench.Measuring;
using Sandbox.Trust;

namespace Sandbox.Bench.Subjects;

/// <summary>The Chinese algorithms in our own code against BouncyCastle, on one core.</summary>
internal sealed class CryptoSubject : ISubject
{
    private const int ChunkLength = 1 << 18;
    private const int OurChunks = 256;
    private const int RivalChunks = 32;

    public string Name => "crypto";

    public string Words => "SM2, SM4-GCM and SM3, against BouncyCastle";

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync(Preparation prepared, int runs, CancellationToken cancellation)
    {
        var chunk = new byte[ChunkLength];
        var (gcm, gcmRival) = await Contest.RunAsync(runs, _ => Task.FromResult(OurGcm(chunk)), _ => Task.FromResult(RivalGcm(chunk)), cancellation).ConfigureAwait(false);
        var (hash, hashRival) = await Contest.RunAsync(runs, _ => Task.FromResult(OurHash(chunk)), _ => Task.FromResult(RivalHash(chunk)), cancellation).ConfigureAwait(false);
        var (sign, signRival) = await Contest.RunAsync(runs, _ => Task.FromResult(Signatures(Suite.Sm.GenerateSigningKey())), _ => Task.FromResult(RivalSignatures()), cancellation).ConfigureAwait(false);
        return
        [
            new BenchLine(Name, "sm2-sign", "sign short messages with SM2", "signatures/s", true, sign, "BouncyCastle, SM2Signer", signRival, null),
            new BenchLine(Name, "sm4-gcm", "seal chunks of 256 KiB with SM4-GCM", "MB/s", true, gcm, "BouncyCastle, the same chunks", gcmRival, new Target(Judged.Ratio, 8, AtLeast: true)),
            new BenchLine(Name, "sm3", "hash chunks of 256 KiB with SM3", "MB/s", true, hash, "BouncyCastle, the same chunks", hashRival, new Target(Judged.Ratio, 1.5, AtLeast: true)),
        ];
    }

    private static double OurGcm(byte[] chunk)
    {
        var output = new byte[chunk.Length];
        Span<byte> tag = stackalloc byte[AeadKey.TagLength];
        Span<byte> nonce = stackalloc byte[AeadKey.NonceLength];
        using var aead = Suite.Sm.CreateAead(chunk.AsSpan(0, Suite.Sm.KeyLength));
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < OurChunks; i++)
        {
            BitConverter.TryWriteBytes(nonce, i);
            aead.Seal(nonce, chunk, [], output, tag);
        }

        return Rate(OurChunks, start);
    }

    private static double RivalGcm(byte[] chunk)
    {
        var output = new byte[chunk.Length + AeadKey.TagLength];
        var nonce = new byte[AeadKey.NonceLength];
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < RivalChunks; i++)
        {
            BitConverter.TryWriteBytes(nonce, i);
            var cipher = new GcmBlockCipher(new SM4Engine());
            cipher.Init(true, new AeadParameters(new KeyParameter(chunk, 0, 16), 128, nonce));
            var written = cipher.ProcessBytes(chunk, 0, chunk.Length, output, 0);
            cipher.DoFinal(output, written);
        }

        return Rate(RivalChunks, start);
    }

    private static double OurHash(byte[] chunk)
    {
        Span<byte> hash = stackalloc byte[Suite.HashLength];
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < OurChunks; i++)
        {
            Suite.Sm.Hash(chunk, hash);
        }

        return Rate(OurChunks, start);
    }

    private static double RivalHash(byte[] chunk)
    {
        var hash = new byte[Suite.HashLength];
        var digest = new SM3Digest();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < RivalChunks; i++)
        {
            digest.BlockUpdate(chunk, 0, chunk.Length);
            digest.DoFinal(hash, 0);
        }

        return Rate(RivalChunks, start);
    }

    private static double Signatures(SigningKey key)
    {
        const int count = 1000;
        using (key)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++)
            {
                key.Sign("sandbox/bench/v1", BitConverter.GetBytes(i));
            }

            return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    private static double RivalSignatures()
    {
        const int count = 300;
        var named = GMNamedCurves.GetByName("sm2p256v1");
        var domain = new ECDomainParameters(named.Curve, named.G, named.N, named.H);
        var key = new ECPrivateKeyParameters(new BigInteger(1, RandomNumberGenerator.GetBytes(31)), domain);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var signer = new SM2Signer();
            signer.Init(true, key);
            signer.BlockUpdate(BitConverter.GetBytes(i), 0, 4);
            signer.GenerateSignature();
        }

        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Rate(int chunks, long start) => (double)chunks * ChunkLength / 1e6 / Stopwatch.GetElapsedTime(start).TotalSeconds;
}
