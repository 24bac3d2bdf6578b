using System.Buffers.Binary;

namespace Sandbox.Trust;

/// <summary>The keys of one object, all derived from its data key, its salt and its header.</summary>
internal sealed class ObjectKeys : IDisposable
{
    private readonly Suite _suite;
    private readonly Secret _base;
    private readonly AeadKey _aead;
    private readonly byte[] _prefix;

    private ObjectKeys(Suite suite, Secret baseKey)
    {
        _suite = suite;
        _base = baseKey;
        using var chunk = Sub("chunks", suite.KeyLength);
        _aead = suite.CreateAead(chunk.Bytes);
        using var prefix = Sub("nonce", 7);
        _prefix = prefix.Bytes.ToArray();
        using var name = Sub("name", 20);
        Name = Convert.ToHexStringLower(name.Bytes);
    }

    /// <summary>The object's file name: a derived value, so it tells nothing and two objects never share one.</summary>
    public string Name { get; }

    public static ObjectKeys Derive(Suite suite, DataKey key, ReadOnlySpan<byte> header, ReadOnlySpan<byte> salt)
    {
        using var root = key.Derive("object", Suite.HashLength);
        var info = new byte[header.Length + 16];
        "sandbox/object/1"u8.CopyTo(info);
        header.CopyTo(info.AsSpan(16));
        return new ObjectKeys(suite, suite.DeriveRaw(root.Bytes, salt, info, Suite.HashLength));
    }

    public byte[] HeaderMac(ReadOnlySpan<byte> header)
    {
        using var key = Sub("header", Suite.HashLength);
        return _suite.Hmac(key.Bytes, header);
    }

    /// <summary>HMAC(length(8)‖root of the content's 4 KiB leaves) under a key of this object: says nothing without the key, binds with it.</summary>
    public string Commit(long length, ReadOnlySpan<byte> root)
    {
        using var key = Sub("commitment", Suite.HashLength);
        Span<byte> input = stackalloc byte[8 + Suite.HashLength];
        BinaryPrimitives.WriteInt64BigEndian(input, length);
        root.CopyTo(input[8..]);
        return Convert.ToHexStringLower(_suite.Hmac(key.Bytes, input));
    }

    /// <param name="counter">Place of the chunk.</param>
    /// <param name="last">Whether it ends the object.</param>
    /// <param name="plain">The chunk.</param>
    /// <param name="output">plain.Length + 16 bytes: cipher, tag.</param>
    public void SealChunk(uint counter, bool last, ReadOnlySpan<byte> plain, Span<byte> output)
    {
        Span<byte> nonce = stackalloc byte[AeadKey.NonceLength];
        Nonce(counter, last, nonce);
        _aead.Seal(nonce, plain, [], output[..plain.Length], output.Slice(plain.Length, AeadKey.TagLength));
    }

    public bool OpenChunk(uint counter, bool last, ReadOnlySpan<byte> input, Span<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[AeadKey.NonceLength];
        Nonce(counter, last, nonce);
        var length = input.Length - AeadKey.TagLength;
        return length >= 0 && _aead.Open(nonce, input[..length], input[length..], [], plain[..length]);
    }

    public void Dispose()
    {
        _aead.Dispose();
        _base.Dispose();
    }

    private void Nonce(uint counter, bool last, Span<byte> nonce)
    {
        _prefix.CopyTo(nonce);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[7..], counter);
        nonce[11] = last ? (byte)1 : (byte)0;
    }

    private Secret Sub(string label, int length) => _suite.Derive(_base.Bytes, [], "object/" + label, length);
}
