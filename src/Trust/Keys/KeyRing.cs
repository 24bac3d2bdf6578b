using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Sandbox.Trust;

/// <summary>All keys of one domain, in its registry: each wrapped by the key of the current epoch, which the master key wraps.</summary>
/// <remarks>Not safe for use by several threads at once; it lives as long as the connection that it was given. Another process may rotate the epoch: the ring notices.</remarks>
public sealed class KeyRing : IDisposable
{
    private const string DomainKeyId = "domain";

    private readonly DbConnection _connection;
    private readonly TimeProvider _time;
    private readonly string _ringId;
    private readonly Secret _top;
    private EpochKey _epoch;

    private KeyRing(DbConnection connection, Suite suite, TimeProvider time, string ringId, Secret top, EpochKey epoch)
    {
        _connection = connection;
        Suite = suite;
        _time = time;
        _ringId = ringId;
        _top = top;
        _epoch = epoch;
    }

    public Suite Suite { get; }

    /// <summary>The key under which the domain signs releases, certificates and ledger heads.</summary>
    public SigningKey DomainKey { get; private set; } = null!;

    /// <summary>Creates the tables, the first epoch and the domain's signing key inside the caller's transaction.</summary>
    public static KeyRing Create(DbConnection connection, DbTransaction transaction, Suite suite, MasterKey master, TimeProvider time) =>
        Create(connection, transaction, suite, master, time, ScryptCost.Default);

    internal static KeyRing Create(DbConnection connection, DbTransaction transaction, Suite suite, MasterKey master, TimeProvider time, ScryptCost cost)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentNullException.ThrowIfNull(master);
        ArgumentNullException.ThrowIfNull(time);
        foreach (var sql in KeyTables.Create)
        {
            KeyTables.Run(connection, transaction, sql);
        }

        var ringId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var salt = RandomNumberGenerator.GetBytes(32);
        KeyTables.Run(connection, transaction,
            "INSERT INTO trust_ring (one, suite, ring_id, kind, salt, scrypt_n, scrypt_r, scrypt_p) VALUES (1, @suite, @ring, @kind, @salt, @n, @r, @p)",
            ("@suite", suite.Name), ("@ring", ringId), ("@kind", master.Kind.ToString()), ("@salt", salt), ("@n", cost.N), ("@r", cost.BlockSize), ("@p", cost.Parallel));
        var top = master.Unlock(suite, salt, cost);
        var epoch = EpochKey.Start(connection, transaction, suite, ringId, top, 1, time.GetUtcNow());
        var ring = new KeyRing(connection, suite, time, ringId, top, epoch);
        ring.DomainKey = ring.NewSigningKey(transaction, KeyScope.Domain, DomainKeyId);
        return ring;
    }

    /// <exception cref="TrustException">TRUST-KEY-8 no ring, TRUST-KEY-2 other kind of master key, TRUST-KEY-1 wrong master key, TRUST-KEY-7 damaged.</exception>
    public static KeyRing Open(DbConnection connection, MasterKey master, TimeProvider time, DbTransaction? transaction = null)
    {
        ArgumentNullException.ThrowIfNull(master);
        var row = RingRow.Read(connection, transaction);
        if (row.Kind != master.Kind)
        {
            throw new TrustException(TrustRules.MasterKeyKind);
        }

        var suite = Suite.ByName(row.Suite);
        var top = master.Unlock(suite, row.Salt, row.Cost);
        try
        {
            var epoch = EpochKey.Current(connection, transaction, suite, row.RingId, top);
            var ring = new KeyRing(connection, suite, time, row.RingId, top, epoch);
            try
            {
                ring.DomainKey = ring.OpenSigningKey(KeyScope.Domain, DomainKeyId, transaction);
                return ring;
            }
            catch
            {
                epoch.Secret.Dispose();
                throw;
            }
        }
        catch
        {
            top.Dispose();
            throw;
        }
    }

    /// <summary>Makes and stores a data key.</summary>
    /// <exception cref="TrustException">TRUST-KEY-6: the id is or was used in this scope.</exception>
    public DataKey NewKey(DbTransaction transaction, KeyScope scope, string id)
    {
        var secret = Secret.Random(Suite.HashLength);
        return new DataKey(Suite, scope, id, Store(transaction, scope, id, "data", secret.Bytes), secret);
    }

    /// <exception cref="TrustException">TRUST-KEY-4 missing, TRUST-KEY-5 destroyed, TRUST-KEY-7 damaged.</exception>
    public DataKey OpenKey(KeyScope scope, string id, DbTransaction? transaction = null)
    {
        var (keyId, secret) = Load(transaction, scope, id, "data");
        return new DataKey(Suite, scope, id, keyId, secret);
    }

    /// <summary>Makes and stores a signing key, for example of a person (<see cref="KeyScope.Person"/>) or of the gate.</summary>
    /// <exception cref="TrustException">TRUST-KEY-6.</exception>
    public SigningKey NewSigningKey(DbTransaction transaction, KeyScope scope, string id)
    {
        var key = Suite.GenerateSigningKey();
        Store(transaction, scope, id, "signing", key.Scalar);
        return key;
    }

    /// <inheritdoc cref="OpenKey" path="/exception"/>
    public SigningKey OpenSigningKey(KeyScope scope, string id, DbTransaction? transaction = null)
    {
        var (_, secret) = Load(transaction, scope, id, "signing");
        using (secret)
        {
            return SigningKey.FromScalar(Suite, secret.Bytes);
        }
    }

    /// <summary>Whether a key stands under this scope and id and was not destroyed.</summary>
    public bool Has(KeyScope scope, string id, DbTransaction? transaction = null)
    {
        using var command = KeyTables.Command(_connection, transaction, "SELECT count(*) FROM trust_keys WHERE scope = @scope AND id = @id AND destroyed IS NULL",
            ("@scope", ScopeName(scope)), ("@id", id));
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture) == 1;
    }

    /// <summary>Destroys a key and starts a new epoch, so that an older copy of the registry without the old epoch's key cannot bring it back. Objects are not rewritten.</summary>
    /// <returns>The certificate; put it into the ledger within the same transaction.</returns>
    /// <exception cref="TrustException">TRUST-KEY-4 missing, TRUST-KEY-5 destroyed before.</exception>
    public DestructionCertificate Destroy(DbTransaction transaction, KeyScope scope, string id)
    {
        if (scope == KeyScope.Domain && id == DomainKeyId)
        {
            throw new ArgumentException("The domain's signing key is not destroyed while the domain stands.", nameof(id));
        }

        var row = KeyRow.Find(_connection, transaction, ScopeName(scope), id);
        var now = _time.GetUtcNow();
        // Overwrites the freed bytes in the file instead of leaving them on its free list.
        KeyTables.Run(_connection, transaction, "PRAGMA secure_delete = ON");
        KeyTables.Run(_connection, transaction, "UPDATE trust_keys SET wrapped = NULL, destroyed = @at WHERE scope = @scope AND id = @id",
            ("@at", Stamp(now)), ("@scope", ScopeName(scope)), ("@id", id));
        RotateEpoch(transaction);
        var statement = SignedStatement.Sign(DomainKey, DestructionCertificate.Label, new JsonObject
        {
            ["what"] = "key destroyed",
            ["scope"] = ScopeName(scope),
            ["id"] = id,
            ["key"] = row.KeyId,
            ["ring"] = _ringId,
            ["epoch"] = _epoch.Number,
            ["at"] = Stamp(now),
        });
        return new DestructionCertificate(scope, id, row.KeyId, now, statement);
    }

    /// <summary>Wraps every living key again under a fresh epoch key and forgets the old one.</summary>
    public void RotateEpoch(DbTransaction transaction)
    {
        Refresh(transaction);
        var next = EpochKey.Start(_connection, transaction, Suite, _ringId, _top, _epoch.Number + 1, _time.GetUtcNow());
        foreach (var row in KeyRow.Living(_connection, transaction))
        {
            using var key = KeyWrap.Unwrap(Suite, _epoch.Secret, row.Context(_ringId), row.Wrapped!) ?? throw new TrustException(TrustRules.KeyDamaged);
            var moved = row with { Epoch = next.Number };
            KeyTables.Run(_connection, transaction, "UPDATE trust_keys SET epoch = @epoch, wrapped = @wrapped WHERE scope = @scope AND id = @id",
                ("@epoch", next.Number), ("@wrapped", KeyWrap.Wrap(Suite, next.Secret, moved.Context(_ringId), key.Bytes)), ("@scope", row.Scope), ("@id", row.Id));
        }

        KeyTables.Run(_connection, transaction, "DELETE FROM trust_epochs WHERE epoch < @epoch", ("@epoch", next.Number));
        _epoch.Secret.Dispose();
        _epoch = next;
    }

    public void Dispose()
    {
        DomainKey?.Dispose();
        _epoch.Secret.Dispose();
        _top.Dispose();
    }

    internal static string NewKeyId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    internal static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string ScopeName(KeyScope scope) => scope switch
    {
        KeyScope.DataSet => "data-set",
        KeyScope.Zone => "zone",
        KeyScope.Scenario => "scenario",
        KeyScope.Object => "object",
        KeyScope.Person => "person",
        KeyScope.Domain => "domain",
        KeyScope.Round => "round",
        _ => throw new ArgumentOutOfRangeException(nameof(scope)),
    };

    private string Store(DbTransaction transaction, KeyScope scope, string id, string kind, ReadOnlySpan<byte> key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        Refresh(transaction);
        if (KeyRow.Exists(_connection, transaction, ScopeName(scope), id))
        {
            throw new TrustException(TrustRules.KeyExists);
        }

        var row = new KeyRow(ScopeName(scope), id, NewKeyId(), kind, _epoch.Number, null, false);
        KeyTables.Run(_connection, transaction,
            "INSERT INTO trust_keys (scope, id, key_id, kind, epoch, wrapped, made) VALUES (@scope, @id, @key, @kind, @epoch, @wrapped, @made)",
            ("@scope", row.Scope), ("@id", id), ("@key", row.KeyId), ("@kind", kind), ("@epoch", row.Epoch),
            ("@wrapped", KeyWrap.Wrap(Suite, _epoch.Secret, row.Context(_ringId), key)), ("@made", Stamp(_time.GetUtcNow())));
        return row.KeyId;
    }

    private (string KeyId, Secret Secret) Load(DbTransaction? transaction, KeyScope scope, string id, string kind)
    {
        var row = KeyRow.Find(_connection, transaction, ScopeName(scope), id);
        if (row.Kind != kind)
        {
            throw new TrustException(TrustRules.KeyMissing);
        }

        Refresh(transaction);
        var secret = row.Epoch == _epoch.Number && row.Wrapped is not null ? KeyWrap.Unwrap(Suite, _epoch.Secret, row.Context(_ringId), row.Wrapped) : null;
        return (row.KeyId, secret ?? throw new TrustException(TrustRules.KeyDamaged));
    }

    /// <summary>Takes up the newest epoch when another process or a rolled back transaction changed it.</summary>
    private void Refresh(DbTransaction? transaction)
    {
        if (!_epoch.StillNewest(_connection, transaction))
        {
            var current = EpochKey.Current(_connection, transaction, Suite, _ringId, _top);
            _epoch.Secret.Dispose();
            _epoch = current;
        }
    }
}
