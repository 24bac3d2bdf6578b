using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Identity;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Service;

/// <summary>What a request shows of who sends it: a session's cookie or a token.</summary>
internal sealed record Credentials(Session? Session, string? Token)
{
    /// <summary>The name in a token's text; null where there is no text of that form.</summary>
    private readonly string? _tokenId = Token is null ? null : ApiToken.IdOf(Token);

    /// <summary>Whether there is anything to prove: a live session, or a text of a token's form.</summary>
    public bool Present => Session is not null || _tokenId is not null;

    /// <summary>To whom work belongs: a person in one capacity, or one token. Null for nobody.</summary>
    public string? Owner => Session is { } session ? $"session {session.Person} {session.Principal}" : _tokenId is { } id ? $"token {id}" : null;

    /// <summary>The registered person who is claimed, before anything is proved; null for nobody who is known.</summary>
    public string? Claimed(OpenDomain domain) => Session is { } session ? session.Person : _tokenId is { } id ? domain.Registry.Find<ApiToken>(id)?.Person : null;

    /// <summary>Whose acts these are, while the act lasts.</summary>
    /// <exception cref="RefusedException">Nobody's, or nobody's any more.</exception>
    public Caller Prove(OpenDomain domain)
    {
        if (Session is { } session)
        {
            var account = domain.Registry.Find<Account>(session.Person);
            if (account?.Key != session.Account || !session.TryUse())
            {
                throw new RefusedException(IdentityRefusals.SignedOut());
            }

            try
            {
                var caller = Caller.Of(domain, session.Person, session.Key, session.Token, session.Principal, null, session.Leave);
                return account!.SecondFactor is not null || !OpenAccount.NeedsSecondFactor(caller.Role) ? caller : throw new RefusedException(IdentityRefusals.NeedsCode());
            }
            catch
            {
                session.Leave();
                throw;
            }
        }

        if (Token is null || ApiToken.Read(Token) is not { } shown)
        {
            throw new RefusedException(IdentityRefusals.SignedOut());
        }

        using (shown.Secret)
        {
            var token = domain.Registry.Find<ApiToken>(shown.Id);
            if (token is null || !token.Good(domain.Time.GetUtcNow()) )
            {
                throw new RefusedException(IdentityRefusals.SignedOut());
            }

            using var pepper = Account.Pepper(domain);
            var key = SealedPersonKey.Open(pepper, token.Context, Convert.FromBase64String(token.Key), shown.Secret) ?? throw new RefusedException(IdentityRefusals.SignedOut());
            try
            {
                return Caller.Of(domain, token.Person, key, null, null, token, key.Dispose);
            }
            catch
            {
                key.Dispose();
                throw;
            }
        }
    }
}

/// <summary>Somebody whose key was proved for one act.</summary>
internal sealed class Caller : IDisposable
{
    private readonly Action _leave;

    private Caller(Person person, Role role, SigningKey key, string? token, string? principal, ApiToken? scopes, Action leave)
    {
        (Person, Role, Key, ProviderToken, Principal, Scopes, _leave) = (person, role, key, token, principal, scopes, leave);
    }

    public Person Person { get; }

    /// <summary>The own role, or that of whom the person stands for.</summary>
    public Role Role { get; }

    public SigningKey Key { get; }

    public string? ProviderToken { get; }

    public string? Principal { get; }

    /// <summary>The token by which a program acts; null for a person's session.</summary>
    public ApiToken? Scopes { get; }

    /// <param name="leave">What is done when the act has ended.</param>
    public static Caller Of(OpenDomain domain, string name, SigningKey key, string? token, string? principal, ApiToken? scopes, Action leave)
    {
        using var actor = Actor.Of(domain, name, key, token, principal);
        return new(actor.Person, actor.Role, key, token, principal, scopes, leave);
    }

    public void Dispose() => _leave();
}
