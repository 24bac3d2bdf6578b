using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Judge.Microdata;
using Sandbox.Policy.Disclosure.Risk;

namespace Sandbox.Judge;

/// <summary><c>risk</c>: measures the risk of re-identification of records, from a data set or from rows in the case, under the names that ARX and sdcMicro use.</summary>
internal static class RiskVerb
{
    public static void Run(JudgeArguments arguments, CaseOutput output)
    {
        var read = JsonNode.Parse(File.ReadAllText(arguments.File))!;
        foreach (var item in read is JsonArray many ? many.Select(one => one!.AsObject()) : [read.AsObject()])
        {
            JsonObject actual;
            try
            {
                actual = Answer(Reidentification.Of(item["rows"] is JsonArray ? Inline(item) : FromFile(item, arguments.Data)));
            }
            catch (Exception error) when (error is InvalidDataException or IOException or ArgumentException or InvalidOperationException or FormatException)
            {
                actual = new JsonObject { ["refused"] = "The records could not be measured." };
            }

            output.Case((string?)item["id"] ?? "case", actual, item["expected"] is JsonObject expected ? expected.All(pair => Agrees(pair.Value, actual[pair.Key])) : null);
        }
    }

    private static JsonObject Answer(Reidentification risk)
    {
        JsonArray Numbers<T>(IReadOnlyList<T> values, Func<T, JsonNode> node) => [.. values.Select(node)];
        var answer = new JsonObject
        {
            ["rows"] = risk.Rows,
            ["equivalence_classes"] = risk.Classes,
            ["unique_rows"] = risk.SampleUniques,
            ["sample_uniqueness"] = risk.Rows == 0 ? 0 : (double)risk.SampleUniques / risk.Rows,
            ["population_uniqueness"] = risk.Rows == 0 ? 0 : risk.PopulationUniques / risk.Rows,
            ["population_uniques"] = risk.PopulationUniques,
            ["average_risk"] = risk.AverageRisk,
            ["highest_risk"] = risk.HighestRisk,
            ["lowest_risk"] = risk.LowestRisk,
            ["n_unique"] = risk.SampleUniques,
            ["n_pairs"] = risk.Pairs,
        };
        foreach (var name in new[] { "k", "k_anonymity", "min_class_size" })
        {
            answer[name] = risk.K;
        }

        foreach (var name in new[] { "l", "l_diversity", "distinct_l" })
        {
            answer[name] = risk.Diversity;
        }

        foreach (var name in new[] { "t", "t_closeness" })
        {
            answer[name] = risk.Closeness;
        }

        answer["expected_reidentifications"] = risk.IndividualRisks.Sum();
        answer["global_risk"] = risk.Rows == 0 ? 0 : risk.IndividualRisks.Average();
        if (risk.Rows <= 10_000)
        {
            answer["fk"] = Numbers(risk.SampleFrequencies, value => value);
            answer["Fk_weighted"] = Numbers(risk.PopulationFrequencies, value => value);
            answer["Fk"] = Numbers(risk.PopulationFrequencies, value => value);
            answer["indivRisk_approx"] = Numbers(risk.IndividualRisks, value => value);
        }

        return answer;
    }

    private static RiskRow[] Inline(JsonObject item)
    {
        string[] columns = [.. item["columns"]!.AsArray().Select(name => (string)name!)];
        var rows = item["rows"]!.AsArray().Select(row => row!.AsArray()).ToArray();
        return Rows(item, columns, rows.Length, (row, column) => rows[row][column]?.ToString());
    }

    private static RiskRow[] FromFile(JsonObject item, string data)
    {
        var file = CsvTable.Read(Path.Combine(data, "real", (string)item["dataset"]!), ((string?)item["delimiter"])?[0]);
        var where = item["where"] is { } condition ? SqlExpression.Parse((string)condition!) : null;
        int[] chosen = [.. Enumerable.Range(0, file.Rows).Where(at => where is null || where(column => file.Value(at, column)) is true)];
        return Rows(item, file.Columns, chosen.Length, (row, column) => file.Value(chosen[row], file.Columns[column]) is { } value ? SqlValues.Text(value) : null);
    }

    private static RiskRow[] Rows(JsonObject item, IReadOnlyList<string> columns, int count, Func<int, int, string?> value)
    {
        var weight = (string?)(item["weight"] ?? item["weights"]) ?? (columns.Contains("weight") ? "weight" : null);
        var sensitive = Named(item["sensitive"]);
        var keys = (item["keys"] ?? item["quasi_identifiers"] ?? item["qi"]) is JsonArray list
            ? [.. list.Select(name => (string)name!)]
            : columns.Where(name => name != weight && name != sensitive).ToArray();
        int Place(string name) => columns.Index().Where(pair => pair.Item == name).Select(pair => pair.Index).DefaultIfEmpty(-1).First() is var at and >= 0 ? at : throw new InvalidDataException("The case names a column that is not there.");
        int[] places = [.. keys.Select(Place)];
        var (weightAt, sensitiveAt) = (weight is null ? -1 : Place(weight), sensitive is null ? -1 : Place(sensitive));
        return [.. Enumerable.Range(0, count).Select(row => new RiskRow(
            [.. places.Select(place => value(row, place) is { Length: > 0 } text && text is not ("NA" or "null") ? text : null)],
            weightAt < 0 ? 1 : double.Parse(value(row, weightAt) ?? "", NumberStyles.Float, CultureInfo.InvariantCulture),
            sensitiveAt < 0 ? null : value(row, sensitiveAt)))];
    }

    private static double Number(JsonNode node) => double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);

    private static string? Named(JsonNode? node) => node is JsonArray list ? (string?)list.FirstOrDefault() : (string?)node;

    private static bool Agrees(JsonNode? expected, JsonNode? actual) => (expected, actual) switch
    {
        (null, _) => true,
        (_, null) => false,
        (JsonArray list, JsonArray own) => list.Count == own.Count && list.Zip(own).All(pair => Agrees(pair.First, pair.Second)),
        (JsonValue value, JsonValue own) when value.GetValueKind() == System.Text.Json.JsonValueKind.Number =>
            Math.Abs(Number(own) - Number(value)) <= 1e-6 * Math.Max(Math.Abs(Number(value)), 1e-2),
        _ => expected.ToJsonString() == actual.ToJsonString(),
    };
}
