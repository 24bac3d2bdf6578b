using System.Text;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Tests.DuckDb;

namespace Sandbox.Vault.Tests.Queries;

/// <summary>20,000 statements glued from fragments by a fixed seed: whatever the guard accepts names granted tables only, by the engine's own reading.</summary>
public sealed class FuzzTests
{
    private static readonly string[] Tables = ["flights", "main.flights", "share.person", "raw.person", "pg_class", "duckdb_tables", "sqlite_master", "x", "y", "information_schema.tables", "zone.flights", "memory.main.secret", "secret", "range(3)", "query('SELECT 1')", "read_csv('x')", "duckdb_settings()", "(VALUES (1)) v(a)"];

    private static readonly string[] Values = ["1", "a", "delay", "'t'", "NULL", "*", "count(*)", "sum(delay)", "current_user", "rowid", "abs(1)", "version()", "getvariable('a')", "x -> x + 1", "[1]", "{'a': 1}", "?", "CASE WHEN true THEN 1 END", "a::INT", "a::regclass", "row_number() OVER ()"];

    [Fact]
    public void Nothing_accepted_reaches_beyond_the_grant()
    {
        using var connection = EngineForTests.Memory();
        connection.Execute("CREATE SCHEMA share; CREATE TABLE flights (delay INT, a INT); CREATE TABLE share.person (a INT); CREATE TABLE secret (a INT); CREATE SCHEMA raw; CREATE TABLE raw.person (a INT)");
        var guard = new StatementGuard([new GrantedTable("main", "flights", ["delay", "a"]), new GrantedTable("share", "person", ["a"])], FunctionList.BuiltIn, new QueryLimits());
        using var parser = connection.Prepare("SELECT json_serialize_sql($1::VARCHAR)::VARCHAR");
        var source = new Source(20261121);
        var (accepted, refused) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var sql = Query(source, 3);
            using var result = parser.Bind(1, sql).Execute();
            using var chunk = result.Fetch();
            if (guard.Check(sql, chunk![0].Text(0)) is not GuardVerdict.Accepted verdict)
            {
                refused++;
                continue;
            }

            accepted++;
            Assert.All(verdict.Tables, table => Assert.Contains(table.Name, new[] { "flights", "person" }));

            // Names that only the catalogue has may stand as a common table at most.
            if (!sql.Contains("WITH", StringComparison.Ordinal))
            {
                Assert.DoesNotContain("secret", sql, StringComparison.Ordinal);
                Assert.DoesNotContain("pg_class", sql, StringComparison.Ordinal);
                Assert.DoesNotContain("duckdb_", sql, StringComparison.Ordinal);
                Assert.DoesNotContain("raw.", sql, StringComparison.Ordinal);
                Assert.All(connection.TableNames(sql, qualified: false) ?? [], name => Assert.Contains(name, new[] { "flights", "person" }));
            }
        }

        Assert.True(accepted > 500, $"{accepted} accepted");
        Assert.True(refused > 5_000, $"{refused} refused");
    }

    private static string Query(Source source, int depth)
    {
        var sql = new StringBuilder();
        if (source.Next(5) == 0)
        {
            sql.Append("WITH ").Append(source.Next(4) == 0 ? "RECURSIVE " : "").Append(source.Of(["x", "y", "pg_class"])).Append(" AS (").Append(depth > 0 ? Query(source, depth - 1) : "SELECT 1 AS a").Append(") ");
        }

        sql.Append("SELECT ").Append(source.Of(Values)).Append(" FROM ").Append(From(source, depth));
        if (source.Next(3) == 0)
        {
            sql.Append(" WHERE ").Append(source.Next(2) == 0 || depth == 0 ? "true" : $"EXISTS ({Query(source, depth - 1)})");
        }

        return sql.Append(source.Of(["", "", "", " ORDER BY 1", " LIMIT 1", " GROUP BY ALL", " UNION ALL SELECT 1", "; SELECT 1", " USING SAMPLE 10%"])).ToString();
    }

    private static string From(Source source, int depth) => source.Next(6) switch
    {
        0 when depth > 0 => $"({Query(source, depth - 1)}) q",
        1 when depth > 0 => $"{From(source, depth - 1)}, {From(source, depth - 1)}",
        2 when depth > 0 => $"{From(source, depth - 1)} JOIN {From(source, depth - 1)} ON true",
        _ => source.Of(Tables),
    };

    /// <summary>A small generator with a seed, so that a failure comes again.</summary>
    private sealed class Source(ulong state)
    {
        private ulong _state = state;

        public int Next(int below)
        {
            unchecked
            {
                _state = (_state * 6364136223846793005UL) + 1442695040888963407UL;
                return (int)((_state >> 33) % (ulong)below);
            }
        }

        public string Of(string[] list) => list[Next(list.Length)];
    }
}
