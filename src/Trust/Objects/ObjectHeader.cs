using System.Security.Cryptography;
using System.Text;

namespace Sandbox.Trust;

/// <summary>The 128 bytes before the chunks of every sealed object.</summary>
/// <remarks>
/// <code>
/// 0   8  "SBXOBJ1\n"
/// 8   1  version 1
/// 9   1  suite: 1 sm, 2 nist
/// 10  1  log2 of the chunk size: 16 to 20
/// 11  5  zero
/// 16 16  kind, ASCII, zero-padded
/// 32  8  key id
/// 40  8  zero
/// 48 32  salt, random
/// 80 16  zero
/// 96 32  HMAC over bytes 0–95 under a key derived from data key and salt: finds the wrong key and binds object to key
/// </code>
/// Then chunks of chunk size + 16 bytes (cipher, tag), the last one shorter. Nonce: prefix(7, derived) counter(4) last(1): STREAM of
/// Hoang, Reyhanitabar, Rogaway, Vizár (2015). Every key is derived from data key, salt and the whole header.
/// </remarks>
internal static class ObjectHeader
{
    public const int Length = 128;
    public const int MinLog = 16;
    public const int MaxLog = 20;

    private const int MacAt = 96;
    private static ReadOnlySpan<byte> Magic => "SBXOBJ1\n"u8;

    public static (byte[] Header, ObjectKeys Keys) Make(Suite suite, DataKey key, string kind, int log)
    {
        CheckKind(kind);
        ArgumentOutOfRangeException.ThrowIfLessThan(log, MinLog);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(log, MaxLog);
        var header = new byte[Length];
        Magic.CopyTo(header);
        header[8] = 1;
        header[9] = suite.Id;
        header[10] = (byte)log;
        Encoding.ASCII.GetBytes(kind, header.AsSpan(16, 16));
        Convert.FromHexString(key.KeyId).CopyTo(header, 32);
        RandomNumberGenerator.Fill(header.AsSpan(48, 32));
        var keys = ObjectKeys.Derive(suite, key, header.AsSpan(0, MacAt), header.AsSpan(48, 32));
        keys.HeaderMac(header.AsSpan(0, MacAt)).CopyTo(header, MacAt);
        return (header, keys);
    }

    /// <exception cref="TrustException">TRUST-OBJECT-2: another key, kind or suite, or a changed header.</exception>
    public static (int ChunkLog, ObjectKeys Keys) Open(Suite suite, DataKey key, string kind, ReadOnlySpan<byte> header)
    {
        CheckKind(kind);
        Span<byte> expectedKind = stackalloc byte[16];
        expectedKind.Clear();
        Encoding.ASCII.GetBytes(kind, expectedKind);
        if (header.Length != Length || !header.StartsWith(Magic) || header[8] != 1 || header[9] != suite.Id || header[10] is < MinLog or > MaxLog
            || !header.Slice(16, 16).SequenceEqual(expectedKind) || !header.Slice(32, 8).SequenceEqual(Convert.FromHexString(key.KeyId)))
        {
            throw new TrustException(TrustRules.ObjectKey);
        }

        var keys = ObjectKeys.Derive(suite, key, header[..MacAt], header.Slice(48, 32));
        if (CryptographicOperations.FixedTimeEquals(keys.HeaderMac(header[..MacAt]), header[MacAt..]))
        {
            return (header[10], keys);
        }

        keys.Dispose();
        throw new TrustException(TrustRules.ObjectKey);
    }

    /// <summary>The same for an object that the registry names: what it says of name and length must hold.</summary>
    /// <exception cref="TrustException">TRUST-OBJECT-2 as above; TRUST-OBJECT-3: another object, or not of that length.</exception>
    public static (int ChunkLog, ObjectKeys Keys) Open(Suite suite, DataKey key, ObjectRef reference, ReadOnlySpan<byte> header)
    {
        var (log, keys) = Open(suite, key, reference.Kind, header);
        if (keys.Name == reference.Name && reference.SealedLength == SealedLength(reference.PlainLength, log))
        {
            return (log, keys);
        }

        keys.Dispose();
        throw new TrustException(TrustRules.ObjectDamaged);
    }

    /// <summary>Bytes of a sealed object of that much content.</summary>
    public static long SealedLength(long plain, int chunkLog)
    {
        var chunks = Math.Max(1, (plain + (1L << chunkLog) - 1) >> chunkLog);
        return Length + plain + (chunks * AeadKey.TagLength);
    }

    private static void CheckKind(string kind)
    {
        if (kind is not { Length: >= 1 and <= 16 } || !char.IsAsciiLetterLower(kind[0]) || !kind.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            throw new ArgumentException("A kind is 1–16 of a–z, 0–9 and hyphen.", nameof(kind));
        }
    }
}
