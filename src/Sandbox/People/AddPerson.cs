using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.People;

/// <summary>Registers a person with organisation and role and writes that person's key file (real-name record of FT 17, CC 20).</summary>
public static class AddPerson
{
    public static Answer Run(OpenDomain domain, Actor actor, string name, string organisation, Role role, string? keyFile)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Role != Role.Authority)
        {
            return domain.Refuse("person.add", actor.Name, [Refusals.NotThisRole("register people", "登记人员", "the bureau", "主管部门")]);
        }

        if (!Names.Valid(name) || !Names.Valid(organisation))
        {
            return domain.Refuse("person.add", actor.Name, [Refusals.BadName(name)]);
        }

        if (role == Role.Unknown || !Enum.IsDefined(role))
        {
            return new Answer.Misused("The role is not one this version knows.");
        }

        var path = Path.GetFullPath(keyFile ?? domain.Folder.PersonKey(name));
        using var key = domain.Keys.Suite.GenerateSigningKey();

        // The key file comes first: a registered person without a key could not be helped, a key file without a person harms nobody.
        if (domain.Registry.Find<Person>(name) is not null)
        {
            return domain.Refuse("person.add", actor.Name, [Refusals.Taken("person", "人员", name)]);
        }

        File.Delete(path + ".new");
        SigningKeyFile.Create(key, path + ".new");
        domain.Commit(
            new("person.registered", actor.Name, new Facts { ["person"] = name, ["organisation"] = organisation, ["role"] = role.ToString(), ["key"] = key.Public.KeyId }),
            writer =>
            {
                if (!writer.TryAdd(new Person(name, organisation, role, key.Public.ToString(), domain.Time.GetUtcNow())))
                {
                    throw new RefusedException(Refusals.Taken("person", "人员", name));
                }

                File.Move(path + ".new", path, overwrite: true);
            });
        return Answer.Of(
            new JsonObject { ["person"] = name, ["organisation"] = organisation, ["role"] = role.ToString(), ["key_file"] = path, ["public_key"] = key.Public.ToString() },
            $"{name} of {organisation} is registered as {role}. Key file: {path} (it belongs into that person's hands).");
    }
}
