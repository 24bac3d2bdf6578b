using System.Runtime.InteropServices;

namespace Sandbox.JailProbe;

/// <summary>Works with DuckDB as the workers do: threads, Parquet to and from /tmp, a database file, spilling, an interrupt, an error.</summary>
internal static unsafe partial class DuckDbWorkout
{
    private const string Library = "duckdb";

    public static string Run()
    {
        NativeLibrary.SetDllImportResolver(typeof(DuckDbWorkout).Assembly, static (name, _, _) =>
            name == Library ? NativeLibrary.Load(Environment.GetEnvironmentVariable("SANDBOX_DUCKDB")!) : 0);
        Need(duckdb_open("/tmp/work.db", out var database) == 0, "open");
        Need(duckdb_connect(database, out var connection) == 0, "connect");
        foreach (var sql in new[]
        {
            "SET threads=4", "SET memory_limit='200MB'", "SET temp_directory='/tmp/spill'",
            "CREATE TABLE t AS SELECT range AS id, hash(range) AS h, 'name' || range AS n FROM range(2000000)",
            "COPY t TO '/tmp/t.parquet' (FORMAT parquet, COMPRESSION zstd)",
            "SELECT count(*), sum(id) FROM '/tmp/t.parquet'",
            "COPY (SELECT * FROM t LIMIT 1000) TO '/tmp/t.csv'", "SELECT * FROM read_csv('/tmp/t.csv')",
            "CREATE TABLE o AS SELECT * FROM t ORDER BY n", "SELECT n, count(*) FROM t GROUP BY n ORDER BY 2, 1 LIMIT 5",
            "CHECKPOINT", "DROP TABLE o", "SELECT strftime(now(), '%Y')", "SELECT current_setting('TimeZone')",
        })
        {
            Need(duckdb_query(connection, sql, 0) == 0, sql);
        }

        Need(duckdb_query(connection, "SELECT CAST('x' AS INTEGER)", 0) != 0, "error");
        Need(duckdb_query(connection, "SELECT * FROM '/etc/passwd'", 0) != 0, "host file");
        using (var timer = new Timer(_ => duckdb_interrupt(connection), null, 100, 50))
        {
            Need(duckdb_query(connection, "SELECT count(*) FROM range(100000000) a, range(10000) b WHERE a.range % 7 = b.range % 5", 0) != 0, "interrupt");
        }

        duckdb_disconnect(ref connection);
        duckdb_close(ref database);
        return "fit";
    }

    private static void Need(bool holds, string step)
    {
        if (!holds)
        {
            throw new InvalidOperationException(step);
        }
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int duckdb_open(string path, out nint database);

    [LibraryImport(Library)]
    private static partial int duckdb_connect(nint database, out nint connection);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int duckdb_query(nint connection, string sql, nint result);

    [LibraryImport(Library)]
    private static partial void duckdb_interrupt(nint connection);

    [LibraryImport(Library)]
    private static partial void duckdb_disconnect(ref nint connection);

    [LibraryImport(Library)]
    private static partial void duckdb_close(ref nint database);
}
