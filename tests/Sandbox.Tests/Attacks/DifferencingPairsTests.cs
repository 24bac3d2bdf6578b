using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sandbox.Export.Reviewing;
using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Exports;
using Sandbox.Host.Scenarios;
using Sandbox.Policy.Identifiers;
using Sandbox.Vault.Loading;

namespace Sandbox.Host.Tests.Attacks;

/// <summary>The outside pairs of requests through the gate itself: the first is released, then the second is asked for.</summary>
public sealed partial class DifferencingPairsTests
{
    private const string Purpose = "Compare groups";

    [SharedDataFact]
    public async Task A_handful_of_the_outside_pairs() => await PairsAsync(pair => (string)pair["id"]! is "diff-001" or "diff-004" or "diff-015" or "diff-031");

    [SharedDataFact]
    [Trait("Category", "Long")]
    public async Task All_outside_pairs() => await PairsAsync(_ => true);

    private static async Task PairsAsync(Func<JsonNode, bool> chosen)
    {
        using var domain = await AttackDomain.MakeAsync(withData: false);
        var pairs = File.ReadLines(Path.Combine(Checkout.SharedData!, "cases", "sdc", "differencing.ndjson")).Select(line => JsonNode.Parse(line)!).Where(chosen).ToArray();
        Assert.NotEmpty(pairs);
        foreach (var pair in pairs)
        {
            var name = (string)pair["id"]!;
            await GrantAsync(domain, pair, name);
            var first = await AskAsync(domain, pair, name, "first");
            Assert.True(first is Answer.Done, name + ": " + string.Join(" ", (first as Answer.Refused)?.Refusals.Select(refusal => refusal.Rule) ?? []));
            await ReleaseAsync(domain, name + "-first");
            var second = await AskAsync(domain, pair, name, "second");
            if ((string)pair["expect_second_export"]! == "hold")
            {
                Assert.True(second is Answer.Refused, name);
                var refused = (Answer.Refused)second;
                Assert.Contains(refused.Refusals, refusal => refusal.Rule == "SB-EXP-15");
                Assert.All(refused.Refusals, refusal => Assert.DoesNotMatch(@"\d", refusal.Why + refusal.Remedy));
            }
            else
            {
                AttackDomain.Done(second);
            }
        }
    }

    private static async Task GrantAsync(AttackDomain domain, JsonNode pair, string name)
    {
        var path = Path.Combine(Checkout.SharedData!, "real", (string)pair["dataset"]!);
        var columns = Words().Matches((string)pair["first"]! + " " + (string)pair["second"]!).Select(match => match.Value).Append((string)pair["value"]!).ToHashSet(StringComparer.Ordinal);
        var header = File.ReadLines(path).First().Split(',').Select(column => column.Trim('"')).ToArray();
        columns.IntersectWith(header);
        if (columns.Contains("LIMIT_BAL"))
        {
            // The file writes 100000 as 1e+05, and a column that would not read back the same is kept as text.
            var amounts = Path.Combine(domain.Root, name + ".csv");
            await File.WriteAllLinesAsync(amounts, File.ReadLines(path).Select((line, at) => at == 0 ? line : string.Join(',', line.Split(',').Select((cell, column) => column == 1 ? double.Parse(cell, CultureInfo.InvariantCulture).ToString("F0", CultureInfo.InvariantCulture) : cell))));
            path = amounts;
        }

        using (var wang = domain.As("wang"))
        {
            AttackDomain.Done(await AddData.RunAsync(domain.Open, wang, new NewData(name, new Delivery(path, SourceEncoding.Auto, []), "outside case", domain.Open.Today, null, []), null, CancellationToken.None));
            AttackDomain.Done(ConfirmGrades.Run(domain.Open, wang, name, columns.ToDictionary(column => column, _ => ColumnGrade.General)));
        }

        var list = new JsonArray([.. columns.Select(column => (JsonNode)new JsonObject { ["name"] = column, ["workbench"] = new JsonObject { ["rule"] = "keep" }, ["production"] = null })]);
        using (var li = domain.As("li"))
        {
            AttackDomain.Done(RequestScenario.Run(domain.Open, li, ScenarioSpec.FromUntrusted(Encoding.UTF8.GetBytes($$"""
                {"name":"{{name}}","purpose":"{{Purpose}}","from":"{{domain.Open.Today:yyyy-MM-dd}}","until":"{{domain.Open.Today.AddDays(30):yyyy-MM-dd}}","people":["li"],"tables":[
                  {"data_set":"{{name}}","sample_per_mille":100,"quasi_identifiers":[],"columns":{{list.ToJsonString()}} }]}
                """))));
        }

        foreach (var who in new[] { "zhao", "wang" })
        {
            using var actor = domain.As(who);
            AttackDomain.Done(AnswerScenario.Run(domain.Open, actor, name, agree: true, null));
        }
    }

    private static async Task<Answer> AskAsync(AttackDomain domain, JsonNode pair, string name, string which)
    {
        var where = Conditions((string)pair[which]!);
        var value = domain.Open.Registry.Find<DataSet>(name)!.Columns.Single(column => column.Name == (string)pair["value"]!);

        // A column whose codes the loader keeps as text can't be summed; the groups can still be counted.
        var sum = value.Type.Kind is >= StoredKind.Whole8 and <= StoredKind.Exact ? $$""",{"name":"total","kind":"sum","column":"{{value.Name}}","digits":15}""" : "";
        var spec = new JsonObject
        {
            ["name"] = $"{name}-{which}", ["scenario"] = name, ["purpose"] = Purpose, ["recipient"] = JsonNode.Parse("""{"id":"x","name":"Institute","country":"CN"}"""),
            ["tables"] = new JsonArray(new JsonObject
            {
                ["name"] = "t", ["source"] = name, ["run"] = null, ["round"] = null, ["dimensions"] = new JsonArray(),
                ["measures"] = JsonNode.Parse($$"""[{"name":"n","kind":"count","column":null,"digits":15}{{sum}}]"""),
                ["where"] = where.Count == 0 ? null : where,
            }),
        };
        using var li = domain.As("li");
        return await RequestExport.RunAsync(domain.Open, li, ExportSpec.FromUntrusted(Encoding.UTF8.GetBytes(spec.ToJsonString())), CancellationToken.None);
    }

    private static async Task ReleaseAsync(AttackDomain domain, string export)
    {
        foreach (var who in new[] { "qian", "sun" })
        {
            using var reviewer = domain.As(who);
            AttackDomain.Done(VoteExport.Run(domain.Open, reviewer, export, VoteDecision.Approve));
        }

        using var zhao = domain.As("zhao");
        AttackDomain.Done(await ReleaseExport.RunAsync(domain.Open, zhao, export, CancellationToken.None));
    }

    /// <summary>The cases' predicates in the form of a request: a conjunction of conditions, one of which may be a disjunction.</summary>
    private static JsonArray Conditions(string sql) => sql == "TRUE"
        ? []
        : new JsonArray([.. Regex.Split(sql, " and ", RegexOptions.IgnoreCase).Select(part =>
            Regex.Split(part, " or ", RegexOptions.IgnoreCase) is { Length: > 1 } many
                ? (JsonNode)new JsonObject { ["any"] = new JsonArray([.. many.Select(Condition)]) }
                : Condition(part))]);

    private static JsonNode Condition(string sql)
    {
        var match = Comparison().Match(sql.Trim());
        Assert.True(match.Success, sql);
        var (column, op, value) = (match.Groups[1].Value, match.Groups[2].Value.ToUpperInvariant(), match.Groups[3].Value);
        JsonArray List() => new([.. value.Trim('(', ')').Split(',').Select(item => (JsonNode)item.Trim().Trim('\''))]);
        string Moved(int by) => (long.Parse(value, CultureInfo.InvariantCulture) + by).ToString(CultureInfo.InvariantCulture);
        return op switch
        {
            "IN" or "=" => new JsonObject { ["column"] = column, ["one_of"] = List() },
            "!=" or "IS DISTINCT FROM" => new JsonObject { ["column"] = column, ["none_of"] = List() },
            "<=" => new JsonObject { ["column"] = column, ["to"] = value },
            "<" => new JsonObject { ["column"] = column, ["to"] = Moved(-1) },
            ">=" => new JsonObject { ["column"] = column, ["from"] = value },
            _ => new JsonObject { ["column"] = column, ["from"] = Moved(1) },
        };
    }

    [GeneratedRegex("[A-Za-z_][A-Za-z_0-9.]*")]
    private static partial Regex Words();

    [GeneratedRegex(@"^(\w+) *(<=|>=|!=|<|>|=|IS DISTINCT FROM|in)\s*(.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Comparison();
}
