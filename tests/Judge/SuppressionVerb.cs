using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Export.Suppression;

namespace Sandbox.Judge;

/// <summary>
/// <c>suppression</c>: a table with withheld cells, or a folder of such. Answers <c>safe</c> or <c>unsafe</c> and what a reader can work out of each withheld cell. Unsafe is a table of which a
/// withheld cell is known exactly, or one below the minimum of contributors to within a tenth.
/// </summary>
internal static class SuppressionVerb
{
    private const string Total = "Total";
    private const int Minimum = 10;
    private const double Share = 0.1;

    public static void Run(JudgeArguments arguments, CaseOutput output)
    {
        string[] files = Directory.Exists(arguments.File) ? [.. Directory.GetFiles(arguments.File, "*.json").Order(StringComparer.Ordinal)] : [arguments.File];
        foreach (var file in files)
        {
            var read = JsonNode.Parse(File.ReadAllText(file))!;
            foreach (var item in read is JsonArray many ? many.Select(one => one!.AsObject()) : [read.AsObject()])
            {
                JsonObject actual;
                try
                {
                    actual = Judge(item);
                }
                catch (Exception error) when (error is InvalidDataException or InvalidOperationException or FormatException or NullReferenceException)
                {
                    actual = new JsonObject { ["expected"] = "unsafe", ["refused"] = "The table could not be read." };
                }

                output.Case((string?)item["id"] ?? Path.GetFileNameWithoutExtension(file), actual, (string?)item["expected"] is { } expected ? expected == (string?)actual["expected"] && Agrees(item, actual) : null);
            }
        }
    }

    private static JsonObject Judge(JsonObject item)
    {
        var rows = item["cells"]!.AsArray().Select(cell => cell!.AsObject()).ToArray();
        TableCell[] cells = [.. rows.Select(cell => new TableCell([.. cell["key"]!.AsArray().Select(Part)], (double?)cell["value"] ?? 0, (bool?)cell["suppressed"] ?? false))];
        if (WithheldTable.Attack(cells) is not { } ranges)
        {
            return new JsonObject { ["expected"] = "unsafe", ["refused"] = "The margins are not the sums of their cells." };
        }

        var (safe, number) = (true, 0);
        var (words, structured) = (new JsonArray(), new JsonArray());
        for (var at = 0; at < cells.Length; at++)
        {
            if (!cells[at].Withheld)
            {
                continue;
            }

            var (range, value) = (ranges[number], cells[at].Value);
            number++;
            var exact = !(range.Width > 1e-6 * Math.Max(1, Math.Abs(value)));
            var primary = (long?)rows[at]["n"] is { } n && n < Minimum;
            safe &= !exact && !(primary && range.Width < Share * Math.Abs(value));
            var key = string.Join(", ", cells[at].Key.Select(part => $"'{part ?? Total}'"));
            words.Add($"{(exact ? "EXACT" : "range")}  [{key}] [{Text(range.Least)}, {Text(range.Greatest)}] true={value.ToString("0.0###########", CultureInfo.InvariantCulture)}");
            structured.Add(new JsonObject { ["key"] = new JsonArray([.. cells[at].Key.Select(part => (JsonNode?)(part ?? Total))]), ["min"] = Number(range.Least), ["max"] = Number(range.Greatest), ["true"] = value, ["exact"] = exact });
        }

        return new JsonObject { ["expected"] = safe ? "safe" : "unsafe", ["attacker_ranges"] = words, ["ranges"] = structured };
    }

    // The file's ranges in words: the last two numbers in brackets, in the order of the cells.
    private static bool Agrees(JsonObject item, JsonObject actual)
    {
        if (item["attacker_ranges"] is not JsonArray expected)
        {
            return true;
        }

        var ours = actual["attacker_ranges"]?.AsArray().Select(line => Bounds((string)line!)).ToDictionary(line => line.Key, StringComparer.Ordinal) ?? [];
        return expected.Select(line => Bounds((string)line!)).All(line => ours.TryGetValue(line.Key, out var own) && Near(own.Least, line.Least) && Near(own.Greatest, line.Greatest));
    }

    private static (string Key, double Least, double Greatest) Bounds(string line)
    {
        var key = line[line.IndexOf('[', StringComparison.Ordinal)..(line.IndexOf(']', StringComparison.Ordinal) + 1)];
        var at = line.LastIndexOf('[');
        var numbers = line[(at + 1)..line.LastIndexOf(']')].Split(',').Select(text => text.Trim() is "inf" or "Infinity" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return (key, numbers[0], numbers[1]);
    }

    private static bool Near(double one, double other) => one == other || Math.Abs(one - other) <= 1e-6 * Math.Max(1, Math.Abs(other));

    private static string? Part(JsonNode? part) => (string?)part is Total or null ? null : (string?)part;

    private static string Text(double value) => double.IsFinite(value) ? Math.Round(value, 9).ToString("0.#########", CultureInfo.InvariantCulture) : value > 0 ? "inf" : "-inf";

    private static JsonNode Number(double value) => double.IsFinite(value) ? Math.Round(value, 9) + 0.0 : Text(value);
}
