using System.Security.Cryptography;
using Org.BouncyCastle.Math;
using ECPoint = Org.BouncyCastle.Math.EC.ECPoint;

namespace Sandbox.Trust;

/// <summary>An SM2 private key. The library keeps numbers in memory that cannot be zeroed; it lives only as long as this object is referenced.</summary>
internal sealed class Sm2Signer : RawSigner
{
    private readonly BigInteger _d;
    private readonly ECPoint _point;

    public Sm2Signer(ReadOnlySpan<byte> scalar)
    {
        _d = new BigInteger(1, scalar.ToArray());
        if (_d.SignValue <= 0 || _d.CompareTo(Sm2.Recommended.Curve.N.Subtract(BigInteger.One)) >= 0)
        {
            throw new TrustException(TrustRules.KeyDamaged);
        }

        _point = Sm2.Recommended.Curve.G.Multiply(_d).Normalize();
        PublicPoint = Sm2.Coordinates(_point);
    }

    public override byte[] PublicPoint { get; }

    public override byte[] Sign(ReadOnlySpan<byte> message)
    {
        var e = Sm2.Recommended.Digest(Sm3.Hash, Sm2.DefaultIdentity, _point, message);
        while (true)
        {
            if (Sm2.Recommended.Sign(e, _d, RandomScalar()) is { } signature)
            {
                var bytes = new byte[Suite.SignatureLength];
                Write(signature.R, bytes.AsSpan(0, 32));
                Write(signature.S, bytes.AsSpan(32));
                return bytes;
            }
        }
    }

    /// <summary>Uniform in 1 … n-2 by rejection.</summary>
    public static BigInteger RandomScalar()
    {
        while (true)
        {
            var candidate = new BigInteger(1, RandomNumberGenerator.GetBytes(32));
            if (candidate.SignValue > 0 && candidate.CompareTo(Sm2.Recommended.Curve.N.Subtract(BigInteger.One)) < 0)
            {
                return candidate;
            }
        }
    }

    public static void Write(BigInteger value, Span<byte> destination)
    {
        destination.Clear();
        var bytes = value.ToByteArrayUnsigned();
        bytes.CopyTo(destination[(destination.Length - bytes.Length)..]);
    }
}

/// <summary>An SM2 public key on the pinned curve.</summary>
internal sealed class Sm2Verifier : RawVerifier
{
    private readonly ECPoint _point;

    public Sm2Verifier(ReadOnlySpan<byte> point)
    {
        try
        {
            _point = Sm2.Recommended.Curve.Curve.DecodePoint([4, .. point]).Normalize();
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new TrustException(TrustRules.PublicKeyForm);
        }

        if (_point.IsInfinity || !_point.IsValid())
        {
            throw new TrustException(TrustRules.PublicKeyForm);
        }
    }

    public override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Suite.SignatureLength)
        {
            return false;
        }

        var e = Sm2.Recommended.Digest(Sm3.Hash, Sm2.DefaultIdentity, _point, message);
        return Sm2.Recommended.Verify(e, _point, new BigInteger(1, signature[..32].ToArray()), new BigInteger(1, signature[32..].ToArray()));
    }
}
