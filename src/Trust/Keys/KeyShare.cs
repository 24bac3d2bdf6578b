using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sandbox.Trust;

/// <summary>One person's share of a key, as a line <c>sandbox-key-share:v1:SET:THRESHOLD:POINT:BASE64URL:CHECK</c>. Less than the threshold of them opens nothing.</summary>
public sealed class KeyShare : IDisposable
{
    private const string Scheme = "sandbox-key-share";
    private const int CheckLength = 8;

    internal KeyShare(string set, int threshold, int point, Secret part)
    {
        Set = set;
        Threshold = threshold;
        Point = point;
        Part = part;
    }

    /// <summary>16 hex digits that all shares of one key have in common.</summary>
    public string Set { get; }

    /// <summary>Shares that are needed.</summary>
    public int Threshold { get; }

    /// <summary>Number of the share, 1…255.</summary>
    public int Point { get; }

    internal Secret Part { get; }

    /// <exception cref="TrustException">TRUST-GUARD-1: not a share, or mistyped.</exception>
    public static KeyShare Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Trim().Split(':');
        if (parts is not [Scheme, "v1", { Length: 16 } set, var threshold, var point, var part, { Length: CheckLength } check]
            || !int.TryParse(threshold, NumberStyles.None, CultureInfo.InvariantCulture, out var needed) || needed is < 2 or > ShamirSharing.MostShares
            || !int.TryParse(point, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > ShamirSharing.MostShares
            || ExactBase64Url.Decode(part, Suite.HashLength) is not { } bytes || Check(text.Trim()[..^CheckLength]) != check)
        {
            throw new TrustException(TrustRules.KeyShareForm);
        }

        var share = new KeyShare(set, needed, number, Secret.CopyOf(bytes));
        CryptographicOperations.ZeroMemory(bytes);
        return share;
    }

    /// <summary>The line to keep; it is a secret.</summary>
    public string Reveal()
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"{Scheme}:v1:{Set}:{Threshold}:{Point}:{Base64Url.EncodeToString(Part.Bytes)}:");
        return body + Check(body);
    }

    public void Dispose() => Part.Dispose();

    /// <summary>Never shows the share.</summary>
    public override string ToString() => $"key share {Set}/{Point}";

    private static string Check(string body) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(body)))[..CheckLength];
}
