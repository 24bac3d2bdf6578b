using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sandbox.Trust;

/// <summary>A public signing key, written as one line <c>sandbox-key:SUITE:BASE64URL(X‖Y)</c> or as a PEM file.</summary>
public sealed class PublicKey : IEquatable<PublicKey>
{
    private const string Scheme = "sandbox-key:";
    private const int PointLength = 64;

    // SubjectPublicKeyInfo up to the point, for id-ecPublicKey on the two pinned curves: nothing else is read.
    private static readonly byte[] SmPrefix = Convert.FromHexString("3059301306072a8648ce3d020106082a811ccf5501822d03420004");
    private static readonly byte[] NistPrefix = Convert.FromHexString("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

    private readonly RawVerifier _verifier;
    private readonly byte[] _point;

    private PublicKey(Suite suite, byte[] point)
    {
        Suite = suite;
        _point = point;
        _verifier = suite.CreateVerifier(point);
        KeyId = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(ToString())).AsSpan(0, 8));
    }

    public Suite Suite { get; }

    /// <summary>16 hex digits that name the key; not a proof of anything.</summary>
    public string KeyId { get; }

    /// <summary>The curve point X‖Y, 64 bytes.</summary>
    public ReadOnlySpan<byte> Point => _point;

    /// <summary>Reads the one-line form or a PEM file.</summary>
    /// <exception cref="TrustException">TRUST-SIGN-1.</exception>
    public static PublicKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        if (text.StartsWith("-----BEGIN", StringComparison.Ordinal))
        {
            return FromPem(text);
        }

        var parts = text.Split(':');
        if (parts is not ["sandbox-key", var suite, var point] || suite is not ("sm" or "nist"))
        {
            throw new TrustException(TrustRules.PublicKeyForm);
        }

        return new PublicKey(Suite.ByName(suite), ExactBase64Url.Decode(point, PointLength) ?? throw new TrustException(TrustRules.PublicKeyForm));
    }

    internal static PublicKey FromPoint(Suite suite, ReadOnlySpan<byte> point)
    {
        if (point.Length != PointLength)
        {
            throw new TrustException(TrustRules.PublicKeyForm);
        }

        return new PublicKey(suite, point.ToArray());
    }

    /// <summary>True only when <paramref name="signature"/> was made by this key over this payload for this label.</summary>
    public bool Verify(string label, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature) =>
        _verifier.Verify(SignedBytes.Frame(Suite, label, payload), signature);

    /// <summary>The SubjectPublicKeyInfo as PEM, readable by openssl.</summary>
    public string ToPem() => PemEncoding.WriteString("PUBLIC KEY", [.. Prefix(Suite), .. _point]) + "\n";

    public override string ToString() => Scheme + Suite.Name + ":" + Base64Url.EncodeToString(_point);

    public bool Equals(PublicKey? other) => other is not null && other.Suite.Id == Suite.Id && other._point.AsSpan().SequenceEqual(_point);

    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    public override int GetHashCode() => string.GetHashCode(KeyId, StringComparison.Ordinal);

    private static byte[] Prefix(Suite suite) => suite.Id == 1 ? SmPrefix : NistPrefix;

    private static PublicKey FromPem(string text)
    {
        byte[] der;
        try
        {
            var fields = PemEncoding.Find(text);
            if (text[fields.Label] != "PUBLIC KEY")
            {
                throw new TrustException(TrustRules.PublicKeyForm);
            }

            der = Convert.FromBase64String(text[fields.Base64Data]);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new TrustException(TrustRules.PublicKeyForm, e);
        }

        if (der.Length == SmPrefix.Length + PointLength)
        {
            foreach (var (prefix, suite) in new[] { (SmPrefix, "sm"), (NistPrefix, "nist") })
            {
                if (der.AsSpan().StartsWith(prefix))
                {
                    return FromPoint(Suite.ByName(suite), der.AsSpan(prefix.Length));
                }
            }
        }

        throw new TrustException(TrustRules.PublicKeyForm);
    }
}
