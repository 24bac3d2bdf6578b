using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sandbox.Trust;

/// <summary>A signed head: origin, size and root of the tree in the C2SP checkpoint form (c2sp.org/tlog-checkpoint, c2sp.org/signed-note) with exactly one signature.</summary>
/// <param name="Origin">The ledger's own name, also the key name in the note.</param>
/// <param name="Size">Count of entries.</param>
/// <param name="Root">32 bytes.</param>
/// <param name="Note">The whole signed text.</param>
public sealed record LedgerHead(string Origin, long Size, byte[] Root, string Note)
{
    private const string Label = "sandbox/ledger-head/v1";
    private const string Dash = "— ";

    internal static LedgerHead Sign(SigningKey key, string origin, long size, byte[] root)
    {
        using var signature = key.Prepare();
        return Sign(key.Public, signature, origin, size, root);
    }

    /// <param name="key">The public key of the signature.</param>
    /// <param name="prepared">Used up.</param>
    internal static LedgerHead Sign(PublicKey key, PreparedSignature prepared, string origin, long size, byte[] root)
    {
        var text = Text(origin, size, root);
        var signature = prepared.Sign(Label, Encoding.UTF8.GetBytes(text));
        var line = Convert.ToBase64String([.. KeyHash(origin, key), .. signature]);
        return new LedgerHead(origin, size, root, $"{text}\n{Dash}{origin} {line}\n");
    }

    /// <summary>Reads a note and verifies its signature.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-4.</exception>
    public static LedgerHead Verify(string note, PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var head = ReadUnverified(note);
        var text = Text(head.Origin, head.Size, head.Root);
        var signed = Decode(note.TrimEnd('\n')[(note.LastIndexOf(' ') + 1)..]);
        if (signed is not { Length: 4 + Suite.SignatureLength } || !signed.AsSpan(0, 4).SequenceEqual(KeyHash(head.Origin, key))
            || !key.Verify(Label, Encoding.UTF8.GetBytes(text), signed.AsSpan(4)))
        {
            throw new TrustException(TrustRules.CheckpointForm);
        }

        return head;
    }

    /// <summary>Reads the form only. What it returns is not to be believed.</summary>
    internal static LedgerHead ReadUnverified(string note)
    {
        var lines = note is { Length: <= 2000 } ? note.Split('\n') : [];
        if (lines is not [var origin, var sizeText, var rootText, "", var signatureLine, ""]
            || !ValidOrigin(origin)
            || !long.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || Decode(rootText) is not { Length: Suite.HashLength } root
            || !signatureLine.StartsWith($"{Dash}{origin} ", StringComparison.Ordinal)
            || signatureLine[(Dash.Length + origin.Length + 1)..].Contains(' ', StringComparison.Ordinal)
            || !note.StartsWith(Text(origin, size, root), StringComparison.Ordinal))
        {
            throw new TrustException(TrustRules.CheckpointForm);
        }

        return new LedgerHead(origin, size, root, note);
    }

    internal static bool ValidOrigin(string origin) => origin is { Length: >= 1 and <= 100 } && !origin.AsSpan().ContainsAnyExceptInRange('!', '~') && !origin.Contains('+', StringComparison.Ordinal);

    private static string Text(string origin, long size, byte[] root) =>
        $"{origin}\n{size.ToString(CultureInfo.InvariantCulture)}\n{Convert.ToBase64String(root)}\n";

    /// <summary>Signature type 0xff with a long identifier, as the note form asks for algorithms without a number.</summary>
    private static byte[] KeyHash(string origin, PublicKey key) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(origin), (byte)'\n', 0xff, .. Encoding.ASCII.GetBytes("sandbox-" + key.Suite.SignatureAlgorithm), .. key.Point])[..4];

    internal static byte[]? Decode(string text)
    {
        try
        {
            var bytes = Convert.FromBase64String(text);
            return Convert.ToBase64String(bytes) == text ? bytes : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
