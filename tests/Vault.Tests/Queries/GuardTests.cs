using System.Text.Json.Nodes;
using Sandbox.Policy;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Tests.DuckDb;

namespace Sandbox.Vault.Tests.Queries;

/// <summary>The guard over trees: default deny of everything that is not known.</summary>
public sealed class GuardTests : IDisposable
{
    private static readonly GrantedTable Flights = new("main", "flights", ["delay", "origin"]);
    private static readonly GrantedTable Person = new("share", "person", ["age", "user"]);

    private readonly DuckDbConnection _engine = EngineForTests.Memory();
    private readonly StatementGuard _guard = new([Flights, Person], FunctionList.BuiltIn, new QueryLimits());

    public void Dispose() => _engine.Dispose();

    /// <summary>A refusal that the host does not know as the guard's own would be taken for the end of the engine.</summary>
    [Fact]
    public void The_host_knows_every_refusal_of_the_guard()
    {
        Refusal[] all = [.. typeof(GuardRefusals).GetProperties(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public).Select(property => property.GetValue(null)).OfType<Refusal>()];
        Assert.True(all.Length > 20);
        Assert.All(all, refusal => Assert.True(GuardRefusals.IsOurs(refusal, "", new QueryLimits()), refusal.Why));
    }

    [Theory]
    [InlineData("SELECT * FROM flights", true)]
    [InlineData("SELECT * FROM Main.FLIGHTS", true)]
    [InlineData("SELECT * FROM zone.flights", true)]
    [InlineData("SELECT * FROM zone.main.flights", true)]
    [InlineData("SELECT * FROM share.person", true)]
    [InlineData("SELECT \"user\" FROM share.person", true)]
    [InlineData("SELECT * FROM person", false)]
    [InlineData("SELECT * FROM main.person", false)]
    [InlineData("SELECT * FROM zone.person", false)]
    [InlineData("SELECT * FROM memory.main.flights", false)]
    [InlineData("SELECT * FROM share.flights", false)]
    [InlineData("SELECT * FROM flights AS pg_class, pg_class", false)]
    [InlineData("WITH x AS (SELECT 1) SELECT * FROM x", true)]
    [InlineData("WITH x AS (SELECT 1) SELECT * FROM main.x", false)]
    [InlineData("WITH x AS (SELECT 1), y AS (SELECT * FROM x) SELECT * FROM y", true)]
    [InlineData("WITH y AS (SELECT * FROM x), x AS (SELECT 1) SELECT * FROM y", false)]
    [InlineData("WITH x AS (SELECT * FROM x) SELECT * FROM x", false)]
    [InlineData("SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x) q, x", false)]
    [InlineData("SELECT (WITH x AS (SELECT 1) SELECT count(*) FROM x) FROM x", false)]
    [InlineData("WITH RECURSIVE x AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM x WHERE a < 3) SELECT * FROM x", true)]
    [InlineData("WITH RECURSIVE x AS (SELECT * FROM x UNION ALL SELECT 1) SELECT * FROM x", false)]
    [InlineData("SELECT 1 UNION SELECT * FROM (WITH x AS (SELECT 2) SELECT * FROM x) UNION SELECT * FROM x", false)]
    [InlineData("SELECT current_user FROM share.person", false)]
    [InlineData("SELECT list_transform([1], x -> (SELECT max(a) FROM sqlite_master))", false)]
    [InlineData("SELECT * FROM flights ORDER BY (SELECT count(*) FROM pg_class)", false)]
    [InlineData("SELECT * FROM flights LIMIT (SELECT count(*) FROM pg_class)", false)]
    [InlineData("SELECT sum(delay) FILTER (WHERE (SELECT true FROM pg_class)) FROM flights", false)]
    [InlineData("SELECT sum(delay) OVER (ORDER BY (SELECT 1 FROM pg_class)) FROM flights", false)]
    [InlineData("SELECT sum(delay) OVER (ROWS BETWEEN (SELECT 1 FROM pg_class) PRECEDING AND CURRENT ROW) FROM flights", false)]
    [InlineData("SELECT * FROM range((SELECT count(*) FROM pg_class))", false)]
    [InlineData("SELECT CASE WHEN true THEN (SELECT 1 FROM pg_class) END", false)]
    [InlineData("SELECT * REPLACE ((SELECT 1 FROM pg_class) AS delay) FROM flights", false)]
    [InlineData("SELECT DISTINCT ON ((SELECT 1 FROM pg_class)) delay FROM flights", false)]
    [InlineData("VALUES ((SELECT 1 FROM pg_class))", false)]
    [InlineData("SELECT * FROM flights a JOIN flights b ON (SELECT true FROM pg_class)", false)]
    [InlineData("SELECT delay FROM flights GROUP BY delay HAVING (SELECT true FROM pg_class)", false)]
    [InlineData("SELECT delay FROM flights QUALIFY (SELECT true FROM pg_class)", false)]
    [InlineData("SELECT string_agg(origin, ',' ORDER BY (SELECT 1 FROM pg_class)) FROM flights", false)]
    [InlineData("PIVOT (SELECT * FROM pg_class) ON relname IN ('a') USING count(*)", false)]
    [InlineData("SELECT COLUMNS(c -> (SELECT true FROM pg_class)) FROM flights", false)]
    [InlineData("SELECT 1 IN (SELECT 1 FROM pg_class)", false)]
    [InlineData("SELECT TRY((SELECT 1 FROM pg_class))", false)]
    [InlineData("SELECT 'a' COLLATE nocase", true)]
    [InlineData("SELECT lag(delay, 2) OVER (), lead(delay, -1, 0) OVER () FROM flights", true)]
    [InlineData("SELECT lag(delay, -9223372036854775808) OVER () FROM flights", false)]
    [InlineData("SELECT lead(delay, delay) OVER () FROM flights", false)]
    [InlineData("SELECT lag(delay, 1::BIGINT - 2) OVER () FROM flights", false)]
    [InlineData("SELECT reservoir_quantile(delay, 0.5, 100) FROM flights", true)]
    [InlineData("SELECT reservoir_quantile(delay, []) FROM flights", false)]
    [InlineData("SELECT unnest([delay]) FROM flights", true)]
    [InlineData("SELECT unnest([[delay]], recursive := true) FROM flights", true)]
    [InlineData("SELECT unnest([[delay]], max_depth := 2) FROM flights", true)]
    [InlineData("SELECT unnest([delay], count(*)) FROM flights", false)]
    [InlineData("SELECT unnest(1, 2, json_group_structure(delay)) FROM flights", false)]
    [InlineData("SELECT unnest([1], max_depth := max(delay)) FROM flights", false)]
    [InlineData("SELECT * FROM unnest([1], count(*))", false)]
    [InlineData("SELECT Reservoir_Quantile(delay, NULL) FROM flights", false)]
    [InlineData("DESCRIBE flights", true)]
    [InlineData("DESCRIBE pg_class", false)]
    public void Names_are_judged_where_they_stand(string sql, bool accepted)
    {
        Assert.Equal(accepted, _guard.Check(sql, Serialize(_engine, sql)) is GuardVerdict.Accepted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"error\":false}")]
    [InlineData("{\"error\":false,\"statements\":[{}]}")]
    [InlineData("{\"error\":false,\"statements\":[{\"node\":{\"type\":\"NEW_NODE\"},\"named_param_map\":[]}]}")]
    [InlineData("{\"error\":false,\"statements\":[{\"node\":null,\"named_param_map\":[],\"more\":1}]}")]
    public void A_tree_of_an_unknown_form_is_refused(string tree) => Assert.IsType<GuardVerdict.Refused>(_guard.Check("SELECT 1", tree));

    [Fact]
    public void Every_member_is_needed_to_be_known()
    {
        // An engine that grows a new member anywhere is refused until the list knows it.
        const string Sql = "WITH x AS (SELECT 1 AS a) SELECT sum(a) FILTER (WHERE a BETWEEN 0 AND 2), CASE WHEN true THEN 1 END, a::INT, rank() OVER (ORDER BY a) FROM x JOIN flights ON true GROUP BY a ORDER BY a LIMIT 1";
        var tree = JsonNode.Parse(Serialize(_engine, Sql))!;
        Assert.IsType<GuardVerdict.Accepted>(_guard.Check(Sql, tree.ToJsonString()));
        var objects = Objects(tree["statements"]!).Where(o => !Path(o).Contains(".value.", StringComparison.Ordinal) && !o.ContainsKey("is_null") && !Path(o).Contains("CONSTANT", StringComparison.Ordinal)).ToArray();
        Assert.True(objects.Length > 20);
        foreach (var node in objects.Where(o => o.ContainsKey("query_location") || o.ContainsKey("modifiers") || o.ContainsKey("when_expr")))
        {
            node["new_member"] = new JsonObject { ["class"] = "NEW" };
            Assert.IsType<GuardVerdict.Refused>(_guard.Check(Sql, tree.ToJsonString()));
            node.Remove("new_member");
        }
    }

    [Theory]
    [InlineData("SELECT 1\0", "SB-QUERY-2")]
    [InlineData("SELECT \u0007", "SB-QUERY-2")]
    [InlineData(" \n", "SB-QUERY-1")]
    public void Broken_text_never_reaches_the_parser(string sql, string rule) => Assert.Equal(rule, StatementGuard.CheckText(sql, new QueryLimits())!.Refusal.Rule);

    [Fact]
    public void Half_a_character_is_refused() => Assert.Equal("SB-QUERY-2", StatementGuard.CheckText($"SELECT '{(char)0xD800}'", new QueryLimits())!.Refusal.Rule);

    [Fact]
    public void Length_depth_and_parts_are_capped()
    {
        Assert.Equal("SB-QUERY-15", StatementGuard.CheckText(new string('x', 32_769), new QueryLimits())!.Refusal.Rule);
        Assert.Null(StatementGuard.CheckText(new string('x', 32_768), new QueryLimits()));
        var deep = "SELECT " + string.Concat(Enumerable.Repeat("abs(", 110)) + "1" + new string(')', 110);
        Assert.Equal("SB-QUERY-16", Assert.IsType<GuardVerdict.Refused>(_guard.Check(deep, Serialize(_engine, deep))).Reason.Refusal.Rule);
        var wide = "SELECT " + string.Join(",", Enumerable.Repeat("1", 5001));
        Assert.Equal("SB-QUERY-17", Assert.IsType<GuardVerdict.Refused>(_guard.Check(wide, Serialize(_engine, wide))).Reason.Refusal.Rule);
    }

    private static string Serialize(DuckDbConnection connection, string sql) =>
        connection.ScalarText($"json_serialize_sql({DuckDbConnection.Literal(sql)}, skip_null := false, skip_empty := false, skip_default := false)")!;

    private static string Path(JsonObject node) => node.GetPath();

    private static IEnumerable<JsonObject> Objects(JsonNode node) => node switch
    {
        JsonObject o => new[] { o }.Concat(o.Where(member => member.Value is not null).SelectMany(member => Objects(member.Value!))),
        JsonArray a => a.Where(item => item is not null).SelectMany(item => Objects(item!)),
        _ => [],
    };
}
