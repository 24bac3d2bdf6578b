namespace Sandbox.Trust;

public static partial class LedgerVerifier
{
    /// <summary>Verifies a receipt with the public key alone and returns the entry that it proves.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-5.</exception>
    public static (LedgerRecord Record, LedgerHead Head) VerifyReceipt(ReadOnlySpan<byte> receipt, PublicKey key) => LedgerReceipt.Verify(receipt, key);

    /// <summary>Verifies an exported ledger with the public key alone, also against earlier checkpoints.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-4: an earlier checkpoint was not signed by this key.</exception>
    public static LedgerReport VerifyExport(string folder, PublicKey key, params ReadOnlySpan<string> earlierCheckpoints) => LedgerExport.Verify(folder, key, earlierCheckpoints);
}
