using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sandbox.Export.Suppression;
using Sandbox.Judge.Microdata;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Judge;

/// <summary>
/// <c>primary</c>: groups the microdata with all margins and answers per cell n, sum and the two largest, and for each rule of the case the cells that must be withheld; for a case with given
/// primary cells the whole pattern that the gate would withhold, audited by linear programming. Cells are numbered from 1, the first dimension major, totals first.
/// </summary>
internal static partial class PrimaryVerb
{
    private const string Total = "total";

    public static void Run(JudgeArguments arguments, CaseOutput output)
    {
        var read = JsonNode.Parse(File.ReadAllText(arguments.File))!;
        var files = new Dictionary<string, CsvTable>(StringComparer.Ordinal);
        foreach (var item in read is JsonArray many ? many.Select(one => one!.AsObject()) : [read.AsObject()])
        {
            var id = (string?)item["id"] ?? "case";
            try
            {
                var path = Path.Combine(arguments.Data, "real", (string)item["dataset"]!);
                if (!files.TryGetValue(path, out var file))
                {
                    files.Add(path, file = CsvTable.Read(path));
                }

                string[] dimensions = [.. item["dims"]!.AsArray().Select(name => (string)name!)];
                var value = (string?)item["value"] ?? Value(file, dimensions);
                var cells = Cells(file, dimensions, value);
                var (actual, pass) = item["primary"] is JsonArray primary ? Secondary(item, cells, [.. primary.Select(number => (int)number!)]) : Primary(item, dimensions, cells);
                output.Case(id, actual, pass);
            }
            catch (Exception error) when (error is InvalidDataException or IOException or InvalidOperationException or FormatException)
            {
                output.Case(id, new JsonObject { ["refused"] = "The case could not be computed." }, Expectations(item).Any() || item["primary"] is not null ? false : null);
            }
        }
    }

    private static (JsonObject, bool?) Primary(JsonObject item, string[] dimensions, CellEvidence[] cells)
    {
        var listed = new JsonArray();
        foreach (var (at, cell) in cells.Index())
        {
            var line = new JsonObject { ["cell"] = at + 1 };
            foreach (var (name, part) in dimensions.Zip(cell.Key))
            {
                line[name] = part ?? Total;
            }

            line["n"] = cell.Rows;
            line["sum"] = cell.Sum;
            line["top1"] = cell.Largest;
            line["top2"] = cell.SecondLargest;
            listed.Add(line);
        }

        bool? pass = null;
        var withheld = new JsonObject();
        foreach (var (name, expected) in Expectations(item).DistinctBy(pair => pair.Rule))
        {
            var rule = Rule(name);
            int[] found = rule is null ? [] : [.. cells.Index().Where(pair => rule.Withholds(pair.Item)).Select(pair => pair.Index + 1)];
            withheld[name] = new JsonArray([.. found.Select(number => (JsonNode)number)]);
            pass = (pass ?? true) && rule is not null && found.SequenceEqual(expected);
        }

        foreach (var expected in (item["cells"]?.AsArray() ?? []).Select(cell => cell!.AsObject()))
        {
            var own = listed[(int)expected["cell"]! - 1]!.AsObject();
            pass = (pass ?? true) && expected.All(pair => pair.Value is null || own[pair.Key] is { } ours && (pair.Value.GetValueKind() == System.Text.Json.JsonValueKind.Number
                ? Math.Abs(Number(ours) - Number(pair.Value)) <= 1e-9 * Math.Max(1, Math.Abs(Number(pair.Value)))
                : ours.ToString() == pair.Value.ToString()));
        }

        return (new JsonObject { ["primary_cells"] = withheld, ["cells"] = listed }, pass);
    }

    private static (JsonObject, bool?) Secondary(JsonObject item, CellEvidence[] cells, int[] primary)
    {
        TableCell[] table = [.. cells.Select(cell => new TableCell(cell.Key, cell.Sum, false))];
        var alone = WithheldTable.Attack([.. table.Select((cell, at) => cell with { Withheld = primary.Contains(at + 1) })]);
        var result = SecondarySuppression.Protect(table, [.. primary.Select(number => new PrimaryCell(table[number - 1].Key, Math.Max(1e-6, 0.1 * Math.Abs(table[number - 1].Value))))]);
        if (result is not SuppressionResult.Protected(var done, var ranges))
        {
            return (new JsonObject { ["suppressed"] = null, ["status"] = "unsafe" }, false);
        }

        int[] suppressed = [.. done.Index().Where(pair => pair.Item.Withheld).Select(pair => pair.Index + 1)];
        var best = (item["peer_suppressed"]?["OPT"] ?? item["peer_suppressed"]?.AsObject().Select(pair => pair.Value).MinBy(list => list!.AsArray().Count))?.AsArray().Count;
        return (
            new JsonObject
            {
                ["suppressed"] = new JsonArray([.. suppressed.Select(number => (JsonNode)number)]),
                ["status"] = "safe",
                ["primary_alone"] = alone is null || alone.Any(range => !(range.Width > 1e-6)) ? "unsafe" : "safe",
                ["ranges"] = new JsonArray([.. ranges.Select(range => (JsonNode)new JsonArray(Math.Round(range.Least, 9), Math.Round(range.Greatest, 9)))]),
            },
            best is { } count ? suppressed.Length <= 1.5 * count && primary.All(number => suppressed.Contains(number)) : null);
    }

    private static IEnumerable<(string Rule, int[] Cells)> Expectations(JsonObject item) =>
        new[] { "peer_expected_primary_cells", "recomputed_here", "expected" }.Select(name => item[name] as JsonObject).OfType<JsonObject>()
            .SelectMany(rules => rules.Where(pair => pair.Value is JsonArray).Select(pair => (pair.Key, pair.Value!.AsArray().Select(number => (int)number!).ToArray())));

    private static PrimaryRule? Rule(string name)
    {
        double[] figures = [.. Figures().Matches(name.Split('(')[0]).Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture))];
        return (name.Split(' ')[0].ToLowerInvariant(), figures) switch
        {
            ("freq", [var most, ..]) => new PrimaryRule.Frequency((int)most),
            ("nk", [var n, var k, ..]) => new PrimaryRule.Dominance((int)n, k),
            ("p", [var p, ..]) => new PrimaryRule.PPercent(p),
            ("pq", [var p, var q, ..]) => new PrimaryRule.PriorPosterior(p, q),
            _ => null,
        };
    }

    private static double Number(JsonNode node) => double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);

    private static string Value(CsvTable file, string[] dimensions) =>
        file.Columns.First(name => !dimensions.Contains(name, StringComparer.Ordinal) && file.Rows > 0 && file.Value(0, name) is long or double);

    private static CellEvidence[] Cells(CsvTable file, string[] dimensions, string value)
    {
        var rows = Enumerable.Range(0, file.Rows).Select(at => (Key: dimensions.Select(name => file.Value(at, name) is { } part ? SqlValues.Text(part) : "(missing)").ToArray(), Value: file.Value(at, value))).ToArray();
        var levels = dimensions.Select((_, at) => rows.Select(row => row.Key[at]).Distinct(StringComparer.Ordinal).ToArray()).ToArray();
        for (var at = 0; at < levels.Length; at++)
        {
            // Totals first; categories by name, but a table of the sexes names the men first.
            levels[at] = levels[at].Order(StringComparer.Ordinal).SequenceEqual(["female", "male"]) ? ["male", "female"] : [.. levels[at].Order(StringComparer.Ordinal)];
        }

        IEnumerable<string?[]> keys = [[]];
        foreach (var level in levels)
        {
            keys = keys.SelectMany(_ => level.Prepend(null), (key, part) => (string?[])[.. key, part]).ToArray();
        }

        return [.. keys.Select(key => Cell(key, rows.Where(row => key.Zip(row.Key).All(pair => pair.First is null || pair.First == pair.Second)).Select(row => row.Value)))];
    }

    private static CellEvidence Cell(string?[] key, IEnumerable<object?> values)
    {
        var all = values.ToArray();
        var numbers = all.Where(item => item is not null).Select(SqlValues.Number).OrderDescending().ToArray();
        return new CellEvidence(key, all.Length, null, numbers.Length, numbers.Sum(), numbers.ElementAtOrDefault(0), numbers.ElementAtOrDefault(1), numbers.Count(number => number < 0)) { LargestN = numbers.Take(3).Sum() };
    }

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Figures();
}
