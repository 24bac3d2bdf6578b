using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Tests.Queries;

/// <summary>EXPLAIN: what a plan shows, and that it is the same whatever the data are.</summary>
public sealed class PlanTests(TestZone zone) : IClassFixture<TestZone>
{
    private static readonly string[] Asked =
    [
        "FROM share.person",
        "SELECT age FROM share.person WHERE income > 1e30",
        "SELECT age FROM share.person WHERE income < 0",
        "SELECT age FROM share.person WHERE income IS NULL",
        "SELECT age FROM share.person WHERE age BETWEEN 0 AND 1000",
        "SELECT district, count(*) FROM share.person WHERE district = 'D1' GROUP BY district HAVING count(*) > 3 ORDER BY 2 DESC LIMIT 3",
        "SELECT count(*), min(income), max(age) FROM share.person",
        "SELECT DISTINCT age FROM share.person",
        "SELECT a.age FROM share.person a JOIN share.person b ON a.age = b.age WHERE b.income = 5",
        "SELECT a.age FROM share.person a LEFT JOIN share.person b ON a.income = b.income, share.person c",
        "SELECT age FROM share.person p WHERE EXISTS (SELECT 1 FROM share.person q WHERE q.age = p.age AND q.income > 7)",
        "SELECT age FROM share.person WHERE district IN (SELECT district FROM share.person WHERE age > 200)",
        "WITH old AS (SELECT * FROM share.person WHERE age > 65) SELECT count(*) FROM old, old o2",
        "SELECT age, row_number() OVER (PARTITION BY district ORDER BY income) FROM share.person QUALIFY row_number() OVER (ORDER BY age) < 3",
        "SELECT age FROM share.person UNION ALL SELECT 1 EXCEPT SELECT 2",
        "SELECT * FROM share.person USING SAMPLE 10%",
        "PIVOT share.person ON district IN ('D0', 'D1') USING sum(income)",
        "SELECT unnest([age, age]) FROM share.person",
        "SELECT * FROM range(5) r, (VALUES (1)) v(x)",
        "SELECT * FROM share.person ORDER BY income LIMIT 1 OFFSET 2",
    ];

    public static TheoryData<string> Statements() => [.. Asked];

    [Fact]
    public async Task A_plan_names_its_steps_tables_and_columns()
    {
        var rows = Assert.IsType<QueryAnswer.Rows>(await zone.Session.QueryAsync("EXPLAIN SELECT district, count(*) FROM share.person WHERE age > 30 GROUP BY district ORDER BY 2 LIMIT 3"));
        Assert.Equal(["depth", "step", "table", "columns"], rows.Columns.Select(column => column.Name));
        Assert.Equal(
            ["0|limit||", "1|sort||", "2|project||", "3|aggregate||", "4|filter||", "5|scan|share.person|age, district"],
            rows.Values.Select(row => string.Join('|', row)));
        Assert.Equal(["share.person"], rows.Tables);
    }

    [Fact]
    public async Task Joins_own_tables_and_common_tables_have_their_words()
    {
        await using var session = await TestZone.OpenAsync();
        Assert.IsType<QueryAnswer.Rows>(await session.QueryAsync("CREATE TEMP TABLE secret_look AS SELECT 7 AS age"));
        var rows = Assert.IsType<QueryAnswer.Rows>(await session.QueryAsync("explain WITH c AS MATERIALIZED (SELECT 1 AS x) SELECT p.* FROM share.person p LEFT JOIN secret_look USING (age), c"));
        var steps = rows.Values.Select(row => (string)row[1]!).ToArray();
        Assert.Contains("left join on a comparison", steps);
        Assert.Contains("cross join: every row with every row", steps);
        Assert.Contains("scan of a common table", steps);
        Assert.Contains("(table of the session)", rows.Values.Select(row => (string)row[2]!));
        Assert.Contains("name, age, district, income", rows.Values.Select(row => (string)row[3]!));
    }

    /// <summary>The engine's own plan would fold a filter that no row passes, estimate sizes and choose the side of a join by them.</summary>
    [Fact]
    public async Task The_plan_is_the_same_over_other_data_of_the_same_form()
    {
        await using var few = await OpenAsync("SELECT 'PLANTED' AS name, 30 AS age, 'D1' AS district, 0.0::DOUBLE AS income FROM range(3)");
        await using var none = await OpenAsync("SELECT 'PLANTED' AS name, 30 AS age, 'D1' AS district, 0.0::DOUBLE AS income FROM range(1)");
        await using var many = await OpenAsync("SELECT 'PLANTED' || i AS name, (i % 100)::INT AS age, 'D' || (i % 7) AS district, CASE WHEN i % 2 = 0 THEN NULL ELSE i * 1e6 END::DOUBLE AS income FROM range(200000) t(i)");
        foreach (var sql in Asked)
        {
            var plans = new List<string>();
            foreach (var session in new[] { few, none, many })
            {
                plans.Add(TestZone.TextOf(Assert.IsType<QueryAnswer.Rows>(await session.QueryAsync("EXPLAIN " + sql))));
            }

            Assert.True(plans.Distinct().Count() == 1, sql);
            Assert.DoesNotContain("other step", plans[0], StringComparison.Ordinal);
            Assert.DoesNotMatch("(?i)empty|card|estim|[0-9]{2,}|~", plans[0]);
        }
    }

    [Theory, MemberData(nameof(Statements))]
    public async Task A_plan_holds_no_literal_of_the_statement(string sql)
    {
        var text = TestZone.TextOf(await zone.Session.QueryAsync("EXPLAIN " + sql));
        foreach (var word in new[] { "1e30", "1000", "D1", "'", "200", "10%" })
        {
            Assert.DoesNotContain(word, text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("EXPLAIN ANALYZE SELECT 1", "SB-QUERY-21")]
    [InlineData("explain\nanalyse SELECT * FROM share.person", "SB-QUERY-21")]
    [InlineData("EXPLAIN (ANALYZE, FORMAT json) SELECT 1", "SB-QUERY-21")]
    [InlineData("EXPLAIN (FORMAT json) SELECT 1", "SB-QUERY-3")]
    [InlineData("EXPLAIN SELECT * FROM raw.person", "SB-QUERY-6")]
    [InlineData("EXPLAIN SELECT * FROM duckdb_tables()", "SB-QUERY-7")]
    [InlineData("EXPLAIN SELECT read_text('/etc/passwd')", "SB-QUERY-7")]
    [InlineData("EXPLAIN SELECT 1; SELECT 2", "SB-QUERY-5")]
    [InlineData("EXPLAIN DELETE FROM share.person", "SB-QUERY-4")]
    public async Task What_may_not_run_is_not_explained(string sql, string rule)
    {
        var refused = Assert.IsType<QueryAnswer.Refused>(await zone.Session.QueryAsync(sql));
        Assert.Equal(rule, refused.Reason.Refusal.Rule);
    }

    [Fact]
    public async Task After_a_plan_statements_run_with_the_optimiser_again_and_a_plan_runs_nothing()
    {
        Assert.IsType<QueryAnswer.Rows>(await zone.Session.QueryAsync("EXPLAIN SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 3"));
        Assert.IsType<QueryAnswer.Failed>(await zone.Session.QueryAsync("EXPLAIN SELECT age + 'x' || [1] FROM share.person"));
        // Without the optimiser this join would be a filter over a billion pairs and end at the deadline.
        Assert.IsType<QueryAnswer.Rows>(await zone.Session.QueryAsync("SELECT count(*) FROM range(200000) a(x), range(200000) b(y) WHERE x = y AND x > 5"));
    }

    /// <summary>A child that was taken over can put nothing into a plan but our words and the names of granted columns.</summary>
    [Theory]
    [InlineData("scan", "share.person", "age", true)]
    [InlineData("left join on a comparison", "", "", true)]
    [InlineData("4403081999", "", "", false)]
    [InlineData("scan", "raw.person", "", false)]
    [InlineData("scan", "share.person", "cid", false)]
    [InlineData("scan", "", "age", false)]
    public void A_plan_from_a_hostile_child_is_not_believed(string step, string table, string columns, bool holds)
    {
        var read = new QueryReply(new RowsReply(PlanWords.Columns, [["0", step, table, columns]], false, []), null, null);
        Func<QueryAnswer> answer = () => ReplyReading.Answer(read, "EXPLAIN SELECT 1", zone.Session.Tables, new QueryLimits());
        if (holds)
        {
            Assert.IsType<QueryAnswer.Rows>(answer());
        }
        else
        {
            Assert.Throws<QueryChildException>(answer);
        }
    }

    private static async Task<QuerySession> OpenAsync(string people)
    {
        var view = new PublishedView("share", "person", new Dictionary<string, MaskRule> { ["name"] = new MaskRule.Token(), ["age"] = new MaskRule.Band(10), ["district"] = new MaskRule.Keep(), ["income"] = new MaskRule.Round(1000) });
        var memory = await OwnerScriptZone.BuildAsync(TestZone.Jailer, Suite.Nist, $"CREATE SCHEMA raw; CREATE SCHEMA share; CREATE TABLE raw.person AS {people}; CREATE VIEW share.person AS FROM raw.person;", [view]);
        Assert.NotNull(memory);
        return await new QueryService(TestZone.Jailer).OpenAsync(memory);
    }
}
