using System.Globalization;
using Sandbox.Export.Artefacts;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Export.Checks;

/// <summary>Puts every measure of a table through Policy's primary disclosure rules and says in findings what came out.</summary>
public static class TableDisclosureCheck
{
    /// <summary>Policy's rule for a measure; <see cref="Aggregation.Unknown"/>, which fails, where there is none.</summary>
    public static Aggregation AggregationOf(MeasureKind measure) => measure switch
    {
        MeasureKind.Count => Aggregation.Count,
        MeasureKind.Sum => Aggregation.Sum,
        MeasureKind.Mean => Aggregation.Mean,

        // Other order statistics reveal what a median reveals, and more; ColumnCheck refuses them besides.
        MeasureKind.Median or MeasureKind.Minimum or MeasureKind.Maximum => Aggregation.Median,
        _ => Aggregation.Unknown,
    };

    internal static IEnumerable<Finding> Evaluate(RequestedTable table, DisclosureRules rules)
    {
        foreach (var measure in table.Columns.OfType<MeasureColumn>())
        {
            var evidence = table.Evidence.FirstOrDefault(item => item.Measure == measure.Name);
            if (evidence is null || evidence.Cells.Count == 0)
            {
                yield return new Finding(table.Name, measure.Name, Verdict.Fail, CheckWords.NoEvidence);
                continue;
            }

            var aggregation = AggregationOf(measure.Measure);
            if (aggregation == Aggregation.Unknown)
            {
                yield return new Finding(table.Name, measure.Name, Verdict.Fail, CheckWords.NotEvaluated);
                continue;
            }

            foreach (var finding in Findings(table.Name, TableCheck.Evaluate(rules, evidence.Cells, aggregation)))
            {
                yield return finding;
            }
        }
    }

    internal static IEnumerable<Finding> Findings(string table, TableFindings result)
    {
        foreach (var check in result.Counts.Keys.Order(StringComparer.Ordinal))
        {
            var cells = result.Cells.Where(cell => cell.Flags.Contains(check, StringComparer.Ordinal)).ToArray();
            yield return new Finding(
                table, check, Verdicts.Strictest([.. cells.Select(cell => cell.Verdict)]), DisclosureWords.For(check), [.. cells.Select(cell => cell.Key)],
                string.Create(CultureInfo.InvariantCulture, $"{cells.Length} of {result.Cells.Count} cells."));
        }

        if (result.Verdict == Verdict.Fail && result.Counts.Count == 0)
        {
            foreach (var refusal in result.Refusals)
            {
                yield return new Finding(table, "TableCheck", Verdict.Fail, refusal);
            }
        }
    }
}
