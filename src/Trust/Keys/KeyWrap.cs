using System.Security.Cryptography;
using System.Text;

namespace Sandbox.Trust;

/// <summary>Encrypts a key under another: <c>salt(32) nonce-free tag(16) bytes</c>. Each wrap derives a fresh key from a random salt, so no nonce can repeat.</summary>
internal static class KeyWrap
{
    private const int SaltLength = 32;

    /// <param name="suite">The suite of the ring.</param>
    /// <param name="wrapping">The key above.</param>
    /// <param name="context">What is wrapped; a wrapped key opens in its own place only.</param>
    /// <param name="key">The key below.</param>
    public static byte[] Wrap(Suite suite, Secret wrapping, string context, ReadOnlySpan<byte> key)
    {
        var wrapped = new byte[SaltLength + AeadKey.TagLength + key.Length];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, SaltLength));
        using var aead = Key(suite, wrapping, wrapped.AsSpan(0, SaltLength));
        Span<byte> nonce = stackalloc byte[AeadKey.NonceLength];
        nonce.Clear();
        aead.Seal(nonce, key, Associated(context), wrapped.AsSpan(SaltLength + AeadKey.TagLength), wrapped.AsSpan(SaltLength, AeadKey.TagLength));
        return wrapped;
    }

    /// <summary>Null when the bytes were changed, belong to another place or the wrapping key is another.</summary>
    public static Secret? Unwrap(Suite suite, Secret wrapping, string context, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length <= SaltLength + AeadKey.TagLength || wrapped.Length > 1024)
        {
            return null;
        }

        using var aead = Key(suite, wrapping, wrapped[..SaltLength]);
        var tag = wrapped.Slice(SaltLength, AeadKey.TagLength).ToArray();
        var cipher = wrapped[(SaltLength + AeadKey.TagLength)..].ToArray();
        var opened = false;
        var secret = Secret.Fill(cipher.Length, target =>
        {
            Span<byte> nonce = stackalloc byte[AeadKey.NonceLength];
            nonce.Clear();
            opened = aead.Open(nonce, cipher, tag, Associated(context), target);
        });
        if (opened)
        {
            return secret;
        }

        secret.Dispose();
        return null;
    }

    private static AeadKey Key(Suite suite, Secret wrapping, ReadOnlySpan<byte> salt)
    {
        using var key = suite.Derive(wrapping.Bytes, salt, "key-wrap/v1", suite.KeyLength);
        return suite.CreateAead(key.Bytes);
    }

    private static byte[] Associated(string context) => Encoding.UTF8.GetBytes("sandbox-wrap-v1\0" + context);
}
