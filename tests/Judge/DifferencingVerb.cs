using System.Text.Json.Nodes;
using Sandbox.Export.Checks;
using Sandbox.Judge.Microdata;
using Sandbox.Policy;

namespace Sandbox.Judge;

/// <summary>
/// <c>differencing</c>: after an export over the predicate <c>first</c>, may one over <c>second</c> leave? Answers <c>expect_second_export</c> with allow or
/// hold and the sizes of the sets; no sum and no difference of sums is ever computed.
/// </summary>
internal static class DifferencingVerb
{
    public static void Run(JudgeArguments arguments, CaseOutput output)
    {
        var files = new Dictionary<string, CsvTable>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(arguments.File).Where(line => !string.IsNullOrWhiteSpace(line)))
        {
            var item = JsonNode.Parse(line)!.AsObject();
            JsonObject actual;
            try
            {
                var path = Path.Combine(arguments.Data, "real", (string)item["dataset"]!);
                if (!files.TryGetValue(path, out var file))
                {
                    files.Add(path, file = CsvTable.Read(path));
                }

                actual = Decide(item, file);
            }
            catch (Exception error) when (error is InvalidDataException or IOException or OverflowException)
            {
                // Nothing is known about the second set, so it stays.
                actual = new JsonObject { ["expect_second_export"] = "hold", ["refused"] = error.Message };
            }

            output.Case(
                (string)item["id"]!, actual,
                (string?)item["expect_second_export"] is { } expected ? expected == (string?)actual["expect_second_export"] : null);
        }
    }

    private static JsonObject Decide(JsonObject item, CsvTable file)
    {
        var first = SqlExpression.Parse((string)item["first"]!);
        var second = SqlExpression.Parse((string)item["second"]!);
        var sizes = new long[4];
        for (var at = 0; at < file.Rows; at++)
        {
            var row = at;
            object? Row(string name) => file.Value(row, name);
            sizes[(first(Row) is true ? 1 : 0) + (second(Row) is true ? 2 : 0)]++;
        }

        var (onlyFirst, onlySecond, both) = (sizes[1], sizes[2], sizes[3]);
        var verdict = AtomCheck.Evaluate((int?)item["threshold"] ?? 10, [onlyFirst, onlySecond, both]);
        return new JsonObject
        {
            ["expect_second_export"] = verdict == Verdict.Pass ? "allow" : "hold",
            ["n_first"] = onlyFirst + both,
            ["n_second"] = onlySecond + both,
            ["only_first"] = onlyFirst,
            ["only_second"] = onlySecond,
        };
    }
}
