using System.Numerics;
using System.Security.Cryptography;

namespace Sandbox.Enclave.Matching;

/// <summary>
/// The curve P-256 (FIPS 186-4, D.1.2.3) as far as matching needs it. Points are named by their x-coordinates: a point and its negative are one set element, and the
/// x-coordinate of a multiple depends on nothing else. The multiplication itself is the system's library's. The arithmetic on numbers here is not constant in time;
/// it works on one's own identifiers on one's own machine.
/// </summary>
internal static class PrimeCurve
{
    /// <summary>Bytes of an x-coordinate.</summary>
    public const int CoordinateBytes = 32;

    public static readonly BigInteger P = Number("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    public static readonly BigInteger A = P - 3;
    public static readonly BigInteger B = Number("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");

    private static readonly BigInteger SquareRootPower = (P + 1) / 4;

    public static BigInteger Mod(BigInteger value)
    {
        var rest = value % P;
        return rest.Sign < 0 ? rest + P : rest;
    }

    public static BigInteger Inverse(BigInteger value) => BigInteger.ModPow(value, P - 2, P);

    /// <summary>A root of a square, or null. P is 3 modulo 4.</summary>
    public static BigInteger? SquareRoot(BigInteger value)
    {
        var root = BigInteger.ModPow(value, SquareRootPower, P);
        return Mod(root * root) == Mod(value) ? root : null;
    }

    /// <summary>y² for an x-coordinate.</summary>
    public static BigInteger Curve(BigInteger x) => Mod((((x * x) + A) * x) + B);

    public static byte[] Bytes(BigInteger value)
    {
        var bytes = new byte[CoordinateBytes];
        var own = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        own.CopyTo(bytes, bytes.Length - own.Length);
        return bytes;
    }

    public static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    /// <summary>The x-coordinate of scalar times the point with this x-coordinate; null where there is none.</summary>
    public static byte[]? Multiply(ECDiffieHellman scalar, ReadOnlySpan<byte> x)
    {
        var number = Number(x);
        if (x.Length != CoordinateBytes || number >= P || SquareRoot(Curve(number)) is not { } y)
        {
            return null;
        }

        try
        {
            using var point = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x.ToArray(), Y = Bytes(y) } });
            return scalar.DeriveRawSecretAgreement(point.PublicKey);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static BigInteger Number(string hex) => Number(Convert.FromHexString(hex));
}
