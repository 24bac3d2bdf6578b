using Sandbox.Export.Suppression;

namespace Sandbox.Export.Tests.Suppression;

/// <summary>Withheld cells against an attack of another kind: trying every whole number, which for tables of two dimensions finds what the linear program finds.</summary>
public sealed class SuppressionTests
{
    // sdcTable's example: regions A to D by sex, value sums.
    private static readonly int[,] Regions = { { 178, 20 }, { 140, 204 }, { 118, 106 }, { 366, 152 } };

    [Fact]
    public void A_cell_alone_is_known_from_its_margins() =>
        Assert.Equal([new FeasibleRange(20, 20)], WithheldTable.Attack(Withhold(Table(Regions), ["0", "1"])));

    [Fact]
    public void A_rectangle_is_not()
    {
        var ranges = WithheldTable.Attack(Withhold(Table(Regions), ["0", "0"], ["0", "1"], ["2", "0"], ["2", "1"]))!;
        Assert.Equal([new(72, 198), new(0, 126), new(98, 224), new(0, 126)], ranges.Select(range => new FeasibleRange(Math.Round(range.Least, 6), Math.Round(range.Greatest, 6))));
    }

    [Fact]
    public void Margins_that_are_no_sums_have_no_ranges()
    {
        var table = Withhold(Table(Regions), ["0", "0"], ["0", "1"], ["2", "0"], ["2", "1"]);
        Assert.Null(WithheldTable.Attack([.. table.Select(cell => cell.Key is ["0", null] ? cell with { Value = -1 } : cell)]));
    }

    [Fact]
    public void The_known_best_pattern_is_found()
    {
        var table = Table(Regions);
        var result = Assert.IsType<SuppressionResult.Protected>(SecondarySuppression.Protect(table, [new PrimaryCell(["0", "1"], 2)]));
        Assert.Equal(4, result.Cells.Count(cell => cell.Withheld));
        Assert.All(result.Ranges, range => Assert.True(range.Width > 0));
    }

    [Fact]
    public void Mended_tables_stand_up_to_trying_every_number_and_are_near_the_best()
    {
        var random = new Sequence(3);
        var (ours, best) = (0, 0);
        for (var round = 0; round < 60; round++)
        {
            var values = new int[3, 3];
            for (var at = 0; at < 9; at++)
            {
                values[at / 3, at % 3] = random.Next(4) == 0 ? random.Next(3) : 3 + random.Next(9);
            }

            var table = Table(values);
            PrimaryCell[] primary = [.. table.Where(cell => !cell.Key.Contains(null) && cell.Value is > 0 and < 3).Take(3).Select(cell => new PrimaryCell(cell.Key, 1))];
            if (primary.Length == 0)
            {
                continue;
            }

            var mended = SecondarySuppression.Protect(table, primary);
            var (optimum, _) = Best(table, primary);
            if (mended is SuppressionResult.NotFound)
            {
                // Only where there is nothing to find among the inner cells.
                Assert.Equal(int.MaxValue, optimum);
                continue;
            }

            var cells = ((SuppressionResult.Protected)mended).Cells;
            Assert.All(primary, cell => Assert.True(cells.Single(item => item.Key.SequenceEqual(cell.Key)).Withheld));
            Assert.All(cells.Where(cell => cell.Withheld), cell => Assert.True(TryEvery(cells, cell) > 0));
            Assert.All(primary, cell => Assert.True(TryEvery(cells, cells.Single(item => item.Key.SequenceEqual(cell.Key))) >= cell.Width));
            if (optimum < int.MaxValue)
            {
                ours += cells.Count(cell => cell.Withheld);
                best += optimum;
            }
        }

        Assert.True(best > 100);
        Assert.True(ours <= 1.5 * best, $"{ours} against {best}");
    }

    [Fact]
    public void Three_dimensions_are_mended_too()
    {
        var random = new Sequence(5);
        var cells = Cube(6, () => random.Next(9) == 0 ? 1 + random.Next(8) : 10 + random.Next(200));
        PrimaryCell[] primary = [.. cells.Where(cell => !cell.Key.Contains(null) && cell.Value < 10).Select(cell => new PrimaryCell(cell.Key, 1))];
        var result = Assert.IsType<SuppressionResult.Protected>(SecondarySuppression.Protect(cells, primary));
        Assert.Equal(result.Cells.Where(cell => cell.Withheld).Select(cell => cell.Value), result.Cells.Where(cell => cell.Withheld).Zip(result.Ranges).Where(pair => pair.Second.Width >= 0.99).Select(pair => pair.First.Value));
        Assert.All(primary, cell => Assert.Contains(result.Cells, item => item.Withheld && item.Key.SequenceEqual(cell.Key)));
        Assert.InRange(result.Cells.Count(cell => cell.Withheld), primary.Length, primary.Length * 6);
    }

    [Fact]
    public void What_is_no_whole_table_is_not_mended()
    {
        var table = Table(Regions);
        Assert.IsType<SuppressionResult.NotFound>(SecondarySuppression.Protect(table[1..], [new PrimaryCell(["0", "1"], 1)]));
        Assert.IsType<SuppressionResult.NotFound>(SecondarySuppression.Protect([.. table, table[0]], [new PrimaryCell(["0", "1"], 1)]));
        Assert.IsType<SuppressionResult.NotFound>(SecondarySuppression.Protect(table, [new PrimaryCell(["9", "1"], 1)]));
        Assert.IsType<SuppressionResult.NotFound>(SecondarySuppression.Protect(table, [new PrimaryCell(["0", "1"], double.NaN)]));
        Assert.IsType<SuppressionResult.NotFound>(SecondarySuppression.Protect([], []));

        // A cell that is its own total hides only with it; a cell without one needs nothing.
        var both = Assert.IsType<SuppressionResult.Protected>(SecondarySuppression.Protect([new TableCell(["a"], 5, false), new TableCell([null], 5, false)], [new PrimaryCell(["a"], 6)]));
        Assert.All(both.Cells, cell => Assert.True(cell.Withheld));
        Assert.IsType<SuppressionResult.Protected>(SecondarySuppression.Protect([new TableCell(["a"], 5, false)], [new PrimaryCell(["a"], 1)]));
    }

    internal static TableCell[] Cube(int size, Func<int> next)
    {
        string?[] levels = [.. Enumerable.Range(0, size).Select(at => at.ToString(System.Globalization.CultureInfo.InvariantCulture)), null];
        var inner = new Dictionary<(int, int, int), int>();
        for (var i = 0; i < size * size * size; i++)
        {
            inner[(i % size, i / size % size, i / size / size)] = next();
        }

        return
        [
            .. from x in Enumerable.Range(0, size + 1) from y in Enumerable.Range(0, size + 1) from z in Enumerable.Range(0, size + 1)
               select new TableCell([levels[x], levels[y], levels[z]], inner.Where(pair => (x == size || pair.Key.Item1 == x) && (y == size || pair.Key.Item2 == y) && (z == size || pair.Key.Item3 == z)).Sum(pair => pair.Value), false),
        ];
    }

    /// <summary>The fewest inner cells that protect, by trying all sets of them.</summary>
    private static (int Count, int Tried) Best(TableCell[] table, PrimaryCell[] primary)
    {
        var inner = table.Index().Where(pair => !pair.Item.Key.Contains(null)).Select(pair => pair.Index).ToArray();
        var must = inner.Index().Where(pair => primary.Any(cell => cell.Key.SequenceEqual(table[pair.Item].Key))).Sum(pair => 1 << pair.Index);
        foreach (var set in Enumerable.Range(0, 1 << inner.Length).Where(set => (set & must) == must).OrderBy(set => int.PopCount(set)))
        {
            var cells = table.Select((cell, at) => cell with { Withheld = Array.IndexOf(inner, at) is var bit and >= 0 && (set & (1 << bit)) != 0 }).ToArray();
            if (WithheldTable.Attack(cells)!.All(range => range.Width >= 1 - 1e-9))
            {
                return (int.PopCount(set), set);
            }
        }

        return (int.MaxValue, 0);
    }

    /// <summary>Width of the whole numbers that fit, over the inner withheld cells and free margins.</summary>
    private static int TryEvery(IReadOnlyList<TableCell> cells, TableCell target)
    {
        if (target.Key.Contains(null))
        {
            return 1;
        }

        var inner = cells.Where(cell => !cell.Key.Contains(null)).ToArray();
        var free = inner.Index().Where(pair => pair.Item.Withheld).Select(pair => pair.Index).ToArray();
        var values = inner.Select(cell => cell.Withheld ? 0 : (int)cell.Value).ToArray();
        var checks = cells.Where(cell => cell.Key.Contains(null) && !cell.Withheld)
            .Select(cell => ((int)cell.Value, inner.Index().Where(pair => pair.Item.Key.Zip(cell.Key).All(parts => parts.Second is null || parts.First == parts.Second)).Select(pair => pair.Index).ToArray())).ToArray();
        var at = Array.FindIndex(inner, cell => cell.Key.SequenceEqual(target.Key));
        var (least, greatest) = (int.MaxValue, int.MinValue);
        Visit(0);
        return greatest - least;

        void Visit(int depth)
        {
            if (depth == free.Length)
            {
                if (checks.All(check => check.Item2.Sum(place => values[place]) == check.Item1))
                {
                    (least, greatest) = (Math.Min(least, values[at]), Math.Max(greatest, values[at]));
                }

                return;
            }

            // What is known bounds each cell; the rest is tried.
            var limit = checks.Where(check => check.Item2.Contains(free[depth])).Select(check => check.Item1 - check.Item2.Where(place => place != free[depth] && (!inner[place].Withheld || Array.IndexOf(free, place) < depth)).Sum(place => values[place])).DefaultIfEmpty(30).Min();
            for (var value = 0; value <= Math.Min(limit, 40); value++)
            {
                values[free[depth]] = value;
                Visit(depth + 1);
            }

            values[free[depth]] = 0;
        }
    }

    private static TableCell[] Withhold(TableCell[] table, params string?[][] keys) => [.. table.Select(cell => cell with { Withheld = keys.Any(key => key.SequenceEqual(cell.Key)) })];

    private static TableCell[] Table(int[,] values)
    {
        var (rows, columns) = (values.GetLength(0), values.GetLength(1));
        string? Level(int at, int count) => at == count ? null : at.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return
        [
            .. from row in Enumerable.Range(0, rows + 1) from column in Enumerable.Range(0, columns + 1)
               select new TableCell(
                   [Level(row, rows), Level(column, columns)],
                   (from x in Enumerable.Range(0, rows) from y in Enumerable.Range(0, columns) where (row == rows || x == row) && (column == columns || y == column) select values[x, y]).Sum(), false),
        ];
    }

    /// <summary>A fixed sequence (Knuth's MMIX constants), so that a failure can be seen again.</summary>
    private sealed class Sequence(ulong state)
    {
        public int Next(int below)
        {
            state = unchecked((state * 6364136223846793005UL) + 1442695040888963407UL);
            return (int)((state >> 33) % (ulong)below);
        }
    }
}
