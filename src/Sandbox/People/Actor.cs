using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.People;

/// <summary>A registered person who has proved by the private key to be that person.</summary>
public sealed class Actor : IDisposable
{
    private Actor(Person person, SigningKey key)
    {
        Person = person;
        Key = key;
    }

    public Person Person { get; }

    public string Name => Person.Id;

    public string Organisation => Person.Organisation;

    public Role Role => Person.Role;

    /// <summary>Signs the person's consents and votes.</summary>
    public SigningKey Key { get; }

    /// <param name="name">Registered name; where null, there is nobody.</param>
    /// <param name="keyFile">Key file; by default the one that registration wrote into the domain folder.</param>
    /// <exception cref="RefusedException">Not registered, or the key is another's.</exception>
    public static Actor Authenticate(OpenDomain domain, string? name, string? keyFile)
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

        return new(person, key);
    }

    public void Dispose() => Key.Dispose();
}
