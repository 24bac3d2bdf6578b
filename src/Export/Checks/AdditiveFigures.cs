using Sandbox.Export.Artefacts;
using Sandbox.Export.Suppression;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Export.Checks;

/// <summary>
/// The sums that stand behind a table's measures, each a system of its own for an attacker: numbers of rows, numbers of values, sums. A mean is attacked as the sum that it becomes for whoever
/// knows the numbers.
/// </summary>
internal static class AdditiveFigures
{
    /// <summary>One system: the values of all cells, and the levels of those that are unsafe in it.</summary>
    public sealed record Figures(IReadOnlyList<TableCell> Cells, IReadOnlyList<ProtectionLevel?> Levels);

    /// <summary>Null when a measure has no such sums, or evidence is missing.</summary>
    public static IReadOnlyList<Figures>? Of(RequestedTable table, DisclosureRules rules)
    {
        var systems = new List<Figures>();
        foreach (var measure in table.Columns.OfType<MeasureColumn>())
        {
            if (table.Evidence.SingleOrDefault(item => item.Measure == measure.Name) is not { Cells.Count: > 0 } evidence
                || measure.Measure is not (MeasureKind.Count or MeasureKind.Sum or MeasureKind.Mean)
                || TableDisclosureCheck.Evaluate(measure.Measure, evidence.Cells, rules) is not { } found || found.Cells.Count != evidence.Cells.Count)
            {
                return null;
            }

            var inner = evidence.Cells.Where(cell => !cell.IsMargin).Select(cell => Math.Abs(cell.Sum)).DefaultIfEmpty(0).Average();
            bool Unsafe(int at) => found.Cells[at].Verdict == Verdict.Fail;
            double Count(CellEvidence cell) => measure is { Measure: MeasureKind.Count, Source: null } ? cell.Rows : cell.NonNull;
            if (measure.Measure != MeasureKind.Count)
            {
                systems.Add(new Figures(
                    [.. evidence.Cells.Select(cell => new TableCell(cell.Key, cell.Sum, false))],
                    [.. evidence.Cells.Select((cell, at) => Unsafe(at) ? ProtectionLevel.OfSum(rules, cell, inner) : (ProtectionLevel?)null)]));
            }

            // A sum beside a mean tells how many values there are.
            if (measure.Measure == MeasureKind.Count || table.Columns.OfType<MeasureColumn>().Any(other => other.Source == measure.Source && measure.Measure == MeasureKind.Sum && other.Measure == MeasureKind.Mean))
            {
                systems.Add(new Figures(
                    [.. evidence.Cells.Select(cell => new TableCell(cell.Key, Count(cell), false))],
                    [.. evidence.Cells.Select((cell, at) => Unsafe(at) && (measure.Measure == MeasureKind.Count || cell.Contributors < rules.MinimumContributors) ? ProtectionLevel.OfCount(rules, Count(cell)) : (ProtectionLevel?)null)]));
            }
        }

        return systems;
    }
}
