using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Identity;

/// <summary>What somebody gives to come in.</summary>
/// <param name="Code">Code of the second factor; null where there is none.</param>
/// <param name="Token">Token of the unified authentication service, where the domain has one.</param>
/// <param name="For">For whom the person acts; null for nobody.</param>
internal sealed record SignInRequest(string Person, string Password, string? Code = null, string? Token = null, string? For = null);

/// <summary>Holds a sign-in against an account. Every end, good or not, is in the ledger; a refusal says neither who has an account nor which part was wrong.</summary>
internal static class SignIn
{
    public static (Session? Session, Refusal? Refusal) Run(OpenDomain domain, SignInRequest request)
    {
        var now = domain.Time.GetUtcNow();
        var account = Names.Valid(request.Person) ? domain.Registry.Find<Account>(request.Person) : null;
        // Somebody who is locked out waits as long as everybody, so that a clock tells nothing.
        var key = Open(domain, account, request.Password);
        try
        {
            if (account is { LockedUntil: { } until } && now < until)
            {
                return (null, Refused(domain, account.Id, IdentityRefusals.SignIn()));
            }

            if (account is null || key is null || Code(domain, account, request.Code, now) is not { } counter)
            {
                return (null, Missed(domain, account, now));
            }

            // Who was struck off, whose key changed or who has no good token of the city's service does not come in, nor who stands for nobody.
            using var actor = Actor.Of(domain, account.Id, key, request.Token, request.For);
            if (account.SecondFactor is null && OpenAccount.NeedsSecondFactor(actor.Role))
            {
                return (null, Refused(domain, account.Id, IdentityRefusals.NeedsCode()));
            }

            // A code serves once, also for two that come at the same moment: the document is read anew under the write lock.
            var facts = new Facts { ["second_factor"] = account.SecondFactor is null ? 0 : 1 };
            if (actor.Principal is { } principal)
            {
                facts["for"] = principal;
            }

            domain.Commit(new("session.opened", account.Id, facts), writer =>
            {
                var current = writer.Find<Account>(account.Id);
                if (current is null || current.Key != account.Key || (current.LockedUntil is { } locked && now < locked) || (current.SecondFactor is not null && counter <= current.LastCode))
                {
                    throw new RefusedException(IdentityRefusals.SignIn());
                }

                if (current.SecondFactor is not null || current.Misses > 0 || current.LockedUntil is not null)
                {
                    writer.Update(current with { LastCode = counter, Misses = 0, LockedUntil = null });
                }
            });
            var session = new Session(account.Id, account.Key, key, request.Token, request.For, now);
            key = null;
            return (session, null);
        }
        catch (RefusedException refused)
        {
            return (null, domain.RefusalRecorded ? refused.Refusals[0] : Refused(domain, account?.Id ?? "unknown", refused.Refusals[0]));
        }
        finally
        {
            key?.Dispose();
        }
    }

    private static SigningKey? Open(OpenDomain domain, Account? account, string password)
    {
        using var pepper = Account.Pepper(domain);
        // Somebody without an account costs as much time as somebody with one.
        var (context, bytes) = account is { Key.Length: > 0 } ? (account.Context, Convert.FromBase64String(account.Key)) : ("account/-", Nobody);
        return SealedPersonKey.Open(pepper, context, bytes, password);
    }

    private static readonly byte[] Nobody = [1, .. new byte[32 + 32 + 16 + 32]];

    /// <summary>The code's counter, 0 without a second factor; null when the code is not good.</summary>
    private static long? Code(OpenDomain domain, Account account, string? code, DateTimeOffset now)
    {
        if (account.SecondFactor is not { } factor)
        {
            return 0;
        }

        using var pepper = Account.Pepper(domain);
        using var secret = Account.CodeSecret(pepper, account.Id, factor);
        return OneTimeCode.Good(secret.Bytes, code, now, account.LastCode);
    }

    private static Refusal Missed(OpenDomain domain, Account? account, DateTimeOffset now)
    {
        if (account is not { Key.Length: > 0 })
        {
            return Refused(domain, "unknown", IdentityRefusals.SignIn());
        }

        domain.Commit(new("session.refused", account.Id, new Facts()), writer =>
        {
            if (writer.Find<Account>(account.Id) is { } current)
            {
                var misses = current.Misses + 1;
                writer.Update(misses < Account.MostMisses ? current with { Misses = misses } : current with { Misses = 0, LockedUntil = now + Account.LockFor });
            }
        });
        return IdentityRefusals.SignIn();
    }

    private static Refusal Refused(OpenDomain domain, string person, Refusal refusal)
    {
        domain.Refuse("session.open", person, [refusal]);
        return refusal;
    }
}
