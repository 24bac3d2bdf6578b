using Sandbox.Export.Suppression;

namespace Sandbox.Export.Tests.Suppression;

/// <summary>
/// The reader's attack by other means than the product's: a dense two-phase simplex by hand (Bland's rule) over every cell of the table, told ones as constants, where the product gives the withheld cells
/// alone, in parts, to GLPK. Only for tables that a test makes.
/// </summary>
internal static class HandSimplex
{
    private const double Tiny = 1e-9;

    /// <summary>Least and greatest value of a withheld cell; no cell is below zero.</summary>
    public static (double Least, double Greatest) Range(IReadOnlyList<TableCell> cells, int target)
    {
        var scale = Math.Max(1, cells.Max(cell => cell.Value));
        var free = Enumerable.Range(0, cells.Count).Where(at => cells[at].Withheld).ToArray();
        var rows = new List<(double[] Left, double Right)>();
        for (var dimension = 0; dimension < cells[0].Key.Count; dimension++)
        {
            foreach (var line in Enumerable.Range(0, cells.Count).GroupBy(at => string.Join('|', cells[at].Key.Select((part, place) => place == dimension ? "?" : part ?? "*")), StringComparer.Ordinal))
            {
                var left = new double[free.Length];
                var right = 0.0;
                foreach (var at in line)
                {
                    var sign = cells[at].Key[dimension] is null ? -1 : 1;
                    if (Array.IndexOf(free, at) is var variable and >= 0)
                    {
                        left[variable] = sign;
                        right += sign * cells[at].Value / scale;
                    }
                }

                if (left.Any(coefficient => coefficient != 0))
                {
                    rows.Add(right < 0 ? ([.. left.Select(coefficient => -coefficient)], -right) : (left, right));
                }
            }
        }

        var number = Array.IndexOf(free, target);
        return (scale * Solve(rows, free.Length, number, 1), -scale * Solve(rows, free.Length, number, -1));
    }

    /// <summary>Least value of sign × variable; −∞ where nothing bounds it.</summary>
    private static double Solve(List<(double[] Left, double Right)> rows, int variables, int number, int sign)
    {
        var width = variables + rows.Count;
        var tableau = rows.Select((row, at) =>
        {
            var line = new double[width + 1];
            row.Left.CopyTo(line, 0);
            line[variables + at] = 1;
            line[width] = row.Right;
            return line;
        }).ToArray();
        var basis = Enumerable.Range(variables, rows.Count).ToArray();
        Minimise(tableau, basis, [.. Enumerable.Range(0, width).Select(at => at >= variables ? 1.0 : 0)], width);

        // What is left of the helpers is zero; they may not come back.
        for (var row = 0; row < basis.Length; row++)
        {
            if (basis[row] >= variables && Enumerable.Range(0, variables).FirstOrDefault(at => Math.Abs(tableau[row][at]) > Tiny, -1) is var enter and >= 0)
            {
                Pivot(tableau, basis, row, enter);
            }
        }

        return Minimise(tableau, basis, [.. Enumerable.Range(0, width).Select(at => at == number ? (double)sign : 0)], variables);
    }

    private static double Minimise(double[][] tableau, int[] basis, double[] prices, int allowed)
    {
        while (true)
        {
            var enter = Enumerable.Range(0, allowed).FirstOrDefault(at => prices[at] - basis.Select((variable, row) => prices[variable] * tableau[row][at]).Sum() < -Tiny, -1);
            if (enter < 0)
            {
                return basis.Select((variable, row) => prices[variable] * tableau[row][^1]).Sum();
            }

            var leave = -1;
            for (var row = 0; row < basis.Length; row++)
            {
                if (tableau[row][enter] > Tiny)
                {
                    var (own, best) = (tableau[row][^1] / tableau[row][enter], leave < 0 ? double.PositiveInfinity : tableau[leave][^1] / tableau[leave][enter]);
                    leave = own < best - 1e-12 || (own <= best + 1e-12 && (leave < 0 || basis[row] < basis[leave])) ? row : leave;
                }
            }

            if (leave < 0)
            {
                return double.NegativeInfinity;
            }

            Pivot(tableau, basis, leave, enter);
        }
    }

    private static void Pivot(double[][] tableau, int[] basis, int row, int column)
    {
        var by = tableau[row][column];
        for (var at = 0; at < tableau[row].Length; at++)
        {
            tableau[row][at] /= by;
        }

        foreach (var other in tableau.Where(other => other != tableau[row] && other[column] != 0))
        {
            var factor = other[column];
            for (var at = 0; at < other.Length; at++)
            {
                other[at] -= factor * tableau[row][at];
            }
        }

        basis[row] = column;
    }
}
