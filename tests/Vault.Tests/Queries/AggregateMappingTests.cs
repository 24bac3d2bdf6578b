using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Tests.DuckDb;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Tests.Queries;

/// <summary>From a statement to the closed request, and through the jailed reader.</summary>
public sealed class AggregateMappingTests : IDisposable
{
    private static readonly GrantedTable[] Tables = [new("main", "people", ["place", "sex", "income", "born", "flag"]), new("main", "shops", ["place"])];

    private readonly DuckDbConnection _engine = EngineForTests.Memory();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("SELECT count(*) FROM people", "people [] Count::count limit=")]
    [InlineData("SELECT Sex AS s, COUNT(1) n, sum(p.income), round(avg(income)), round(mean(INCOME), 2) FROM main.people AS p GROUP BY s ORDER BY n DESC, 1 LIMIT 3", "people [sex] Dimension:sex:s Count::n Sum:income:sum(income) Mean:income:round(avg(income)):0 Mean:income:round(mean(income)):2 order=1- order=0+ limit=3")]
    [InlineData("FROM zone.people SELECT sex, place, count(income) GROUP BY ALL ORDER BY count(income)", "people [sex,place] Dimension:sex:sex Dimension:place:place Count:income:count(income) order=2+ limit=")]
    [InlineData("SELECT count(*) FROM people WHERE place = -1.50 AND 3 < place AND born <= DATE '2024-01-31' AND flag AND sex IN ('f', '中')", "people [] Count::count limit= | place in -1.50 | place 3.. | place not 3 | born ..2024-01-31 | flag in true | sex in f,中")]
    [InlineData("SELECT count(*) FROM people WHERE NOT flag AND (place = 1 OR (place >= 7 OR place BETWEEN 2 AND 3))", "people [] Count::count limit= | flag in false | (place in 1;place 7..;place 2..3)")]
    [InlineData("SELECT count(*) FROM people WHERE sex <> 'f'", "people [] Count::count limit= | sex not f | (sex ..f;sex f..)")]
    [InlineData("SELECT count(*) FROM shops GROUP BY place", "shops [place] Count::count limit=")]
    public void A_statement_is_read_as_its_closed_form(string sql, string form)
    {
        var reply = AggregateRole.Map(sql, Serialize(sql), Tables);
        Assert.Null(reply.Refused);
        Assert.Equal(form, Form(reply.Request!.ToRequest()!));
    }

    [Theory]
    [InlineData("SELECT count(*) FROM people WHERE place > NULL")]
    [InlineData("SELECT count(*) FROM people WHERE place = 170141183460469231731687303715884105727")]
    [InlineData("SELECT count(*) FROM people WHERE place IS NULL")]
    [InlineData("SELECT count(*) FROM people WHERE place IN (SELECT 1)")]
    [InlineData("SELECT count(*) FROM people WHERE place < 3 OR place = 9")]
    [InlineData("SELECT count(*) FROM people WHERE place NOT BETWEEN 3 AND 4")]
    [InlineData("SELECT count(*) FROM people WHERE place IS DISTINCT FROM 3")]
    [InlineData("SELECT count(*) FROM people WHERE (place, sex) = (3, 'f')")]
    [InlineData("SELECT count(*) FROM people WHERE lower(sex) = 'f'")]
    [InlineData("SELECT count(*) FROM people WHERE place + 0 = 3")]
    [InlineData("SELECT count(*) FROM people WHERE place = 1 + 2")]
    [InlineData("SELECT count(*) FROM people WHERE place = (1)::VARIANT")]
    [InlineData("SELECT count(*) FROM people WHERE sex COLLATE nocase = 'F'")]
    [InlineData("SELECT count(*) FROM people WHERE CASE WHEN flag THEN true END")]
    [InlineData("SELECT count(*), rowid FROM people")]
    [InlineData("SELECT count(*) FROM people ORDER BY random()")]
    [InlineData("SELECT sex, count(*) FROM people GROUP BY sex ORDER BY sex NULLS FIRST")]
    [InlineData("SELECT sex, count(*) FROM people GROUP BY GROUPING SETS ((sex), ())")]
    [InlineData("SELECT sex, count(*) FROM people GROUP BY sex LIMIT 10%")]
    [InlineData("SELECT pg_catalog.count(*) FROM people")]
    [InlineData("SELECT COLUMNS(*) FROM people")]
    [InlineData("SELECT count(people) FROM people")]
    [InlineData("SELECT sum(q.income) FROM people p")]
    [InlineData("SELECT count(*) FROM people AS p(a, b)")]
    [InlineData("SELECT count(*) FROM people AT (VERSION => 1)")]
    [InlineData("SELECT count(*) FROM temp.main.people")]
    [InlineData("SELECT count(*) FROM people USING SAMPLE 10%")]
    [InlineData("DESCRIBE people")]
    [InlineData("PIVOT people ON sex IN ('f') USING count(*)")]
    [InlineData("VALUES (1)")]
    [InlineData("")]
    public void Everything_else_is_refused(string sql)
    {
        var reply = AggregateRole.Map(sql, Serialize(sql), Tables);
        Assert.Null(reply.Request);
        Assert.NotEmpty(reply.Refused!.Refusal.Remedy);
        Assert.True(AggregateRefusals.IsOurs(reply.Refused.Refusal, sql, new QueryLimits()));
    }

    [Fact]
    public async Task The_jailed_reader_says_the_same_with_the_place_in_the_text()
    {
        var reader = new AggregateReader(TestZone.Jailer);
        var mapped = Assert.IsType<AggregateReading.Mapped>(await reader.ReadAsync("SELECT sex, avg(income) FROM people GROUP BY sex", Tables));
        Assert.Equal("people [sex] Dimension:sex:sex Mean:income:avg(income) limit=", Form(mapped.Request));
        var refused = Assert.IsType<AggregateReading.Refused>(await reader.ReadAsync("SELECT sex,\n max(income) FROM people GROUP BY sex", Tables));
        Assert.Equal(("SB-PROD-3", 2, 2), (refused.Reason.Refusal.Rule, refused.Reason.Position!.Line, refused.Reason.Position.Column));
        Assert.IsType<AggregateReading.Refused>(await reader.ReadAsync(new string('x', 40_000), Tables));
        Assert.IsType<AggregateReading.Refused>(await reader.ReadAsync("SELECT \0", Tables));
    }

    private static string Form(AggregateRequest request) =>
        $"{request.Table} [{string.Join(',', request.Dimensions)}] {string.Join(' ', request.Items.Select(item => $"{item.Kind}:{item.Column}:{item.Name}{(item.Decimals is { } decimals ? $":{decimals}" : "")}"))}"
        + string.Concat(request.Order.Select(order => $" order={order.Item}{(order.Descending ? '-' : '+')}")) + $" limit={request.Limit}"
        + string.Concat(request.Filters.Select(filter => $" | {Words(filter)}"));

    private static string Words(RowFilter filter) => filter switch
    {
        RowFilter.Between span => $"{span.Column} {span.From}..{span.To}",
        RowFilter.OneOf list => $"{list.Column} in {string.Join(',', list.Values)}",
        RowFilter.NoneOf list => $"{list.Column} not {string.Join(',', list.Values)}",
        RowFilter.AnyOf any => $"({string.Join(';', any.Conditions.Select(Words))})",
        _ => "?",
    };

    private string Serialize(string sql) =>
        _engine.ScalarText($"json_serialize_sql({DuckDbConnection.Literal(sql)}, skip_null := false, skip_empty := false, skip_default := false)")!;
}
