using System.Globalization;
using Sandbox.Export.Artefacts;
using Sandbox.Policy;

namespace Sandbox.Export.Checks;

/// <summary>
/// Finds outputs that list records: by the vault's comparison with the raw rows, by the evidence (most cells hold one record), or because several rows were
/// submitted without a dimension that groups them.
/// </summary>
internal static class RawRowCheck
{
    public const string Name = "RawRowCheck";

    public static IEnumerable<Finding> Evaluate(RequestedTable table)
    {
        if (table.RawRowMatches is > 0)
        {
            yield return Fail(table, CheckWords.RawMatch, $"{table.RawRowMatches} submitted rows equal raw rows.") with { OfOutput = true };
        }

        foreach (var evidence in table.Evidence)
        {
            var held = evidence.Cells.Count(cell => cell.Rows > 0 && !cell.IsMargin);
            var single = evidence.Cells.Count(cell => cell.Rows == 1 && !cell.IsMargin);
            if (held > 1 && single * 2L > held)
            {
                yield return Fail(table, CheckWords.RawRows, $"{single} of {held} cells hold one record.");
                break;
            }
        }

        if (table.Submitted is { Count: > 1 } rows && !table.Columns.OfType<DimensionColumn>().Any())
        {
            yield return Fail(table, CheckWords.RawRows, $"{rows.Count} rows without a dimension.") with { OfOutput = true };
        }
    }

    private static Finding Fail(RequestedTable table, Refusal words, FormattableString figures) =>
        new(table.Name, Name, Verdict.Fail, words, figures.ToString(CultureInfo.InvariantCulture));
}
