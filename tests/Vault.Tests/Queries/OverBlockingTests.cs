using System.Text.Json;
using System.Text.RegularExpressions;
using Sandbox.Fixtures;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Tests.Queries;

/// <summary>Queries of analysts elsewhere: a guard that stops them is no use.</summary>
public sealed partial class OverBlockingTests
{
    /// <summary>What statements of another dialect may fail for; docs/reference.md says what to write instead.</summary>
    private static readonly string[] OtherDialect =
        ["curdate(", "adddate(", "datediff(", "date_add(", "geodist(", "str_to_date(", "into outfile", " div ", "decimal(64", "avg(aggregate_int_0 > 0)", "\"", "cot(alice"];

    [Fact]
    public async Task Twenty_two_report_queries_over_a_trading_data_set_are_answered()
    {
        await using var session = await OpenAsync(TradeQueries.Script, TradeQueries.Tables.Select(table => ("trade", table.Name, table.Columns)));
        Assert.Equal(22, TradeQueries.Statements.Length);
        foreach (var sql in TradeQueries.Statements)
        {
            var answer = await session.QueryAsync(sql);
            Assert.True(answer is QueryAnswer.Rows { Values.Count: > 0 }, $"{sql} gave {TestZone.TextOf(answer)}");
        }
    }

    [SharedDataFact]
    public async Task Statements_of_another_system_are_answered_or_need_another_word()
    {
        var file = Path.Combine(Checkout.SharedData!, "cases", "sql_evasion", "scql_test_queries.json");
        using var cases = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
        string[] statements = [.. cases.RootElement.EnumerateArray().Select(item => item.GetProperty("query").GetString()!).Where(sql => sql.TrimStart().StartsWith("select", StringComparison.OrdinalIgnoreCase))];
        string[] columns = [.. statements.SelectMany(sql => Columns().Matches(sql).Select(match => match.Value.ToLowerInvariant())).Distinct().Order(StringComparer.Ordinal)];
        string[] tables = ["tbl_0", "tbl_1", "tbl_2", "upper_table"];
        string[] owners = ["alice", "bob", "carol"];
        var script = string.Concat(owners.Select(owner => $"CREATE SCHEMA {owner};"))
            + string.Concat(from owner in owners from table in tables select $"CREATE TABLE {owner}.{table} AS SELECT {string.Join(", ", columns.Select(column => $"{Value(column)} AS {column}"))} FROM range(1, 21) t(i);");
        await using var session = await OpenAsync(script, from owner in owners from table in tables select (owner, table, columns));
        var answered = 0;
        foreach (var sql in statements)
        {
            var answer = await session.QueryAsync(sql);
            answered += answer is QueryAnswer.Rows ? 1 : 0;
            Assert.True(answer is QueryAnswer.Rows || OtherDialect.Any(word => sql.Contains(word, StringComparison.OrdinalIgnoreCase)), $"{sql} gave {TestZone.TextOf(answer)}");
        }

        Assert.True(answered * 10 > statements.Length * 9, $"{answered} of {statements.Length} answered");
    }

    private static string Value(string column) => column.Split('_')[1] switch
    {
        "int" => "i::INTEGER",
        "float" => "(i / 7.0)::DOUBLE",
        "string" => "'s' || (i % 5)",
        _ => "TIMESTAMP '2024-01-01' + to_days(i::INTEGER)",
    };

    private static async Task<QuerySession> OpenAsync(string script, IEnumerable<(string Schema, string Name, string[] Columns)> tables)
    {
        var views = tables.Select(table => new PublishedView(table.Schema, table.Name, table.Columns.ToDictionary(column => column, MaskRule (_) => new MaskRule.Keep(), StringComparer.Ordinal))).ToArray();
        var zone = await OwnerScriptZone.BuildAsync(TestZone.Jailer, Suite.Nist, script, views);
        Assert.NotNull(zone);
        return await new QueryService(TestZone.Jailer).OpenAsync(zone);
    }

    [GeneratedRegex(@"\b(?:plain|join|joinpayload|groupby|compare|aggregate|encrypt|rank)_(?:int|float|string|datetime|timestamp)_\d\b", RegexOptions.IgnoreCase)]
    private static partial Regex Columns();
}
