using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sandbox.Trust;
using Sandbox.Vault.Queries;

namespace Sandbox.Host.Zones;

/// <summary>A statement that somebody put to a zone.</summary>
/// <param name="Number">From 1, by person and zone.</param>
/// <param name="At">When.</param>
/// <param name="Sql">Its text.</param>
/// <param name="Parameters">The values given for its <c>$names</c>.</param>
internal sealed record AskedStatement(int Number, DateTimeOffset At, string Sql, IReadOnlyList<QueryParameter> Parameters);

/// <summary>
/// What a person asked a zone, for that person alone: the texts are sealed one by one under a key of the zone and the person's name, so they open as long as the zone does. They stand beside the
/// registry's documents and not in the ledger, which keeps commitments only. The length of a text is hidden up to 256 bytes.
/// </summary>
internal sealed class QueryHistory : IDisposable
{
    /// <summary>The table that the registry's file holds for it.</summary>
    public const string Table = """
        CREATE TABLE IF NOT EXISTS query_history(
          zone TEXT NOT NULL, person TEXT NOT NULL, number INTEGER NOT NULL, at TEXT NOT NULL, sealed BLOB NOT NULL,
          PRIMARY KEY(zone, person, number)) WITHOUT ROWID;
        """;

    /// <summary>Statements kept of a person and zone; older ones go.</summary>
    public const int Most = 50;

    private const int Step = 256;

    private readonly string _zone;
    private readonly string _person;
    private readonly AeadKey _key;

    /// <param name="key">The zone's key.</param>
    /// <param name="person">Whose history it is.</param>
    public QueryHistory(DataKey key, string person)
    {
        _zone = key.Id;
        _person = person;
        using var derived = key.Derive("query-history/v1/" + person, key.Suite.KeyLength);
        _key = key.Suite.CreateAead(derived.Bytes);
    }

    /// <summary>Adds a statement in the transaction of its ledger entry.</summary>
    public void Add(SqliteTransaction transaction, string sql, IReadOnlyList<QueryParameter> parameters, DateTimeOffset at)
    {
        var connection = transaction.Connection!;
        var number = connection.ExecuteScalar<int?>("SELECT max(number) FROM query_history WHERE zone=@_zone AND person=@_person", new { _zone, _person }, transaction) + 1 ?? 1;
        var json = JsonSerializer.SerializeToUtf8Bytes(new Kept(sql, parameters));
        var plain = new byte[(json.Length + Step - 1) / Step * Step];
        plain.AsSpan().Fill((byte)' ');
        json.CopyTo(plain, 0);
        var sealedBytes = new byte[AeadKey.NonceLength + AeadKey.TagLength + plain.Length];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, AeadKey.NonceLength));
        _key.Seal(sealedBytes.AsSpan(0, AeadKey.NonceLength), plain, Associated(number), sealedBytes.AsSpan(AeadKey.NonceLength + AeadKey.TagLength), sealedBytes.AsSpan(AeadKey.NonceLength, AeadKey.TagLength));
        connection.Execute(
            "INSERT INTO query_history(zone,person,number,at,sealed) VALUES(@_zone,@_person,@number,@at,@sealedBytes); DELETE FROM query_history WHERE zone=@_zone AND person=@_person AND number<=@number-@Most",
            new { _zone, _person, number, at = at.ToString("O", System.Globalization.CultureInfo.InvariantCulture), sealedBytes, Most },
            transaction);
    }

    /// <summary>The statements, oldest first; one that does not authenticate is left out.</summary>
    public IReadOnlyList<AskedStatement> Read(SqliteConnection connection)
    {
        var read = new List<AskedStatement>();
        foreach (var (number, at, sealedBytes) in connection.Query<(int, string, byte[])>("SELECT number, at, sealed FROM query_history WHERE zone=@_zone AND person=@_person ORDER BY number", new { _zone, _person }))
        {
            var head = AeadKey.NonceLength + AeadKey.TagLength;
            var plain = new byte[Math.Max(0, sealedBytes.Length - head)];
            if (sealedBytes.Length > head
                && _key.Open(sealedBytes.AsSpan(0, AeadKey.NonceLength), sealedBytes.AsSpan(head), sealedBytes.AsSpan(AeadKey.NonceLength, AeadKey.TagLength), Associated(number), plain)
                && DateTimeOffset.TryParse(at, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.RoundtripKind, out var when)
                && JsonSerializer.Deserialize<Kept>(plain) is { } kept)
            {
                read.Add(new AskedStatement(number, when, kept.Sql, kept.Parameters));
            }
        }

        return read;
    }

    /// <summary>Removes what everybody asked a zone.</summary>
    public static void Remove(SqliteTransaction transaction, string zone) => transaction.Connection!.Execute("DELETE FROM query_history WHERE zone=@zone", new { zone }, transaction);

    public void Dispose() => _key.Dispose();

    private byte[] Associated(int number) => Encoding.UTF8.GetBytes($"{_zone}\0{_person}\0{number}");

    private sealed record Kept(string Sql, IReadOnlyList<QueryParameter> Parameters);
}
