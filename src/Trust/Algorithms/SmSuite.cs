namespace Sandbox.Trust;

/// <summary>The commercial cryptography suite of the People's Republic.</summary>
internal sealed class SmSuite : Suite
{
    public override string Name => "sm";

    public override byte Id => 1;

    public override int KeyLength => 16;

    public override string SignatureAlgorithm => "sm2-sm3";

    public override string SignatureEngine => Sm2Fast.IsTrusted ? "libcrypto" : "managed";

    public override void Hash(ReadOnlySpan<byte> data, Span<byte> destination) => Sm3.Hash(data, destination);

    internal override void HashPieces(byte prefix, ReadOnlySpan<byte> data, int length, Span<byte> hashes)
    {
        if (Sm3Wide.IsSupported)
        {
            var scratch = new byte[Sm3Wide.ScratchLength(length)];
            for (var run = length * Sm3Wide.Lanes; data.Length >= run; data = data[run..], hashes = hashes[(HashLength * Sm3Wide.Lanes)..])
            {
                Sm3Wide.Hash(prefix, data[..run], length, hashes, scratch);
            }

            System.Security.Cryptography.CryptographicOperations.ZeroMemory(scratch);
        }

        base.HashPieces(prefix, data, length, hashes);
    }

    internal override void HashEach(ReadOnlySpan<byte> messages, ReadOnlySpan<int> ends, Span<byte> hashes)
    {
        // A few messages fill too little of a vector to be faster together.
        if (Lanes8.IsFast && ends.Length >= Lanes8.Count / 2)
        {
            LaneBlocks<Sm3Lanes>.Hash(messages, ends, hashes);
        }
        else
        {
            base.HashEach(messages, ends, hashes);
        }
    }

    public override StreamingHash StartHash() => new Sm3Hash();

    public override KeyedHash CreateKeyedHash(ReadOnlySpan<byte> key) => new Sm3KeyedHash(key);

    public override AeadKey CreateAead(ReadOnlySpan<byte> key) => new Gcm(new Sm4(key));

    public override void PermuteBlocks(ReadOnlySpan<byte> key, Span<byte> blocks)
    {
        using var cipher = new Sm4(key);
        cipher.Encrypt(blocks);
    }

    internal override Secret GenerateScalar() => Secret.Fill(32, target =>
    {
        do
        {
            System.Security.Cryptography.RandomNumberGenerator.Fill(target);
        }
        while (!Sm2FixedBase.IsPrivateKey(target));
    });

    internal override RawSigner CreateSigner(ReadOnlySpan<byte> scalar) => new Sm2Signer(scalar);

    internal override RawVerifier CreateVerifier(ReadOnlySpan<byte> point) => new Sm2Verifier(point);
}
