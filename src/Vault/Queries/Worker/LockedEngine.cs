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

    /// <summary>What an empty engine gets beside the zone: room for named results, and <see cref="Catalogue"/>.</summary>
    internal const string Beside = $"""
        ATTACH ':memory:' AS {NamedResults.Schema};
        ATTACH ':memory:' AS catalog;
        CREATE TABLE catalog.columns (table_schema VARCHAR, table_name VARCHAR, column_name VARCHAR, data_type VARCHAR, ordinal_position INTEGER);
        CREATE TABLE catalog.tables (table_schema VARCHAR, table_name VARCHAR);
        """;

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
    /// <param name="start">Has the empty engine, which is ours from now on.</param>
    /// <param name="zonePath">The zone's file.</param>
    /// <param name="caps">Limits of the engine.</param>
    /// <param name="results">Named results of earlier sessions, a file each.</param>
    public static LockedEngine Open(WarmStart start, string zonePath, QueryCaps caps, IReadOnlyList<ResultPath> results)
    {
        var database = start.Database();
        DuckDbConnection? connection = null;
        try
        {
            connection = database.Connect();
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

            // Also nothing else may use the engine once a statement can come.
            start.Wait();
            Attach(connection, results);
            var tables = ReadTables(connection, results);
            connection.Execute("""
                SET enable_external_access = false;
                SET disabled_filesystems = 'LocalFileSystem';
                SET lock_configuration = true;
                """);
            return new LockedEngine(database, connection, tables);
        }
        catch
        {
            connection?.Dispose();
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

    private static List<OpenedTable> ReadTables(DuckDbConnection connection, IReadOnlyList<ResultPath> results)
    {
        var tables = new List<OpenedTable>();
        // The engine's own list of columns binds all its system views first, a third of what opening costs; so each table is asked for its columns.
        var found = new List<string[]>();
        Read(connection, $"SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = '{GrantedTable.Catalog}' AND NOT internal AND schema_name <> '{FactsSchema}' ORDER BY ALL", 2, found);
        found.AddRange(results.Select(result => new[] { NamedResults.Schema, result.Name }));
        var columns = new List<string[]>();
        foreach (var table in found)
        {
            // The schema that a result is read by is a catalogue of its own.
            var path = table[0] == NamedResults.Schema && results.Any(result => result.Name == table[1]) ? $"{NamedResults.Schema}.main" : $"{GrantedTable.Catalog}.{Identifier.Quote(table[0])}";
            var read = new List<string[]>();
            Read(connection, $"SELECT name, type, (cid + 1)::VARCHAR FROM pragma_table_info({DuckDbConnection.Literal($"{path}.{Identifier.Quote(table[1])}")}) ORDER BY cid", 3, read);
            columns.AddRange(read.Select(column => new[] { table[0], table[1], column[0], column[1], column[2] }));
            tables.Add(new OpenedTable(table[0], table[1], [.. read.Select(column => new QueryColumn(column[0], CellReader.TypeOf(column[1])))]));
        }

        if (found.Count > 0)
        {
            var rows = string.Join(", ", columns.Select(column => $"({string.Join(", ", column[..4].Select(DuckDbConnection.Literal))}, {column[4]})"));
            var names = string.Join(", ", found.Select(table => $"({string.Join(", ", table.Select(DuckDbConnection.Literal))})"));
            connection.Execute($"INSERT INTO catalog.columns VALUES {rows}; INSERT INTO catalog.tables VALUES {names};");
        }

        return tables;
    }

    private static void Read(DuckDbConnection connection, string sql, int width, List<string[]> rows)
    {
        using var result = connection.Query(sql);
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++)
                {
                    var cells = new string[width];
                    for (var column = 0; column < width; column++)
                    {
                        cells[column] = chunk[column].Text(row);
                    }

                    rows.Add(cells);
                }
            }
        }
    }
}
