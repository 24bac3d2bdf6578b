using System.Security.Cryptography;
using Org.BouncyCastle.Math;

namespace Sandbox.Trust;

/// <summary>An SM2 private key.</summary>
internal sealed class Sm2Signer : RawSigner
{
    private readonly Secret _prepared;
    private readonly Sm2Digest _digest;

    public Sm2Signer(ReadOnlySpan<byte> scalar)
    {
        if (!Sm2FixedBase.IsPrivateKey(scalar))
        {
            throw new TrustException(TrustRules.KeyDamaged);
        }

        PublicPoint = Sm2FixedBase.PublicPoint(scalar);
        _digest = new Sm2Digest(PublicPoint);
        _prepared = Sm2FixedBase.Prepare(scalar);
    }

    public override byte[] PublicPoint { get; }

    public override byte[] Sign(ReadOnlySpan<byte> message) => Sign(message, null);

    public override Secret Prepare() => Sm2FixedBase.Draw();

    public override byte[] Sign(ReadOnlySpan<byte> message, Secret? prepared)
    {
        var digest = _digest.Of(message);
        return (prepared is null ? null : Sm2FixedBase.TrySign(_prepared, digest, prepared)) ?? Sm2FixedBase.Sign(_prepared, digest);
    }

    protected override void Dispose(bool disposing)
    {
        _prepared.Dispose();
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
    private readonly byte[] _point;
    private readonly Sm2Digest _digest;
    private readonly Sm2Fast? _fast;

    public Sm2Verifier(ReadOnlySpan<byte> point)
        : this(point, Sm2Fast.IsTrusted)
    {
    }

    internal Sm2Verifier(ReadOnlySpan<byte> point, bool fast)
    {
        if (!Sm2Point.IsOnCurve(point))
        {
            throw new TrustException(TrustRules.PublicKeyForm);
        }

        _point = point.ToArray();
        _digest = new Sm2Digest(point);
        // Its handle is freed when this object is collected: public keys are shared and have no end of their own.
        _fast = fast ? Sm2Fast.FromPublic(point) : null;
    }

    public override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Suite.SignatureLength)
        {
            return false;
        }

        var digest = _digest.Of(message);
        return _fast?.Verify(digest, signature)
            ?? Sm2.Recommended.Verify(new BigInteger(1, digest), Sm2.Recommended.Curve.Curve.DecodePoint([4, .. _point]), new BigInteger(1, signature[..32].ToArray()), new BigInteger(1, signature[32..].ToArray()));
    }
}
