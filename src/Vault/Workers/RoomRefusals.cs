using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Vault.Workers;

/// <summary>Refusals of the rooms below, in the words that results of this room carry.</summary>
internal static class RoomRefusals
{
    public static Refusal Told(this JailRefusedException refusal) => new(refusal.Rule, refusal.Why, refusal.Remedy, refusal.WhyZh, refusal.RemedyZh);

    public static Refusal Told(this TrustException failure) => new(failure.Refusal.Rule, failure.Refusal.Why, failure.Refusal.Remedy, failure.Refusal.WhyZh, failure.Refusal.RemedyZh);
}
