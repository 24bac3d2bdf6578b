using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sandbox.Export.Checks;
using Sandbox.Judge.Microdata;
using Sandbox.Policy.Disclosure.Regression;

namespace Sandbox.Judge;

/// <summary><c>regressions</c>: fits the case's formula in the product's own code and answers the parameters and whether they may leave: from <see cref="DegreesOfFreedomCheck.Minimum"/> residual degrees of freedom.</summary>
internal static partial class RegressionsVerb
{
    private const double Near = 1e-6;

    public static void Run(JudgeArguments arguments, CaseOutput output)
    {
        var read = JsonNode.Parse(File.ReadAllText(arguments.File))!;
        var files = new Dictionary<string, CsvTable>(StringComparer.Ordinal);
        foreach (var item in read is JsonArray many ? many.Select(one => one!.AsObject()) : [read.AsObject()])
        {
            JsonObject actual;
            try
            {
                var path = Path.Combine(arguments.Data, "real", (string)item["dataset"]!);
                if (!files.TryGetValue(path, out var file))
                {
                    files.Add(path, file = CsvTable.Read(path));
                }

                actual = Answer(item, file);
            }
            catch (Exception error) when (error is InvalidDataException or IOException or InvalidOperationException or FormatException)
            {
                actual = new JsonObject { ["acro_status"] = "fail", ["refused"] = "The regression could not be computed." };
            }

            output.Case((string?)item["id"] ?? "case", actual, item["expected"] is JsonObject expected ? Agrees(expected, actual) : null);
        }
    }

    private static JsonObject Answer(JsonObject item, CsvTable file)
    {
        var sides = ((string)item["formula"]!).Split('~', 2, StringSplitOptions.TrimEntries);
        var count = Math.Min(file.Rows, (int?)item["limit_rows"] ?? file.Rows);
        var outcome = Outcome(file, (string?)item["derived"], sides[0]);
        var (names, terms) = Terms(file, sides[1], count);
        var (design, values) = (new List<double[]>(), new List<double>());
        for (var row = 0; row < count; row++)
        {
            var line = terms.Select(term => term(row)).ToArray();
            if (outcome(row) is { } value && line.All(cell => cell is not null))
            {
                design.Add([.. line.Select(cell => cell!.Value)]);
                values.Add(value);
            }
        }

        var kind = (string?)item["kind"] switch { "ols" => RegressionKind.LeastSquares, "logit" => RegressionKind.Logit, "probit" => RegressionKind.Probit, _ => RegressionKind.Unknown };
        if (RegressionModel.Fit(kind, design, values) is not { } fit)
        {
            return new JsonObject { ["rows_used"] = values.Count, ["acro_status"] = "fail", ["export"] = "refused", ["refused"] = "The regression has no fit." };
        }

        var allowed = fit.ResidualDegrees >= DegreesOfFreedomCheck.Minimum;
        JsonObject Named(IReadOnlyList<double> figures) => new(names.Zip(figures, (name, figure) => KeyValuePair.Create(name, (JsonNode?)figure)));
        return new JsonObject
        {
            ["rows_used"] = values.Count,
            ["dof_resid"] = fit.ResidualDegrees,
            ["acro_status"] = allowed ? "pass" : "fail",
            ["export"] = allowed ? "allowed" : "refused",
            ["params"] = Named(fit.Coefficients),
            ["bse"] = Named(fit.StandardErrors),
            ["r2_or_pseudo"] = fit.Fit,
        };
    }

    /// <summary>The left side: a column, or a comparison in the manner of pandas that gives 0 and 1.</summary>
    private static Func<int, double?> Outcome(CsvTable file, string? derived, string name)
    {
        if (derived is null || file.Columns.Contains(derived, StringComparer.OrdinalIgnoreCase))
        {
            return row => Number(file.Value(row, derived ?? name));
        }

        var expression = SqlExpression.Parse(derived.Replace("==", "=", StringComparison.Ordinal).Replace('"', '\''));
        return row => expression(column => file.Value(row, column)) switch { bool flag => flag ? 1 : 0, null => null, var other => Number(other) };
    }

    /// <summary>The right side: numbers, categories (treatment coding, the first level left out) and products of numbers, as patsy reads and names them.</summary>
    private static (List<string> Names, List<Func<int, double?>> Terms) Terms(CsvTable file, string side, int count)
    {
        var (names, terms) = (new List<string> { "Intercept" }, new List<Func<int, double?>> { _ => 1 });
        foreach (var part in side.Split('+', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part is "1")
            {
                continue;
            }

            if (part is "0" or "-1")
            {
                names.RemoveAt(0);
                terms.RemoveAt(0);
                continue;
            }

            var column = Category().Match(part) is { Success: true } match ? match.Groups[1].Value.Trim() : part;
            string[] factors = column.Split(':', StringSplitOptions.TrimEntries);
            if (column == part && factors.All(factor => IsNumeric(file, factor, count)))
            {
                names.Add(part);
                terms.Add(row => factors.Aggregate((double?)1, (product, factor) => product * Number(file.Value(row, factor))));
                continue;
            }

            var levels = Enumerable.Range(0, count).Select(row => file.Value(row, column)).OfType<object>().DistinctBy(SqlValues.Text)
                .OrderBy(value => value is string ? 0 : SqlValues.Number(value)).ThenBy(SqlValues.Text, StringComparer.Ordinal).Select(SqlValues.Text).ToArray();
            foreach (var level in levels.Skip(1))
            {
                names.Add($"{part}[T.{level}]");
                terms.Add(row => file.Value(row, column) is { } value ? (SqlValues.Text(value) == level ? 1 : 0) : null);
            }
        }

        return (names, terms);
    }

    private static bool IsNumeric(CsvTable file, string column, int count) => Enumerable.Range(0, count).All(row => file.Value(row, column) is not string);

    private static double? Number(object? value) => value is null or string ? null : SqlValues.Number(value);

    private static bool Agrees(JsonObject expected, JsonObject actual) => expected.All(pair => pair.Value switch
    {
        null => true,
        JsonObject figures => actual[pair.Key] is JsonObject own && figures.Count == own.Count && figures.All(figure => own[figure.Key] is { } value && IsNear(figure.Value!, value)),
        var value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number => actual[pair.Key] is { } own && IsNear(value, own),
        var value => actual[pair.Key]?.ToString() == value.ToString(),
    });

    private static bool IsNear(JsonNode expected, JsonNode actual)
    {
        var (one, other) = (double.Parse(expected.ToJsonString(), CultureInfo.InvariantCulture), double.Parse(actual.ToJsonString(), CultureInfo.InvariantCulture));
        return Math.Abs(one - other) <= Near * Math.Abs(one) || Math.Abs(one - other) < 1e-12;
    }

    [GeneratedRegex(@"^C\(([^)]*)\)$")]
    private static partial Regex Category();
}
