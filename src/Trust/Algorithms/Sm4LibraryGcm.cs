using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace Sandbox.Trust;

/// <summary>SM4-GCM of the library: the yardstick of the own implementation.</summary>
internal sealed class Sm4LibraryGcm(ReadOnlySpan<byte> key) : AeadKey
{
    private readonly KeyParameter _key = new(key.ToArray());

    public override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated, Span<byte> cipher, Span<byte> tag)
    {
        var output = Run(true, nonce, plain, associated);
        output.AsSpan(0, plain.Length).CopyTo(cipher);
        output.AsSpan(plain.Length, TagLength).CopyTo(tag);
    }

    public override bool Open(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated, Span<byte> plain)
    {
        try
        {
            var input = new byte[cipher.Length + tag.Length];
            cipher.CopyTo(input);
            tag.CopyTo(input.AsSpan(cipher.Length));
            Run(false, nonce, input, associated).CopyTo(plain);
            return true;
        }
        catch (InvalidCipherTextException)
        {
            CryptographicOperations.ZeroMemory(plain);
            return false;
        }
    }

    protected override void Dispose(bool disposing) => CryptographicOperations.ZeroMemory(_key.GetKey());

    private byte[] Run(bool encrypt, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> input, ReadOnlySpan<byte> associated)
    {
        var gcm = new GcmBlockCipher(new SM4Engine());
        gcm.Init(encrypt, new AeadParameters(_key, TagLength * 8, nonce.ToArray(), associated.ToArray()));
        var output = new byte[gcm.GetOutputSize(input.Length)];
        var written = gcm.ProcessBytes(input.ToArray(), 0, input.Length, output, 0);
        gcm.DoFinal(output, written);
        return output;
    }
}
