using System.Numerics;
using System.Security.Cryptography;

namespace Sandbox.Enclave.Matching;

/// <summary>Hashing to P-256 by RFC 9380, suite <c>P256_XMD:SHA-256_SSWU_RO_</c>: nobody knows the discrete logarithm of what comes out, and all points are about as likely.</summary>
internal static class HashToCurve
{
    private const int FieldBytes = 48, BlockBytes = 64;

    private static readonly BigInteger Z = PrimeCurve.P - 10;

    /// <summary>The point of a message.</summary>
    /// <param name="message">Any bytes.</param>
    /// <param name="tag">Domain separation tag, 1 to 255 bytes.</param>
    public static (BigInteger X, BigInteger Y) Hash(ReadOnlySpan<byte> message, ReadOnlySpan<byte> tag)
    {
        var uniform = Expand(message, tag, 2 * FieldBytes);
        return Add(Map(PrimeCurve.Mod(PrimeCurve.Number(uniform.AsSpan(0, FieldBytes)))), Map(PrimeCurve.Mod(PrimeCurve.Number(uniform.AsSpan(FieldBytes)))));
    }

    /// <summary>expand_message_xmd with SHA-256 (5.3.1).</summary>
    internal static byte[] Expand(ReadOnlySpan<byte> message, ReadOnlySpan<byte> tag, int length)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tag.Length, nameof(tag));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tag.Length, 255, nameof(tag));
        byte[] prime = [.. tag, (byte)tag.Length];
        var first = SHA256.HashData([.. new byte[BlockBytes], .. message, (byte)(length >> 8), (byte)(length & 0xFF), 0, .. prime]);
        var uniform = new byte[length];
        var block = new byte[SHA256.HashSizeInBytes];
        for (var i = 0; i * block.Length < length; i++)
        {
            for (var at = 0; at < block.Length; at++)
            {
                block[at] ^= first[at];
            }

            block = SHA256.HashData([.. block, (byte)(i + 1), .. prime]);
            block.AsSpan(0, Math.Min(block.Length, length - (i * block.Length))).CopyTo(uniform.AsSpan(i * block.Length));
        }

        return uniform;
    }

    /// <summary>Simplified Shallue–van de Woestijne–Ulas map (6.6.2).</summary>
    private static (BigInteger X, BigInteger Y) Map(BigInteger u)
    {
        var square = PrimeCurve.Mod(Z * u * u);
        var sum = PrimeCurve.Mod((square * square) + square);
        var x = sum.IsZero
            ? PrimeCurve.Mod(PrimeCurve.B * PrimeCurve.Inverse(PrimeCurve.Mod(Z * PrimeCurve.A)))
            : PrimeCurve.Mod(PrimeCurve.Mod(-PrimeCurve.B * PrimeCurve.Inverse(PrimeCurve.A)) * (1 + PrimeCurve.Inverse(sum)));
        if (PrimeCurve.SquareRoot(PrimeCurve.Curve(x)) is not { } y)
        {
            x = PrimeCurve.Mod(square * x);
            y = PrimeCurve.SquareRoot(PrimeCurve.Curve(x)) ?? throw new CryptographicException("The map did not reach the curve.");
        }

        return (x, y.IsEven == u.IsEven ? y : PrimeCurve.P - y);
    }

    // The map never gives the point at infinity; that two points are opposite has a chance of 2^-256.
    private static (BigInteger X, BigInteger Y) Add((BigInteger X, BigInteger Y) p, (BigInteger X, BigInteger Y) q)
    {
        var slope = p.X == q.X
            ? p.Y == q.Y ? PrimeCurve.Mod(((3 * p.X * p.X) + PrimeCurve.A) * PrimeCurve.Inverse(2 * p.Y)) : throw new CryptographicException("The sum is no finite point.")
            : PrimeCurve.Mod((q.Y - p.Y) * PrimeCurve.Inverse(PrimeCurve.Mod(q.X - p.X)));
        var x = PrimeCurve.Mod((slope * slope) - p.X - q.X);
        return (x, PrimeCurve.Mod((slope * (p.X - x)) - p.Y));
    }
}
