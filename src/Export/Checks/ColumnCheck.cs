using Sandbox.Export.Artefacts;
using Sandbox.Policy;

namespace Sandbox.Export.Checks;

/// <summary>Token columns never leave, identifying columns and keys are no dimensions, and nobody's own value is a statistic.</summary>
internal static class ColumnCheck
{
    public const string Name = "ColumnCheck";

    public static IEnumerable<Finding> Evaluate(RequestedTable table)
    {
        var sources = table.Columns.Where(column => !IsCount(column)).Select(column => column.Source is { } source ? table.Sources.GetValueOrDefault(source) : null).OfType<SourceColumn>().ToArray();
        if (sources.Any(source => source.IsToken))
        {
            yield return new Finding(table.Name, Name, Verdict.Fail, CheckWords.Token);
        }

        if (sources.Any(source => source.IsIdentifier))
        {
            yield return new Finding(table.Name, Name, Verdict.Fail, CheckWords.KeyColumn);
        }

        if (table.Columns.Any(column => column is MeasureColumn { Measure: MeasureKind.Minimum or MeasureKind.Maximum }))
        {
            yield return new Finding(table.Name, Name, Verdict.Fail, CheckWords.ExtremeValue);
        }
    }

    // Counting how many people there are shows none of them.
    private static bool IsCount(ArtefactColumn column) => column is MeasureColumn { Measure: MeasureKind.Count };
}
