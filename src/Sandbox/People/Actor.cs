using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.People;

/// <summary>A registered person who has proved by the private key to be that person.</summary>
public sealed class Actor : IDisposable
{
    private Actor(Person person, SigningKey key, Deputy? standing)
    {
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
        if (!Names.Valid(name) || domain.Registry.Find<Person>(name!) is not { } person)
        {
            throw new RefusedException(Refusals.Who());
        }

        var path = keyFile ?? domain.Folder.PersonKey(person.Id);
        if (!File.Exists(path))
        {
            throw new RefusedException(Refusals.Who());
        }

        var key = SigningKeyFile.Read(path);
        if (key.Public.ToString() != person.PublicKey)
        {
            key.Dispose();
            throw new RefusedException(Refusals.Who());
        }

        var standing = principal is null ? null : Deputies.At(domain.Registry, domain.Time.LocalTimeZone, person.Id, domain.Registry.Find<Person>(principal)?.Role ?? Role.Unknown, domain.Time.GetUtcNow(), principal);
        if (SignInProvider.Against(domain, person.Id, token) is { } stranger || (principal is not null && standing is null && (stranger = NoDeputy()) is not null))
        {
            key.Dispose();
            throw new RefusedException(stranger);
        }

        return new(person, key, standing);
    }

    public void Dispose() => Key.Dispose();

    private static Refusal NoDeputy() => new(
        "SB-PERSON-2",
        "You do not stand for that person today.",
        "Let that person appoint you with `sandbox person deputy`, or act in your own name.",
        "您今日并非该人员的代理人。",
        "请由其用 sandbox person deputy 指定，或以本人名义办理。");
}
