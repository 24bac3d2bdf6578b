namespace Sandbox.Trust;

/// <summary>Why the trust room did not do something: a stable rule id, one sentence and one remedy in two languages. Holds no data values.</summary>
public sealed record TrustRefusal(string Rule, string Why, string Remedy, string WhyZh, string RemedyZh);

/// <summary>Thrown when a key, an object or the ledger cannot be trusted or used. Nothing was handed out and nothing was changed.</summary>
public sealed class TrustException(TrustRefusal refusal, Exception? inner = null)
    : Exception($"{refusal.Rule}: {refusal.Why} {refusal.Remedy}", inner)
{
    /// <summary>What to show to the person who asked.</summary>
    public TrustRefusal Refusal { get; } = refusal;
}
