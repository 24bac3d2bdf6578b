using System.Text;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Tests.DuckDb;
using Xunit.Abstractions;

namespace Sandbox.Vault.Tests.Queries;

/// <summary>Statements glued from fragments by a fixed seed: whatever the guard accepts names granted tables only, by the engine's own reading, and running it ends no engine and shows no raw value.</summary>
public sealed class FuzzTests(TestZone zone, ITestOutputHelper log) : IClassFixture<TestZone>
{
    private static readonly string[] Tables = ["flights", "main.flights", "share.person", "raw.person", "pg_class", "duckdb_tables", "sqlite_master", "x", "y", "information_schema.tables", "zone.flights", "memory.main.secret", "secret", "range(3)", "query('SELECT 1')", "read_csv('x')", "duckdb_settings()", "(VALUES (1)) v(a)"];

    private static readonly string[] Values = ["1", "a", "delay", "'t'", "NULL", "*", "count(*)", "sum(delay)", "current_user", "rowid", "abs(1)", "version()", "getvariable('a')", "x -> x + 1", "[1]", "{'a': 1}", "?", "CASE WHEN true THEN 1 END", "a::INT", "a::regclass", "row_number() OVER ()"];

    // Arguments at the edges of their types; functions are taken from the list itself.
    private static readonly string[] Edges =
    [
        "0", "-1", "NULL", "9223372036854775807", "(-9223372036854775808)::BIGINT", "170141183460469231731687303715884105727::HUGEINT", "255::UTINYINT", "'nan'::DOUBLE", "'inf'::DOUBLE", "1e-320", "0.5",
        "99999999999999999999999999999999999999::DECIMAL(38,0)", "''", "'['", "'%'", "'('", "'$.a'", "'year'", "district", "name", "age", "income", "DATE 'infinity'", "DATE '-5877641-06-25'", "now()", "TIME '24:00:00'",
        "INTERVAL '-1 day'", "INTERVAL 0 DAY", "[]", "[1, NULL]", "[1, 2]::INT[2]", "{'a': 1}", "MAP {1: 2}", "'x'::BLOB", "'101'::BIT", "uuid()", "'{}'::JSON", "x -> x", "row(1, 2)",
    ];

    // These do in earnest what they are told; what ends such work is tested with the bombs.
    private static readonly string[] Heavy = ["repeat", "range", "generate_series", "lpad", "rpad", "list_resize", "array_resize", "bar", "equi_width_bins", "factorial"];

    [Fact]
    public Task Nothing_accepted_reaches_beyond_the_grant() => JudgeAsync(20261121, 20_000, 300);

    [Fact, Trait("Category", "Long")]
    public Task Nothing_accepted_reaches_beyond_the_grant_for_a_million() => JudgeAsync(7, 1_000_000, 20_000);

    [Fact]
    public Task Statements_through_guard_and_engine_show_no_raw_value() => RunAsync(3, 1_500);

    [Fact, Trait("Category", "Long")]
    public Task A_million_statements_through_guard_and_engine_show_no_raw_value() =>
        RunAsync(17, int.TryParse(Environment.GetEnvironmentVariable("SANDBOX_FUZZ_STATEMENTS"), System.Globalization.CultureInfo.InvariantCulture, out var given) ? given : 1_000_000);

    [Fact]
    public Task No_call_of_a_listed_function_ends_the_engine() => CallAsync(5, 2);

    [Fact, Trait("Category", "Long")]
    public Task No_call_of_a_listed_function_ends_the_engine_whatever_it_is_given() => CallAsync(11, 60);

    /// <summary>Every statement goes to a jailed child as a user's does: it is parsed and judged there and, when accepted, run; some children work side by side.</summary>
    private async Task RunAsync(ulong seed, int statements)
    {
        var limits = new QueryLimits { Deadline = TimeSpan.FromMilliseconds(500), KillAfter = TimeSpan.FromSeconds(2), EngineMemoryBytes = 128L << 20, Threads = 1 };
        var children = Math.Clamp(2 * Environment.ProcessorCount, 4, 16);
        var names = Listed();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, children).Select(child => Task.Run(async () =>
        {
            // A handful of rows: what is wrong with a statement shows on them too, and products of them end.
            await using var session = await TestZone.OpenAsync(limits, people: 7);
            var source = new Source(seed + ((ulong)child * 1_000_003));
            var (shown, refused, failed, replaced) = (0, 0, 0, 0);
            for (var i = 0; i < statements / children; i++)
            {
                var made = source.Next(2) == 0 ? Calls(source, names, 2) : Query(source, 2).Replace("FROM flights", "FROM share.person", StringComparison.Ordinal).Replace("delay", "income", StringComparison.Ordinal);
                var sql = source.Next(12) == 0 ? "EXPLAIN " + made : made;
                var answer = await session.QueryAsync(sql);
                var text = TestZone.TextOf(answer);
                foreach (var secret in TestZone.Secrets)
                {
                    Assert.False(text.Contains(secret, StringComparison.Ordinal), $"{sql} shows a raw value");
                }

                switch (answer)
                {
                    case QueryAnswer.Rows rows:
                        Assert.All(rows.Tables, table => Assert.Equal("share.person", table));
                        shown++;
                        break;
                    case QueryAnswer.Refused:
                        refused++;
                        break;
                    case QueryAnswer.Failed ended:
                        Assert.False(ended.Fault == QueryFault.Crashed, $"{sql} ended the engine");
                        replaced += ended.FreshSession ? 1 : 0;
                        failed++;
                        break;
                }
            }

            return (shown, refused, failed, replaced);
        })));
        var (shown, refused, failed, replaced) = (counts.Sum(count => count.shown), counts.Sum(count => count.refused), counts.Sum(count => count.failed), counts.Sum(count => count.replaced));
        log.WriteLine($"{shown + refused + failed} statements in {clock.Elapsed}: {shown} shown, {refused} refused, {failed} failed, {replaced} children replaced, {(shown + refused + failed) / clock.Elapsed.TotalSeconds:F0} a second");
        Assert.True(shown > statements / 40, $"{shown} shown");
        Assert.True(refused > statements / 4, $"{refused} refused");
    }

    /// <summary>A statement that mostly passes the guard: listed functions over each other's values, masked columns and edges of types, in any clause.</summary>
    private static string Calls(Source source, string[] names, int depth)
    {
        string Value(int left) => source.Next(left > 0 ? 3 : 2) switch
        {
            0 => source.Of(["name", "age", "district", "income", "*", "p"]),
            1 => source.Of(Edges),
            _ => $"{source.Of(names)}({string.Join(", ", Enumerable.Range(0, source.Of([1, 1, 2, 2, 3])).Select(_ => Value(left - 1)))})",
        };
        var from = source.Of(["share.person p", "share.person p", "share.person p JOIN share.person q USING (age)", "(SELECT * FROM share.person) p", "share.person p TABLESAMPLE 50%", "(PIVOT share.person ON district IN ('D0') USING count(*)) p"]);
        var sql = new StringBuilder("SELECT ").Append(source.Of(["", "", "", "DISTINCT "])).Append(Value(depth)).Append(source.Next(2) == 0 ? ", " + Value(depth) : "").Append(source.Of(["", "", "", " OVER (ORDER BY income)"])).Append(" FROM ").Append(from);
        sql.Append(source.Next(3) == 0 ? $" WHERE {Value(depth)} {source.Of(["=", "<", "IS NOT DISTINCT FROM", "LIKE"])} {Value(1)}" : "");
        return sql.Append(source.Of(["", "", " GROUP BY ALL", " ORDER BY ALL", " LIMIT 3", " QUALIFY row_number() OVER () < 3"])).ToString();
    }

    private static string[] Listed()
    {
        using var connection = EngineForTests.Memory();
        using var result = connection.Query("SELECT DISTINCT function_name FROM duckdb_functions() ORDER BY 1");
        var names = new List<string>();
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                names.AddRange(Enumerable.Range(0, chunk.Rows).Select(row => chunk[0].Text(row)));
            }
        }

        return [.. names.Where(name => FunctionList.BuiltIn.Find(name).Use != FunctionUse.Refused && char.IsAsciiLetter(name[0]) && !Heavy.Contains(name))];
    }

    private async Task CallAsync(ulong seed, int times)
    {
        using var connection = EngineForTests.Memory();
        using var names = connection.Query("SELECT DISTINCT function_name FROM duckdb_functions() ORDER BY 1");
        var source = new Source(seed);
        var ran = 0;
        while (names.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++)
                {
                    var name = chunk[0].Text(row);
                    if (FunctionList.BuiltIn.Find(name).Use == FunctionUse.Refused || !char.IsAsciiLetter(name[0]) || Heavy.Contains(name))
                    {
                        continue;
                    }

                    for (var i = 0; i < times; i++)
                    {
                        var arguments = string.Join(", ", Enumerable.Range(0, source.Of([1, 1, 1, 2, 2, 3])).Select(_ => source.Of(Edges)));
                        var sql = $"SELECT {name}({arguments}){source.Of(["", "", " OVER ()", " OVER (ORDER BY age)"])} FROM share.person";
                        var answer = await zone.Session.QueryAsync(sql);
                        Assert.False(answer is QueryAnswer.Failed { FreshSession: true }, $"{sql} ended the engine");
                        Assert.All(TestZone.Secrets, secret => Assert.DoesNotContain(secret, TestZone.TextOf(answer), StringComparison.Ordinal));
                        ran += answer is QueryAnswer.Rows ? 1 : 0;
                    }
                }
            }
        }

        Assert.True(ran > 20 * times, $"{ran} ran");
    }

    /// <param name="executed">How many of the accepted statements are run in a warm session.</param>
    private async Task JudgeAsync(ulong seed, int statements, int executed)
    {
        using var connection = EngineForTests.Memory();
        connection.Execute("CREATE SCHEMA share; CREATE TABLE flights (delay INT, a INT); CREATE TABLE share.person (a INT); CREATE TABLE secret (a INT); CREATE SCHEMA raw; CREATE TABLE raw.person (a INT)");
        var guard = new StatementGuard([new GrantedTable("main", "flights", ["delay", "a"]), new GrantedTable("share", "person", ["a"])], FunctionList.BuiltIn, new QueryLimits());
        using var parser = connection.Prepare("SELECT json_serialize_sql($1::VARCHAR)::VARCHAR");
        var source = new Source(seed);
        var (accepted, refused) = (0, 0);
        for (var i = 0; i < statements; i++)
        {
            var sql = Query(source, 3);
            if (guard.Check(sql, Parse(parser, sql)) is not GuardVerdict.Accepted verdict)
            {
                refused++;
                continue;
            }

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

            if (accepted++ < executed)
            {
                var answer = await zone.Session.QueryAsync(sql);
                Assert.False(answer is QueryAnswer.Failed { FreshSession: true, Fault: QueryFault.Crashed }, $"{sql} ended the engine");
                Assert.All(TestZone.Secrets, secret => Assert.DoesNotContain(secret, TestZone.TextOf(answer), StringComparison.Ordinal));
            }
        }

        Assert.True(accepted > statements / 40, $"{accepted} accepted");
        Assert.True(refused > statements / 4, $"{refused} refused");
    }

    private static string Parse(DuckDbStatement parser, string sql)
    {
        using var result = parser.Bind(1, sql).Execute();
        using var chunk = result.Fetch();
        return chunk![0].Text(0);
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

        public T Of<T>(T[] list) => list[Next(list.Length)];
    }
}
