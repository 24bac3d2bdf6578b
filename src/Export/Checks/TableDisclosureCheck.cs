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
        MeasureKind.Deviation or MeasureKind.Coefficient => DegreesOfFreedomCheck.Evaluate(cells),
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

            // Without the largest contributions the rules of a count are what can be checked.
            var dominanceKnown = evidence.DominanceKnown || measure.Measure is not (MeasureKind.Sum or MeasureKind.Mean);
            if (Evaluate(dominanceKnown ? measure.Measure : MeasureKind.Count, evidence.Cells, rules) is not { } result)
            {
                yield return new Finding(table.Name, measure.Name, Verdict.Fail, CheckWords.NotEvaluated);
                continue;
            }

            if (!dominanceKnown)
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
        foreach (var check in result.Counts.Keys.Order(StringComparer.Ordinal))
        {
            var cells = result.Cells.Where(cell => cell.Flags.Contains(check, StringComparer.Ordinal)).ToArray();
            yield return new Finding(
                table, check, Verdicts.Strictest([.. cells.Select(cell => cell.Verdict)]), DisclosureWords.For(check), [.. cells.Select(cell => cell.Key)],
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
