using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.Tests.Attacks;

namespace Sandbox.Host.Tests.Production;

/// <summary>Questions of every day about production rows, and what of them is right.</summary>
public sealed class ProductionQueryTests(ProductionCity city) : IClassFixture<ProductionCity>
{
    private static readonly string[] Measures = ["count(*)", "sum(income)", "round(avg(income), 1) AS mean", "count(income) AS n"];

    private static readonly string[] Clauses =
    [
        "FROM register",
        "FROM register GROUP BY district",
        "FROM register r WHERE r.sex = 'f' GROUP BY r.district ORDER BY 2 DESC",
        "FROM register GROUP BY district, sex ORDER BY district, sex LIMIT 5",
        "FROM main.register WHERE district IN ('a', 'b') GROUP BY 1",
        "FROM register WHERE year >= 2023 GROUP BY band",
        "FROM register WHERE year BETWEEN 2022 AND 2023 GROUP BY kind, band, sex",
        "FROM register WHERE district <> 'd' AND sex = 'm'",
        "FROM register WHERE year > 2022 AND year < 2024 GROUP BY district",
        "FROM register WHERE kind NOT IN ('kind 0') GROUP BY year",
        "FROM register WHERE district = 'a' OR district = 'b' GROUP BY sex",
        "FROM register WHERE opened < DATE '2011-06-01' GROUP BY band",
        "FROM register WHERE (sex = 'f' AND band = '20+') GROUP BY year, kind",
        "FROM register WHERE 2023 <= year GROUP BY ALL",
        "FROM register GROUP BY district, band, kind, year",
    ];

    [Fact]
    [Trait("Category", "Long")]
    public Task Sixty_ordinary_aggregates_are_answered() => OrdinaryAsync(every: 1, 60);

    [Fact]
    public Task Every_fifth_ordinary_aggregate_is_answered() => OrdinaryAsync(every: 5, 12);

    private async Task OrdinaryAsync(int every, int asking)
    {
        var (asked, at) = (0, 0);
        foreach (var clause in Clauses)
        {
            foreach (var measure in Measures)
            {
                if (at++ % every != 0)
                {
                    continue;
                }

                var dimensions = clause.Contains("GROUP BY 1", StringComparison.Ordinal) || clause.Contains("GROUP BY ALL", StringComparison.Ordinal) ? "district, "
                    : clause.Split("GROUP BY ") is [_, var groups] ? groups.Split(" ORDER")[0] + ", " : "";
                var sql = $"SELECT {dimensions}{measure} {clause}";
                var body = Body(await city.AskAsync(sql), sql);
                Assert.NotEmpty(body["rows"]!.AsArray());
                asked++;
            }
        }

        Assert.Equal(asking, asked);
    }

    [Fact]
    public async Task Figures_are_those_of_the_data()
    {
        var body = Body(await city.AskAsync("SELECT district, count(*) AS n, sum(income), avg(income) AS m FROM register WHERE sex = 'f' GROUP BY district ORDER BY district DESC"));
        Assert.Equal("[\"district\",\"n\",\"sum(income)\",\"m\"]", body["columns"]!.ToJsonString());
        var expected = Enumerable.Range(0, ProductionCity.People).Where(row => row / 4 % 2 == 1).GroupBy(row => row % 4).OrderByDescending(group => group.Key)
            .Select(group => ("abcd"[group.Key].ToString(), (long)group.Count(), (double)group.Sum(ProductionCity.Income), group.Average(ProductionCity.Income))).ToArray();
        Assert.Equal(4, expected.Length);
        foreach (var (row, of) in body["rows"]!.AsArray().Zip(expected))
        {
            Assert.Equal(of.Item1, row![0]!.GetValue<string>());
            Assert.Equal(of.Item2, row[1]!.GetValue<long>());
            Assert.Equal(of.Item3, row[2]!.GetValue<double>());
            Assert.Equal(of.Item4, row[3]!.GetValue<double>(), 6);
        }
    }

    /// <summary>What has no closed form is refused with the rule and the nearest form; the statement itself is never run.</summary>
    [Theory]
    [InlineData("SELECT * FROM register", "SB-PROD-2")]
    [InlineData("SELECT place FROM register", "SB-PROD-2")]
    [InlineData("SELECT place, count(*) FROM register", "SB-PROD-2")]
    [InlineData("SELECT district FROM register GROUP BY district", "SB-PROD-2")]
    [InlineData("SELECT sum(income * (place = 7)::INT) FROM register", "SB-PROD-3")]
    [InlineData("SELECT sum(CASE WHEN place = 7 THEN income ELSE 0 END) FROM register", "SB-PROD-3")]
    [InlineData("SELECT sum(income * pow(2, place)) FROM register", "SB-PROD-3")]
    [InlineData("SELECT sum(income) + 0.001 * count(*) FROM register", "SB-PROD-3")]
    [InlineData("SELECT sum(income) FILTER (WHERE place = 7) FROM register", "SB-PROD-3")]
    [InlineData("SELECT sum(DISTINCT income) FROM register", "SB-PROD-3")]
    [InlineData("SELECT max(income) FROM register", "SB-PROD-3")]
    [InlineData("SELECT min(income), median(income) FROM register", "SB-PROD-3")]
    [InlineData("SELECT list(income) FROM register", "SB-PROD-3")]
    [InlineData("SELECT first(income ORDER BY place) FROM register", "SB-PROD-3")]
    [InlineData("SELECT string_agg(district, ',') FROM register", "SB-PROD-3")]
    [InlineData("SELECT bit_xor(place) FROM register", "SB-PROD-3")]
    [InlineData("SELECT count(DISTINCT pid) FROM register", "SB-PROD-3")]
    [InlineData("SELECT sum(income) OVER (ORDER BY place) FROM register", "SB-PROD-3")]
    [InlineData("SELECT error(max(district)) FROM register", "SB-PROD-3")]
    [InlineData("SELECT round(sum(income), place) FROM register", "SB-PROD-3")]
    [InlineData("SELECT (SELECT sum(income) FROM register WHERE place = 7)", "SB-PROD-1")]
    [InlineData("SELECT count(*) FROM register WHERE income > (SELECT avg(income) FROM register)", "SB-PROD-5")]
    [InlineData("SELECT count(*) FROM register a WHERE EXISTS (SELECT 1 FROM register b WHERE b.place = a.place)", "SB-PROD-5")]
    [InlineData("SELECT count(*) FROM register WHERE place % 100 = 7", "SB-PROD-5")]
    [InlineData("SELECT count(*) FROM register WHERE 1 / (place - 7) > 0", "SB-PROD-5")]
    [InlineData("SELECT count(*) FROM register WHERE district LIKE 'a%'", "SB-PROD-5")]
    [InlineData("SELECT count(*) FROM register WHERE place = year", "SB-PROD-5")]
    [InlineData("SELECT count(*) FROM register WHERE error('x')", "SB-PROD-5")]
    [InlineData("SELECT count(*) FROM register GROUP BY place // 10", "SB-PROD-4")]
    [InlineData("SELECT district, count(*) FROM register GROUP BY ROLLUP (district)", "SB-PROD-4")]
    [InlineData("SELECT district, count(*) FROM register GROUP BY CUBE (district, sex)", "SB-PROD-4")]
    [InlineData("SELECT district, count(*) FROM register GROUP BY district HAVING count(*) > 3", "SB-PROD-7")]
    [InlineData("SELECT DISTINCT district, count(*) FROM register GROUP BY district", "SB-PROD-7")]
    [InlineData("SELECT count(*) FROM register UNION SELECT count(*) FROM register", "SB-PROD-7")]
    [InlineData("SELECT district, count(*) FROM register GROUP BY district LIMIT 1 OFFSET 1", "SB-PROD-7")]
    [InlineData("SELECT district, count(*) FROM register GROUP BY district ORDER BY max(place)", "SB-PROD-3")]
    [InlineData("SELECT district, count(*) FROM register GROUP BY district ORDER BY place", "SB-PROD-8")]
    [InlineData("SELECT district, count(*) FROM register GROUP BY district LIMIT (SELECT 1)", "SB-PROD-8")]
    [InlineData("SELECT count(*) FROM register, register b", "SB-PROD-1")]
    [InlineData("SELECT count(*) FROM register JOIN register b USING (place)", "SB-PROD-1")]
    [InlineData("SELECT count(*) FROM (SELECT * FROM register WHERE place < 5)", "SB-PROD-1")]
    [InlineData("WITH r AS (SELECT * FROM register LIMIT 1) SELECT count(*) FROM r", "SB-PROD-1")]
    [InlineData("SELECT count(*) FROM register TABLESAMPLE 1%", "SB-PROD-1")]
    [InlineData("SELECT count(*) FROM range(5)", "SB-PROD-1")]
    [InlineData("SELECT count(*) FROM raw.register", "SB-QUERY-6")]
    [InlineData("SELECT count(*) FROM pg_class", "SB-QUERY-6")]
    [InlineData("SELECT count(*) FROM 'register.csv'", "SB-QUERY-6")]
    [InlineData("SELECT rowid, count(*) FROM register GROUP BY rowid", "SB-PROD-6")]
    [InlineData("SELECT count(nothing) FROM register", "SB-PROD-6")]
    [InlineData("SELECT count(*) FROM register WHERE place = $1", "SB-QUERY-13")]
    [InlineData("SELECT count(*) FROM register; SELECT 1", "SB-QUERY-5")]
    [InlineData("DROP TABLE register", "SB-QUERY-4")]
    [InlineData("SELECT pid, count(*) FROM register GROUP BY pid", "SB-PROD-11")]
    [InlineData("SELECT income, count(*) FROM register GROUP BY income", "SB-PROD-11")]
    [InlineData("SELECT count(*) FROM register WHERE income > 5000", "CC-17-3")]
    [InlineData("SELECT count(*) FROM register WHERE pid = 'p00007'", "CC-17-3")]
    [InlineData("SELECT avg(district) FROM register", "SB-EVIDENCE-2")]
    [Requirement("CC-11-1")]
    public async Task What_has_no_closed_form_is_refused(string sql, string rule)
    {
        var refused = Assert.IsType<Answer.Refused>(await city.AskAsync(sql, "trams"));
        Assert.Equal(rule, refused.Refusals[0].Rule);
        Assert.All(refused.Refusals, refusal => Assert.NotEmpty(refusal.Remedy));
    }

    [Theory]
    [InlineData("SELECT place, count(*) FROM register GROUP BY place")]
    [InlineData("SELECT sum(allowance) FROM register")]
    [InlineData("SELECT avg(allowance) FROM register")]
    [InlineData("SELECT count(*) FROM register WHERE place = 7")]
    [InlineData("SELECT avg(income) FROM register WHERE place BETWEEN 3 AND 9")]
    [Requirement("CC-27-2")]
    public async Task Groups_of_few_are_withheld_or_the_question_is_too_fine(string sql)
    {
        var answer = await city.AskAsync(sql, "trams");
        if (answer is Answer.Refused refused)
        {
            Assert.Equal("SB-PROD-12", refused.Refusals[0].Rule);
            return;
        }

        var body = Body(answer);
        Assert.Empty(body["rows"]!.AsArray());

        // One withheld group and none sound the same.
        Assert.Equal("fewer than 10", body["withheld"]!.GetValue<string>());
        Assert.Equal("fewer than 10", Body(await city.AskAsync("SELECT count(*) FROM register WHERE place = -1", "trams"))["withheld"]!.GetValue<string>());
    }

    internal static JsonObject Body(Answer answer, string sql = "")
    {
        Assert.True(answer is Answer.Done, $"{sql} {(answer is Answer.Refused refused ? string.Join(' ', refused.Refusals.Select(refusal => refusal.Rule + ' ' + refusal.Why)) : answer.ToString())}");
        return ((Answer.Done)answer).Body;
    }
}
