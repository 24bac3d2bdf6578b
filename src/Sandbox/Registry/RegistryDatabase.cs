using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Sandbox.Host.Registry;

/// <summary>
/// The registry of a domain: one SQLite database in WAL mode with full synchronisation, shared by several processes.
/// It holds metadata only, never a data value. Writing goes through <c>OpenDomain.Commit</c>, which adds the ledger entry.
/// </summary>
public sealed class RegistryDatabase : IDisposable
{
    internal static readonly JsonSerializerOptions Format = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS documents(
          kind TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, body TEXT NOT NULL,
          PRIMARY KEY(kind, id)) WITHOUT ROWID;
        """;

    private RegistryDatabase(SqliteConnection connection) => Connection = connection;

    public SqliteConnection Connection { get; }

    /// <summary>Opens the database file, making it first when <paramref name="create"/> is true.</summary>
    /// <exception cref="RegistryException">The file is missing, is not a registry or cannot be written.</exception>
    public static RegistryDatabase Open(string path, bool create)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 30,
        }.ToString());
        try
        {
            connection.Open();
            connection.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA busy_timeout=30000;");
            connection.Execute(Schema + Zones.QueryHistory.Table);
            return new(connection);
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw new RegistryException($"The registry could not be opened (SQLite error {error.SqliteErrorCode}).", error);
        }
    }

    public T? Find<T>(string id)
        where T : class, IAggregate =>
        Connection.QuerySingleOrDefault<string>("SELECT body FROM documents WHERE kind=@kind AND id=@id", new { kind = T.Kind, id }) is { } body
            ? Parse<T>(body)
            : null;

    /// <summary>All documents of a kind, by id.</summary>
    public IReadOnlyList<T> All<T>()
        where T : class, IAggregate =>
        [.. Connection.Query<string>("SELECT body FROM documents WHERE kind=@kind ORDER BY id", new { kind = T.Kind }).Select(Parse<T>)];

    public void Dispose() => Connection.Dispose();

    internal static T Parse<T>(string body)
        where T : class, IAggregate
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, Format) ?? throw new JsonException();
        }
        catch (JsonException error)
        {
            throw new RegistryException($"A document of kind {T.Kind} in the registry does not have the form this version writes.", error);
        }
    }
}
