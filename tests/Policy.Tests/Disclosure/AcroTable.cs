using System.Globalization;
using System.Text.Json;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Policy.Tests.Disclosure;

/// <summary>One case of the outside file: what to group, with which rules, and what the peer found in each cell.</summary>
internal sealed class AcroTable(JsonElement json)
{
    public string Id { get; } = json.GetProperty("id").GetString()!;

    public string Status { get; } = json.GetProperty("expected").GetProperty("status").GetString()!;

    public Aggregation Aggregation { get; } = Enum.Parse<Aggregation>(json.GetProperty("agg").GetString()!, ignoreCase: true);

    public DisclosureRules Rules
    {
        get
        {
            var rules = json.GetProperty("params");
            return new DisclosureRules(
                rules.GetProperty("safe_threshold").GetInt32(),
                rules.GetProperty("safe_nk_n").GetInt32(),
                rules.GetProperty("safe_nk_k").GetDouble(),
                rules.GetProperty("safe_pratio_p").GetDouble(),
                rules.GetProperty("zeros_are_disclosive").GetBoolean(),
                rules.GetProperty("check_missing_values").GetBoolean());
        }
    }

    /// <summary>Key (rows then columns), the peer's flags in ordinal order, and whether the case allows us to differ.</summary>
    public IEnumerable<(string Key, string[] Flags, bool MayDiffer)> Expected
    {
        get
        {
            foreach (var cell in json.GetProperty("expected").GetProperty("cells").EnumerateArray())
            {
                var key = string.Join('|', cell.GetProperty("row").EnumerateArray().Concat(cell.GetProperty("col").EnumerateArray()).Select(Text));
                var flags = cell.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()!).Order(StringComparer.Ordinal).ToArray();
                yield return (key, flags, cell.TryGetProperty("notes", out var notes) && notes.GetArrayLength() > 0);
            }
        }
    }

    /// <summary>The evidence of every expected cell, grouped by this test itself straight from the CSV file.</summary>
    public List<CellEvidence> Group(string data)
    {
        var (header, rows) = CsvTable.Load(Path.Combine(data, "real", json.GetProperty("dataset").GetString()!));
        var dimensions = json.GetProperty("rows").EnumerateArray().Concat(json.GetProperty("cols").EnumerateArray()).Select(name => Array.IndexOf(header, name.GetString())).ToArray();
        Assert.DoesNotContain(-1, dimensions);
        var measure = json.GetProperty("value").GetString();
        var filter = json.GetProperty("where").ValueKind == JsonValueKind.Null ? null : json.GetProperty("where").GetString();
        var groups = new Dictionary<string, List<double?>>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if ((filter is null || Keep(filter, header, row)) && Array.TrueForAll(dimensions, at => row[at].Length > 0))
            {
                var key = string.Join('|', dimensions.Select(at => Normal(row[at])));
                (groups.TryGetValue(key, out var values) ? values : groups[key] = []).Add(measure is null ? null : Measure(measure, header, row));
            }
        }

        var cells = Expected.Select(cell => Evidence(cell.Key, groups.GetValueOrDefault(cell.Key) ?? [], measure is null)).ToList();
        Assert.Subset(Expected.Select(cell => cell.Key).ToHashSet(), groups.Keys.ToHashSet());
        return cells;
    }

    private static CellEvidence Evidence(string key, List<double?> values, bool countOnly)
    {
        var known = values.Where(value => value is not null).Select(value => value!.Value).OrderDescending().ToArray();
        return new CellEvidence(
            key.Split('|'),
            values.Count,
            null,
            countOnly ? values.Count : known.Length,
            known.Sum(),
            known.Length > 0 ? known[0] : 0,
            known.Length > 1 ? known[1] : 0,
            known.Count(value => value < 0));
    }

    private static double? Measure(string name, string[] header, string[] row)
    {
        // The one derived column of the file.
        var text = name == "children_n" ? row[Array.IndexOf(header, "children")].Replace("more", "4", StringComparison.Ordinal) : row[Array.IndexOf(header, name)];
        return text.Length == 0 ? null : double.Parse(text, CultureInfo.InvariantCulture);
    }

    // The filters of the file are of the form "age > 70".
    private static bool Keep(string filter, string[] header, string[] row)
    {
        var parts = filter.Split(' ');
        var text = row[Array.IndexOf(header, parts[0])];
        Assert.Equal(">", parts[1]);
        return text.Length > 0 && double.Parse(text, CultureInfo.InvariantCulture) > double.Parse(parts[2], CultureInfo.InvariantCulture);
    }

    private static string Text(JsonElement value) => Normal(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());

    private static string Normal(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number.ToString("R", CultureInfo.InvariantCulture) : text;
}
