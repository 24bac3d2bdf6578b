namespace Sandbox.Trust;

public static partial class LedgerVerifier
{
    /// <summary>Verifies a receipt with the public key alone and returns the entry that it proves.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-5.</exception>
    public static (LedgerRecord Record, LedgerHead Head) VerifyReceipt(ReadOnlySpan<byte> receipt, PublicKey key) => LedgerReceipt.Verify(receipt, key);

    /// <summary>Verifies with the public key alone that a ledger begins with the ledger of an earlier checkpoint.</summary>
    /// <returns>The later signed head.</returns>
    /// <exception cref="TrustException">TRUST-LEDGER-4, TRUST-WITNESS-1, TRUST-WITNESS-2, TRUST-WITNESS-3.</exception>
    public static LedgerHead VerifyGrowth(ReadOnlySpan<byte> growth, PublicKey key, string earlierCheckpoint) => LedgerGrowth.Verify(growth, key, earlierCheckpoint);

    /// <summary>Verifies an exported ledger with the public key alone, also against earlier checkpoints.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-4: an earlier checkpoint was not signed by this key.</exception>
    public static LedgerReport VerifyExport(string folder, PublicKey key, params ReadOnlySpan<string> earlierCheckpoints) => LedgerExport.Verify(folder, key, earlierCheckpoints);

    /// <summary>The same over a stream of entries, one a line, and a signed head.</summary>
    /// <inheritdoc cref="VerifyExport" path="/exception"/>
    public static LedgerReport VerifyEntries(Stream entries, string checkpoint, PublicKey key, params ReadOnlySpan<string> earlierCheckpoints) => LedgerExport.Verify(entries, checkpoint, key, earlierCheckpoints);
}
