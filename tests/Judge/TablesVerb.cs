using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Export.Artefacts;
using Sandbox.Export.Checks;
using Sandbox.Judge.Microdata;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Judge;

/// <summary>
/// <c>tables</c>: groups the microdata that a case names and lets the gate's disclosure rules judge the table. Answers the status and for each cell its key, n
/// and flags. A cell noted as the peer's quirk may differ, one noted <c>stricter-ok</c> may be flagged in addition.
/// </summary>
internal static class TablesVerb
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

                actual = Judge(item, file);
            }
            catch (Exception error) when (error is InvalidDataException or IOException or OverflowException)
            {
                // What can't be recomputed does not leave.
                actual = new JsonObject { ["status"] = "fail", ["refused"] = error.Message };
            }

            output.Case((string)item["id"]!, actual, item["expected"] is JsonObject expected ? Agrees(expected, actual) : null);
        }
    }

    private static JsonObject Judge(JsonObject item, CsvTable file)
    {
        string[] rows = [.. item["rows"]!.AsArray().Select(name => (string)name!)];
        string[] columns = [.. item["cols"]!.AsArray().Select(name => (string)name!)];
        var derived = (item["derived"]?.AsObject() ?? []).ToDictionary(pair => pair.Key, pair => SqlExpression.Parse((string)pair.Value!), StringComparer.OrdinalIgnoreCase);
        var where = (string?)item["where"] is { } condition ? SqlExpression.Parse(condition) : null;
        var aggregation = (string?)item["agg"] ?? "count";
        var rules = Rules(item["params"]!.AsObject());
        var cells = GroupedTable.Group(
            file.Rows,
            at =>
            {
                object? Row(string name) => derived.TryGetValue(name, out var expression) ? expression(column => file.Value(at, column)) : file.Value(at, name);
                return Row;
            },
            [.. rows, .. columns], (string?)item["value"], aggregation, rules.NkN, where);

        var findings = TableDisclosureCheck.Evaluate(Measure(aggregation), [.. cells.Select(cell => cell.Evidence)], rules);
        var listed = new JsonArray();
        var flagged = 0;
        for (var at = 0; at < cells.Count; at++)
        {
            var flags = findings is null || findings.Cells.Count == 0 ? [] : findings.Cells[at].Flags.Distinct().Order(StringComparer.Ordinal).ToArray();
            flagged += flags.Length > 0 ? 1 : 0;
            var cell = new JsonObject
            {
                ["row"] = Key(cells[at].Key[..rows.Length]),
                ["col"] = Key(cells[at].Key[rows.Length..]),
                ["n"] = cells[at].Evidence.Rows,
                ["value"] = Node(cells[at].Value),
                ["flags"] = new JsonArray([.. flags.Select(flag => (JsonNode)flag)]),
            };
            if (item["value"] is not null)
            {
                cell["n_nonnull"] = cells[at].Evidence.NonNull;
            }

            listed.Add(cell);
        }

        return new JsonObject
        {
            ["status"] = (findings?.Verdict ?? Verdict.Fail) switch { Verdict.Pass => "pass", Verdict.Review => "review", _ => "fail" },
            ["flagged_cells"] = flagged,
            ["cells_total"] = cells.Count,
            ["cells"] = listed,
        };
    }

    private static DisclosureRules Rules(JsonObject parameters) => new(
        (int?)parameters["safe_threshold"] ?? 10,
        (int?)parameters["safe_nk_n"] ?? 2,
        (double?)parameters["safe_nk_k"] ?? 0.9,
        (double?)parameters["safe_pratio_p"] ?? 0.1,
        (bool?)parameters["zeros_are_disclosive"] ?? true,
        (bool?)parameters["check_missing_values"] ?? false);

    private static MeasureKind Measure(string aggregation) => aggregation switch
    {
        "count" => MeasureKind.Count,
        "sum" => MeasureKind.Sum,
        "mean" => MeasureKind.Mean,
        "median" or "mode" => MeasureKind.Median,
        "min" => MeasureKind.Minimum,
        "max" => MeasureKind.Maximum,
        "std" => MeasureKind.Deviation,
        _ => MeasureKind.Unknown,
    };

    private static bool Agrees(JsonObject expected, JsonObject actual)
    {
        var ours = (actual["cells"]?.AsArray() ?? []).ToDictionary(CellName, cell => Flags(cell!), StringComparer.Ordinal);
        return (string?)expected["status"] == (string?)actual["status"]
            && expected["cells"] is JsonArray cells && cells.Count == ours.Count
            && cells.All(cell => ours.TryGetValue(CellName(cell), out var flags) && Agrees(cell!.AsObject(), flags));
    }

    private static bool Agrees(JsonObject expected, HashSet<string> flags)
    {
        var notes = string.Join(' ', (expected["notes"]?.AsArray() ?? []).Select(note => (string?)note)) + (string?)expected["note"];
        return notes.Contains("peer-quirk", StringComparison.Ordinal)
            || (notes.Contains("stricter-ok", StringComparison.Ordinal) ? flags.IsSupersetOf(Flags(expected)) : flags.SetEquals(Flags(expected)));
    }

    private static HashSet<string> Flags(JsonNode cell) => [.. (cell["flags"]?.AsArray() ?? []).Select(flag => (string)flag!)];

    /// <summary>One spelling for numbers: 1 and 1.0 are one key.</summary>
    private static string CellName(JsonNode? cell) => string.Join('\u001f', cell!["row"]!.AsArray().Append(null).Concat(cell["col"]!.AsArray()).Select(part =>
        part?.GetValueKind() == JsonValueKind.Number ? double.Parse(part.ToJsonString(), CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture) : part?.ToJsonString()));

    private static JsonArray Key(object[] key) => [.. key.Select(Node)];

    private static JsonNode? Node(object? value) => value switch
    {
        null => null,
        long whole => whole,
        double real => real,
        bool flag => flag,
        _ => (string)value,
    };
}
