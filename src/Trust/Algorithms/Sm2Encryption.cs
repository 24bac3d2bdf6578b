using System.Buffers.Binary;
using System.Security.Cryptography;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC.Multiplier;
using ECPoint = Org.BouncyCastle.Math.EC.ECPoint;

namespace Sandbox.Trust;

/// <summary>SM2 public-key encryption (GB/T 32918.4-2016) in the order C1‖C3‖C2 on the pinned curve, for keys: C1 is 04‖X‖Y (65 bytes), C3 is SM3(x2‖M‖y2) (32 bytes), C2 is M ⊕ KDF(x2‖y2).</summary>
internal static class Sm2Encryption
{
    /// <summary>Bytes that a ciphertext has more than its message.</summary>
    public const int Overhead = 65 + Suite.HashLength;

    /// <summary>Longest message: this is for keys, not for data.</summary>
    public const int MaxLength = 1024;

    /// <param name="to">A point on the curve other than infinity.</param>
    /// <param name="message">1 to <see cref="MaxLength"/> bytes.</param>
    /// <exception cref="TrustException">TRUST-SIGN-1: the point is no public key.</exception>
    public static byte[] Encrypt(ECPoint to, ReadOnlySpan<byte> message)
    {
        while (true)
        {
            // An all-zero key stream would show the message; the standard draws another number.
            if (TryEncrypt(to, message, Sm2Signer.RandomScalar()) is { } cipher)
            {
                return cipher;
            }
        }
    }

    /// <summary>With a given one-time number; null where its key stream is all zero.</summary>
    internal static byte[]? TryEncrypt(ECPoint to, ReadOnlySpan<byte> message, BigInteger k)
    {
        ArgumentOutOfRangeException.ThrowIfZero(message.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(message.Length, MaxLength);
        if (to.IsInfinity || !to.IsValid())
        {
            throw new TrustException(TrustRules.PublicKeyForm);
        }

        var cipher = new byte[Overhead + message.Length];
        cipher[0] = 4;
        Sm2.Coordinates(new FixedPointCombMultiplier().Multiply(Sm2.Recommended.Curve.G, k)).CopyTo(cipher, 1);
        var shared = Sm2.Coordinates(to.Multiply(k));
        var stream = cipher.AsSpan(Overhead);
        var usable = KeyStream(shared, stream);
        CounterBlock.Xor(message, stream, stream);
        Check(shared, message, cipher.AsSpan(65, Suite.HashLength));
        CryptographicOperations.ZeroMemory(shared);
        return usable ? cipher : null;
    }

    /// <summary>Null for anything but a whole ciphertext for this key: a wrong form or length, C1 off the curve, an all-zero key stream, a hash that does not fit. Which of them it was stays unsaid.</summary>
    public static Secret? Decrypt(BigInteger d, ReadOnlySpan<byte> cipher)
    {
        if (cipher.Length <= Overhead || cipher.Length > Overhead + MaxLength || cipher[0] != 4 || Point(cipher[..65]) is not { } c1)
        {
            return null;
        }

        var shared = Sm2.Coordinates(c1.Multiply(d));
        var text = cipher[Overhead..].ToArray();
        var expected = cipher.Slice(65, Suite.HashLength).ToArray();
        var whole = false;
        var secret = Secret.Fill(text.Length, target =>
        {
            Span<byte> hash = stackalloc byte[Suite.HashLength];
            whole = KeyStream(shared, target);
            CounterBlock.Xor(text, target, target);
            Check(shared, target, hash);
            whole &= CryptographicOperations.FixedTimeEquals(hash, expected);
        });
        CryptographicOperations.ZeroMemory(shared);
        if (whole)
        {
            return secret;
        }

        secret.Dispose();
        return null;
    }

    /// <summary>A point of the curve from 04‖X‖Y with both coordinates below p; null otherwise. The curve's cofactor is 1, so every such point has its order.</summary>
    internal static ECPoint? Point(ReadOnlySpan<byte> encoded)
    {
        try
        {
            var point = Sm2.Recommended.Curve.Curve.DecodePoint(encoded.ToArray()).Normalize();
            return point.IsInfinity || !point.IsValid() ? null : point;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or ArithmeticException)
        {
            return null;
        }
    }

    /// <summary>KDF of GB/T 32918.4, 5.4.3: SM3(Z‖counter) from counter 1; false when every byte is zero.</summary>
    private static bool KeyStream(ReadOnlySpan<byte> shared, Span<byte> stream)
    {
        Span<byte> input = stackalloc byte[64 + 4];
        Span<byte> block = stackalloc byte[Suite.HashLength];
        shared.CopyTo(input);
        var any = 0;
        for (var (at, counter) = (0, 1u); at < stream.Length; at += Suite.HashLength, counter++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(input[64..], counter);
            Sm3.Hash(input, block);
            var part = stream[at..];
            block[..Math.Min(block.Length, part.Length)].CopyTo(part);
        }

        foreach (var b in stream)
        {
            any |= b;
        }

        CryptographicOperations.ZeroMemory(input);
        CryptographicOperations.ZeroMemory(block);
        return any != 0;
    }

    /// <summary>C3 = SM3(x2‖M‖y2).</summary>
    private static void Check(ReadOnlySpan<byte> shared, ReadOnlySpan<byte> message, Span<byte> hash)
    {
        using var sum = new Sm3Hash();
        sum.Append(shared[..32]);
        sum.Append(message);
        sum.Append(shared[32..]);
        sum.Finish(hash);
    }
}
