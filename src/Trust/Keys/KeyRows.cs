using System.Data.Common;
using System.Globalization;

namespace Sandbox.Trust;

/// <summary>The one row that says how the ring is opened.</summary>
internal sealed record RingRow(string Suite, string RingId, MasterKeyKind Kind, byte[] Salt, ScryptCost Cost)
{
    public static RingRow Read(DbConnection connection, DbTransaction? transaction)
    {
        try
        {
            using var command = KeyTables.Command(connection, transaction, "SELECT suite, ring_id, kind, salt, scrypt_n, scrypt_r, scrypt_p FROM trust_ring");
            using var reader = command.ExecuteReader();
            if (!reader.Read())
            {
                throw new TrustException(TrustRules.NotADomain);
            }

            var cost = new ScryptCost(reader.GetInt32(4), reader.GetInt32(5), reader.GetInt32(6));
            if (!cost.Acceptable || !Enum.TryParse<MasterKeyKind>(reader.GetString(2), out var kind) || kind == MasterKeyKind.Unknown)
            {
                throw new TrustException(TrustRules.KeyDamaged);
            }

            return new RingRow(reader.GetString(0), reader.GetString(1), kind, (byte[])reader.GetValue(3), cost);
        }
        catch (DbException e)
        {
            throw new TrustException(TrustRules.NotADomain, e);
        }
        catch (Exception e) when (e is InvalidCastException or OverflowException or FormatException)
        {
            throw new TrustException(TrustRules.KeyDamaged, e);
        }
    }
}

/// <summary>One stored key.</summary>
internal sealed record KeyRow(string Scope, string Id, string KeyId, string Kind, long Epoch, byte[]? Wrapped, bool Destroyed)
{
    private const string Columns = "SELECT scope, id, key_id, kind, epoch, wrapped, destroyed FROM trust_keys";

    /// <summary>Everything that names the key is bound into its wrapping, so a wrapped key cannot be moved to another row.</summary>
    public string Context(string ringId) => string.Join('\0', "key", ringId, Scope, Id, KeyId, Kind, Epoch.ToString(CultureInfo.InvariantCulture));

    public static KeyRow Find(DbConnection connection, DbTransaction? transaction, string scope, string id)
    {
        using var command = KeyTables.Command(connection, transaction, Columns + " WHERE scope = @scope AND id = @id", ("@scope", scope), ("@id", id));
        using var reader = command.ExecuteReader();
        var row = reader.Read() ? Take(reader) : throw new TrustException(TrustRules.KeyMissing);
        return row.Destroyed ? throw new TrustException(TrustRules.KeyDestroyed) : row;
    }

    public static bool Exists(DbConnection connection, DbTransaction? transaction, string scope, string id)
    {
        using var command = KeyTables.Command(connection, transaction, "SELECT count(*) FROM trust_keys WHERE scope = @scope AND id = @id", ("@scope", scope), ("@id", id));
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture) > 0;
    }

    public static List<KeyRow> Living(DbConnection connection, DbTransaction? transaction)
    {
        using var command = KeyTables.Command(connection, transaction, Columns + " WHERE destroyed IS NULL");
        using var reader = command.ExecuteReader();
        var rows = new List<KeyRow>();
        while (reader.Read())
        {
            rows.Add(Take(reader));
        }

        return rows;
    }

    private static KeyRow Take(DbDataReader reader)
    {
        try
        {
            return new KeyRow(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4),
                reader.IsDBNull(5) ? null : (byte[])reader.GetValue(5), !reader.IsDBNull(6));
        }
        catch (Exception e) when (e is InvalidCastException or OverflowException or FormatException)
        {
            throw new TrustException(TrustRules.KeyDamaged, e);
        }
    }
}
