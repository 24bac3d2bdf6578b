using System.Globalization;
using Sandbox.Export.Artefacts;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Export.Checks;

/// <summary>Puts every measure of a table through Policy's primary disclosure rules and says in findings what came out.</summary>
public static class TableDisclosureCheck
{
    /// <summary>Name of the check in findings and manifests.</summary>
    public const string Name = "TableCheck";

    /// <summary>The rules of one measure over its cells; null, which must be taken for a refusal, where there are none.</summary>
    public static TableFindings? Evaluate(MeasureKind measure, IReadOnlyList<CellEvidence> cells, DisclosureRules rules) => measure switch
    {
        MeasureKind.Count => TableCheck.Evaluate(rules, cells, Aggregation.Count),
        MeasureKind.Sum => TableCheck.Evaluate(rules, cells, Aggregation.Sum),
        MeasureKind.Mean => TableCheck.Evaluate(rules, cells, Aggregation.Mean),

        // Other order statistics reveal what a median reveals, and more; ColumnCheck refuses them besides.
        MeasureKind.Median or MeasureKind.Minimum or MeasureKind.Maximum => TableCheck.Evaluate(rules, cells, Aggregation.Median),
        MeasureKind.Deviation => DegreesOfFreedomCheck.Evaluate(cells),
        _ => null,
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

            if (Evaluate(measure.Measure, evidence.Cells, rules) is not { } result)
            {
                yield return new Finding(table.Name, measure.Name, Verdict.Fail, CheckWords.NotEvaluated);
                continue;
            }

            if (!evidence.DominanceKnown && measure.Measure is MeasureKind.Sum or MeasureKind.Mean)
            {
                yield return new Finding(table.Name, Name, Verdict.Review, CheckWords.DominanceUnknown);
            }

            foreach (var finding in Findings(table.Name, result))
            {
                yield return finding;
            }
        }
    }

    internal static IEnumerable<Finding> Findings(string table, TableFindings result)
    {
        // Policy gives one refusal for each failed check, in the order of the counts.
        foreach (var (check, words) in result.Counts.Keys.Zip(result.Refusals))
        {
            var cells = result.Cells.Where(cell => cell.Flags.Contains(check, StringComparer.Ordinal)).ToArray();
            yield return new Finding(
                table, check, Verdicts.Strictest([.. cells.Select(cell => cell.Verdict)]), words, [.. cells.Select(cell => cell.Key)],
                string.Create(CultureInfo.InvariantCulture, $"{cells.Length} of {result.Cells.Count} cells."));
        }

        if (result.Counts.Count == 0 && result.Verdict != Verdict.Pass)
        {
            foreach (var refusal in result.Refusals)
            {
                yield return new Finding(table, Name, result.Verdict, refusal);
            }
        }
    }
}
