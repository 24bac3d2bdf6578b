namespace Sandbox.Trust;

/// <summary>The signed statement that a key was destroyed. <see cref="Statement"/> is what to file; its ledger entry belongs into the same transaction.</summary>
public sealed record DestructionCertificate(KeyScope Scope, string Id, string KeyId, DateTimeOffset At, SignedStatement Statement)
{
    /// <summary>Label under the signature of <see cref="Statement"/>.</summary>
    public const string Label = "sandbox/destruction/v1";
}
