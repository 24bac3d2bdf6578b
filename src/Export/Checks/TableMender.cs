using Sandbox.Export.Suppression;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Export.Checks;

/// <summary>
/// Chooses the cells of a table that are withheld: those that fail a rule, and others, until every system of sums behind the measures keeps the unsafe ones open. A cell is withheld in all measures or in
/// none. What it finds is judged by <see cref="MendingCheck"/>, which does not take its word.
/// </summary>
public static class TableMender
{
    /// <summary>Most cells, margins included, of a table that is mended.</summary>
    public const int MostCells = 20_000;

    private const int MostPasses = 6;

    /// <summary>The table with its whole grid and the withheld cells; without a choice (<see cref="TableMending.Withheld"/> is null) when none was found.</summary>
    public static RequestedTable Mend(RequestedTable table, DisclosureRules given)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(given);
        if (table.Mending is not { Withholds: true } mending || table.Evidence.Count == 0)
        {
            return table;
        }

        var rules = given with { DominanceBesideNegatives = true };
        return ExportChecker.WithWholeGrid(table) is { } whole && whole.Evidence.All(evidence => evidence.Cells.Count is > 0 and <= MostCells) && AdditiveFigures.Of(whole, rules) is { } systems
            ? whole with { Mending = mending with { Withheld = Choose(systems) } }
            : table with { Mending = mending with { Withheld = null } };
    }

    private static IReadOnlyList<IReadOnlyList<string?>>? Choose(IReadOnlyList<AdditiveFigures.Figures> systems)
    {
        var names = new Dictionary<string, IReadOnlyList<string?>>(StringComparer.Ordinal);
        foreach (var system in systems)
        {
            foreach (var (cell, level) in system.Cells.Zip(system.Levels))
            {
                if (level is not null)
                {
                    names.TryAdd(TableLines.Name(cell.Key), cell.Key);
                }
            }
        }

        for (var pass = 0; names.Count > 0; pass++)
        {
            var before = names.Count;
            foreach (var system in systems)
            {
                if (pass == MostPasses || Protect(system, names) is not SuppressionResult.Protected found)
                {
                    return null;
                }

                foreach (var cell in found.Cells.Where(cell => cell.Withheld))
                {
                    names.TryAdd(TableLines.Name(cell.Key), cell.Key);
                }
            }

            if (names.Count == before || systems.Count == 1)
            {
                break;
            }
        }

        return [.. names.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value)];
    }

    private static SuppressionResult Protect(AdditiveFigures.Figures system, Dictionary<string, IReadOnlyList<string?>> withheld)
    {
        // What another measure withholds is withheld here too, and need only not be known exactly.
        var scale = MendingCheck.Exact * Math.Max(1, system.Cells.Max(cell => Math.Abs(cell.Value)));
        return SecondarySuppression.Protect(
            system.Cells,
            [.. system.Cells.Zip(system.Levels).Where(pair => pair.Second is not null || withheld.ContainsKey(TableLines.Name(pair.First.Key)))
                .Select(pair => pair.Second is { } level
                    ? new PrimaryCell(pair.First.Key, Math.Max(level.Below + level.Above, 2 * scale)) { Below = level.Below, Above = level.Above }
                    : new PrimaryCell(pair.First.Key, 2 * scale))]);
    }
}
