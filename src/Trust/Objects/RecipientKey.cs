using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sandbox.Trust;

/// <summary>Public key of somebody outside to whom things are sealed, as one line <c>sandbox-recipient:SUITE:BASE64URL(X‖Y)</c>. No signing key: what is made for one purpose is used for that one.</summary>
public sealed class RecipientKey
{
    private const string Scheme = "sandbox-recipient:";
    private const int PointLength = 64;

    private readonly byte[] _point;

    private RecipientKey(Suite suite, byte[] point)
    {
        // Refuses what is no point of the curve.
        _ = suite.CreateVerifier(point);
        Suite = suite;
        _point = point;
        KeyId = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(ToString())).AsSpan(0, 8));
    }

    public Suite Suite { get; }

    /// <summary>16 hex digits that people compare; not a proof of anything.</summary>
    public string KeyId { get; }

    /// <summary>The public half of a recipient's key.</summary>
    public static RecipientKey Of(EnvelopeKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new RecipientKey(key.Suite, key.Point.ToArray());
    }

    /// <exception cref="TrustException">TRUST-SEAL-1: not such a line.</exception>
    public static RecipientKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return text.Trim().Split(':') is ["sandbox-recipient", "sm" or "nist", var coded] parts && ExactBase64Url.Decode(coded, PointLength) is { } point
                ? new RecipientKey(Suite.ByName(parts[1]), point)
                : throw new TrustException(TrustRules.RecipientKeyForm);
        }
        catch (TrustException e) when (e.Refusal == TrustRules.PublicKeyForm)
        {
            throw new TrustException(TrustRules.RecipientKeyForm, e);
        }
    }

    /// <summary>Encrypts so that only the holder of the private key can read it; see <see cref="Envelope"/>.</summary>
    /// <param name="label">What it is; opening asks for the same.</param>
    /// <param name="plain">The content.</param>
    public byte[] Seal(string label, ReadOnlySpan<byte> plain) => Envelope.Seal(Suite, _point, label, plain);

    public override string ToString() => Scheme + Suite.Name + ":" + Base64Url.EncodeToString(_point);
}
