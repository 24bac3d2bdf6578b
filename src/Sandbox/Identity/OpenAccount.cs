using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Identity;

/// <summary>
/// Opens, renews and closes local accounts. The person proves by the private key to be that person and chooses a password; from then on the service can act for
/// whoever signs in, and the key file can go into a drawer.
/// </summary>
public static class OpenAccount
{
    /// <param name="password">At least 12 characters.</param>
    /// <param name="secondFactor">Whether codes of an authenticator program are asked for too. Roles that review or supervise always need them.</param>
    public static Answer Run(OpenDomain domain, Actor actor, ReadOnlySpan<char> password, bool secondFactor)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Principal is not null)
        {
            return domain.Refuse("account.open", actor.Name, [IdentityRefusals.OwnOnly()]);
        }

        var factor = secondFactor || NeedsSecondFactor(actor.Person.Role) ? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) : null;
        using var pepper = Account.Pepper(domain);
        var account = new Account(actor.Name, "", factor, 0, 0, null, domain.Time.GetUtcNow());
        account = account with { Key = Convert.ToBase64String(SealedPersonKey.Seal(pepper, account.Context, actor.Key, password)) };
        domain.Commit(new("account.opened", actor.Name, new Facts { ["second_factor"] = factor is null ? 0 : 1 }), writer =>
        {
            // Whoever sets a new password may have lost the old one to somebody: nothing that was opened with it goes on.
            EndTokens(writer, account.Id, account.OpenedAt);
            writer.Put(account);
        });
        var body = new JsonObject { ["account"] = account.Id, ["second_factor"] = factor is not null };
        if (factor is null)
        {
            return Answer.Of(body, $"{account.Id} signs in with the password from now on.");
        }

        using var secret = Account.CodeSecret(pepper, account.Id, factor);
        var address = OneTimeCode.Address(secret.Bytes, domain.Record.Name, account.Id);
        body["authenticator"] = address;
        return Answer.Of(body, $"{account.Id} signs in with the password and a code. Give this to an authenticator program; it is shown this once:\n{address}");
    }

    /// <summary>The person's own account, or as the bureau anybody's.</summary>
    public static Answer Close(OpenDomain domain, Actor actor, string? name)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var wanted = name ?? actor.Name;
        if (wanted != actor.Name && actor.Role != Role.Authority)
        {
            return domain.Refuse("account.close", actor.Name, [Refusals.NotThisRole("close another's account", "注销他人账户", "the bureau", "主管部门")]);
        }

        domain.Commit(new("account.closed", actor.Name, new Facts { ["person"] = Names.Valid(wanted) ? wanted : "unknown" }), writer =>
        {
            writer.Update(Found(writer, wanted) with { Key = "", SecondFactor = null });
            EndTokens(writer, wanted, domain.Time.GetUtcNow());
        });
        return Answer.Of(new JsonObject { ["account"] = wanted, ["closed"] = true }, $"{wanted} does not sign in any more; their tokens ended too.");
    }

    /// <summary>The bureau lets somebody try again before the time is over.</summary>
    public static Answer Unlock(OpenDomain domain, Actor actor, string name)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Role != Role.Authority)
        {
            return domain.Refuse("account.unlock", actor.Name, [Refusals.NotThisRole("unlock accounts", "解锁账户", "the bureau", "主管部门")]);
        }

        domain.Commit(new("account.unlocked", actor.Name, new Facts { ["person"] = Names.Valid(name) ? name : "unknown" }), writer =>
            writer.Update(Found(writer, name) with { Misses = 0, LockedUntil = null }));
        return Answer.Of(new JsonObject { ["account"] = name, ["unlocked"] = true }, $"{name} may try again.");
    }

    private static Account Found(RegistryWriter writer, string name) =>
        (Names.Valid(name) ? writer.Find<Account>(name) : null) ?? throw new RefusedException(Refusals.Missing("account", "账户", "that person"));

    private static void EndTokens(RegistryWriter writer, string person, DateTimeOffset now)
    {
        foreach (var token in writer.All<ApiToken>().Where(token => token.Person == person && token.EndedAt is null))
        {
            writer.Update(token with { Key = "", EndedAt = now });
        }
    }

    /// <summary>Whose votes open the gate, and who sees everything, never signs in with a password alone.</summary>
    internal static bool NeedsSecondFactor(Role role) => role is Role.Authority or Role.AppointedThirdParty or Role.Auditor;
}
