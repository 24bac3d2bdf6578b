using Sandbox.Trust;

namespace Sandbox.Export.Packaging;

/// <summary>
/// A release package that only its recipient can open. The signed package is inside, so the domain's signature and the ledger's proof are of what the recipient reads; the manifest names the key,
/// so that a recipient can't seal what it got to somebody else and have it look like a delivery to them.
/// </summary>
public static class SealedPackage
{
    /// <summary>Largest file that is looked at.</summary>
    public const int MostBytes = (int)ArchiveLayout.MaxLength + Envelope.Overhead;

    private const string Label = "release-package/v1";

    /// <summary>Whether these are bytes of a sealed package, as far as their beginning tells.</summary>
    public static bool Looks(ReadOnlySpan<byte> bytes) => bytes.StartsWith("SBEV"u8);

    /// <param name="recipient">Named in the package's manifest.</param>
    /// <param name="package">A whole release package.</param>
    public static byte[] Seal(RecipientKey recipient, ReadOnlySpan<byte> package)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        return recipient.Seal(Label, package);
    }

    /// <summary>Opens and verifies a sealed package.</summary>
    /// <param name="bytes">Untrusted.</param>
    /// <param name="own">The recipient's key.</param>
    /// <param name="key">The domain's public key.</param>
    /// <param name="receipt">Untrusted; null to leave the ledger out.</param>
    /// <param name="package">The package inside; null unless it is genuine.</param>
    public static Verification Open(ReadOnlySpan<byte> bytes, EnvelopeKey own, PublicKey key, byte[]? receipt, out byte[]? package)
    {
        ArgumentNullException.ThrowIfNull(own);
        package = null;
        if (bytes.Length > MostBytes)
        {
            return new Verification.NotGenuine(PackageFault.TooLarge);
        }

        if (own.Open(bytes, Label) is not { } inner)
        {
            return new Verification.NotGenuine(PackageFault.NotForKey);
        }

        var verification = ReleaseVerifier.VerifyBytes(inner, key, receipt);
        if (verification is Verification.Genuine genuine)
        {
            if (genuine.Manifest.Recipient.Key != RecipientKey.Of(own).ToString())
            {
                return new Verification.NotGenuine(PackageFault.OtherRecipient);
            }

            package = inner;
        }

        return verification;
    }
}
