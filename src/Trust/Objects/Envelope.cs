using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>
/// A message that only the holder of one key opens: an ephemeral key agrees with the recipient's (ECIES: cofactor-one ECDH, HKDF over both points, authenticated
/// encryption; on P-256 or on the SM2 curve by the suite). It says nothing of who sent it; sign what is inside. Bytes: <c>SBEV</c>, version 1, suite, point (64), tag (16), text.
/// </summary>
public static class Envelope
{
    internal const int PointLength = 64;
    internal const int HeadLength = 6;

    /// <summary>Bytes that an envelope is longer than its content.</summary>
    public const int Overhead = HeadLength + PointLength + AeadKey.TagLength;

    /// <summary>Encrypts for one recipient.</summary>
    /// <param name="suite">Suite of the recipient's key.</param>
    /// <param name="recipient">X‖Y, 64 bytes, from <see cref="EnvelopeKey.Point"/>.</param>
    /// <param name="label">What the message is; opening asks for the same.</param>
    /// <param name="plain">The message.</param>
    /// <exception cref="TrustException">TRUST-SIGN-1: not a point of the suite's curve.</exception>
    public static byte[] Seal(Suite suite, ReadOnlySpan<byte> recipient, string label, ReadOnlySpan<byte> plain)
    {
        ArgumentNullException.ThrowIfNull(suite);
        using var ephemeral = EnvelopeKey.Generate(suite);
        var envelope = new byte[Overhead + plain.Length];
        "SBEV\u0001"u8.CopyTo(envelope);
        envelope[5] = suite.Id;
        ephemeral.Point.CopyTo(envelope.AsSpan(HeadLength));
        using var shared = ephemeral.Agree(recipient);
        using var aead = Aead(suite, shared, envelope.AsSpan(HeadLength, PointLength), recipient, label);
        aead.Seal(new byte[AeadKey.NonceLength], plain, envelope.AsSpan(0, HeadLength), envelope.AsSpan(Overhead), envelope.AsSpan(HeadLength + PointLength, AeadKey.TagLength));
        return envelope;
    }

    // Each envelope has its own ephemeral point, so its key is used once and the nonce may be zero.
    internal static AeadKey Aead(Suite suite, Secret shared, ReadOnlySpan<byte> ephemeral, ReadOnlySpan<byte> recipient, string label)
    {
        using var key = suite.Derive(shared.Bytes, [.. ephemeral, .. recipient], "envelope/" + label, suite.KeyLength);
        return suite.CreateAead(key.Bytes);
    }
}

/// <summary>The private key of a recipient of envelopes.</summary>
public sealed class EnvelopeKey : IDisposable
{
    private readonly Secret _scalar;
    private readonly byte[] _point;

    private EnvelopeKey(Suite suite, Secret scalar)
    {
        Suite = suite;
        _scalar = scalar;
        using var signer = suite.CreateSigner(scalar.Bytes);
        _point = signer.PublicPoint;
    }

    public Suite Suite { get; }

    /// <summary>X‖Y, 64 bytes; public.</summary>
    public ReadOnlySpan<byte> Point => _point;

    /// <summary>The private part, to be sealed by its owner.</summary>
    public ReadOnlySpan<byte> Scalar => _scalar.Bytes;

    public static EnvelopeKey Generate(Suite suite)
    {
        ArgumentNullException.ThrowIfNull(suite);
        return new(suite, suite.GenerateScalar());
    }

    /// <summary>A key that was kept.</summary>
    /// <exception cref="TrustException">TRUST-KEY-7.</exception>
    public static EnvelopeKey FromScalar(Suite suite, ReadOnlySpan<byte> scalar)
    {
        ArgumentNullException.ThrowIfNull(suite);
        return new(suite, Secret.CopyOf(scalar));
    }

    /// <summary>The message, or null where the envelope is for another key or label, or was changed.</summary>
    public byte[]? Open(ReadOnlySpan<byte> envelope, string label)
    {
        if (envelope.Length < Envelope.Overhead || !envelope.StartsWith("SBEV\u0001"u8) || envelope[5] != Suite.Id)
        {
            return null;
        }

        try
        {
            var ephemeral = envelope.Slice(Envelope.HeadLength, Envelope.PointLength);
            using var shared = Agree(ephemeral);
            using var aead = Envelope.Aead(Suite, shared, ephemeral, _point, label);
            var plain = new byte[envelope.Length - Envelope.Overhead];
            return aead.Open(new byte[AeadKey.NonceLength], envelope[Envelope.Overhead..], envelope.Slice(Envelope.HeadLength + Envelope.PointLength, AeadKey.TagLength), envelope[..Envelope.HeadLength], plain)
                ? plain
                : null;
        }
        catch (TrustException)
        {
            return null;
        }
    }

    public void Dispose() => _scalar.Dispose();

    public override string ToString() => "envelope key";

    /// <summary>The x-coordinate of the common point.</summary>
    internal Secret Agree(ReadOnlySpan<byte> point) => Suite.Id == 1 ? AgreeSm(point) : AgreeNist(point);

    private Secret AgreeNist(ReadOnlySpan<byte> point)
    {
        var scalar = _scalar.Bytes.ToArray();
        byte[]? raw = null;
        try
        {
            var curve = ECCurve.NamedCurves.nistP256;
            using var own = ECDiffieHellman.Create(new ECParameters { Curve = curve, D = scalar, Q = Coordinates(_point) });
            using var other = ECDiffieHellman.Create(new ECParameters { Curve = curve, Q = Coordinates(point) });
            raw = own.DeriveRawSecretAgreement(other.PublicKey);
            return Secret.CopyOf(raw);
        }
        catch (CryptographicException e)
        {
            throw new TrustException(TrustRules.PublicKeyForm, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scalar);
            CryptographicOperations.ZeroMemory(raw);
        }
    }

    private Secret AgreeSm(ReadOnlySpan<byte> point)
    {
        try
        {
            var curve = Sm2.Recommended.Curve.Curve;
            var other = curve.DecodePoint([4, .. point]);
            var common = other.Multiply(new Org.BouncyCastle.Math.BigInteger(1, _scalar.Bytes.ToArray())).Normalize();
            if (!other.IsValid() || common.IsInfinity)
            {
                throw new TrustException(TrustRules.PublicKeyForm);
            }

            return Secret.Fill(32, target => Sm2Signer.Write(common.AffineXCoord.ToBigInteger(), target));
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new TrustException(TrustRules.PublicKeyForm, e);
        }
    }

    private static ECPoint Coordinates(ReadOnlySpan<byte> point) => new() { X = point[..32].ToArray(), Y = point[32..].ToArray() };
}
