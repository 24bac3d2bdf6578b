using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.People;

/// <summary>A registered person who has proved by the private key to be that person.</summary>
public sealed class Actor : IDisposable
{
    private readonly bool _owns;

    private Actor(Person person, SigningKey key, Deputy? standing, bool owns)
    {
        _owns = owns;
        Person = person;
        Key = key;
        Principal = standing?.Principal;
        Role = standing?.Role ?? person.Role;
    }

    public Person Person { get; }

    public string Name => Person.Id;

    public string Organisation => Person.Organisation;

    /// <summary>The own role, or that of the person whom the actor stands for.</summary>
    public Role Role { get; }

    /// <summary>For whom the actor stands; null who acts for nobody.</summary>
    public string? Principal { get; }

    /// <summary>Whether a person is this one or the one this one stands for: bars on the one hold for the other.</summary>
    public bool Is(string person) => Name == person || Principal == person;

    /// <summary>Signs the person's consents and votes.</summary>
    public SigningKey Key { get; }

    /// <param name="name">Registered name; where null, there is nobody.</param>
    /// <param name="keyFile">Key file; by default the one that registration wrote into the domain folder.</param>
    /// <param name="token">File with a token of the unified authentication service, where one is set.</param>
    /// <param name="principal">For whom the person acts; null for nobody.</param>
    /// <exception cref="RefusedException">Not registered, not signed in, the key is another's, or no deputy of the principal today.</exception>
    public static Actor Authenticate(OpenDomain domain, string? name, string? keyFile, string? token = null, string? principal = null)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var path = keyFile ?? (Names.Valid(name) ? domain.Folder.PersonKey(name!) : null);
        if (!File.Exists(path))
        {
            throw new RefusedException(Refusals.Who());
        }

        var key = SigningKeyFile.Read(path);
        try
        {
            return new(Proved(domain, name, key, SignInProvider.ReadToken(token), principal, out var standing), key, standing, owns: true);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Somebody whose key its session holds: everything is asked anew at each act, so that whoever was struck off or replaced acts no more.</summary>
    /// <param name="key">The key; it stays the session's.</param>
    /// <param name="token">Token of the unified authentication service, where one is set.</param>
    /// <exception cref="RefusedException">As for <see cref="Authenticate"/>.</exception>
    internal static Actor Of(OpenDomain domain, string name, SigningKey key, string? token, string? principal) =>
        new(Proved(domain, name, key, token, principal, out var standing), key, standing, owns: false);

    public void Dispose()
    {
        if (_owns)
        {
            Key.Dispose();
        }
    }

    private static Person Proved(OpenDomain domain, string? name, SigningKey key, string? token, string? principal, out Deputy? standing)
    {
        if (!Names.Valid(name) || domain.Registry.Find<Person>(name!) is not { } person || key.Public.ToString() != person.PublicKey)
        {
            throw new RefusedException(Refusals.Who());
        }

        if (SignInProvider.Against(domain, person.Id, token) is { } stranger)
        {
            throw new RefusedException(stranger);
        }

        standing = principal is null ? null : Deputies.At(domain.Registry, domain.Time.LocalTimeZone, person.Id, domain.Registry.Find<Person>(principal)?.Role ?? Role.Unknown, domain.Time.GetUtcNow(), principal);
        return principal is null || standing is not null ? person : throw new RefusedException(NoDeputy());
    }

    private static Refusal NoDeputy() => new(
        "SB-PERSON-2",
        "You do not stand for that person today.",
        "Let that person appoint you with `sandbox person deputy`, or act in your own name.",
        "您今日并非该人员的代理人。",
        "请由其用 sandbox person deputy 指定，或以本人名义办理。");
}
