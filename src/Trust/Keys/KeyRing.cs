using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace Sandbox.Trust;

/// <summary>All keys of one domain, in its registry: each wrapped by the key of the current epoch, which lies in a file of the folder <c>keys</c>, wrapped by the master key.</summary>
/// <remarks>Not safe for use by several threads at once; it lives as long as the connection that it was given. Another process may rotate the epoch: the ring notices.</remarks>
public sealed class KeyRing : IDisposable
{
    private const string DomainKeyId = "domain";

    private readonly DbConnection _connection;
    private readonly TimeProvider _time;
    private readonly string _ringId;
    private readonly Secret _top;
    private readonly string _folder;
    private EpochKey _epoch;

    private KeyRing(DbConnection connection, Suite suite, TimeProvider time, string ringId, Secret top, string folder, EpochKey epoch)
    {
        _folder = folder;
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
    /// <param name="connection">The registry.</param>
    /// <param name="transaction">Of that connection.</param>
    /// <param name="suite">For every key of the domain.</param>
    /// <param name="master">What opens the domain from now on.</param>
    /// <param name="folder">An existing folder for epoch key files, which no backup takes in.</param>
    /// <param name="time">The clock.</param>
    public static KeyRing Create(DbConnection connection, DbTransaction transaction, Suite suite, MasterKey master, string folder, TimeProvider time) =>
        Create(connection, transaction, suite, master, folder, time, ScryptCost.Default);

    internal static KeyRing Create(DbConnection connection, DbTransaction transaction, Suite suite, MasterKey master, string folder, TimeProvider time, ScryptCost cost)
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
        var epoch = EpochKey.Start(connection, transaction, suite, ringId, top, folder, 1, time.GetUtcNow(), _ => []);
        var ring = new KeyRing(connection, suite, time, ringId, top, folder, epoch);
        ring.DomainKey = ring.NewSigningKey(transaction, KeyScope.Domain, DomainKeyId);
        return ring;
    }

    /// <exception cref="TrustException">TRUST-KEY-8 no ring, TRUST-KEY-2 other kind of master key, TRUST-KEY-1 wrong master key, TRUST-KEY-7 damaged, TRUST-KEY-10 older registry, TRUST-KEY-11 no epoch key.</exception>
    public static KeyRing Open(DbConnection connection, MasterKey master, string folder, TimeProvider time, DbTransaction? transaction = null)
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
            var epoch = EpochKey.Current(connection, transaction, suite, row.RingId, top, folder);
            var ring = new KeyRing(connection, suite, time, row.RingId, top, folder, epoch);
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

    /// <summary>Wraps every living key again under a fresh epoch key. After the commit call <see cref="SettleEpochs"/>; whoever opens the domain next does it otherwise.</summary>
    public void RotateEpoch(DbTransaction transaction)
    {
        Refresh(transaction);
        var number = _epoch.Number + 1;
        var next = EpochKey.Start(_connection, transaction, Suite, _ringId, _top, _folder, number, _time.GetUtcNow(), secret =>
        {
            var living = new List<CarriedKey>();
            foreach (var row in KeyRow.Living(_connection, transaction))
            {
                using var key = KeyWrap.Unwrap(Suite, _epoch.Secret, row.Context(_ringId), row.Wrapped!) ?? throw new TrustException(TrustRules.KeyDamaged);
                var wrapped = KeyWrap.Wrap(Suite, secret, (row with { Epoch = number }).Context(_ringId), key.Bytes);
                KeyTables.Run(_connection, transaction, "UPDATE trust_keys SET epoch = @epoch, wrapped = @wrapped WHERE scope = @scope AND id = @id",
                    ("@epoch", number), ("@wrapped", wrapped), ("@scope", row.Scope), ("@id", row.Id));
                living.Add(new CarriedKey(row.Scope, row.Id, row.KeyId, row.Kind, wrapped));
            }

            return living;
        });
        _epoch.Secret.Dispose();
        _epoch = next;
    }

    /// <summary>True when files of epochs that are over, or of rotations that were rolled back, are to be erased.</summary>
    public bool Unsettled => EpochFile.In(_folder).Any(file => file.Name != _epoch.File);

    /// <summary>Gives the epoch's file its name and erases every other one. Call it outside a transaction, after a commit that ended an epoch and when a domain is opened.</summary>
    /// <exception cref="TrustException">TRUST-KEY-10: a later epoch lies in the folder, so this registry is an older copy; nothing is erased.</exception>
    /// <exception cref="IOException">The disk refused; the next call goes on.</exception>
    public void SettleEpochs()
    {
        // Holding the write lock, no other process is between its file and its commit.
        using var transaction = _connection is SqliteConnection sqlite ? sqlite.BeginTransaction(deferred: false) : _connection.BeginTransaction(IsolationLevel.Serializable);
        var (number, name) = EpochKey.Named(_connection, transaction);
        if (EpochKey.EndedIn(_folder, _ringId, number))
        {
            throw new TrustException(TrustRules.RegistryOlderThanKeys);
        }

        var pending = Path.Combine(_folder, name + EpochFile.Pending);
        if (File.Exists(pending))
        {
            File.Move(pending, Path.Combine(_folder, name), overwrite: true);
            FolderSync.Sync(_folder);
        }

        foreach (var file in EpochFile.In(_folder).Where(file => file.Name != name).ToList())
        {
            EpochFile.Erase(file.Path);
        }

        FolderSync.Sync(_folder);
    }

    /// <summary>Writes the epoch key in force, wrapped by the master key, with every living key, to a place apart from all backups: with the master key it opens this and every older backup but for what was destroyed. Destroy older copies.</summary>
    /// <param name="transaction">Holds the registry still.</param>
    /// <param name="path">A new file.</param>
    /// <exception cref="TrustException">TRUST-OBJECT-4: the file exists or the disk refused.</exception>
    public void CopyEpochKey(DbTransaction transaction, string path)
    {
        Refresh(transaction);
        var wrapped = (EpochKey.Find(_folder, _epoch.File) ?? throw new TrustException(TrustRules.EpochKeyMissing)).Key;
        var living = KeyRow.Living(_connection, transaction).Select(row => new CarriedKey(row.Scope, row.Id, row.KeyId, row.Kind, row.Wrapped!));
        EpochFile.Make(Suite, _epoch.Secret, _ringId, _epoch.Number, wrapped, [.. living]).WriteTo(path);
    }

    /// <summary>
    /// Makes the keys of an older registry openable again with the epoch key in force: keys that live get their present wrapping, every other key is marked destroyed.
    /// Part of restoring a backup, inside its transaction; open the ring afterwards.
    /// </summary>
    /// <param name="connection">The restored registry.</param>
    /// <param name="transaction">Of that connection.</param>
    /// <param name="master">The domain's master key.</param>
    /// <param name="copy">What <see cref="CopyEpochKey"/> wrote, or the newest epoch file itself.</param>
    /// <param name="folder">The restored domain's key folder; the epoch key is put there.</param>
    /// <param name="time">The clock.</param>
    /// <returns>How many keys open again, and how many stay destroyed.</returns>
    /// <exception cref="TrustException">TRUST-KEY-1, -2, -7, -8, or TRUST-KEY-11: no epoch key of this ring, or one older than the registry.</exception>
    public static (int Living, int Destroyed) TakeUp(DbConnection connection, DbTransaction transaction, MasterKey master, string copy, string folder, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(master);
        ArgumentNullException.ThrowIfNull(time);
        var row = RingRow.Read(connection, transaction);
        if (row.Kind != master.Kind)
        {
            throw new TrustException(TrustRules.MasterKeyKind);
        }

        var (number, _) = EpochKey.Named(connection, transaction);
        if (EpochFile.Read(copy) is not { } file || file.Ring != row.RingId || file.Epoch < number)
        {
            throw new TrustException(TrustRules.EpochKeyMissing);
        }

        var suite = Suite.ByName(row.Suite);
        using var top = master.Unlock(suite, row.Salt, row.Cost);
        using var epoch = EpochKey.Open(suite, top, file);
        var carried = file.Living.ToDictionary(key => (key.Scope, key.Id, key.KeyId, key.Kind));
        var (living, destroyed) = (0, 0);
        KeyTables.Run(connection, transaction, "PRAGMA secure_delete = ON");
        foreach (var old in KeyRow.Living(connection, transaction))
        {
            var stays = carried.GetValueOrDefault((old.Scope, old.Id, old.KeyId, old.Kind));
            // The same epoch: a key made after its file was written is in the registry only, and nothing was destroyed since.
            if (stays is null && file.Epoch == number && KeyWrap.Unwrap(suite, epoch, old.Context(row.RingId), old.Wrapped!) is { } own)
            {
                own.Dispose();
                living++;
                continue;
            }

            KeyTables.Run(connection, transaction, stays is null
                    ? "UPDATE trust_keys SET wrapped = NULL, destroyed = @at WHERE scope = @scope AND id = @id"
                    : "UPDATE trust_keys SET wrapped = @wrapped, epoch = @epoch WHERE scope = @scope AND id = @id",
                ("@at", Stamp(time.GetUtcNow())), ("@wrapped", stays?.Wrapped), ("@epoch", file.Epoch), ("@scope", old.Scope), ("@id", old.Id));
            _ = stays is null ? destroyed++ : living++;
        }

        var name = file.Write(folder);
        KeyTables.Run(connection, transaction, "DELETE FROM trust_epochs");
        KeyTables.Run(connection, transaction, "INSERT INTO trust_epochs (epoch, file, started) VALUES (@epoch, @file, @started)", ("@epoch", file.Epoch), ("@file", name), ("@started", Stamp(time.GetUtcNow())));
        return (living, destroyed);
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
            var current = EpochKey.Current(_connection, transaction, Suite, _ringId, _top, _folder);
            _epoch.Secret.Dispose();
            _epoch = current;
        }
    }
}
