using Sandbox.Export.Artefacts;
using Sandbox.Export.Checks;
using Sandbox.Host.DataSets;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;
using Sandbox.Policy.Identifiers;

namespace Sandbox.Host.Zones;

/// <summary>The groups of one question, judged.</summary>
/// <param name="Shown">Groups that pass, with their cell of each measure, in the order of the measures.</param>
/// <param name="Withheld">How many do not.</param>
/// <param name="NotTold">Keys of the groups that do not, and of all margins, which a query never shows.</param>
internal sealed record ProductionGroups(IReadOnlyList<IReadOnlyList<CellEvidence>> Shown, int Withheld, IReadOnlyList<IReadOnlyList<string?>> NotTold)
{
    /// <summary>Groups that one answer may have: a screen shows fewer, and the differencing search has to end.</summary>
    private const int Most = 2000;

    /// <summary>Judges every group by every measure; there is no reviewer, so what would go to one is withheld. Null when there are too many.</summary>
    public static ProductionGroups? Judge(IReadOnlyList<MeasureEvidence> evidence, IReadOnlyList<string> dimensions, DataSet set, DisclosureRules rules)
    {
        rules = rules with { DominanceBesideNegatives = true };
        var inner = evidence.Select(measure => measure.Cells.Where(cell => !cell.IsMargin).ToArray()).ToArray();
        if (inner[0].Length > Most || inner.Any(cells => !cells.Select(cell => cell.Key).SequenceEqual(inner[0].Select(cell => cell.Key), Keys.Comparer)))
        {
            return null;
        }

        // A question without groups over no rows has one empty group, of nobody.
        var bad = new bool[inner[0].Length];
        foreach (var (measure, cells) in evidence.Zip(inner))
        {
            var findings = TableDisclosureCheck.Evaluate(Kind(measure.Measure), cells, rules);
            for (var at = 0; at < cells.Length; at++)
            {
                bad[at] |= findings is null || findings.Cells.Count != cells.Length || findings.Cells[at].Verdict != Verdict.Pass;
            }
        }

        var margins = evidence[0].Cells.Where(cell => cell.IsMargin).ToDictionary(cell => cell.Key, Keys.Comparer);
        for (var at = 0; at < bad.Length; at++)
        {
            bad[at] |= TellsOfAll(inner[0][at], margins, dimensions, set);
        }

        List<IReadOnlyList<string?>> withheld = [.. inner[0].Where((_, at) => bad[at]).Select(cell => cell.Key)];
        return new ProductionGroups(
            [.. Enumerable.Range(0, bad.Length).Where(at => !bad[at]).Select(at => (IReadOnlyList<CellEvidence>)[.. inner.Select(cells => cells[at])])],
            withheld.Count,
            withheld.Count == 0 ? [] : [.. withheld, .. margins.Keys]);
    }

    /// <summary>A measure's name holds its kind, so that the evidence finds its way back.</summary>
    internal static string Name(MeasureKind kind, int at) => $"{kind}_{at}";

    private static MeasureKind Kind(string name) => Enum.TryParse<MeasureKind>(name.Split('_')[0], out var kind) ? kind : MeasureKind.Unknown;

    /// <summary>The full-cell rule: where everybody of a row or column of the table has one value of a sensitive column, the group says it of each of them.</summary>
    private static bool TellsOfAll(CellEvidence cell, Dictionary<IReadOnlyList<string?>, CellEvidence> margins, IReadOnlyList<string> dimensions, DataSet set)
    {
        for (var at = 0; at < dimensions.Count; at++)
        {
            if (set.Columns.First(column => column.Name == dimensions[at]).Grade == ColumnGrade.Sensitive)
            {
                string?[] over = [.. cell.Key];
                over[at] = null;
                if (!margins.TryGetValue(over, out var margin) || margin.Rows == cell.Rows)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private sealed class Keys : IEqualityComparer<IReadOnlyList<string?>>
    {
        public static Keys Comparer { get; } = new();

        public bool Equals(IReadOnlyList<string?>? x, IReadOnlyList<string?>? y) => x is not null && y is not null && x.SequenceEqual(y, StringComparer.Ordinal);

        public int GetHashCode(IReadOnlyList<string?> key)
        {
            var hash = default(HashCode);
            foreach (var part in key)
            {
                hash.Add(part, StringComparer.Ordinal);
            }

            return hash.ToHashCode();
        }
    }
}
