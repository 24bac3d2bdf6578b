using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace Sandbox.Trust;

/// <summary>The commercial cryptography suite of the People's Republic.</summary>
internal sealed class SmSuite : Suite
{
    public override string Name => "sm";

    public override byte Id => 1;

    public override int KeyLength => 16;

    public override string SignatureAlgorithm => "sm2-sm3";

    public override void Hash(ReadOnlySpan<byte> data, Span<byte> destination) => Sm3.Hash(data, destination);

    public override StreamingHash StartHash() => new Sm3Hash();

    public override KeyedHash CreateKeyedHash(ReadOnlySpan<byte> key) => new Sm3KeyedHash(key);

    public override AeadKey CreateAead(ReadOnlySpan<byte> key) => new Sm4LibraryGcm(key);

    public override void PermuteBlocks(ReadOnlySpan<byte> key, Span<byte> blocks)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(blocks.Length % BlockLength, 0);
        var engine = new SM4Engine();
        engine.Init(true, new KeyParameter(key.ToArray()));
        var block = new byte[BlockLength];
        for (var at = 0; at < blocks.Length; at += BlockLength)
        {
            blocks.Slice(at, BlockLength).CopyTo(block);
            engine.ProcessBlock(block, 0, block, 0);
            block.CopyTo(blocks[at..]);
        }
    }

    internal override Secret GenerateScalar() => Secret.Fill(32, target => Sm2Signer.Write(Sm2Signer.RandomScalar(), target));

    internal override RawSigner CreateSigner(ReadOnlySpan<byte> scalar) => new Sm2Signer(scalar);

    internal override RawVerifier CreateVerifier(ReadOnlySpan<byte> point) => new Sm2Verifier(point);
}
