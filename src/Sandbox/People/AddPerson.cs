using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.People;

/// <summary>Registers a person with organisation and role and writes that person's key file (real-name record of FT 17, CC 20).</summary>
public static class AddPerson
{
    public static Answer Run(OpenDomain domain, Actor actor, string name, string organisation, Role role, string? keyFile, string? publicKey = null)
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

        if (domain.Registry.Find<Parties.Party>(organisation) is { Barred: true })
        {
            return domain.Refuse("person.add", actor.Name, [Parties.RegisterParty.Barred()]);
        }

        if (role == Role.Unknown || !Enum.IsDefined(role))
        {
            return new Answer.Misused("The role is not one this version knows.");
        }

        if (publicKey is not null)
        {
            return WithOwnKey(domain, actor, name, organisation, role, PublicKey.Parse(publicKey));
        }

        var path = Path.GetFullPath(keyFile ?? domain.Folder.PersonKey(name));
        if (domain.Registry.Find<Person>(name) is not null)
        {
            return domain.Refuse("person.add", actor.Name, [Refusals.Taken("person", "人员", name)]);
        }

        // The key file comes first: a registered person without a key could not be helped. A registration that was cut off right behind it is gone on with.
        using var left = keyFile is null ? LeftBehind(domain, path) : null;
        if (left is null && Path.Exists(path))
        {
            return domain.Refuse("person.add", actor.Name, [KeyFileStands()]);
        }

        using var made = left is null ? domain.Keys.Suite.GenerateSigningKey() : null;
        var key = left ?? made!;
        var staged = made is null ? null : $"{path}.{key.Public.KeyId}.new";
        try
        {
            if (staged is not null)
            {
                SigningKeyFile.Create(key, staged);
            }

            Register(domain, actor, name, organisation, role, key, staged, path);
        }
        finally
        {
            if (staged is not null)
            {
                File.Delete(staged);
            }
        }

        return Answer.Of(
            new JsonObject { ["person"] = name, ["organisation"] = organisation, ["role"] = role.ToString(), ["key_file"] = path, ["public_key"] = key.Public.ToString() },
            $"{name} of {organisation} is registered as {role}. Key file: {path} (it belongs into that person's hands).");
    }

    /// <summary>Makes a key file where a person is, without any domain; only the public half goes to whoever registers that person.</summary>
    public static Answer MakeKey(string suite, string file)
    {
        using var key = Suite.ByName(suite).GenerateSigningKey();
        SigningKeyFile.Create(key, file);
        return Answer.Of(new JsonObject { ["key_file"] = file, ["public_key"] = key.Public.ToString() }, $"{key.Public}\nKey file: {file}. Give the line above to whoever registers you, and keep the file.");
    }

    private static Answer WithOwnKey(OpenDomain domain, Actor actor, string name, string organisation, Role role, PublicKey key)
    {
        domain.Commit(
            new("person.registered", actor.Name, new Facts { ["person"] = name, ["organisation"] = organisation, ["role"] = role.ToString(), ["key"] = key.KeyId }),
            writer =>
            {
                if (!writer.TryAdd(new Person(name, organisation, role, key.ToString(), domain.Time.GetUtcNow())))
                {
                    throw new RefusedException(Refusals.Taken("person", "人员", name));
                }
            });
        return Answer.Of(
            new JsonObject { ["person"] = name, ["organisation"] = organisation, ["role"] = role.ToString(), ["public_key"] = key.ToString() },
            $"{name} of {organisation} is registered as {role} with a key of their own.");
    }

    private static void Register(OpenDomain domain, Actor actor, string name, string organisation, Role role, SigningKey key, string? staged, string path) =>
        domain.Commit(
            new("person.registered", actor.Name, new Facts { ["person"] = name, ["organisation"] = organisation, ["role"] = role.ToString(), ["key"] = key.Public.KeyId }),
            writer =>
            {
                if (!writer.TryAdd(new Person(name, organisation, role, key.Public.ToString(), domain.Time.GetUtcNow())))
                {
                    throw new RefusedException(Refusals.Taken("person", "人员", name));
                }

                try
                {
                    if (staged is not null)
                    {
                        File.Move(staged, path, overwrite: false);
                    }
                }
                catch (IOException) when (Path.Exists(path))
                {
                    throw new RefusedException(KeyFileStands());
                }
            });

    /// <summary>The key of a registration that ended between its key file and its entry: in our own folder, of this domain's suite and nobody's yet. Null when there is none.</summary>
    private static SigningKey? LeftBehind(OpenDomain domain, string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        SigningKey? key = null;
        try
        {
            key = SigningKeyFile.Read(path);
            if (key.Suite.Name == domain.Keys.Suite.Name && domain.Registry.All<Person>().All(person => person.PublicKey != key.Public.ToString()))
            {
                return key;
            }
        }
        catch (TrustException)
        {
            // Whatever it is, it is not ours to use.
        }

        key?.Dispose();
        return null;
    }

    /// <summary>A key file is somebody's signature: nothing overwrites one.</summary>
    private static Refusal KeyFileStands() => new("SB-PERSON-1",
        "A file stands where the key file would be written; it is left as it is.", "Give another place with --key-out, or move the old file away.",
        "密钥文件的写入位置已有文件，予以保留。", "请用 --key-out 指定其他位置，或移走原有文件。");
}
