using System.Globalization;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Queries;

/// <summary>
/// An engine with one zone, attached read-only, and everything else switched off. The order matters: limits first, then the doors, then the lock.
/// The settings are the second wall: the guard before them and the jail around the process are the others.
/// </summary>
internal sealed class LockedEngine : IDisposable
{
    /// <summary>Schema of a zone for facts about the zone itself; never open to queries.</summary>
    internal const string FactsSchema = "sandbox";

    /// <summary>Our own views of what the zone holds, in place of the engine's catalogue.</summary>
    internal static readonly GrantedTable[] Catalogue =
    [
        new("catalog", "tables", ["table_schema", "table_name"]),
        new("catalog", "columns", ["table_schema", "table_name", "column_name", "data_type", "ordinal_position"]),
    ];

    private readonly DuckDbDatabase _database;

    private LockedEngine(DuckDbDatabase database, DuckDbConnection connection, IReadOnlyList<OpenedTable> tables)
    {
        _database = database;
        Connection = connection;
        Tables = tables;
    }

    public DuckDbConnection Connection { get; }

    public IReadOnlyList<OpenedTable> Tables { get; }

    /// <exception cref="EngineException">Not a zone, or the engine refused a setting.</exception>
    /// <param name="zonePath">The zone's file.</param>
    /// <param name="caps">Limits of the engine.</param>
    /// <param name="results">Named results of earlier sessions, a file each.</param>
    public static LockedEngine Open(string zonePath, QueryCaps caps, IReadOnlyList<ResultPath> results)
    {
        var database = DuckDbDatabase.Open(":memory:");
        var connection = database.Connect();
        try
        {
            // CREATE-free: the only SQL here is ours, and its one argument is a path of ours.
            connection.Execute($"""
                SET memory_limit = '{caps.EngineMemoryBytes}B';
                SET threads = {caps.Threads};
                SET temp_directory = '';
                SET max_temp_directory_size = '0B';
                SET allowed_directories = [];
                SET max_expression_depth = 150;
                SET autoinstall_known_extensions = false;
                SET autoload_known_extensions = false;
                SET allow_community_extensions = false;
                SET allow_persistent_secrets = false;
                SET enable_progress_bar = false;
                SET TimeZone = 'UTC';
                SET explain_output = 'all';
                ATTACH {DuckDbConnection.Literal(zonePath)} AS {GrantedTable.Catalog} (READ_ONLY);
                USE {GrantedTable.Catalog};
                """);
            if (connection.ScalarText($"SELECT kind FROM {GrantedTable.Catalog}.{FactsSchema}.zone") != "Workbench")
            {
                throw new EngineException(EngineFault.Permission);
            }

            Attach(connection, results);
            var tables = ReadTables(connection);
            connection.Execute("""
                SET enable_external_access = false;
                SET disabled_filesystems = 'LocalFileSystem';
                SET lock_configuration = true;
                """);
            return new LockedEngine(database, connection, tables);
        }
        catch
        {
            connection.Dispose();
            database.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Connection.Dispose();
        _database.Dispose();
    }

    // A result's file holds one table of its name; anything else in it is not looked at.
    private static void Attach(DuckDbConnection connection, IReadOnlyList<ResultPath> results)
    {
        connection.Execute($"ATTACH ':memory:' AS {NamedResults.Schema}");
        foreach (var (result, number) in results.Select((result, number) => (result, number)))
        {
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"ATTACH {DuckDbConnection.Literal(result.Path)} AS result{number} (READ_ONLY)"));
            if (connection.ScalarInt64(string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) FROM duckdb_tables() WHERE database_name = 'result{number}' AND schema_name = 'main' AND table_name = {DuckDbConnection.Literal(result.Name)}")) != 1)
            {
                throw new EngineException(EngineFault.Permission);
            }

            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"CREATE VIEW {NamedResults.Schema}.main.{Identifier.Quote(result.Name)} AS FROM result{number}.main.{Identifier.Quote(result.Name)}"));
        }
    }

    private static List<OpenedTable> ReadTables(DuckDbConnection connection)
    {
        var tables = new List<OpenedTable>();
        connection.Execute($"""
            ATTACH ':memory:' AS catalog;
            CREATE TABLE catalog.columns AS
            SELECT c.schema_name AS table_schema, c.table_name, c.column_name, c.data_type, c.column_index AS ordinal_position
            FROM duckdb_columns() c JOIN duckdb_tables() t USING (database_name, schema_name, table_name)
            WHERE c.database_name = '{GrantedTable.Catalog}' AND NOT c.internal AND c.schema_name <> '{FactsSchema}'
            UNION ALL
            SELECT '{NamedResults.Schema}', c.table_name, c.column_name, c.data_type, c.column_index
            FROM duckdb_columns() c WHERE c.database_name = '{NamedResults.Schema}' AND NOT c.internal;
            CREATE TABLE catalog.tables AS SELECT DISTINCT table_schema, table_name FROM catalog.columns ORDER BY ALL;
            """);
        using var result = connection.Query("SELECT table_schema, table_name, column_name, data_type FROM catalog.columns ORDER BY table_schema, table_name, ordinal_position");
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++)
                {
                    var (schema, name) = (chunk[0].Text(row), chunk[1].Text(row));
                    if (tables.Count == 0 || tables[^1].Schema != schema || tables[^1].Name != name)
                    {
                        tables.Add(new OpenedTable(schema, name, new List<QueryColumn>()));
                    }

                    ((List<QueryColumn>)tables[^1].Columns).Add(new QueryColumn(chunk[2].Text(row), CellReader.TypeOf(chunk[3].Text(row))));
                }
            }
        }

        return tables;
    }
}
