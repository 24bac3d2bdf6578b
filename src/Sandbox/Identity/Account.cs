using Sandbox.Host.Domains;
using Sandbox.Host.Registry;
using Sandbox.Trust;

namespace Sandbox.Host.Identity;

/// <summary>A person's local account: the private key sealed under password and domain, and what a sign-in is held against.</summary>
/// <param name="Id">The person's registered name.</param>
/// <param name="Key">Base64 of the sealed private key; see <see cref="SealedPersonKey"/>.</param>
/// <param name="SecondFactor">What the second factor's secret is derived with, lower-case hex; null where there is none.</param>
/// <param name="LastCode">Counter of the last code that was used; none is taken twice.</param>
/// <param name="Misses">Failed sign-ins since the last good one.</param>
/// <param name="LockedUntil">Until when nobody signs in.</param>
public sealed record Account(string Id, string Key, string? SecondFactor, long LastCode, int Misses, DateTimeOffset? LockedUntil, DateTimeOffset OpenedAt) : IAggregate
{
    /// <summary>Misses in a row that lock an account.</summary>
    public const int MostMisses = 5;

    /// <summary>Id of the domain's key that takes part in every sealed private key.</summary>
    internal const string KeyId = "accounts";

    public static TimeSpan LockFor { get; } = TimeSpan.FromMinutes(15);

    public static string Kind => "account";

    internal string Context => "account/" + Id;

    /// <summary>The domain's part of account keys; made with the domain.</summary>
    internal static DataKey Pepper(OpenDomain domain) => domain.Keys.OpenKey(KeyScope.Domain, KeyId);

    /// <summary>The second factor's secret: derived, so that it stands nowhere.</summary>
    internal static Secret CodeSecret(DataKey pepper, string person, string factor) => pepper.Derive($"second-factor/{person}/{factor}", OneTimeCode.SecretLength);
}
