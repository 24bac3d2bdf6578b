using System.Security.Cryptography;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC.Multiplier;
using ECPoint = Org.BouncyCastle.Math.EC.ECPoint;

namespace Sandbox.Trust;

/// <summary>An SM2 private key: in libcrypto where that is trusted, else in the managed library, which keeps numbers in memory that cannot be zeroed and live as long as this object is referenced.</summary>
internal sealed class Sm2Signer : RawSigner
{
    private readonly Sm2Fast? _fast;
    private readonly BigInteger? _d;
    private readonly ECPoint _point;

    public Sm2Signer(ReadOnlySpan<byte> scalar)
        : this(scalar, Sm2Fast.IsTrusted)
    {
    }

    internal Sm2Signer(ReadOnlySpan<byte> scalar, bool fast)
    {
        var copy = scalar.ToArray();
        var d = new BigInteger(1, copy);
        CryptographicOperations.ZeroMemory(copy);
        if (d.SignValue <= 0 || d.CompareTo(Sm2.Recommended.Curve.N.Subtract(BigInteger.One)) >= 0)
        {
            throw new TrustException(TrustRules.KeyDamaged);
        }

        _point = new FixedPointCombMultiplier().Multiply(Sm2.Recommended.Curve.G, d).Normalize();
        PublicPoint = Sm2.Coordinates(_point);
        if (fast)
        {
            _fast = Sm2Fast.FromPrivate(scalar, PublicPoint);
        }
        else
        {
            _d = d;
        }
    }

    public override byte[] PublicPoint { get; }

    public override byte[] Sign(ReadOnlySpan<byte> message)
    {
        var digest = Sm2.Recommended.DigestBytes(Sm3.Hash, Sm2.DefaultIdentity, _point, message);
        if (_fast is not null)
        {
            return _fast.Sign(digest);
        }

        var e = new BigInteger(1, digest);
        while (true)
        {
            if (Sm2.Recommended.Sign(e, _d!, RandomScalar()) is { } signature)
            {
                var bytes = new byte[Suite.SignatureLength];
                Write(signature.R, bytes.AsSpan(0, 32));
                Write(signature.S, bytes.AsSpan(32));
                return bytes;
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        _fast?.Dispose();
        base.Dispose(disposing);
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
    private readonly Sm2Fast? _fast;

    public Sm2Verifier(ReadOnlySpan<byte> point)
        : this(point, Sm2Fast.IsTrusted)
    {
    }

    internal Sm2Verifier(ReadOnlySpan<byte> point, bool fast)
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

        // Its handle is freed when this object is collected: public keys are shared and have no end of their own.
        _fast = fast ? Sm2Fast.FromPublic(point) : null;
    }

    public override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Suite.SignatureLength)
        {
            return false;
        }

        var digest = Sm2.Recommended.DigestBytes(Sm3.Hash, Sm2.DefaultIdentity, _point, message);
        return _fast?.Verify(digest, signature) ?? Sm2.Recommended.Verify(new BigInteger(1, digest), _point, new BigInteger(1, signature[..32].ToArray()), new BigInteger(1, signature[32..].ToArray()));
    }
}
