using Sandbox.Trust;

namespace Sandbox.Export.Packaging;

/// <summary>Whether a ledger receipt is for exactly this package.</summary>
public static class ReceiptCheck
{
    /// <summary>Kind of the ledger entry of a release.</summary>
    public const string EntryKind = "export.released";

    /// <summary>Fact of that entry which holds the digest of the package, lower-case hex.</summary>
    public const string PackageFact = "package";

    internal static bool Holds(byte[] receipt, ReadOnlySpan<byte> package, ReleaseManifest manifest, PublicKey key)
    {
        try
        {
            var record = LedgerVerifier.VerifyReceipt(receipt, key).Record;
            return record.Kind == EntryKind
                && record.Facts.TryGetValue(PackageFact, out var digest) && digest.Text == Convert.ToHexStringLower(key.Suite.Hash(package))
                && record.Facts.TryGetValue("export", out var export) && export.Text == manifest.Release;
        }
        catch (Exception error) when (error is TrustException or FormatException)
        {
            return false;
        }
    }
}
