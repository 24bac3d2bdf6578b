using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Sandbox.Host.Answers;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Registry;

/// <summary>
/// Binds the documents of the registry to the ledger: a keyed digest over all of them together with the number of ledger entries, written in every transaction.
/// Whoever has the disk but not the master key can't change, remove or roll back a document without being found out.
/// </summary>
/// <param name="suite">The domain's suite.</param>
/// <param name="key">Derived from a key of the ring; disposed with the seal.</param>
internal sealed class RegistrySeal(Suite suite, Secret key) : IDisposable
{
    /// <summary>Id of the key in the ring.</summary>
    public const string KeyId = "registry";

    private const string Table = "CREATE TABLE IF NOT EXISTS registry_seal(one INTEGER PRIMARY KEY CHECK(one=1), entries INTEGER NOT NULL, digest BLOB NOT NULL, mac BLOB NOT NULL);";

    public static RegistrySeal Of(DataKey key) => new(key.Suite, key.Derive("registry-seal/v1", Suite.HashLength));

    /// <summary>Makes the table of a new domain.</summary>
    public static void Create(SqliteTransaction transaction) => transaction.Connection!.Execute(Table, transaction: transaction);

    /// <summary>Verifies the seal, and with <paramref name="documents"/> every document against it.</summary>
    /// <returns>Ledger entries at the time of the seal.</returns>
    /// <exception cref="RefusedException">A document or the seal was changed by somebody else than this program with the master key.</exception>
    public long Check(SqliteTransaction transaction, bool documents) => Read(transaction, documents).Entries;

    /// <summary>Seals the registry as it is in this transaction.</summary>
    /// <param name="entries">Ledger entries with the one of this transaction.</param>
    /// <param name="changed">False when no document was changed: the digest is carried on.</param>
    public void Write(SqliteTransaction transaction, long entries, bool changed)
    {
        var digest = changed ? Digest(transaction) : Read(transaction, documents: false).Digest;
        transaction.Connection!.Execute(
            "INSERT INTO registry_seal(one,entries,digest,mac) VALUES(1,@entries,@digest,@mac) ON CONFLICT(one) DO UPDATE SET entries=excluded.entries, digest=excluded.digest, mac=excluded.mac",
            new { entries, digest, mac = Mac(entries, digest) },
            transaction);
    }

    public void Dispose() => key.Dispose();

    private (long Entries, byte[] Digest) Read(SqliteTransaction transaction, bool documents)
    {
        (long Entries, byte[] Digest, byte[] Mac)? row;
        try
        {
            row = transaction.Connection!.QuerySingleOrDefault<(long, byte[], byte[])?>("SELECT entries, digest, mac FROM registry_seal", transaction: transaction);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == 1)
        {
            // No such table: it was dropped.
            row = null;
        }

        return row is { } found
            && CryptographicOperations.FixedTimeEquals(found.Mac, Mac(found.Entries, found.Digest))
            && (!documents || CryptographicOperations.FixedTimeEquals(found.Digest, Digest(transaction)))
                ? (found.Entries, found.Digest)
                : throw new RefusedException(Broken());
    }

    private byte[] Mac(long entries, byte[] digest)
    {
        var sealedBytes = new byte[8 + digest.Length];
        BinaryPrimitives.WriteInt64BigEndian(sealedBytes, entries);
        digest.CopyTo(sealedBytes, 8);
        return suite.Hmac(key.Bytes, sealedBytes);
    }

    // Every part is written with its length, so that no two sets of documents give the same bytes.
    private byte[] Digest(SqliteTransaction transaction)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
        {
            foreach (var (kind, id, revision, body) in transaction.Connection!.Query<(string, string, long, string)>(
                "SELECT kind, id, revision, body FROM documents ORDER BY kind, id", transaction: transaction))
            {
                writer.Write(kind);
                writer.Write(id);
                writer.Write(revision);
                writer.Write(body);
            }
        }

        return suite.Hash(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    internal static Refusal Broken() => new(
        "SB-HOST-11",
        "The registry was changed by another hand: its documents do not fit the seal that this domain's key put on them.",
        "Keep the folder as it is, verify the ledger and restore the registry from a backup.",
        "注册库被他人改动：其中的文档与本域密钥所加的封印不符。",
        "请保持文件夹现状，核验台账，并从备份恢复注册库。");
}
