using System.Text;
using Sandbox.Trust;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Tests.Zones;

namespace Sandbox.Vault.Tests.Queries;

/// <summary>Whole answers that are kept in the zone and read by later sessions.</summary>
public sealed class NamedResultTests : IDisposable
{
    private readonly TestData _data = new();
    private readonly DataKey _key = DataKey.ThrowAway(Suite.Nist, "zone");

    [Fact]
    public async Task A_kept_answer_is_whole_sealed_and_read_by_the_next_session()
    {
        var zone = await ZoneAsync();
        var (kept, result) = await KeepAsync(zone, "SELECT *, [age, 1] AS pair, {'a': district} AS part, 'PLANTED-WORD' AS mark FROM people, range(3)");
        Assert.Equal(["main.people"], kept.Tables);
        Assert.True(kept.Count > 1000);
        Assert.Equal(8, kept.Columns);
        await using var session = await OpenAsync(zone, [new("mine", result)]);
        Assert.Equal(["main.people", "results.mine"], session.Tables.Select(table => $"{table.Schema}.{table.Name}"));
        Assert.Equal(kept.Count, await ScalarAsync(session, "SELECT count(*) FROM results.mine"));
        Assert.Equal(0L, await ScalarAsync(session, "SELECT count(*) FROM (SELECT identity, age, district, income FROM results.mine EXCEPT ALL SELECT identity, age, district, income FROM people, range(3))"));
        Assert.Equal(kept.Count, await ScalarAsync(session, "SELECT count(*) FROM results.mine r WHERE r.pair[1] = r.age AND r.part.a = district"));
        Assert.Equal(1L, await ScalarAsync(session, "SELECT count(*) FROM catalog.tables WHERE table_schema = 'results' AND table_name = 'mine'"));
        Assert.Equal("scan", ((QueryAnswer.Rows)await session.QueryAsync("EXPLAIN SELECT age FROM results.mine")).Values[^1][1]);
        Assert.IsType<QueryAnswer.Rows>(await session.QueryAsync("CREATE TEMP TABLE t AS SELECT age FROM results.mine"));
        Assert.All(_data.Files(), file => Assert.True(File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes("PLANTED-WORD")) < 0));
    }

    [Theory]
    [InlineData("SELECT * FROM results.other")]
    [InlineData("SELECT * FROM result0.mine")]
    [InlineData("SELECT * FROM result0.main.mine")]
    [InlineData("SELECT * FROM results.main.mine")]
    [InlineData("SELECT * FROM mine")]
    [InlineData("SELECT rowid FROM results.mine")]
    [InlineData("CREATE TABLE results.x AS SELECT 1")]
    [InlineData("DROP VIEW results.mine")]
    [InlineData("INSERT INTO results.mine SELECT 1")]
    [InlineData("CREATE TEMP TABLE mine AS SELECT 1")]
    public async Task Beside_its_name_there_is_no_way_to_a_result(string sql)
    {
        var zone = await ZoneAsync();
        var (_, result) = await KeepAsync(zone, "SELECT 1 AS a");
        await using var session = await OpenAsync(zone, [new("mine", result)]);
        Assert.IsType<QueryAnswer.Refused>(await session.QueryAsync(sql));
    }

    [Theory]
    [InlineData("SELECT * FROM range(1000001)", "SB-RESULT-3")]
    [InlineData("SELECT uuid(), uuid() a, uuid() b, uuid() c, uuid() d, uuid() e FROM range(900000)", "SB-RESULT-3")]
    [InlineData("EXPLAIN SELECT 1", "SB-QUERY-21")]
    [InlineData("CREATE TEMP TABLE x AS SELECT 1", "SB-QUERY-4")]
    [InlineData("SELECT * FROM read_csv('/etc/passwd')", "SB-QUERY-7")]
    [InlineData("SELECT * FROM results.mine", "SB-QUERY-6")]
    [InlineData("COPY (SELECT 1) TO '/tmp/x'", "SB-QUERY-4")]
    public async Task What_is_too_large_or_may_not_run_is_not_kept(string sql, string rule)
    {
        var zone = await ZoneAsync();
        await using var session = await OpenAsync(zone, [], keeps: true);
        using var target = new MemoryStream();
        var answer = await session.KeepAsync(sql, [], "mine", target);
        Assert.True(answer is QueryAnswer.Refused, answer.ToString());
        var refused = (QueryAnswer.Refused)answer;
        Assert.Equal((rule, 0L), (refused.Reason.Refusal.Rule, target.Length));
        Assert.IsType<QueryAnswer.Kept>(await session.KeepAsync("SELECT $a AS x", [QueryParameter.Of("a=5")!], "mine", target));
    }

    [Fact]
    public async Task A_result_opens_under_its_zones_key_only()
    {
        var zone = await ZoneAsync();
        var (_, result) = await KeepAsync(zone, "SELECT 1 AS a");
        using var wrong = DataKey.ThrowAway(Suite.Nist, "zone");
        Assert.Throws<TrustException>(() => _data.Store.OpenInto(result, wrong, Stream.Null));
    }

    public void Dispose()
    {
        _key.Dispose();
        _data.Dispose();
    }

    private async Task<(QueryAnswer.Kept Answer, ObjectRef Object)> KeepAsync(ObjectRef zone, string sql)
    {
        await using var session = await OpenAsync(zone, [], keeps: true);
        QueryAnswer? answer = null;
        using var staged = await _data.Store.StageAsync(NamedResults.ObjectKind, _key, async target => answer = await session.KeepAsync(sql, [], "mine", target));
        return (Assert.IsType<QueryAnswer.Kept>(answer), staged.Commit());
    }

    private Task<QuerySession> OpenAsync(ObjectRef zone, IReadOnlyList<NamedResultFile> results, bool keeps = false) =>
        new QueryService(TestData.Jailer, _data.Store).OpenAsync(zone, _key, null, results, keeps);

    private Task<ObjectRef> ZoneAsync() => _data.WorkbenchAsync(_key);

    private static async Task<object?> ScalarAsync(QuerySession session, string sql)
    {
        var answer = await session.QueryAsync(sql);
        return Assert.IsType<QueryAnswer.Rows>(answer).Values[0][0];
    }
}
