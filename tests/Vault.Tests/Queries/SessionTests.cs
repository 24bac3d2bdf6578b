using Sandbox.Vault.Queries;

namespace Sandbox.Vault.Tests.Queries;

/// <summary>Honest and hostile statements through guard, pipe and jailed child.</summary>
public sealed class SessionTests(TestZone zone) : IClassFixture<TestZone>
{
    [Fact]
    public void The_session_lists_the_masked_table_and_nothing_else()
    {
        var table = Assert.Single(zone.Session.Tables);
        Assert.Equal(("share", "person"), (table.Schema, table.Name));
        Assert.Equal(["name", "age", "district", "income"], table.Columns.Select(column => column.Name));
    }

    [Theory]
    [InlineData("SELECT count(*) FROM share.person", 1000L)]
    [InlineData("SELECT true", true)]
    [InlineData("SELECT 0.1::DOUBLE", 0.1)]
    [InlineData("SELECT '张' || 'x'", "张x")]
    [InlineData("SELECT DATE '2024-02-29'", "2024-02-29")]
    [InlineData("SELECT TIMESTAMP '1969-12-31 23:59:59.000001'", "1969-12-31 23:59:59.000001")]
    [InlineData("SELECT [1, NULL, 3]", "[1, NULL, 3]")]
    [InlineData("SELECT {'a': [1], 'b': 'x'}", "{'a': [1], 'b': x}")]
    [InlineData("SELECT '-170141183460469231731687303715884105728'::HUGEINT", "-170141183460469231731687303715884105728")]
    [InlineData("SELECT '01234567-89ab-cdef-0123-456789abcdef'::UUID", "01234567-89ab-cdef-0123-456789abcdef")]
    [InlineData("SELECT (-5)::TINYINT", -5L)]
    [InlineData("SELECT NULL::INT", null)]
    public async Task Values_come_back_typed_and_exact(string sql, object? expected)
    {
        var rows = Assert.IsType<QueryAnswer.Rows>(await zone.Session.QueryAsync(sql));
        Assert.Equal(expected, Assert.Single(Assert.Single(rows.Values)));
    }

    /// <summary>Values are bound: none of them can become SQL, and none can stand for a table, a column or a function.</summary>
    [Theory]
    [InlineData("SELECT $a", "a=5", 5L)]
    [InlineData("SELECT $a + 1", "a=-9223372036854775808", -9223372036854775807L)]
    [InlineData("SELECT $a", "a=0.5", 0.5)]
    [InlineData("SELECT $a", "a=true", true)]
    [InlineData("SELECT $a", "a='5'", "5")]
    [InlineData("SELECT $a", "a=0431", "0431")]
    [InlineData("SELECT $a", "a=x'; DROP TABLE share.person; --", "x'; DROP TABLE share.person; --")]
    [InlineData("SELECT count(*) FROM share.person WHERE district = $a", "a=' OR 1=1 --", 0L)]
    [InlineData("SELECT count(*) FROM share.person WHERE age >= $a", "a=0", 1000L)]
    [InlineData("SELECT DATE '2024-02-29' >= $a", "a=2024-02-28", true)]
    [InlineData("SELECT count(*) FROM (SELECT * FROM share.person LIMIT $a)", "a=7", 7L)]
    [InlineData("WITH t AS (SELECT $a AS x) SELECT x || $a FROM t", "a=张", "张张")]
    public async Task Parameters_are_values(string sql, string word, object expected)
    {
        var rows = Assert.IsType<QueryAnswer.Rows>(await zone.Session.QueryAsync(sql, [QueryParameter.Of(word)!]));
        Assert.Equal(expected, Assert.Single(Assert.Single(rows.Values)));
    }

    [Theory]
    [InlineData("SELECT $b")]
    [InlineData("SELECT $1")]
    [InlineData("SELECT ?")]
    [InlineData("SELECT $a, $b")]
    [InlineData("SELECT (SELECT $b)")]
    public async Task A_placeholder_without_its_value_is_refused(string sql)
    {
        var refused = Assert.IsType<QueryAnswer.Refused>(await zone.Session.QueryAsync(sql, [QueryParameter.Of("a=1")!]));
        Assert.Equal("SB-QUERY-13", refused.Reason.Refusal.Rule);
    }

    [Theory]
    [InlineData("SELECT * FROM $a")]
    [InlineData("SELECT $a(1)")]
    [InlineData("SELECT * FROM query($a)")]
    [InlineData("SELECT * FROM read_csv($a)")]
    [InlineData("SELECT * FROM query_table($a)")]
    [InlineData("SELECT getenv($a)")]
    public async Task A_parameter_opens_nothing_that_was_closed(string sql) =>
        Assert.IsType<QueryAnswer.Refused>(await zone.Session.QueryAsync(sql, [QueryParameter.Of("a=share.person")!]));

    [Fact]
    public async Task A_table_of_the_sessions_own_may_be_made_with_parameters()
    {
        Assert.IsType<QueryAnswer.Rows>(await zone.Session.QueryAsync("CREATE TEMP TABLE few AS SELECT * FROM share.person LIMIT $a", [QueryParameter.Of("a=3")!]));
        var rows = Assert.IsType<QueryAnswer.Rows>(await zone.Session.QueryAsync("SELECT count(*) FROM few"));
        Assert.Equal(3L, rows.Values[0][0]);
    }

    [Theory]
    [InlineData("=1")]
    [InlineData("a")]
    [InlineData("1a=1")]
    [InlineData("a b=1")]
    [InlineData("a'=1")]
    [InlineData("a=x\0y")]
    public void Other_words_are_no_parameters(string word) => Assert.Null(QueryParameter.Of(word));

    [Fact]
    public async Task Decimals_keep_their_digits()
    {
        var rows = Assert.IsType<QueryAnswer.Rows>(await zone.Session.QueryAsync("SELECT -0.05::DECIMAL(5,2), 12345678901234567890.12::DECIMAL(38,2)"));
        Assert.Equal([-0.05m, 12345678901234567890.12m], rows.Values[0]);
    }

    [Fact]
    public async Task An_answer_stops_at_200_rows_and_says_so()
    {
        var rows = Assert.IsType<QueryAnswer.Rows>(await zone.Session.QueryAsync("SELECT * FROM share.person"));
        Assert.Equal((200, true), (rows.Values.Count, rows.Truncated));
        Assert.Equal(["share.person"], rows.Tables);
    }

    [Fact]
    public async Task An_answer_stops_at_64_KiB_and_says_so()
    {
        var rows = Assert.IsType<QueryAnswer.Rows>(await zone.Session.QueryAsync("SELECT repeat('x', 1000) FROM range(199)"));
        Assert.True(rows.Truncated);
        Assert.InRange(rows.Values.Count, 60, 66);
        var huge = Assert.IsType<QueryAnswer.Rows>(await zone.Session.QueryAsync("SELECT repeat('x', 10000000)"));
        Assert.True(huge is { Truncated: true, Values.Count: 0 });
    }

    [Fact]
    public async Task A_column_of_exactly_200_rows_is_whole()
    {
        var rows = Assert.IsType<QueryAnswer.Rows>(await zone.Session.QueryAsync("SELECT * FROM range(200)"));
        Assert.Equal((200, false), (rows.Values.Count, rows.Truncated));
    }

    [Theory]
    [InlineData("SELECT 1\nFROM raw.person", 2, 6)]
    [InlineData("SELECT '张', read_text('x')", 1, 13)]
    public async Task A_refusal_points_at_its_place(string sql, int line, int column)
    {
        var refused = Assert.IsType<QueryAnswer.Refused>(await zone.Session.QueryAsync(sql));
        Assert.Equal((line, column), (refused.Reason.Position!.Line, refused.Reason.Position.Column));
    }

    [Theory]
    [InlineData("SELECT CAST(district AS INT) FROM share.person", QueryFault.Value)]
    [InlineData("SELECT error(district) FROM share.person", QueryFault.Value)]
    [InlineData("SELECT nothing FROM share.person", QueryFault.Binding)]
    [InlineData("SELECT unnest(1)", QueryFault.Binding)]
    [InlineData("SELECT decode('\\xFF'::BLOB)", QueryFault.Value)]
    public async Task A_failure_is_told_in_our_words(string sql, QueryFault fault)
    {
        var failed = Assert.IsType<QueryAnswer.Failed>(await zone.Session.QueryAsync(sql));
        Assert.Equal((fault, false), (failed.Fault, failed.FreshSession));
        Assert.DoesNotContain("district", failed.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_way_of_writing_reading_files_or_changing_settings_is_open()
    {
        foreach (var sql in Hostile.Closed.Concat(ClosedProbes.Statements))
        {
            var answer = await zone.Session.QueryAsync(sql);
            Assert.True(answer is QueryAnswer.Refused, $"{sql} was not refused: {answer}");
        }
    }

    [Fact]
    public async Task No_answer_or_error_shows_a_planted_secret()
    {
        foreach (var sql in Hostile.Closed.Concat(Hostile.Running).Concat(ClosedProbes.Statements))
        {
            var text = TestZone.TextOf(await zone.Session.QueryAsync(sql));
            Assert.All(TestZone.Secrets, secret => Assert.DoesNotContain(secret, text.Replace(sql, "", StringComparison.Ordinal), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Errors_at_the_edge_of_every_type_are_polite()
    {
        foreach (var sql in EdgeProbes.Statements)
        {
            var answer = await zone.Session.QueryAsync(sql);
            Assert.False(answer is QueryAnswer.Failed { FreshSession: true }, $"{sql} ended the engine");
            Assert.All(TestZone.Secrets, secret => Assert.DoesNotContain(secret, TestZone.TextOf(answer).Replace(sql, "", StringComparison.Ordinal), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Ordinary_analysis_runs()
    {
        foreach (var sql in Honest.Statements)
        {
            var answer = await zone.Session.QueryAsync(sql);
            Assert.True(answer is QueryAnswer.Rows, $"{sql} did not run: {answer}");
        }
    }

    [Fact]
    public async Task The_catalogue_of_the_session_holds_the_zone_and_nothing_else()
    {
        var tables = Assert.IsType<QueryAnswer.Rows>(await zone.Session.QueryAsync("SELECT * FROM catalog.tables"));
        Assert.Equal(["share", "person"], Assert.Single(tables.Values));
        Assert.Empty(tables.Tables);
        var columns = Assert.IsType<QueryAnswer.Rows>(await zone.Session.QueryAsync("SELECT c.column_name FROM catalog.columns c JOIN catalog.tables USING (table_schema, table_name) ORDER BY ordinal_position"));
        Assert.Equal(["name", "age", "district", "income"], columns.Values.Select(row => row[0]));
        foreach (var sql in new[] { "FROM catalog.main.tables", "FROM catalog.information_schema.tables", "FROM tables", "FROM catalog.zone", "SELECT rowid FROM catalog.columns", "INSERT INTO catalog.tables VALUES ('a', 'b')", "CREATE TABLE catalog.x AS SELECT 1" })
        {
            Assert.IsType<QueryAnswer.Refused>(await zone.Session.QueryAsync(sql));
        }
    }

    [Fact]
    public async Task A_session_keeps_tables_and_views_of_its_own_until_its_engine_ends()
    {
        await using var session = await TestZone.OpenAsync(new QueryLimits { Deadline = TimeSpan.FromSeconds(1) });
        async Task<QueryAnswer.Rows> RowsAsync(string sql) => Assert.IsType<QueryAnswer.Rows>(await session.QueryAsync(sql));
        Assert.Equal(["share.person"], (await RowsAsync("CREATE TEMP TABLE old AS SELECT district, age, income FROM share.person WHERE age > 40")).Tables);
        await RowsAsync("create temporary table codes as values ('D0', 'north'), ('D1', 'south')");
        await RowsAsync("CREATE TEMP VIEW named AS SELECT c.col1 AS place, o.age FROM old o JOIN codes c ON c.col0 = o.district");
        var rows = await RowsAsync("SELECT place, count(*) FROM named GROUP BY place ORDER BY place");
        Assert.Equal(["north", "south"], rows.Values.Select(row => row[0]));
        Assert.Empty(rows.Tables);
        await RowsAsync("CREATE OR REPLACE TEMP TABLE old AS SELECT 1 AS \"user\"");
        Assert.Equal(1L, (await RowsAsync("SELECT \"user\" FROM old")).Values[0][0]);

        // A place in the SELECT is a place in the statement.
        var refused = Assert.IsType<QueryAnswer.Refused>(await session.QueryAsync("CREATE TEMP TABLE t AS\nSELECT * FROM raw.person"));
        Assert.Equal((2, 15), (refused.Reason.Position!.Line, refused.Reason.Position.Column));
        Assert.IsType<QueryAnswer.Failed>(await session.QueryAsync("CREATE TEMP TABLE codes AS SELECT 1"));
        Assert.IsType<QueryAnswer.Refused>(await session.QueryAsync("SELECT rowid FROM codes"));
        Assert.IsType<QueryAnswer.Refused>(await session.QueryAsync("DROP TABLE codes"));
        for (var i = 0; i < MadeTable.Most; i++)
        {
            _ = await session.QueryAsync($"CREATE TEMP TABLE more{i} AS SELECT {i}");
        }

        Assert.Equal("SB-QUERY-19", Assert.IsType<QueryAnswer.Refused>(await session.QueryAsync("CREATE TEMP TABLE last AS SELECT 1")).Reason.Refusal.Rule);

        // Another session has none of it; neither has a fresh engine.
        Assert.IsType<QueryAnswer.Refused>(await zone.Session.QueryAsync("SELECT * FROM codes"));
        var fresh = Assert.IsType<QueryAnswer.Failed>(await session.QueryAsync("SELECT levenshtein(repeat('a', 300000), repeat('b', 300000))"));
        Assert.Equal(fresh.FreshSession, await session.QueryAsync("SELECT * FROM codes") is QueryAnswer.Refused);
    }

    [Fact]
    public async Task Callers_of_one_session_wait_for_one_another()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => zone.Session.QueryAsync($"SELECT {i}")));
        Assert.Equal(Enumerable.Range(0, 8).Select(i => (object)(long)i), answers.Select(answer => Assert.IsType<QueryAnswer.Rows>(answer).Values[0][0]!));
    }
}
