using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>Galois/counter mode (NIST SP 800-38D, RFC 8998) over any 16-byte block cipher. Nothing is decrypted before the tag was found right.</summary>
internal sealed class Gcm : AeadKey
{
    // Small enough that a strip is still in the first cache when it is hashed.
    private const int Strip = 16 * 1024;

    private readonly ICounterCipher _cipher;
    private readonly Ghash _hash;

    public Gcm(ICounterCipher cipher, bool hardware = true)
    {
        _cipher = cipher;
        Span<byte> h = stackalloc byte[16];
        h.Clear();
        cipher.Encrypt(h);
        _hash = new Ghash(h, hardware);
        CryptographicOperations.ZeroMemory(h);
    }

    /// <param name="nonce">12 bytes in the product; other lengths of at least one byte are defined by the standard and kept for outside vectors.</param>
    public override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associated, Span<byte> cipher, Span<byte> tag)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cipher.Length, plain.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(tag.Length, TagLength);
        Span<byte> first = stackalloc byte[16];
        Start(nonce, first);
        Span<byte> counter = stackalloc byte[16];
        first.CopyTo(counter);
        CounterBlock.Add(counter, 1);
        var state = Vector128<ulong>.Zero;
        _hash.UpdatePadded(ref state, associated);
        for (var at = 0; at < plain.Length; at += Strip)
        {
            var length = Math.Min(Strip, plain.Length - at);
            _cipher.Counter(counter, plain.Slice(at, length), cipher.Slice(at, length));
            _hash.UpdatePadded(ref state, cipher.Slice(at, length));
            CounterBlock.Add(counter, Strip / 16);
        }

        Finish(state, associated.Length, cipher.Length, first, tag);
    }

    public override bool Open(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated, Span<byte> plain)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(plain.Length, cipher.Length);
        Span<byte> first = stackalloc byte[16];
        Start(nonce, first);
        Span<byte> expected = stackalloc byte[TagLength];
        var state = Vector128<ulong>.Zero;
        _hash.UpdatePadded(ref state, associated);
        _hash.UpdatePadded(ref state, cipher);
        Finish(state, associated.Length, cipher.Length, first, expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, tag))
        {
            CryptographicOperations.ZeroMemory(plain);
            return false;
        }

        CounterBlock.Add(first, 1);
        _cipher.Counter(first, cipher, plain);
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        _cipher.Dispose();
    }

    private void Start(ReadOnlySpan<byte> nonce, Span<byte> block)
    {
        ArgumentOutOfRangeException.ThrowIfZero(nonce.Length);
        if (nonce.Length == NonceLength)
        {
            nonce.CopyTo(block);
            BinaryPrimitives.WriteUInt32BigEndian(block[12..], 1);
            return;
        }

        var state = Vector128<ulong>.Zero;
        _hash.UpdatePadded(ref state, nonce);
        Span<byte> length = stackalloc byte[16];
        length.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(length[8..], (ulong)nonce.Length * 8);
        _hash.Update(ref state, length);
        Ghash.Store(state, block);
    }

    private void Finish(Vector128<ulong> state, int associated, int cipher, ReadOnlySpan<byte> first, Span<byte> tag)
    {
        Span<byte> block = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(block, (ulong)associated * 8);
        BinaryPrimitives.WriteUInt64BigEndian(block[8..], (ulong)cipher * 8);
        _hash.Update(ref state, block);
        Ghash.Store(state, tag);
        first.CopyTo(block);
        _cipher.Encrypt(block);
        CounterBlock.Xor(tag, block, tag);
        CryptographicOperations.ZeroMemory(block);
    }
}
