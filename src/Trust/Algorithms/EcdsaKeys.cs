using System.Numerics;
using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>An ECDSA P-256 private key. Signatures have the smaller of the two possible s, so that a signature has one form only.</summary>
internal sealed class EcdsaSigner : RawSigner
{
    private readonly ECDsa _key;
    private readonly Lock _gate = new();

    public EcdsaSigner(ReadOnlySpan<byte> scalar)
    {
        _key = ECDsa.Create();
        var d = scalar.ToArray();
        try
        {
            _key.ImportParameters(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = d });
            var q = _key.ExportParameters(false).Q;
            PublicPoint = [.. q.X!, .. q.Y!];
        }
        catch (CryptographicException e)
        {
            _key.Dispose();
            throw new TrustException(TrustRules.KeyDamaged, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(d);
        }
    }

    public override byte[] PublicPoint { get; }

    public override byte[] Sign(ReadOnlySpan<byte> message)
    {
        byte[] signature;
        lock (_gate)
        {
            signature = _key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        var s = new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        if (s > EcdsaOrder.Half)
        {
            signature.AsSpan(32).Clear();
            var low = (EcdsaOrder.N - s).ToByteArray(isUnsigned: true, isBigEndian: true);
            low.CopyTo(signature.AsSpan(64 - low.Length));
        }

        return signature;
    }

    protected override void Dispose(bool disposing)
    {
        _key.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>An ECDSA P-256 public key; refuses the larger of the two possible s.</summary>
internal sealed class EcdsaVerifier : RawVerifier
{
    private readonly ECDsa _key;
    private readonly Lock _gate = new();

    public EcdsaVerifier(ReadOnlySpan<byte> point)
    {
        try
        {
            _key = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = point[..32].ToArray(), Y = point[32..].ToArray() },
            });
        }
        catch (CryptographicException e)
        {
            throw new TrustException(TrustRules.PublicKeyForm, e);
        }
    }

    public override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Suite.SignatureLength || new BigInteger(signature[32..], isUnsigned: true, isBigEndian: true) > EcdsaOrder.Half)
        {
            return false;
        }

        lock (_gate)
        {
            return _key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }
}

/// <summary>The order of P-256 (FIPS 186-4, D.1.2.3).</summary>
internal static class EcdsaOrder
{
    public static readonly BigInteger N = new(Convert.FromHexString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"), isUnsigned: true, isBigEndian: true);

    public static readonly BigInteger Half = N >> 1;
}
