using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Evidence;

/// <summary>What each row adds to its inner cell, where rows are contributions: there are no subjects, or each has one row. Margins are sums of inner cells.</summary>
internal static class RowContributions
{
    /// <param name="connection">The engine.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="cells">Their inner cells.</param>
    /// <param name="measured">Whether there is a measure.</param>
    /// <param name="tallies">One for each cell and margin.</param>
    /// <param name="top">How many of the largest contributions are kept.</param>
    public static void Count(DuckDbConnection connection, EvidenceRows rows, InnerCells cells, bool measured, CellTally[] tallies, int top)
    {
        var nobody = rows.Subjects?.Nobody ?? -1;
        var parts = cells.Visit(
            connection, rows, places: nobody >= 0, () => CellTally.Some(cells.Count, top), (seen, own) => Add(own, seen[0].Values<int>(), seen[1], nobody < 0 ? [] : seen[2].Values<long>(), nobody, measured));
        foreach (var own in parts)
        {
            for (var cell = 0; cell < own.Length; cell++)
            {
                foreach (var number in cells.Numbers(cell))
                {
                    tallies[number].Add(own[cell]);
                }
            }
        }
    }

    private static void Add(CellTally[] own, ReadOnlySpan<int> cells, DuckDbVector values, ReadOnlySpan<long> places, long nobody, bool measured)
    {
        var value = values.Values<double>();
        for (var row = 0; row < cells.Length; row++)
        {
            var tally = own[cells[row] - 1];
            if (!measured)
            {
                tally.AddRow();
            }
            else if (values.IsNull(row))
            {
                tally.AddRow(double.NaN);
                continue;
            }
            else
            {
                tally.AddRow(value[row]);
                tally.AddContribution(value[row]);
            }

            tally.AddSubjects(places.IsEmpty || places[row] != nobody ? 1 : 0);
        }
    }
}
