using Sandbox.Vault.Queries;

namespace Sandbox.Vault.Tests.Queries;

/// <summary>Ways round the guard by the engine's less known forms.</summary>
public sealed class StatementAttackTests(TestZone zone) : IClassFixture<TestZone>
{
    /// <summary>The engine makes column references of names that stand elsewhere: before a function, in USING, in a PIVOT's GROUP BY.</summary>
    [Theory]
    [InlineData("SELECT rowid.abs() FROM share.person")]
    [InlineData("SELECT rowid.abs() + 1 FROM share.person GROUP BY ALL")]
    [InlineData("SELECT first(rowid.abs()) OVER () FROM share.person")]
    [InlineData("SELECT rowid.sum() FROM share.person")]
    [InlineData("SELECT rowid.sum() OVER () FROM share.person")]
    [InlineData("SELECT * FROM share.person JOIN share.person b USING (rowid)")]
    [InlineData("FROM (PIVOT share.person ON district IN ('D0') USING count(*) GROUP BY rowid)")]
    [InlineData("FROM (PIVOT share.person ON district IN ('D0') USING count(*) GROUP BY current_catalog)")]
    [InlineData("SELECT RowID.abs() FROM share.person")]
    [InlineData("SELECT * FROM share.person JOIN share.person b USING (district, ROWID)")]
    [InlineData("PIVOT share.person ON district IN ('D0') USING count(*) GROUP BY age, \"rowid\"")]
    public async Task The_place_of_a_row_and_the_session_are_closed_under_every_spelling(string sql) =>
        Assert.IsType<QueryAnswer.Refused>(await zone.Session.QueryAsync(sql));

    [Theory]
    [InlineData("SELECT person.rowid.abs() FROM share.person")]
    [InlineData("FROM (UNPIVOT share.person ON rowid INTO NAME n VALUE v)")]
    [InlineData("FROM (UNPIVOT share.person ON (age, rowid) INTO NAME n VALUE a, b)")]
    [InlineData("FROM (UNPIVOT (SELECT age FROM share.person) ON rowid INTO NAME n VALUE v)")]
    [InlineData("SELECT COLUMNS(['rowid']) FROM share.person")]
    [InlineData("SELECT COLUMNS('rowid') FROM share.person")]
    [InlineData("SELECT * REPLACE (1 AS rowid) FROM share.person")]
    [InlineData("SELECT * EXCLUDE (rowid) FROM share.person")]
    [InlineData("SELECT person['rowid'] FROM share.person")]
    [InlineData("SELECT struct_extract(person, 'rowid') FROM share.person")]
    [InlineData("SELECT p.rowid FROM share.person p")]
    [InlineData("SELECT list_transform([1], x -> rowid) FROM share.person")]
    [InlineData("SELECT row_number() OVER (ORDER BY rowid) FROM share.person")]
    [InlineData("SELECT current_user.upper()")]
    [InlineData("SELECT session_user.upper()")]
    [InlineData("SELECT user.upper()")]
    [InlineData("SELECT current_catalog.upper()")]
    [InlineData("SELECT current_schema.length()")]
    [InlineData("SELECT current_query.upper()")]
    [InlineData("FROM (UNPIVOT share.person ON current_catalog INTO NAME n VALUE v)")]
    [InlineData("SELECT 1 AS a JOIN (SELECT 1) USING (current_user)")]
    public async Task Other_spellings_of_them_give_no_value(string sql)
    {
        var answer = await zone.Session.QueryAsync(sql);
        Assert.True(answer is QueryAnswer.Refused or QueryAnswer.Failed { Fault: QueryFault.Binding, FreshSession: false }, answer.ToString());
    }

    /// <summary>The guard takes the name for the common table; if the engine took it for the catalogue or a file, other columns would show.</summary>
    [Theory]
    [InlineData("WITH duckdb_settings AS (SELECT 1 AS x) FROM (DESCRIBE SELECT * FROM duckdb_settings)")]
    [InlineData("WITH sqlite_master AS (SELECT 1 AS x) FROM (DESCRIBE FROM sqlite_master)")]
    [InlineData("WITH sqlite_master AS (SELECT 1 AS x) SELECT (SELECT max(column_name) FROM (DESCRIBE FROM sqlite_master))")]
    [InlineData("WITH sqlite_master AS (SELECT 1 AS x) FROM (PIVOT sqlite_master ON x IN (1) USING count(*))")]
    [InlineData("WITH sqlite_master AS (SELECT 1 AS x) FROM (UNPIVOT sqlite_master ON x INTO NAME n VALUE v)")]
    [InlineData("WITH sqlite_master AS (SELECT 1 AS x) SELECT * FROM share.person, LATERAL (SELECT * FROM sqlite_master) q LIMIT 1")]
    [InlineData("WITH sqlite_master AS (SELECT 1 AS x) SELECT list_transform([1], y -> (SELECT max(x) FROM sqlite_master))")]
    [InlineData("WITH sqlite_master AS (SELECT 1 AS x) SELECT * FROM range((SELECT max(x) FROM sqlite_master))")]
    [InlineData("WITH RECURSIVE sqlite_master(x) USING KEY (x) AS (SELECT 1 UNION SELECT x + 1 FROM recurring.sqlite_master WHERE x < 3) FROM sqlite_master")]
    [InlineData("WITH RECURSIVE sqlite_master(x) AS (SELECT 1 UNION ALL (WITH t AS (FROM sqlite_master) SELECT x + 1 FROM t WHERE x < 3)) FROM sqlite_master")]
    [InlineData("WITH sqlite_master AS (SELECT 1 AS x) (SELECT 2 AS x UNION FROM sqlite_master) ORDER BY (SELECT max(x) FROM sqlite_master)")]
    [InlineData("WITH sqlite_master AS MATERIALIZED (SELECT 1 AS x), b AS NOT MATERIALIZED (FROM sqlite_master) FROM b UNION BY NAME FROM sqlite_master")]
    [InlineData("WITH \"/proc/self/fd/3\" AS (SELECT 1 AS x) FROM (DESCRIBE FROM \"/proc/self/fd/3\")")]
    [InlineData("WITH \"SQLITE_MASTER\" AS (SELECT 1 AS x) FROM \"sqlite_master\"")]
    public async Task A_common_table_never_turns_into_the_catalogue(string sql)
    {
        if (await zone.Session.QueryAsync(sql) is QueryAnswer.Rows rows)
        {
            var text = TestZone.TextOf(rows);
            Assert.DoesNotContain("rootpage", text, StringComparison.Ordinal);
            Assert.DoesNotContain("description", text, StringComparison.Ordinal);
            Assert.DoesNotContain("tbl_name", text, StringComparison.Ordinal);
        }
    }

    /// <summary>Values at the edge of every type, names of functions and types inside texts, arguments without measure.</summary>
    [Theory]
    [InlineData("SELECT person.* LIKE 'row%' FROM share.person")]
    [InlineData("SELECT list_aggregate([1,2], 'query')")]
    [InlineData("SELECT list_aggr(['a'], 'read_text')")]
    [InlineData("SELECT from_json('{\"a\":1}', '{\"a\":\"mytype\"}')")]
    [InlineData("SELECT json_transform('{\"a\":1}', '{\"a\":\"GEOMETRY\"}')")]
    [InlineData("SELECT json_transform('{\"a\":1}', '{\"a\":\"VARIANT\"}')")]
    [InlineData("SELECT cast_to_type('x', NULL::JSON)")]
    [InlineData("SELECT 'x' COLLATE nothing.ever")]
    [InlineData("SELECT timezone('../../etc/passwd', now())")]
    [InlineData("SELECT strftime(now(), '%Z%z%%%n%c')")]
    [InlineData("SELECT printf('%s %n', 'x')")]
    [InlineData("SELECT bar(1, 0, 1, 1e9)")]
    [InlineData("SELECT repeat('x', 2147483647)")]
    [InlineData("SELECT repeat([1], 1000000000)")]
    [InlineData("SELECT list_resize([1], 1000000000000)")]
    [InlineData("SELECT array_value(1,2)")]
    [InlineData("SELECT json_group_structure(x) FROM (VALUES ('{\"a\":1}'::JSON)) t(x)")]
    [InlineData("SELECT approx_quantile(age, 0.5), approx_top_k(district, 1000000) FROM share.person")]
    [InlineData("SELECT to_base(1, 99)")]
    [InlineData("SELECT regexp_extract('x', '(((((((((((((((((((((x{1000}){1000}){1000}))))))))))))))))))')")]
    [InlineData("SELECT regexp_matches('x', repeat('(', 100000))")]
    [InlineData("SELECT json_extract(repeat('[', 1000000), '$')")]
    [InlineData("SELECT repeat('[', 1000000)::JSON")]
    [InlineData("SELECT CAST(repeat('[', 10000) AS INT[][][][][][][][])")]
    [InlineData("SELECT repeat('{''a'':', 10000)::STRUCT(a INT)")]
    [InlineData("SELECT time_bucket(INTERVAL '0 days', DATE '2020-01-01')")]
    [InlineData("SELECT * FROM generate_series(TIMESTAMP '2000-01-01', TIMESTAMP '2001-01-01', INTERVAL '0 days')")]
    [InlineData("SELECT range(0, 9223372036854775807, 1)")]
    [InlineData("SELECT generate_series(0, 10, 0)")]
    [InlineData("SELECT (-9223372036854775808)::BIGINT / -1, (-9223372036854775808)::BIGINT % -1, (-9223372036854775808)::BIGINT // -1")]
    [InlineData("SELECT '-170141183460469231731687303715884105728'::HUGEINT // -1")]
    [InlineData("SELECT TIME '24:00:00', '24:00:00'::TIME, TIMESTAMP '294247-01-10 04:00:54.775806', DATE '5881580-07-10', DATE '-5877641-06-25', 'infinity'::DATE, '-infinity'::TIMESTAMP")]
    [InlineData("SELECT '290309-12-22 (BC) 00:00:00'::TIMESTAMP, TIMESTAMP_S '294247-01-10 04:00:54', TIMESTAMP_NS '2262-04-11 23:47:16.854775806'")]
    [InlineData("SELECT INTERVAL '178956970 years', to_years(178956970), INTERVAL '1' MONTH * 2147483647")]
    [InlineData("SELECT 'NaN'::DOUBLE, 'inf'::FLOAT, -'inf'::DOUBLE, 1e-320")]
    [InlineData("SELECT 340282366920938463463374607431768211455::UHUGEINT, 0.00000000000000000000000000000000000001::DECIMAL(38,38)")]
    [InlineData("SELECT MAP {[1,2]: {'x': NULL}}, MAP {}, []::INT[], [[]]::INT[][], {'a': {'b': {'c': [{'d': NULL}]}}}")]
    [InlineData("SELECT union_value(a := 1)::UNION(a INT, b VARCHAR)")]
    [InlineData("SELECT [1,2,3]::INT[3], '101'::BIT, TIMETZ '10:00:00+08', TIME_NS '10:00:00.123456789'")]
    [InlineData("SELECT chr(0) || 'x', chr(27) || '[2J', chr(8238), chr(55296), chr(1114112)")]
    [InlineData("SELECT 1 AS \"\", 2 AS \"a\"\"b\", 3 AS \"x';--\"")]
    [InlineData("SELECT x.y FROM (SELECT {'y': 1} AS x)")]
    [InlineData("SELECT UNNEST({'a': 1, 'b': {'c': 2}}, recursive := true)")]
    [InlineData("SELECT * FROM share.person a POSITIONAL JOIN share.person b ASOF JOIN share.person c ON a.age >= c.age LIMIT 1")]
    [InlineData("SELECT sum(age) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND 9223372036854775807 FOLLOWING EXCLUDE TIES) FROM share.person")]
    [InlineData("SELECT sum(age) OVER (ROWS BETWEEN -1 PRECEDING AND -5 FOLLOWING) FROM share.person")]
    [InlineData("SELECT ntile(0) OVER (), nth_value(age, -1) OVER (), lag(age, -9223372036854775808) OVER () FROM share.person")]
    [InlineData("FROM share.person TABLESAMPLE reservoir(9223372036854775807 ROWS)")]
    [InlineData("FROM share.person USING SAMPLE 100 PERCENT (bernoulli, -1)")]
    [InlineData("FROM share.person LIMIT 9223372036854775807 OFFSET 9223372036854775807")]
    [InlineData("FROM share.person LIMIT 1e300 PERCENT")]
    [InlineData("SELECT max(age, 9223372036854775807) FROM share.person")]
    [InlineData("SELECT arg_max(age, income, 100000000000) FROM share.person")]
    [InlineData("SELECT quantile_cont(age, [0.1, 2.0]) FROM share.person")]
    [InlineData("SELECT histogram(age, range(100000000)) FROM share.person")]
    [InlineData("SELECT equi_width_bins(0, 1e308, 100000000000, true)")]
    [InlineData("SELECT list_reduce([1,2], lambda x, y: x + y, 'a')")]
    [InlineData("SELECT [x + y for x in range(10) if x > (SELECT max(age) FROM share.person)]")]
    [InlineData("SELECT TRY(error('x')), TRY((SELECT 1 / 0))")]
    [InlineData("SELECT GROUPING_ID(age) FROM share.person GROUP BY CUBE (age, district, income, name)")]
    [InlineData("SELECT #0, #99999999999")]
    [InlineData("SELECT 1 ORDER BY #5")]
    [InlineData("SELECT ALL * FROM share.person GROUP BY GROUPING SETS ((), (), ())")]
    public async Task The_session_outlives_it(string sql)
    {
        var text = TestZone.TextOf(await zone.Session.QueryAsync(sql)).Replace(sql, "", StringComparison.Ordinal);
        Assert.All(TestZone.Secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        Assert.IsType<QueryAnswer.Rows>(await zone.Session.QueryAsync("SELECT 1"));
    }
}
