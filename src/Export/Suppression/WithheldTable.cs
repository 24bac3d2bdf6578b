namespace Sandbox.Export.Suppression;

/// <summary>A cell of a table of sums of which some are withheld.</summary>
/// <param name="Key">One part a dimension; null stands for the margin over it.</param>
/// <param name="Value">What the cell holds.</param>
/// <param name="Withheld">True when the reader does not see it.</param>
public sealed record TableCell(IReadOnlyList<string?> Key, double Value, bool Withheld);

/// <summary>What a reader can work out of a withheld cell.</summary>
/// <param name="Least">Least value that fits everything that is told.</param>
/// <param name="Greatest">Greatest such value.</param>
public readonly record struct FeasibleRange(double Least, double Greatest)
{
    /// <summary>Width of the range; NaN never counts as wide.</summary>
    public double Width => Greatest - Least;
}

/// <summary>
/// The attack on a table with withheld cells: a reader knows all told cells, that margins are sums of cells, and that no cell is negative (unless a told or withheld one is). Each withheld
/// cell's least and greatest value follow by linear programming (Fischetti and Salazar-González, JASA 95, 2000; Willenborg and de Waal, Elements of Statistical Disclosure Control, 2001).
/// </summary>
public static class WithheldTable
{
    private const double Noise = 1e-10;

    /// <summary>Ranges of the withheld cells, in their order; null when a system has no solution, which says that the margins are no sums.</summary>
    /// <param name="cells">The whole table with its margins; a combination that is not in it counts as empty and told.</param>
    public static IReadOnlyList<FeasibleRange>? Attack(IReadOnlyList<TableCell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var variables = new Dictionary<int, int>();
        for (var at = 0; at < cells.Count; at++)
        {
            if (cells[at].Withheld)
            {
                variables.Add(at, variables.Count);
            }
        }

        var ranges = new FeasibleRange[variables.Count];
        var floor = Math.Min(0, cells.Select(cell => cell.Value).DefaultIfEmpty(0).Min());
        var lower = floor < 0 ? double.NegativeInfinity : 0;
        foreach (var (members, equations) in Parts(TableLines.Of(cells), cells, variables))
        {
            var local = members.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
            using var program = new LinearProgram(
                [.. members.Select(_ => lower < 0 ? -1e12 : 0)],
                [.. equations.Select(equation => new LinearEquation([.. equation.Terms.Select(term => (local[term.Variable], term.Coefficient))], equation.Constant))]);
            foreach (var member in members)
            {
                if (program.Range(local[member]) is not { } range)
                {
                    return null;
                }

                ranges[member] = new FeasibleRange(range.Least, range.Greatest);
            }
        }

        return ranges;
    }

    /// <summary>The equations among withheld cells, in groups that share no cell.</summary>
    private static IEnumerable<(int[] Members, List<LinearEquation> Equations)> Parts(IReadOnlyList<TableLine> lines, IReadOnlyList<TableCell> cells, Dictionary<int, int> variables)
    {
        var equations = new List<LinearEquation>();
        var noise = Noise * Math.Max(1, cells.Select(cell => Math.Abs(cell.Value)).DefaultIfEmpty(0).Max());
        foreach (var line in lines)
        {
            var (constant, truth) = (0.0, 0.0);
            var terms = new List<(int, double)>();
            Add(line.Total, -1);
            foreach (var cell in line.Parts)
            {
                Add(cell, 1);
            }

            // The last digits of a sum of fractions are noise, and noise must not leave the system without a solution.
            if (terms.Count > 0)
            {
                equations.Add(new LinearEquation(terms, Math.Abs(constant - truth) <= noise ? truth : constant));
            }

            void Add(int cell, double sign)
            {
                if (variables.TryGetValue(cell, out var variable))
                {
                    terms.Add((variable, sign));
                    truth += sign * cells[cell].Value;
                }
                else
                {
                    constant -= sign * cells[cell].Value;
                }
            }
        }

        var parent = Enumerable.Range(0, variables.Count).ToArray();
        int Root(int at)
        {
            while (parent[at] != at)
            {
                at = parent[at] = parent[parent[at]];
            }

            return at;
        }

        foreach (var equation in equations)
        {
            foreach (var (variable, _) in equation.Terms)
            {
                parent[Root(variable)] = Root(equation.Terms[0].Variable);
            }
        }

        var byRoot = equations.ToLookup(equation => Root(equation.Terms[0].Variable));
        foreach (var group in Enumerable.Range(0, variables.Count).GroupBy(Root))
        {
            yield return ([.. group], [.. byRoot[group.Key]]);
        }
    }
}
