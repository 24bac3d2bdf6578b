using System.Data.Common;

namespace Sandbox.Trust;

/// <summary>Whether the sealed objects of a domain open, each with the key that its header names.</summary>
/// <param name="Opened">Objects whose every byte authenticated.</param>
/// <param name="Destroyed">Objects whose key was destroyed: they can't be read, and must not.</param>
public sealed record ObjectCensus(int Opened, int Destroyed)
{
    /// <exception cref="TrustException">TRUST-OBJECT-1 missing, -2 or -3: an object whose key lives does not open.</exception>
    public static ObjectCensus Take(DbConnection connection, KeyRing keys, ObjectStore store, string domainFolder, IEnumerable<ObjectRef> objects)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(objects);
        var (opened, destroyed) = (0, 0);
        foreach (var reference in objects)
        {
            if (Owner(connection, KeyIdOf(Path.Combine(domainFolder, "objects", reference.Name))) is not { } owner)
            {
                destroyed++;
                continue;
            }

            using var key = keys.OpenKey(owner.Scope, owner.Id);
            store.Check(reference, key);
            opened++;
        }

        return new ObjectCensus(opened, destroyed);
    }

    private static string KeyIdOf(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
            var header = new byte[ObjectHeader.Length];
            return file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length
                ? Convert.ToHexStringLower(header.AsSpan(32, 8))
                : throw new TrustException(TrustRules.ObjectDamaged);
        }
        catch (IOException e)
        {
            throw new TrustException(TrustRules.ObjectMissing, e);
        }
    }

    /// <summary>Null for a key that was destroyed.</summary>
    /// <exception cref="TrustException">TRUST-KEY-4: no key of this ring has the id.</exception>
    private static (KeyScope Scope, string Id)? Owner(DbConnection connection, string keyId)
    {
        using var command = KeyTables.Command(connection, null, "SELECT scope, id, wrapped IS NULL FROM trust_keys WHERE key_id = @id", ("@id", keyId));
        using var reader = command.ExecuteReader();
        if (!reader.Read())
        {
            throw new TrustException(TrustRules.KeyMissing);
        }

        var name = reader.GetString(0).Replace("-", "", StringComparison.Ordinal);
        return reader.GetInt64(2) != 0 ? null
            : Enum.TryParse<KeyScope>(name, ignoreCase: true, out var scope) ? (scope, reader.GetString(1))
            : throw new TrustException(TrustRules.KeyDamaged);
    }
}
