using BenchmarkDotNet.Attributes;
using Org.BouncyCastle.Crypto.Digests;
using Sandbox.Trust;

namespace Sandbox.Bench.Micro;

/// <summary>Single calls of the suites' algorithms.</summary>
public class CryptoMicro
{
    private readonly byte[] _nonce = new byte[AeadKey.NonceLength];
    private readonly byte[] _tag = new byte[AeadKey.TagLength];
    private readonly byte[] _hash = new byte[Suite.HashLength];
    private readonly SM3Digest _digest = new();
    private byte[] _plain = [];
    private byte[] _cipher = [];
    private AeadKey _aes = null!;
    private AeadKey _sm4 = null!;
    private KeyedHash _hmac = null!;

    /// <summary>Bytes of the message.</summary>
    [Params(18, 4096, 262_144)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        (_plain, _cipher) = (new byte[Length], new byte[Length]);
        _aes = Suite.Nist.CreateAead(new byte[Suite.Nist.KeyLength]);
        _sm4 = Suite.Sm.CreateAead(new byte[Suite.Sm.KeyLength]);
        _hmac = Suite.Sm.CreateKeyedHash(new byte[32]);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _aes.Dispose();
        _sm4.Dispose();
        _hmac.Dispose();
    }

    [Benchmark]
    public void AesGcm() => _aes.Seal(_nonce, _plain, [], _cipher, _tag);

    [Benchmark]
    public void Sm4Gcm() => _sm4.Seal(_nonce, _plain, [], _cipher, _tag);

    [Benchmark]
    public void Sm3() => Suite.Sm.Hash(_plain, _hash);

    [Benchmark]
    public void Sm3BouncyCastle()
    {
        _digest.BlockUpdate(_plain, 0, _plain.Length);
        _digest.DoFinal(_hash, 0);
    }

    [Benchmark]
    public void HmacSm3() => _hmac.Compute(_plain, _hash);
}
